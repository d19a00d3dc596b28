"""From a cursor to what a client is sent: pages of the topic, or the reason for a snapshot.

Invariants: pages join from the client's position to the position asked for, without a hole and
without an event twice; only events that the viewer may see today are in them, while their
positions go on over those that are left out; what retention dropped meanwhile is noticed, since
the floor is read after the events.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from mobile_contract.cards import CARD_KINDS, Gap, TopicState
from mobile_contract.live import (
    Cursor,
    Events,
    FeedPage,
    FeedSnapshot,
    Reset,
    RollupRow,
    TopicSnapshot,
    place_of,
    position_of,
)
from models.queries.feed import FeedRow
from models.queries.replays import (
    ShardState,
    TopicPlace,
    events_between,
    more_than,
    shard_state,
)
from models.queries.snapshots import newest_events, one_moment
from models.queries.today import counts_today
from realtime.cursors import cursor_text
from realtime.frames import event_of
from realtime.principals import Principal
from realtime.rollup import Today
from realtime.scopes import OpenTopic, Scopes
from realtime.sight import Sight


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """Bounds of catching up."""

    page_events: int = 500
    most_events: int = 5_000  # beyond, a snapshot of a few cards says more than all of them
    at_once: int = 6  # catch-ups that ask the database; the rest wait, as after a restart


@dataclass(frozen=True, slots=True)
class Page:
    """What happened in a topic after `prev`, up to `upto`, that the viewer may see."""

    prev: int
    upto: int
    rows: Sequence[FeedRow]


@dataclass(frozen=True, slots=True)
class Behind:
    """The client cannot be led on event by event: it takes a snapshot."""

    reason: str


class Replay:
    """Catching up and snapshots, from PostgreSQL."""

    def __init__(self, pool: Any, scopes: Scopes, options: ReplayOptions) -> None:
        self._pool = pool
        self._scopes = scopes
        self._options = options
        self._turns = asyncio.Semaphore(options.at_once)

    async def pages(
        self, principal: Principal, topic: OpenTopic, after: int, upto: int
    ) -> AsyncGenerator[Page | Behind]:
        """Pages that lead from one position of the topic to another; a Behind ends them.

        The last page ends at `upto`, or at `after` when that is later already.
        """
        place, sight = topic.place, self._scopes.sight(principal)
        async with self._turn() as connection:
            state = await shard_state(connection, place.shard)
            behind = await self._behind(connection, place, state, after, upto)
        while behind is None and after < upto:
            async with self._turn() as connection:
                rows = await events_between(
                    connection,
                    place,
                    place_of(after)[1],
                    place_of(upto)[1],
                    self._options.page_events,
                )
                floor = (await shard_state(connection, place.shard)).floor
                visible = await self._visible(connection, topic, sight, rows)
            if place_of(after)[1] < floor:
                behind = Behind("retention")
                break
            full = len(rows) == self._options.page_events
            end = position_of(place.shard, rows[-1].seq) if full else upto
            yield Page(after, end, visible)
            after = end
        if behind is not None:
            yield behind

    async def snapshot(
        self, principal: Principal, topics: Sequence[OpenTopic], cards: int
    ) -> FeedSnapshot:
        """Each topic's newest cards, all as of one moment."""
        sight = self._scopes.sight(principal)
        async with self._turns, one_moment(self._pool) as connection:
            made = [await self._snapshot(connection, topic, sight, cards) for topic in topics]
            state = await shard_state(connection, principal.shard)
        positions = {snapshot.topic: snapshot.upto for snapshot in made}
        return FeedSnapshot(state.epoch, made, cursor_text(Cursor(state.epoch, positions)))

    async def page(
        self, principal: Principal, topics: Sequence[OpenTopic], cursor: Cursor, limit: int
    ) -> FeedPage:
        """At most `limit` events after a cursor, topic by topic; `more`: ask again at once.

        Topics that the cursor does not know begin with a reset; those of the cursor that are not
        among `topics` are left out of the answer and keep their positions.
        """
        frames: list[Events] = []
        resets: list[Reset] = []
        positions = dict(cursor.positions)
        epoch, left = cursor.epoch, limit
        more = False
        for topic in topics:
            async with self._turn() as connection:
                state = await shard_state(connection, topic.place.shard)
            head = position_of(topic.place.shard, state.head)
            if state.epoch != cursor.epoch:
                epoch = state.epoch
                resets.append(Reset("epoch", topic.name, head))
                positions[topic.name] = head
                continue
            after = cursor.positions.get(topic.name)
            if after is None:
                resets.append(Reset("too_far_behind", topic.name, head))
                positions[topic.name] = head
                continue
            async with aclosing(self.pages(principal, topic, after, head)) as steps:
                async for step in steps:
                    if isinstance(step, Behind):
                        resets.append(Reset(step.reason, topic.name, head))
                        positions[topic.name] = head
                        break
                    if left == 0 and step.rows:
                        more = True
                        break
                    rows, upto = step.rows[:left], step.upto
                    if len(rows) < len(step.rows):
                        upto, more = position_of(topic.place.shard, rows[-1].seq), True
                    events = [event_of(row) for row in rows]
                    frames.append(Events(topic.name, step.prev, upto, events))
                    positions[topic.name] = upto
                    left -= len(rows)
                    if more:
                        break
        return FeedPage(frames, resets, cursor_text(Cursor(epoch, positions)), more)

    async def today(self, unit_id: UUID, shard: int, zone: ZoneInfo) -> Today:
        """What happened today below each child of a unit; where its roll-up begins (CountToday)."""
        async with self._turns, one_moment(self._pool) as connection:
            found = await counts_today(connection, unit_id, shard, zone)
        rows = [
            RollupRow(
                each.unit_id,
                each.reports,
                each.approvals,
                each.returns,
                each.slips,
                each.last_at,
            )
            for each in found.rows
        ]
        return Today(found.seq, found.day, rows)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[Any]:
        async with self._turns, self._pool.acquire() as connection:
            yield connection

    async def _behind(
        self, connection: Any, place: TopicPlace, state: ShardState, after: int, upto: int
    ) -> Behind | None:
        shard, after_seq = place_of(after)
        if shard != place.shard:
            return Behind("moved")
        if after_seq > state.head:
            return Behind("epoch")  # ahead of all that ever happened: of another feed
        if after_seq < state.floor:
            return Behind("retention")
        upto_seq, most = place_of(upto)[1], self._options.most_events
        far = upto_seq - after_seq > most
        if far and await more_than(connection, place, after_seq, upto_seq, most):
            return Behind("too_far_behind")
        return None

    async def _visible(
        self, connection: Any, topic: OpenTopic, sight: Sight, rows: Sequence[FeedRow]
    ) -> Sequence[FeedRow]:
        return rows if topic.own else await sight.seen(connection, rows)

    async def _snapshot(
        self, connection: Any, topic: OpenTopic, sight: Sight, cards: int
    ) -> TopicSnapshot:
        async def seen(connection: Any, rows: Sequence[FeedRow]) -> list[FeedRow]:
            return list(await self._visible(connection, topic, sight, rows))

        newest = await newest_events(connection, topic.place, CARD_KINDS, cards, seen)
        upto = position_of(topic.place.shard, newest.state.head)
        start = upto
        if newest.events:
            start = position_of(topic.place.shard, newest.events[0].seq - 1)
        state = TopicState(topic.name, start, topic.mode, cards)
        frame = Events(topic.name, start, upto, [event_of(row) for row in newest.events])
        folded = state.apply(frame)
        assert not isinstance(folded, Gap)  # the frame begins where the state stands
        return folded.as_snapshot()
