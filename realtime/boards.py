"""The roll-ups of this process: which big scopes are looked at, by whom, counted from when.

Invariant: a socket's first roll-up is whole, and so is the next one after any that it missed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from mobile_contract.live import SHARDS
from models.queries.feed import FeedRow
from realtime.rollup import Tally, Today
from realtime.subscriber import Subscription

CountToday = Callable[[UUID, int, ZoneInfo], Awaitable[Today]]
"""`(unit_id, shard, zone)` → what happened today below each child of the unit."""


@dataclass(slots=True)
class Board:
    """A tally and the sockets that look at it."""

    tally: Tally
    subscribers: set[Subscription] = field(default_factory=set[Subscription])
    stale: set[Subscription] = field(default_factory=set[Subscription])
    """Those that missed something, or everything: they get the whole next."""
    counting: asyncio.Task[None] | None = None

    def show(self, now: datetime) -> None:
        """One second's roll-up to everybody; a socket that is behind gets the whole later."""
        changes = self.tally.changes(now)
        whole = self.tally.whole(now) if self.stale else None
        for subscriber in tuple(self.subscribers):
            if subscriber.behind_since is not None:
                if changes is not None:
                    self.stale.add(subscriber)
            elif subscriber in self.stale:
                if whole is not None:
                    self.stale.discard(subscriber)
                    subscriber.write(whole)
            elif changes is not None:
                subscriber.write(changes)


class Boards:
    """All boards, by shard and unit. A board lives while somebody looks at it."""

    def __init__(self, count_today: CountToday, retry_s: float) -> None:
        self._count_today = count_today
        self._retry_s = retry_s
        self._boards: list[dict[UUID, Board]] = [{} for _ in range(SHARDS)]
        self._log = structlog.stdlib.get_logger("realtime.boards")

    def attach(self, unit_id: UUID, shard: int, zone: ZoneInfo, subscriber: Subscription) -> None:
        """The socket looks at a unit whose day begins in `zone`; the first look has it counted."""
        board = self._boards[shard].get(unit_id)
        if board is None:
            board = self._boards[shard][unit_id] = Board(Tally(unit_id, shard, zone))
            self._count(board)
        board.subscribers.add(subscriber)
        board.stale.add(subscriber)

    def detach(self, unit_id: UUID, shard: int, subscriber: Subscription) -> None:
        """The socket looks away. Unknown ones are ignored."""
        board = self._boards[shard].get(unit_id)
        if board is not None:
            board.subscribers.discard(subscriber)
            board.stale.discard(subscriber)
            if not board.subscribers:
                del self._boards[shard][unit_id]
                self._stop(board)

    def add(self, row: FeedRow) -> None:
        """The next event of its shard."""
        boards = self._boards[row.shard]
        if boards:
            for unit_id in row.unit_path:
                if (board := boards.get(unit_id)) is not None:
                    board.tally.add(row)

    def show(self, now: datetime) -> None:
        """One second's roll-ups to everybody."""
        for boards in self._boards:
            for board in boards.values():
                board.show(now)

    def begin_anew(self, shard: int) -> None:
        """The counts of a shard are no longer sure: they are counted again and shown whole."""
        for board in self._boards[shard].values():
            board.tally.unseed()
            board.stale = set(board.subscribers)
            self._count(board)

    def close(self) -> None:
        """Ends the counts that are under way."""
        for boards in self._boards:
            for board in boards.values():
                self._stop(board)

    def _count(self, board: Board) -> None:
        self._stop(board)
        board.counting = asyncio.create_task(self._counting(board.tally))

    def _stop(self, board: Board) -> None:
        if board.counting is not None:
            board.counting.cancel()

    async def _counting(self, tally: Tally) -> None:
        """Asks until the database answers."""
        while True:
            try:
                tally.seed(await self._count_today(tally.unit_id, tally.shard, tally.zone))
            except Exception:
                self._log.warning("not_counted", unit_id=str(tally.unit_id), exc_info=True)
                await asyncio.sleep(self._retry_s)
            else:
                return
