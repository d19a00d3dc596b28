"""The outbox of one channel: claims due deliveries, sends them, writes down what became of them.

Invariants: a delivery is sent at least once and always under its notice's own key (or its
digest's), so a phone shows it once; nothing is held in memory that a crash could lose; no
connection is held while a provider is waited for. The lease outlasts the longest send, so a
delivery has one sender at a time; one that overruns it settles nothing.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import structlog

from models.queries.deliveries import (
    ClaimedDelivery,
    Settlement,
    bundled,
    claimed_deliveries,
    overdue_s,
    settled,
)
from models.rules.manners import Defer, Drop, Send, Verdict
from notifications.breaker import BreakerOptions
from notifications.channels.channel import SendPushes
from notifications.dispatch import Dispatch, DispatchOptions, now_s
from notifications.ladder import NoticeKind
from notifications.pushes import Bundle, bundles, has_address, of_all
from notifications.settling import RetryOptions, given_up, minded, without_address
from notifications.texts import Texts

Recheck: TypeAlias = Callable[[Any, Sequence[ClaimedDelivery]], Awaitable[Sequence[Verdict]]]
"""What manners say of claimed deliveries, in their order, on this connection."""


@dataclass(frozen=True, slots=True)
class OutboxOptions:
    """How deliveries are claimed and sent.

    The lease must be longer than the longest send: see `longest_send_s`. A send that takes longer
    than the lease less `settle_s` is broken off and left to the next claim.
    """

    batch: int = 500
    senders: int = 2  # while one waits for the database, the other encodes
    lease_s: float = 90.0
    settle_s: float = 5.0
    poll_s: float = 1.0
    pause_s: float = 1.0  # after the database failed
    stop_s: float = 5.0  # how long a stop waits for a send that is under way
    look_every_s: float = 15.0  # how often the age of the oldest is looked at, for the metrics
    alarm_after_s: float = 600.0  # a push this late is an alarm, whoever is to blame
    push_ttl_s: int = 86_400  # a day later the inbox is the better place
    retry: RetryOptions = field(default_factory=RetryOptions)
    breaker: BreakerOptions = field(default_factory=BreakerOptions)


def longest_send_s(batch: int, max_in_flight: int, http_timeout_s: float) -> float:
    """How long a channel may take for a batch: every exchange and the sign-in time out.

    A claim may bring a tenth more than `batch`, so that digests are whole.
    """
    return http_timeout_s * (-(-(batch + batch // 10) // max_in_flight) + 1)


async def always_send(_connection: Any, deliveries: Sequence[ClaimedDelivery]) -> list[Verdict]:
    """No manners: everything goes out at once, in digests by the usual limit."""
    return [Send()] * len(deliveries)


class Outbox:
    """A few tasks; several processes may run one each. Counters are for the metrics."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        channel: str,
        send: SendPushes,
        texts: Texts,
        options: OutboxOptions,
        recheck: Recheck = always_send,
    ) -> None:
        """`channel` is the one in `delivery.channel`. Raises ValueError for a lease too short."""
        if options.lease_s <= options.settle_s:
            raise ValueError("the lease of a delivery must outlast its settling")
        self.channel = channel
        self._pool = pool
        self._options = options
        self._recheck = recheck
        self._dispatch = Dispatch(
            channel,
            send,
            texts,
            DispatchOptions(options.push_ttl_s, options.retry, options.breaker),
        )
        self._woken = asyncio.Event()
        self._claiming = asyncio.Lock()  # one claim at a time, so that digests are whole
        self._stopping = False
        self._look_at = 0.0
        self._log = structlog.stdlib.get_logger("notifications.outbox")
        self.overdue_s = 0.0  # how long the oldest should have been there, a gauge
        self.leases_lost = 0  # deliveries that another sender took over before we settled them
        self.failures = 0

    @property
    def outcomes(self) -> Counter[str]:
        """How often each outcome was met: those of sends by name, and the ends without a send."""
        return self._dispatch.outcomes

    @property
    def sends_broken_off(self) -> int:
        """Batches that took too long for their lease."""
        return self._dispatch.sends_broken_off

    @property
    def is_late(self) -> bool:
        """Whether the outbox ages: the alarm."""
        return self.overdue_s > self._options.alarm_after_s

    @property
    def providers_resting(self) -> int:
        """How many providers are left alone now, because they are down or refuse us."""
        return self._dispatch.breakers.open_count(now_s())

    def wake(self) -> None:
        """Something was queued just now: do not wait for the next poll."""
        self._woken.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Outbox"]:
        """Works while the block runs; at its end a send under way may finish, for a while."""
        workers = [
            asyncio.create_task(self._work(), name=f"outbox-{self.channel}-{number}")
            for number in range(self._options.senders)
        ]
        try:
            yield self
        finally:
            self._stopping = True
            self._woken.set()
            await asyncio.wait(workers, timeout=self._options.stop_s)
            for worker in workers:
                worker.cancel()
            await asyncio.wait(workers)

    async def send_due(self, notice_id: UUID | None = None) -> int:
        """One batch: claimed, sent, settled. How many were claimed; 0 while the provider is held.

        `notice_id`: the deliveries of one notice alone. Raises what the database raises; what was
        claimed comes back when its lease is over.
        """
        options, lease_id = self._options, uuid4()
        limit = self._dispatch.allowed(options.batch)
        if not limit:
            return 0
        async with self._pool.acquire() as connection:
            async with self._claiming:
                ours_until_s = now_s() + options.lease_s - options.settle_s
                deliveries = await claimed_deliveries(
                    connection, self.channel, lease_id, options.lease_s, limit, notice_id
                )
            if not deliveries:
                return 0
            settlements, going = await self._sifted(connection, deliveries)
            if digests := of_all(going):
                await bundled(connection, lease_id, digests)
        # Counted from before the claim: a process that froze meanwhile must not send what others
        # have sent, under another digest's tag or after the reason was gone.
        settlements += await self._dispatch.sent(going, ours_until_s - now_s())
        if settlements:
            async with self._pool.acquire() as connection:
                kept = await settled(connection, lease_id, settlements)
            self.leases_lost += len(settlements) - kept
        return len(deliveries)

    async def _sifted(
        self, connection: Any, deliveries: Sequence[ClaimedDelivery]
    ) -> tuple[list[Settlement], list[Bundle]]:
        """What ends or waits without a send, and the rest as it goes out."""
        settlements: list[Settlement] = []
        going: list[ClaimedDelivery] = []
        asked: list[ClaimedDelivery] = []
        for each in deliveries:
            if not has_address(each):
                self.outcomes["dropped"] += 1
                settlements.append(without_address(each))
            elif each.attempts > self._options.retry.attempts_max:
                self.outcomes["given_up"] += 1
                settlements.append(given_up(each, "its sender ended each time"))
            elif each.kind == NoticeKind.TEST:  # somebody stands there and waits for it
                going.append(each)
            else:
                asked.append(each)
        limits: dict[UUID, int] = {}
        verdicts = await self._recheck(connection, asked) if asked else []
        for each, verdict in zip(asked, verdicts, strict=True):
            match verdict:
                case Send(digest_above, ttl_s):
                    limits[each.id] = digest_above
                    going.append(each if ttl_s is None else replace(each, ttl_s=ttl_s))
                case Defer() | Drop():
                    self.outcomes["deferred" if isinstance(verdict, Defer) else "dropped"] += 1
                    settlements.append(minded(each, verdict))
        return settlements, bundles(going, limits)

    async def _work(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                claimed = await self.send_due()
                sleep_s = 0.0 if claimed >= self._options.batch else self._options.poll_s
                await self._look()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self.failures += 1
                sleep_s = self._options.pause_s
                self._log.warning("outbox_interrupted", error=f"{type(error).__name__}: {error}")
            except Exception:  # a mistake of ours must not end the outbox
                self.failures += 1
                sleep_s = self._options.pause_s
                self._log.exception("outbox_failed")
            if not self._stopping:
                with suppress(TimeoutError):
                    async with asyncio.timeout(sleep_s):
                        await self._woken.wait()

    async def _look(self) -> None:
        """Sees from time to time whether the outbox ages, and says so."""
        if now_s() < self._look_at:
            return
        self._look_at = now_s() + self._options.look_every_s
        async with self._pool.acquire() as connection:
            self.overdue_s = await overdue_s(connection, self.channel)
        if self.is_late:
            self._log.error("outbox_ages", channel=self.channel, overdue_s=round(self.overdue_s))
