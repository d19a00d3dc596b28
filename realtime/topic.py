"""One topic of one shard: its recent frames, the events of the running tick, and who listens."""

from realtime.frames import Frame, LiveEvent, frame, text_frame
from realtime.ring import TopicRing
from realtime.subscriber import Place, Subscription


class Topic:
    """Invariant: `ring.head` is the `upto` of the newest frame; `pending` comes after it."""

    __slots__ = ("name", "pending", "places", "ring", "shard")

    def __init__(self, name: str, shard: int, ring: TopicRing) -> None:
        self.name = name
        self.shard = shard
        self.ring = ring
        self.pending: list[LiveEvent] = []
        self.places: dict[Subscription, Place] = {}
        """Who listens, and where each of them stands."""

    def frames(self, limit_bytes: int) -> list[Frame]:
        """The events of this tick as frames of at most so many bytes of events (or one event)."""
        made: list[Frame] = []
        events: list[bytes] = []
        size_bytes = 0
        upto = self.ring.head
        for event in self.pending:
            if events and size_bytes + len(event.json) > limit_bytes:
                made.append(self._framed(upto, events))
                events, size_bytes = [], 0
            events.append(event.json)
            size_bytes += len(event.json)
            upto = event.position
        if events:
            made.append(self._framed(upto, events))
        self.pending = []
        return made

    def begin_anew(self, position: int) -> None:
        """Forgets what came before; the topic goes on from `position`."""
        self.pending = []
        self.ring.restart(position)

    def _framed(self, upto: int, events: list[bytes]) -> Frame:
        prev = self.ring.head
        framed = Frame(self.name, prev, upto, text_frame(frame(self.name, prev, upto, events)))
        self.ring.append(framed)
        return framed
