"""Simulated phones: people of the city who report through the public API, as an app would.

Everything goes through the reference client: sign-in, the outbox, receipts. Now and then a phone
is without signal; what was taken down meanwhile goes out in one flush when the signal is back.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog

from denyut.demo.jobs import JOBS, Task
from denyut.demo.stage import Player
from mobile_contract.client.captures import captured_report, utc_now
from mobile_contract.client.connection import (
    Connection,
    ConnectionOptions,
    Refused,
    SignInNeeded,
    Unreachable,
)
from mobile_contract.client.outbox import Flushed, Outbox
from mobile_contract.client.pauses import Pauses
from mobile_contract.client.stores import MemoryStore
from mobile_contract.contents import FeedbackContent
from mobile_contract.people import DeviceInfo
from mobile_contract.targets import TargetView

TASKS = {task.indicator: task for job in JOBS.values() for task in job.tasks}


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """How a simulated phone behaves. Pauses are means of an exponential chance."""

    between_reports_s: float = 18.0
    offline_share: float = 0.08  # chance after a report that the signal is lost
    offline_s: float = 45.0
    offline_reports: int = 4  # taken down, at most, while the signal is away
    read_after_s: float = 15.0  # until a supervisor's word is read


class Phone:
    """One employee's phone."""

    def __init__(self, player: Player, connection: Connection, options: PhoneOptions) -> None:
        self.player = player
        self.online = True
        self.sent = 0
        self._connection = connection
        self._options = options
        self._outbox = Outbox(connection, MemoryStore())
        self._targets: list[TargetView] = []
        self._pauses = Pauses()

    @property
    def waiting(self) -> int:
        """Items that are on this phone and not yet in the office."""
        return len(self._outbox.items())

    async def run(self, password: str) -> None:
        """Signs in and reports, until cancelled."""
        await self._signed_in(password)
        await asyncio.sleep(random.uniform(0, self._options.between_reports_s / 3))
        while True:
            if random.random() < self._options.offline_share:
                await self._without_signal()
            else:
                await self._report()
            await self._flush()
            await asyncio.sleep(self._pause_s(self._options.between_reports_s))

    async def _signed_in(self, password: str) -> None:
        failures = 0
        while True:
            try:
                await self._connection.sign_in(self.player.nip, password)
                shown = await self._connection.get("/v1/me/targets")
            except (Unreachable, Refused) as trouble:
                failures += 1
                told_s = trouble.retry_after_s if isinstance(trouble, Refused) else None
                await asyncio.sleep(self._pauses.pause_s(failures, told_s))
            else:
                self._targets = [TargetView.model_validate(each) for each in shown]
                return

    async def _report(self) -> None:
        """Takes one report down; it is safe in the outbox when this returns."""
        now = utc_now()
        running = [t for t in self._targets if t.period_start <= now < t.period_end]
        if not running:
            return
        weights = [1.0 if target.aspect == "quantity" else 0.15 for target in running]
        (target,) = random.choices(running, weights)
        task = TASKS.get(target.indicator)
        note = random.choice(task.notes) if task else ""
        quantity = reported_quantity(target, task)
        self._outbox.add_report(captured_report(target.id, quantity, note, captured_at=now))

    async def _without_signal(self) -> None:
        self.online = False
        try:
            for _ in range(random.randint(1, self._options.offline_reports)):
                await self._report()
                await asyncio.sleep(self._pause_s(self._options.offline_s) / 3)
        finally:
            self.online = True

    async def _flush(self) -> None:
        """Sends until the outbox is empty; a busy or absent service is tried again later."""
        failures = 0
        while self.waiting:
            try:
                flushed = await self._outbox.flush()
            except (Unreachable, Refused) as trouble:
                failures += 1
                told_s = trouble.retry_after_s if isinstance(trouble, Refused) else None
                await asyncio.sleep(self._pauses.pause_s(failures, told_s))
                continue
            self.sent += len(flushed.received)
            for item in flushed.quarantined:
                self._outbox.discard(item.mutation_id)
            for feedback_id in feedback_in(flushed, self.player.id):
                await asyncio.sleep(self._pause_s(self._options.read_after_s) / 3)
                self._outbox.add_acknowledgement(feedback_id)

    @staticmethod
    def _pause_s(mean_s: float) -> float:
        return min(random.expovariate(1 / mean_s), 4 * mean_s)


def reported_quantity(target: TargetView, task: Task | None) -> float:
    """A small step toward the goal; of a measured indicator, a value that most would be glad of."""
    step = task.step if task else 1.0
    if target.aspect != "quantity":
        near = random.uniform(0.55, 1.0) if target.direction == "lower" else random.uniform(1, 1.1)
        return min(round(round(target.quantity * near / step) * step, 2), 100.0)
    most = max(1, round(target.quantity / 80))
    return round(step * random.randint(1, most), 2)


def feedback_in(flushed: Flushed, employee_id: UUID) -> list[UUID]:
    """The feedback to this person that came with an answer and waits to be read."""
    found: list[UUID] = []
    for frame in flushed.changes:
        for event in frame.events:
            if event.kind == "feedback" and event.employee_id == employee_id:
                said = msgspec.json.decode(event.content, type=FeedbackContent)
                if said.acknowledged_at is None:
                    found.append(said.feedback_id)
    return found


@asynccontextmanager
async def ringing(
    url: str, players: Sequence[Player], password: str, options: PhoneOptions
) -> AsyncGenerator[list[Phone]]:
    """These people's phones, reporting for as long as the block runs."""
    log = structlog.stdlib.get_logger("denyut.demo")
    async with AsyncExitStack() as held:
        phones: list[Phone] = []
        for player in players:
            connection = await held.enter_async_context(connected_phone(url))
            phones.append(Phone(player, connection, options))

        async def run(phone: Phone) -> None:
            try:
                await phone.run(password)
            except SignInNeeded:
                log.warning("phone_signed_out", employee=str(phone.player.id))

        tasks = [asyncio.create_task(run(phone), name="phone") for phone in phones]
        try:
            yield phones
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def connected_phone(url: str, name: str = "Ponsel contoh") -> AsyncGenerator[Connection]:
    """A connection of a device of its own."""
    device: Any = DeviceInfo(id=uuid4(), name=name, platform="android")
    async with Connection.opened(ConnectionOptions(url, device)) as connection:
        yield connection
