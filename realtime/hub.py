"""The live edge of one process: events in, one frame for each topic and tick out.

Events of each shard are put in order (`lane.py`); what the bus lost is read from the database.
An event is encoded once, and only when somebody listens to one of its topics; a topic's frame is
built once and the same bytes go to every subscriber. Invariant: the frames of a topic in this
process join without a hole (`prev` of each is `upto` of the one before), in order, each event
once; where that cannot be kept, its subscribers get a reset.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from mobile_contract.live import SHARDS, position_of
from models.queries.feed import FeedRow
from models.rules.refusals import DatabaseAway
from realtime.boards import Boards, CountToday
from realtime.frames import encoded, topics_of
from realtime.gaps import FillGap, GapOptions, Gaps
from realtime.lane import Lane
from realtime.pulse import Heads
from realtime.ring import RingLimits, TopicRing
from realtime.subscriber import Gate, Subscription, wake
from realtime.topic import Topic


@dataclass(frozen=True)
class HubOptions:
    """Times and bounds of the live edge."""

    tick_s: float = 0.05  # frames of a topic are at least this far apart
    wide_tick_s: float = 0.06  # and at most this far, where a thousand sockets take their time
    flush_share: float = 0.08  # of the loop's time, which the writing of frames may take before
    settle_s: float = 0.002  # the first one waits so long: receipts leave before a thousand frames
    keep_topic_s: float = 60.0  # a topic that everybody left still serves those who come back
    frame_bytes: int = 65_536  # events of one frame; more of them make more frames
    rollup_every_s: float = 1.0
    gaps: GapOptions = field(default_factory=GapOptions)
    ring: RingLimits = field(default_factory=RingLimits)


@dataclass(slots=True)
class HubFigures:
    """What the hub has done since it began, for the metrics."""

    events: int = 0  # events that somebody listened to
    frames: int = 0
    filled: int = 0  # events that the bus did not bring in time
    fill_failures: int = 0
    resets: int = 0  # topics that could not go on without a hole


class Hub:
    """Topics, ticks and subscribers of one process. Used from one event loop only."""

    def __init__(
        self,
        options: HubOptions,
        fill_gap: FillGap,
        count_today: CountToday,
        fresh: Callable[[], bool] = lambda: True,
    ) -> None:
        """`fresh`: whether today's rights are known; asked before anything goes out."""
        self.gate = Gate(fresh)
        self._figures = HubFigures()
        self._options = options
        self._gaps = Gaps(options.gaps, fill_gap, self.gate, self._advance, self._database_head)
        self._boards = Boards(count_today, options.gaps.retry_s)
        self._lanes = [Lane(shard) for shard in range(SHARDS)]
        self._topics: list[dict[str, Topic]] = [{} for _ in range(SHARDS)]
        self._idle: dict[Topic, float] = {}
        self._dirty: list[Topic] = []
        self._heads: Heads | None = None
        self._flush_at: asyncio.Handle | None = None
        self._flushed_s = 0.0
        self._tick_s = options.tick_s

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Hub"]:
        """Roll-ups and the clearing of topics go on while the block runs."""
        beat = asyncio.create_task(self._beating(), name="hub")
        try:
            yield self
        finally:
            if self._flush_at is not None:
                self._flush_at.cancel()
            self._boards.close()
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
            await self._gaps.close()

    # --- what comes in ------------------------------------------------------------------------

    def receive(self, rows: Sequence[FeedRow]) -> None:
        """Committed events, in any order, as often as they like to come."""
        for shard, of_shard in groupby(rows, lambda row: row.shard):
            lane = self._lanes[shard]
            lane.put(of_shard)
            self._advance(lane)

    def on_heads(self, heads: Heads) -> None:
        """Where the database stands (from Pulse): shows what the bus lost, and a new epoch."""
        new_epoch = self._heads is not None and self._heads.epoch != heads.epoch
        self._heads = heads
        for lane, head, floor in zip(self._lanes, heads.heads, heads.floors, strict=True):
            if new_epoch:
                self._gaps.forget(lane)
                lane.restart(head)
                self._begin_anew(lane, "epoch")
            lane.heard(head)
            if lane.lost(floor):
                self._begin_anew(lane, "retention")
        self._release()

    def hold(self, held: bool) -> None:
        """While held nothing goes out; afterwards everything that came meanwhile does."""
        self.gate.held = held
        self._release()

    @property
    def figures(self) -> HubFigures:
        """What the hub has done since it began."""
        gaps = self._gaps
        return replace(self._figures, filled=gaps.filled, fill_failures=gaps.failures)

    # --- who listens --------------------------------------------------------------------------

    def attach(self, topic: str, shard: int, subscriber: Subscription) -> int:
        """The socket listens to a topic, silently until `subscriber.start`.

        Gives the position from which this process has everything: replay leads up to it. Raises
        `DatabaseAway` before the first heads are known.
        """
        found = self._topics[shard].get(topic)
        if found is None:
            ring = TopicRing(self._position(shard), self._options.ring)
            found = self._topics[shard][topic] = Topic(topic, shard, ring)
        self._idle.pop(found, None)
        found.places[subscriber] = subscriber.join(topic, found.ring)
        return found.ring.head

    def detach(self, topic: str, shard: int, subscriber: Subscription) -> None:
        """The socket listens no more. Unknown ones are ignored."""
        subscriber.leave(topic)
        found = self._topics[shard].get(topic)
        if found is not None:
            found.places.pop(subscriber, None)
            if not found.places:
                self._idle[found] = asyncio.get_running_loop().time()

    def attach_rollup(
        self, unit_id: UUID, shard: int, zone: ZoneInfo, subscriber: Subscription
    ) -> int:
        """The socket gets the unit's roll-up each second, whole at first, and no single events.

        `zone` says when the unit's day begins. Gives the shard's position. Raises `DatabaseAway`
        before the first heads are known.
        """
        position = self._position(shard)
        self._boards.attach(unit_id, shard, zone, subscriber)
        return position

    def detach_rollup(self, unit_id: UUID, shard: int, subscriber: Subscription) -> None:
        """The socket gets no more roll-ups of the unit. Unknown ones are ignored."""
        self._boards.detach(unit_id, shard, subscriber)

    def ring(self, topic: str, shard: int) -> TopicRing | None:
        """The recent frames of a topic that somebody listens to, or did within the minute."""
        found = self._topics[shard].get(topic)
        return None if found is None else found.ring

    @property
    def epoch(self) -> UUID:
        """The feed's epoch. Raises `DatabaseAway` before the first heads are known."""
        if self._heads is None:
            raise DatabaseAway(retry_after_s=1)
        return self._heads.epoch

    def _position(self, shard: int) -> int:
        head = self._lanes[shard].head
        if head is None:
            raise DatabaseAway(retry_after_s=1)
        return position_of(shard, head)

    # --- events in order ----------------------------------------------------------------------

    def _advance(self, lane: Lane) -> None:
        """Hands on what is next in a shard; sees to it that what is missing comes."""
        if not self.gate.open:
            return  # the lane keeps a window of them; the rest is read again
        for row in lane.take():
            self._deliver(row)
        if lane.behind:
            self._gaps.watch(lane)

    def _database_head(self, shard: int) -> int:
        return 0 if self._heads is None else self._heads.heads[shard]

    def _deliver(self, row: FeedRow) -> None:
        self._boards.add(row)
        topics = self._topics[row.shard]
        if not topics:
            return
        names = topics_of(row)
        listening = [topic for name in names if (topic := topics.get(name)) is not None]
        if listening:
            self._figures.events += 1
            event = encoded(row, names)
            for topic in listening:
                if not topic.pending:
                    self._dirty.append(topic)
                topic.pending.append(event)
            self._flush_soon()

    def _begin_anew(self, lane: Lane, reason: str) -> None:
        """Nothing joins what came before in this shard: its topics go on from its head."""
        position = self._position(lane.shard)
        for topic in self._topics[lane.shard].values():
            self._figures.resets += 1
            topic.begin_anew(position)
            for subscriber in tuple(topic.places):
                subscriber.reset(topic.name, reason)
        self._boards.begin_anew(lane.shard)

    # --- what goes out ------------------------------------------------------------------------

    def _flush_soon(self) -> None:
        """The first event after a quiet tick goes out soon; the next ones wait for the tick."""
        if self._flush_at is None:
            loop = asyncio.get_running_loop()
            due_s = max(self._flushed_s + self._tick_s, loop.time() + self._options.settle_s)
            self._flush_at = loop.call_at(due_s, self._flush)

    def _flush(self) -> None:
        self._flush_at = None
        if not self.gate.open:
            return
        loop, options = asyncio.get_running_loop(), self._options
        self._flushed_s = loop.time()
        dirty, self._dirty = self._dirty, []
        for topic in dirty:
            for frame in topic.frames(options.frame_bytes):
                self._figures.frames += 1
                wake(tuple(topic.places.values()), frame)
        wanted_s = (loop.time() - self._flushed_s) / options.flush_share
        self._tick_s = max(options.tick_s, min(wanted_s, options.wide_tick_s))

    def _release(self) -> None:
        """If frames may go out, those that were held back do."""
        if not self.gate.open:
            return
        for lane in self._lanes:
            self._advance(lane)
        if self._dirty:
            self._flush_soon()
        if self.gate.missed:
            self.gate.missed = False
            waiting = {
                subscriber
                for topics in self._topics
                for topic in topics.values()
                for subscriber in topic.places
            }
            for subscriber in waiting:
                subscriber.on_drained()

    # --- once a second ------------------------------------------------------------------------

    async def _beating(self) -> None:
        while True:
            await asyncio.sleep(self._options.rollup_every_s)
            if self.gate.open:
                self._boards.show(datetime.now(UTC))
            self._clear_idle(asyncio.get_running_loop().time() - self._options.keep_topic_s)

    def _clear_idle(self, before_s: float) -> None:
        """Forgets topics that everybody left before that time."""
        for found in [found for found, since_s in self._idle.items() if since_s <= before_s]:
            del self._idle[found]
            del self._topics[found.shard][found.name]
