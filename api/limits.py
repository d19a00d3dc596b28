"""How often somebody may try a secret: moving windows by account and device, then by address.

Invariant: nobody can lock the owner of an account out of a phone that the owner has used. A known
device counts alone, so an attacker, who does not know its id, only fills the windows of strangers.
A try counts before any secret is looked at, whether the account exists or not; only an address
counts failures alone, since a thousand people may sign in behind one on the first morning.
"""

import ipaddress
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from models.rules.refusals import TooManyAttempts

_PREFIX = "denyut-tries"
_Answer = TypeVar("_Answer")


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


class Windows(MemoryStorage):
    """The library's windows in memory, without the mistake in their expiry.

    Its expiry goes over the keys of a moment and fails at one that was cleared meanwhile; so a
    cleared key stays, empty, until the expiry itself takes it away.
    """

    async def clear(self, key: str) -> None:
        """Forgets what was counted under the key."""
        known = key in self.events
        await super().clear(key)
        if known:
            self.events[key] = []


class Attempts:
    """Counts tries. With Redis away it counts in memory: nobody is let in more, or locked out."""

    def __init__(self, options: AttemptOptions) -> None:
        self._options = options
        self._by_device = self._item(options.account_and_device, "device")
        self._by_account = self._item(options.account_from_strangers, "account")
        self._by_address = self._item(options.address, "address")
        self._memory = MovingWindowRateLimiter(Windows())
        self._storage: Any = _redis(options) if options.redis_url else None
        self._shared = MovingWindowRateLimiter(self._storage) if self._storage else None
        self._away_until_s = 0.0
        self._log = structlog.get_logger("denyut.limits")

    async def made(self, attempt: Attempt) -> None:
        """Counts a try. Raises `TooManyAttempts` with the seconds until the next one is taken."""
        network = network_of(attempt.address)
        if not attempt.known_device and not await self._has_room(self._by_address, network):
            raise TooManyAttempts(retry_after_s=await self._wait_s(self._by_address, network))
        windows = [(self._by_device, _device_key(attempt))]
        if not attempt.known_device:
            windows.append((self._by_account, attempt.account))
        for item, key in windows:
            if not await self._hit(item, key):
                raise TooManyAttempts(retry_after_s=await self._wait_s(item, key))

    async def failed(self, attempt: Attempt) -> None:
        """Counts a failure against the address it came from."""
        if not attempt.known_device:
            await self._hit(self._by_address, network_of(attempt.address))

    async def succeeded(self, attempt: Attempt) -> None:
        """Forgets the tries of this account on this device: they were the owner's typing errors."""
        key = _device_key(attempt)
        await self._memory.clear(self._by_device, key)
        await self._asked(lambda limiter: limiter.clear(self._by_device, key))

    async def close(self) -> None:
        """Closes the connections to Redis, if there are any."""
        if self._storage:
            await self._storage.bridge.storage.aclose()

    def _item(self, amount: int, name: str) -> RateLimitItem:
        return RateLimitItemPerSecond(amount, self._options.window_s, namespace=f"{_PREFIX}:{name}")

    async def _hit(self, item: RateLimitItem, key: str) -> bool:
        return await self._asked(lambda limiter: limiter.hit(item, key))

    async def _has_room(self, item: RateLimitItem, key: str) -> bool:
        return await self._asked(lambda limiter: limiter.test(item, key))

    async def _wait_s(self, item: RateLimitItem, key: str) -> int:
        """Seconds until the oldest try leaves the window; at least 1, at most the window."""
        stats = await self._asked(lambda limiter: limiter.get_window_stats(item, key))
        return max(1, min(self._options.window_s, math.ceil(stats.reset_time - time.time())))

    async def _asked(
        self, question: Callable[[MovingWindowRateLimiter], Awaitable[_Answer]]
    ) -> _Answer:
        """The answer of the shared windows, else of this process's own."""
        if self._shared and time.monotonic() >= self._away_until_s:
            try:
                return await question(self._shared)
            except StorageError as error:
                self._away_until_s = time.monotonic() + self._options.redis_pause_s
                self._log.warning("limits_storage_away", error=str(error))
        return await question(self._memory)


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


def _redis(options: AttemptOptions) -> Any:
    """Windows in Redis; the library brings its own client, so none is imported here."""
    url = (options.redis_url or "").replace("unix://", "redis+unix://", 1)
    return storage_from_string(
        f"async+{url}",
        implementation="redispy",
        key_prefix=_PREFIX,
        wrap_exceptions=True,
        socket_timeout=options.redis_timeout_s,
        socket_connect_timeout=options.redis_timeout_s,
    )
