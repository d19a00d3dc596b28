"""What the bus did not bring is read from the database.

A missing event is usually on its way: a head was read between a commit and its announcement, or
two processes announced at once. So a gap is given one tick before the database is asked.
Invariant: as long as the database answers, no lane stays behind for longer than a few ticks.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from models.queries.feed import FeedRow
from realtime.lane import Lane
from realtime.subscriber import Gate

FillGap = Callable[[int, int, int], Awaitable[list[FeedRow]]]
"""`(shard, after_seq, upto_seq)` → the committed events after the one, up to the other."""


@dataclass(frozen=True)
class GapOptions:
    """How long a gap may last and how it is filled."""

    patience_s: float = 0.05
    events: int = 1_000  # read from the database at once
    retry_s: float = 0.25  # after the database did not answer


class Gaps:
    """The gaps of all lanes, each waited for or being filled."""

    def __init__(
        self,
        options: GapOptions,
        fill_gap: FillGap,
        gate: Gate,
        advance: Callable[[Lane], None],
        database_head: Callable[[int], int],
    ) -> None:
        """`advance` hands on what a lane has; `database_head` is a shard's newest known head."""
        self.filled = 0  # events that were read, since the beginning
        self.failures = 0
        self._options = options
        self._fill_gap = fill_gap
        self._gate = gate
        self._advance = advance
        self._database_head = database_head
        self._waits: dict[int, asyncio.TimerHandle] = {}
        self._fills: dict[int, asyncio.Task[None]] = {}
        self._log = structlog.stdlib.get_logger("realtime.gaps")

    def watch(self, lane: Lane) -> None:
        """A lane is behind: sees to it that what is missing comes. Calling again is free."""
        if lane.shard not in self._waits and lane.shard not in self._fills:
            self._waits[lane.shard] = asyncio.get_running_loop().call_later(
                self._options.patience_s, self._judge, lane, lane.known
            )

    def forget(self, lane: Lane) -> None:
        """The lane began anew: nothing that is being read belongs to it."""
        if (wait := self._waits.pop(lane.shard, None)) is not None:
            wait.cancel()
        if (fill := self._fills.pop(lane.shard, None)) is not None:
            fill.cancel()

    async def close(self) -> None:
        """Ends everything under way."""
        for wait in self._waits.values():
            wait.cancel()
        fills = list(self._fills.values())
        for fill in fills:
            fill.cancel()
        await asyncio.gather(*fills, return_exceptions=True)

    def _judge(self, lane: Lane, awaited: int) -> None:
        """The patience is over: has it come?"""
        del self._waits[lane.shard]
        if (lane.head or 0) >= awaited:
            self._advance(lane)
        elif self._gate.open:
            self._fills[lane.shard] = asyncio.create_task(self._fill(lane))

    async def _fill(self, lane: Lane) -> None:
        try:
            while self._gate.open and (gap := lane.gap(self._options.events)) is not None:
                await self._read(lane, gap)
        finally:
            if self._fills.get(lane.shard) is asyncio.current_task():
                del self._fills[lane.shard]
        self._advance(lane)

    async def _read(self, lane: Lane, gap: tuple[int, int]) -> None:
        """Reads one gap, or a part of it."""
        try:
            rows = await self._fill_gap(lane.shard, *gap)
        except Exception:
            self.failures += 1
            self._log.warning("gap_not_filled", shard=lane.shard, gap=gap, exc_info=True)
            await asyncio.sleep(self._options.retry_s)
            return
        self.filled += len(rows)
        lane.put(rows)
        self._advance(lane)
        if lane.head == gap[0] and self._gate.open:
            self._missing(lane)
            await asyncio.sleep(self._options.retry_s)

    def _missing(self, lane: Lane) -> None:
        """The database did not have what comes next: it says where the shard really stands."""
        head = self._database_head(lane.shard)
        if head <= (lane.head or 0):
            self._log.warning("unknown_events", shard=lane.shard, head=head, known=lane.known)
            lane.doubt(head)
