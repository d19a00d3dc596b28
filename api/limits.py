"""How often somebody may try a secret: moving windows by account and device, then by address.

Invariant: nobody can lock the owner of an account out of a phone that the owner has used. A known
device counts alone, so an attacker, who does not know its id, only fills the windows of strangers.
A try counts before any secret is looked at, whether the account exists or not; only an address
counts failures alone, since a thousand people may sign in behind one on the first morning.
"""

import ipaddress
from dataclasses import dataclass
from uuid import UUID

from api.windows import CountedWindows, RedisWindows, window
from models.rules.refusals import TooManyAttempts


@dataclass(frozen=True, slots=True)
class AttemptOptions:
    """How many tries a window takes.

    `address` is high, since a whole city hall may share one. `redis_url`: where several processes
    count together; without it each process counts on its own. After a failure of Redis it is left
    alone for `redis_pause_s`.
    """

    window_s: int = 15 * 60
    account_and_device: int = 10
    account_from_strangers: int = 30
    address: int = 600
    redis_url: str | None = None
    redis_timeout_s: float = 0.5
    redis_pause_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: at which account (a NIP, existing or not), from which device and address.

    `known_device`: the account's owner has signed in on this device before.
    """

    account: str
    device_id: UUID
    known_device: bool
    address: str


class Attempts:
    """Counts tries. `windows` are where it counts, for whoever else counts beside it."""

    def __init__(self, options: AttemptOptions) -> None:
        self._by_device = window(options.account_and_device, options.window_s, "device")
        self._by_account = window(options.account_from_strangers, options.window_s, "account")
        self._by_address = window(options.address, options.window_s, "address")
        redis = (
            RedisWindows(options.redis_url, options.redis_timeout_s, options.redis_pause_s)
            if options.redis_url
            else None
        )
        self.windows = CountedWindows(redis)

    async def made(self, attempt: Attempt) -> None:
        """Counts a try. Raises `TooManyAttempts` with the seconds until the next one is taken."""
        network, counted = network_of(attempt.address), self.windows
        if not attempt.known_device and not await counted.has_room(self._by_address, network):
            raise TooManyAttempts(retry_after_s=await counted.wait_s(self._by_address, network))
        windows = [(self._by_device, _device_key(attempt))]
        if not attempt.known_device:
            windows.append((self._by_account, attempt.account))
        for item, key in windows:
            if not await counted.hit(item, key):
                raise TooManyAttempts(retry_after_s=await counted.wait_s(item, key))

    async def failed(self, attempt: Attempt) -> None:
        """Counts a failure against the address it came from."""
        if not attempt.known_device:
            await self.windows.hit(self._by_address, network_of(attempt.address))

    async def succeeded(self, attempt: Attempt) -> None:
        """Forgets the tries of this account on this device: they were the owner's typing errors."""
        await self.windows.clear(self._by_device, _device_key(attempt))

    async def close(self) -> None:
        """Closes the connections to Redis, if there are any."""
        await self.windows.close()


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer holds."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(read, ipaddress.IPv6Address):
        if read.ipv4_mapped:
            return str(read.ipv4_mapped)
        return str(ipaddress.ip_network((read.packed, 64), strict=False))
    return str(read)


def _device_key(attempt: Attempt) -> str:
    return f"{attempt.account}:{attempt.device_id}"
