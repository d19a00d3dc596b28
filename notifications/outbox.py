"""The outbox of one channel: claims due deliveries, sends them, writes down what became of them.

Invariants: a delivery is sent at least once and always under its notice's own key, so a phone
shows it once; nothing is held in memory that a crash could lose; no connection is held while a
provider is waited for. The lease outlasts the longest send, so a delivery has one sender at a
time; one that overruns it settles nothing.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import structlog

from models.queries.deliveries import (
    ClaimedDelivery,
    Settlement,
    claimed_deliveries,
    overdue_s,
    settled,
)
from notifications.channels.channel import (
    FcmInstallation,
    FcmToken,
    Outcome,
    ProviderRefuses,
    Push,
    PushTarget,
    SendPushes,
    WrongSender,
)
from notifications.ladder import NoticeKind, opens
from notifications.settling import (
    RetryOptions,
    given_up,
    settlement,
    unreadable,
    without_address,
)
from notifications.texts import Language, Texts

FCM = "fcm"
FCM_PUSH_KINDS = frozenset({"fcm_token", "fcm_installation"})  # what `device.push_kind` says


@dataclass(frozen=True, slots=True)
class OutboxOptions:
    """How deliveries are claimed and sent.

    The lease must be longer than the longest send: see `longest_send_s`. A send that takes longer
    than the lease less `settle_s` is broken off and left to the next claim.
    """

    batch: int = 500
    lease_s: float = 75.0
    settle_s: float = 5.0
    poll_s: float = 1.0
    pause_s: float = 1.0  # after the database failed
    stop_s: float = 5.0  # how long a stop waits for a send that is under way
    look_every_s: float = 15.0  # how often the age of the oldest is looked at, for the metrics
    push_ttl_s: int = 86_400  # a day later the inbox is the better place
    retry: RetryOptions = field(default_factory=RetryOptions)


def longest_send_s(batch: int, max_in_flight: int, http_timeout_s: float) -> float:
    """How long a channel may take for a batch: every exchange and the sign-in time out."""
    return http_timeout_s * (-(-batch // max_in_flight) + 1)


class Outbox:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        channel: str,
        send: SendPushes,
        texts: Texts,
        options: OutboxOptions,
    ) -> None:
        """`channel` is the one in `delivery.channel`. Raises ValueError for a lease too short."""
        if options.lease_s <= options.settle_s:
            raise ValueError("the lease of a delivery must outlast its settling")
        self._pool = pool
        self._channel = channel
        self._send = send
        self._texts = texts
        self._options = options
        self._woken = asyncio.Event()
        self._stopping = False
        self._held_until = 0.0  # on the loop's clock; in this process only
        self._look_at = 0.0
        self._log = structlog.stdlib.get_logger("notifications.outbox")
        self.outcomes: Counter[str] = Counter()  # by name of the outcome, "dropped" and "given_up"
        self.overdue_s = 0.0  # how long the oldest due delivery has been waiting, a gauge
        self.leases_lost = 0  # deliveries that another sender took over before we settled them
        self.sends_broken_off = 0
        self.failures = 0

    def wake(self) -> None:
        """Something was queued just now: do not wait for the next poll."""
        self._woken.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Outbox"]:
        """Works while the block runs; at its end a send under way may finish, for a while."""
        worker = asyncio.create_task(self._work(), name=f"outbox-{self._channel}")
        try:
            yield self
        finally:
            self._stopping = True
            self._woken.set()
            await asyncio.wait([worker], timeout=self._options.stop_s)
            worker.cancel()
            await asyncio.wait([worker])

    async def send_due(self) -> int:
        """One batch: claimed, sent, settled. How many were claimed; 0 while the provider is held.

        Raises what the database raises; what was claimed comes back when its lease is over.
        """
        if asyncio.get_running_loop().time() < self._held_until:
            return 0
        lease_id = uuid4()
        async with self._pool.acquire() as connection:
            deliveries = await claimed_deliveries(
                connection, self._channel, lease_id, self._options.lease_s, self._options.batch
            )
        if not deliveries:
            return 0
        pushes: list[tuple[ClaimedDelivery, Push]] = []
        settlements: list[Settlement] = []
        for delivery in deliveries:
            made = self._push(delivery)
            if isinstance(made, Push):
                pushes.append((delivery, made))
            else:
                settlements.append(made)
        outcomes = await self._sent([push for _, push in pushes])
        for (delivery, _), outcome in zip(pushes, outcomes, strict=False):
            self.outcomes[type(outcome).__name__] += 1
            settlements.append(settlement(delivery, outcome, self._options.retry, random.random()))
        self._heed(outcomes)
        await self._settle(lease_id, settlements)
        return len(deliveries)

    def _push(self, delivery: ClaimedDelivery) -> Push | Settlement:
        """The push of a delivery, or why there is none."""
        retry = self._options.retry
        target = _target(delivery)
        if target is None:
            self.outcomes["dropped"] += 1
            return without_address(delivery)
        if delivery.attempts > retry.attempts_max:
            self.outcomes["given_up"] += 1
            return given_up(delivery, "its sender ended each time")
        try:
            kind = NoticeKind(delivery.kind)
            text = self._texts.push(kind, cast(Language, delivery.language))
        except (ValueError, KeyError) as error:
            self.outcomes["unreadable"] += 1
            return unreadable(delivery, f"{type(error).__name__}: {error}")
        data = {"notice_id": str(delivery.notice_id)}
        if delivery.target_id is not None:
            data |= opens(kind, delivery.target_id)
        return Push(target, delivery.key, text.title, text.body, data, self._options.push_ttl_s)

    async def _sent(self, pushes: Sequence[Push]) -> list[Outcome]:
        """The provider's answers, in order; none when it took too long for the lease."""
        if not pushes:
            return []
        try:
            async with asyncio.timeout(self._options.lease_s - self._options.settle_s):
                return await self._send(pushes)
        except TimeoutError:
            self.sends_broken_off += 1
            self._log.error("send_broken_off", channel=self._channel, pushes=len(pushes))
            return []

    async def _settle(self, lease_id: UUID, settlements: Sequence[Settlement]) -> None:
        if not settlements:
            return
        async with self._pool.acquire() as connection:
            kept = await settled(connection, lease_id, settlements)
        self.leases_lost += len(settlements) - kept

    def _heed(self, outcomes: Sequence[Outcome]) -> None:
        """Alarms: a provider that refuses us is left alone; an address of another project."""
        for outcome in outcomes:
            if isinstance(outcome, ProviderRefuses):
                hold_s = self._options.retry.hold_s
                self._held_until = asyncio.get_running_loop().time() + hold_s
                self._log.error("provider_refuses", channel=self._channel, reason=outcome.reason)
                break
        wrong = sum(isinstance(outcome, WrongSender) for outcome in outcomes)
        if wrong:
            self._log.error("wrong_sender", channel=self._channel, addresses=wrong)

    async def _work(self) -> None:
        while not self._stopping:
            self._woken.clear()
            try:
                claimed = await self.send_due()
                sleep_s = 0.0 if claimed == self._options.batch else self._options.poll_s
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
        """Sees from time to time whether the outbox ages."""
        now = asyncio.get_running_loop().time()
        if now < self._look_at:
            return
        self._look_at = now + self._options.look_every_s
        async with self._pool.acquire() as connection:
            self.overdue_s = await overdue_s(connection, self._channel)


def _target(delivery: ClaimedDelivery) -> PushTarget | None:
    if delivery.push_target is None:
        return None
    match delivery.push_kind:
        case "fcm_token":
            return FcmToken(delivery.push_target)
        case "fcm_installation":
            return FcmInstallation(delivery.push_target)
        case _:
            return None
