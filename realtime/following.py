"""The topics that one socket follows, and where its client stands in each.

Invariants: a topic goes on exactly where the client stands, live or after a replay, without a
hole and without an event twice; while `held` nothing of any topic is written; what is followed
about others is recorded as a view for as long as it is followed.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from mobile_contract import live
from mobile_contract.live import position_of
from models.queries.feed import FeedRow
from realtime.edge import Edge
from realtime.filtered import FilteredWriter
from realtime.frames import encoded, frame, text_frame
from realtime.principals import Principal
from realtime.replay import Behind, Page
from realtime.scopes import OpenTopic
from realtime.subscriber import Subscription
from realtime.writers import HIGH_WATER, Writer


@dataclass(slots=True, eq=False)
class Followed:
    """One topic. `asked`: by the client. `position`: where the client stands while not live."""

    topic: OpenTopic
    subscription: Subscription
    asked: bool
    position: int | None
    view_id: UUID | None


class Following:
    """All topics of one socket."""

    __slots__ = ("_edge", "_followed", "_room", "_writer", "held", "main")

    def __init__(self, edge: Edge, writer: Writer) -> None:
        self._edge = edge
        self._writer = writer
        self._followed: dict[str, Followed] = {}
        self._room: asyncio.Future[None] | None = None
        self.held = False
        self.main = Subscription(writer, edge.hub.gate, edge.clock)
        """Writes what goes to the client as it is; topics behind a filter have their own."""
        writer.on_drained = self._drained

    @property
    def topics(self) -> Mapping[str, Followed]:
        """What is followed, by name."""
        return self._followed

    @property
    def behind_since(self) -> float | None:
        """Since when the socket has been too full (clock); None while it drains."""
        since = [
            followed.subscription.behind_since
            for followed in self._followed.values()
            if followed.subscription.behind_since is not None
        ]
        if self.main.behind_since is not None:
            since.append(self.main.behind_since)
        return min(since, default=None)

    def begin(
        self, viewer_id: UUID, topic: OpenTopic, asked: bool, position: int | None
    ) -> tuple[Followed, int]:
        """One more topic, silent until `lead_on`; and the position that catching up leads to."""
        view_id = None if topic.own else self._edge.views.begin(viewer_id, topic.place)
        followed = Followed(topic, self._subscription(topic), asked, position, view_id)
        self._followed[topic.name] = followed
        return followed, self._attach(followed)

    def go_on(self, followed: Followed, topic: OpenTopic, afresh: bool) -> int:
        """A topic whose rights were looked at again, silent until `lead_on`.

        `afresh`: the client's position means nothing any more, it begins at the one returned.
        """
        followed.topic, followed.subscription = topic, self._subscription(topic)
        if afresh:
            followed.position = None
        return self._attach(followed)

    def drop(self, followed: Followed) -> None:
        """One topic fewer."""
        self._detach(followed)
        self._followed.pop(followed.topic.name, None)
        if followed.view_id is not None:
            self._edge.views.end(followed.view_id)

    def hold(self) -> None:
        """Nothing of any topic is written from now on; where the client stands is kept in mind."""
        self.held = True
        for followed in self._followed.values():
            self._detach(followed)

    def end(self) -> None:
        """Leaves every topic for good."""
        self.hold()
        for followed in list(self._followed.values()):
            self.drop(followed)
        self._writer.on_drained = None

    async def roomy(self) -> None:
        """Waits until a slow reader has drained; the gateway ends one that never does."""
        while self._writer.unsent_bytes > HIGH_WATER:
            self._room = asyncio.get_running_loop().create_future()
            await self._room

    async def lead_on(self, principal: Principal, followed: Followed) -> None:
        """Leads the client from where it stands to where this process has everything, then live."""
        topic = followed.topic
        ring = self._edge.hub.ring(topic.name, topic.place.shard)
        if topic.mode == "rollup" or ring is None or self._stopped(followed):
            return
        upto = ring.head
        after = upto if followed.position is None else followed.position
        at_hand = topic.whole and after < upto and ring.frames_after(after) is not None
        if after != upto and not at_hand:
            if not await self._caught_up(principal, followed, after, upto):
                return
            after = followed.position or after
        followed.subscription.start(topic.name, after)

    async def _caught_up(
        self, principal: Principal, followed: Followed, after: int, upto: int
    ) -> bool:
        """Writes what the ring no longer holds; whether the client now stands at `position`."""
        topic = followed.topic
        async with aclosing(self._edge.replay.pages(principal, topic, after, upto)) as steps:
            async for step in steps:
                if self._stopped(followed):
                    return False
                if isinstance(step, Behind):
                    followed.position = upto
                    self.main.tell(live.Reset(step.reason, topic.name, upto))
                elif not await self._written(followed, step):
                    return False
        return not self._stopped(followed)

    async def _written(self, followed: Followed, page: Page) -> bool:
        """A page as frames of a bounded size, each once there is room for it."""
        for prev, upto, events in pieces(page, followed.topic.place.shard):
            await self.roomy()
            if self._stopped(followed):
                return False
            self.main.write(text_frame(frame(followed.topic.name, prev, upto, events)))
            followed.position = upto
        return True

    def _stopped(self, followed: Followed) -> bool:
        return self.held or self._followed.get(followed.topic.name) is not followed

    def _subscription(self, topic: OpenTopic) -> Subscription:
        if not topic.filtered:
            return self.main
        writer = FilteredWriter(self._writer, topic)
        return Subscription(writer, self._edge.hub.gate, self._edge.clock)

    def _attach(self, followed: Followed) -> int:
        topic, place = followed.topic, followed.topic.place
        hub, subscription = self._edge.hub, followed.subscription
        if topic.mode == "rollup":
            upto = hub.attach_rollup(place.id, place.shard, topic.zone, subscription)
        else:
            upto = hub.attach(topic.name, place.shard, subscription)
        if followed.position is None:
            followed.position = upto
        return upto

    def _detach(self, followed: Followed) -> None:
        topic, place = followed.topic, followed.topic.place
        position = followed.subscription.positions.get(topic.name)
        if position is not None:
            followed.position = position
        if topic.mode == "rollup":
            self._edge.hub.detach_rollup(place.id, place.shard, followed.subscription)
        else:
            self._edge.hub.detach(topic.name, place.shard, followed.subscription)

    def _drained(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self.main.on_drained()
        for followed in list(self._followed.values()):
            if followed.subscription is not self.main:
                followed.subscription.on_drained()


def pieces(page: Page, shard: int) -> list[tuple[int, int, list[bytes]]]:
    """A page cut into (prev, upto, events) of at most HIGH_WATER bytes of events, or one event."""
    made: list[tuple[int, int, list[bytes]]] = []
    prev, size_bytes = page.prev, 0
    events: list[bytes] = []
    last: FeedRow | None = None
    for row in page.rows:
        event = encoded(row, ()).json
        if last is not None and size_bytes + len(event) > HIGH_WATER:
            upto = position_of(shard, last.seq)
            made.append((prev, upto, events))
            prev, events, size_bytes = upto, [], 0
        events.append(event)
        size_bytes += len(event)
        last = row
    made.append((prev, page.upto, events))
    return made
