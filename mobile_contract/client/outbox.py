"""The outbox of a phone: nothing leaves it without the word that the service has it for good.

Invariants: an item is safe in the store before `add_…` returns; only `applied` and `duplicate` take
it out; `conflict` and `rejected` put it aside with the reason and never send it again; everything
else, a lost connection and an ended session included, leaves it where it is. Items go in the order
of their making, and one that was told to wait does not hold up the others.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import msgspec

from mobile_contract.client.captures import uuid7
from mobile_contract.client.connection import Connection, Refused, SignInNeeded, Unreachable
from mobile_contract.client.pauses import Pauses
from mobile_contract.client.stores import OutboxItem, OutboxStore
from mobile_contract.live import Events, Reset
from mobile_contract.problems import Problem
from mobile_contract.reports import MAX_SYNC_ITEMS, NewReport, Receipt, Revision, Withdrawal
from mobile_contract.sync import (
    Acknowledgement,
    Op,
    Read,
    SyncMutation,
    SyncRequest,
    SyncResult,
)

State = Literal["saved", "sent", "quarantined"]
Part = NewReport | Revision | Withdrawal | Acknowledgement | Read

_PLACES: dict[str, str] = {
    "report.create": "report",
    "report.revise": "revision",
    "report.withdraw": "withdrawal",
    "feedback.acknowledge": "acknowledgement",
    "inbox.read": "read",
}


class _Change(msgspec.Struct, frozen=True):
    report_id: UUID


@dataclass(frozen=True, slots=True)
class Received:
    """The service has it for good. `receipt` stands on reports, revisions and withdrawals."""

    item: OutboxItem
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Flushed:
    """What one sending achieved.

    `unsent`: items of this round that have not been tried yet; `told_to_wait`: those that the
    service wants again later. `next_sync_after_s` is its advice when nothing is left.
    """

    received: list[Received]
    quarantined: list[OutboxItem]
    unsent: int
    told_to_wait: int
    next_sync_after_s: float
    changes: list[Events] = field(default_factory=list[Events])
    resets: list[Reset] = field(default_factory=list[Reset])


@dataclass(frozen=True, slots=True)
class OutboxOptions:
    """Items in one request, and the pauses between tries."""

    batch_items: int = MAX_SYNC_ITEMS
    pauses: Pauses = field(default_factory=Pauses)


class Outbox:
    """What one person has done on this phone and the service may not have yet."""

    def __init__(
        self,
        connection: Connection,
        store: OutboxStore,
        options: OutboxOptions | None = None,
        on_flushed: Callable[[Flushed], None] | None = None,
    ) -> None:
        self._connection = connection
        self._store = store
        self._options = options or OutboxOptions()
        self._on_flushed = on_flushed
        self._batch_items = self._options.batch_items
        self._on_its_way: set[UUID] = set()
        self._sending = asyncio.Lock()
        self._told_to_wait: set[UUID] = set()
        self._work = asyncio.Event()
        self.cursor: str | None = None

    # --- what the person does

    def add_report(self, report: NewReport) -> UUID:
        """A new report. Its mutation id is the report's own."""
        return self._add(report.id, "report.create", report)

    def add_revision(self, revision: Revision) -> UUID:
        """A report said anew."""
        return self._add(self._new_id(), "report.revise", revision)

    def add_withdrawal(self, withdrawal: Withdrawal) -> UUID:
        """A report taken back."""
        return self._add(self._new_id(), "report.withdraw", withdrawal)

    def add_acknowledgement(self, feedback_id: UUID) -> UUID:
        """A feedback was read."""
        return self._add(self._new_id(), "feedback.acknowledge", Acknowledgement(feedback_id))

    def add_read(self, notice_id: UUID) -> UUID:
        """A notice of the inbox was read."""
        return self._add(self._new_id(), "inbox.read", Read(notice_id))

    def discard(self, mutation_id: UUID) -> None:
        """The person gives up an item that was put aside. Raises KeyError for any other."""
        if self.state(mutation_id) != "quarantined":
            raise KeyError(mutation_id)
        self._store.drop([mutation_id])

    def items(self) -> list[OutboxItem]:
        """All that is here, oldest first, what was put aside included."""
        return self._store.items()

    def state(self, mutation_id: UUID) -> State:
        """Saved here, sent without an answer yet, or put aside. Raises KeyError: it is not here."""
        for item in self._store.items():
            if item.mutation_id == mutation_id:
                return "sent" if mutation_id in self._on_its_way else item.state
        raise KeyError(mutation_id)

    # --- sending

    async def flush(self) -> Flushed:
        """Sends the oldest items, at most one batch. With nothing to send it asks for changes.

        Raises Unreachable, Refused, SignInNeeded; then every item is still here.
        """
        async with self._sending:
            batch, rest = self._next_batch()
            request = SyncRequest(
                mutations=[_mutation(item) for item in batch],
                cursor=self.cursor,
                sent_at=self._connection.options.clock(),
            )
            self._on_its_way = {item.mutation_id for item in batch}
            try:
                answer = await self._connection.sync(request)
            except Refused as refused:
                aside = self._refused_whole(refused, batch)
                return Flushed([], aside, rest, len(self._told_to_wait), 0.0)
            finally:
                self._on_its_way = set()
            self.cursor = answer.cursor
            self._batch_items = self._options.batch_items
            received, aside = self._settle(batch, answer.results)
            return Flushed(
                received=received,
                quarantined=aside,
                unsent=rest,
                told_to_wait=len(self._told_to_wait),
                next_sync_after_s=answer.next_sync_after_s,
                changes=answer.changes,
                resets=answer.resets,
            )

    async def run(self) -> None:
        """Sends whenever there is something to send, until it is cancelled.

        Waits out lost connections and a busy service; an ended session stops the sending until
        somebody signs in on the connection, and nothing is thrown away.
        """
        failures = 0
        pauses = self._options.pauses
        while True:
            await self._connection.signed_in.wait()
            self._work.clear()
            try:
                flushed = await self.flush()
            except SignInNeeded:
                continue
            except Unreachable:
                failures += 1
                await asyncio.sleep(pauses.pause_s(failures))
                continue
            except Refused as refused:
                failures += 1
                await asyncio.sleep(pauses.pause_s(failures, refused.retry_after_s))
                continue
            if self._on_flushed is not None:
                self._on_flushed(flushed)
            if flushed.unsent:
                continue
            if flushed.told_to_wait:
                failures += 1
                await asyncio.sleep(pauses.pause_s(failures))
            else:
                failures = 0
                await self._work_or(flushed.next_sync_after_s)

    def _next_batch(self) -> tuple[list[OutboxItem], int]:
        """The oldest items not yet tried in this round, and how many of them are left over."""
        waiting = [item for item in self._store.items() if item.state == "saved"]
        untried = [item for item in waiting if item.mutation_id not in self._told_to_wait]
        if not untried:
            self._told_to_wait.clear()
            untried = waiting
        batch = untried[: self._batch_items]
        return batch, len(untried) - len(batch)

    async def _work_or(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            return

    def _settle(
        self, batch: list[OutboxItem], results: list[SyncResult]
    ) -> tuple[list[Received], list[OutboxItem]]:
        """Results stand in the order of the items; an item without one stays."""
        received: list[Received] = []
        aside: list[OutboxItem] = []
        for item, result in zip(batch, results, strict=False):
            if result.outcome in ("applied", "duplicate"):
                received.append(Received(item, result.receipt))
            elif result.outcome in ("conflict", "rejected"):
                aside += self._with_followers(item, result.problem)
        self._store.put(aside)
        self._store.drop([each.item.mutation_id for each in received])
        self._told_to_wait |= {item.mutation_id for item in batch}
        self._told_to_wait -= {each.item.mutation_id for each in received}
        self._told_to_wait -= {item.mutation_id for item in aside}
        return received, aside

    def _with_followers(self, item: OutboxItem, problem: Problem | None) -> list[OutboxItem]:
        """An item put aside; with a new report go its changes, which would wait for it for ever."""
        gone = [item]
        if item.op == "report.create":
            gone += [
                other
                for other in self._store.items()
                if other.op in ("report.revise", "report.withdraw")
                and msgspec.json.decode(other.body, type=_Change).report_id == item.mutation_id
            ]
        return [
            msgspec.structs.replace(each, state="quarantined", problem=problem) for each in gone
        ]

    def _refused_whole(self, refused: Refused, batch: list[OutboxItem]) -> list[OutboxItem]:
        """A request that can never pass: next time without cursor, then with fewer items.

        An item that cannot pass alone is put aside. Raises `refused` in every other case.
        """
        lasting = refused.problem.retry in ("never", "after_change")
        if lasting and refused.problem.code == "invalid_cursor":
            self.cursor = None
        elif lasting and len(batch) > 1:
            self._batch_items = len(batch) // 2
        elif lasting and batch:
            aside = self._with_followers(batch[0], refused.problem)
            self._store.put(aside)
            return aside
        raise refused

    def _add(self, mutation_id: UUID, op: Op, part: Part) -> UUID:
        body = msgspec.json.encode(part).decode()
        self._store.put([OutboxItem(mutation_id, op, body)])
        self._work.set()
        return mutation_id

    def _new_id(self) -> UUID:
        return uuid7(self._connection.options.clock())


def _mutation(item: OutboxItem) -> msgspec.Raw:
    part = {_PLACES[item.op]: msgspec.Raw(item.body.encode())}
    return msgspec.Raw(msgspec.json.encode(SyncMutation(item.mutation_id, item.op, **part)))
