"""What one socket is sent next. It holds a position for each topic, never a queue.

While a socket keeps up, a frame is written to it the moment it is made. When more than HIGH_WATER
bytes are unsent nothing more is written until it drains; then it continues from the ring, or is
told to take a snapshot. Invariant: what is written of a topic joins without a hole, or a reset
stands in between.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

import msgspec

from mobile_contract import live
from realtime.frames import Frame, text_frame
from realtime.ring import TopicRing
from realtime.writers import HIGH_WATER, NotOpen, Writer


@dataclass(frozen=True, slots=True)
class Send:
    """Write these frames; the socket then stands at `position`."""

    wire: bytes
    position: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing new, or a slow reader."""


@dataclass(frozen=True, slots=True)
class Reset:
    """The ring no longer reaches back to the socket's position: it takes a snapshot."""


def next_step(position: int, ring: TopicRing, unsent_bytes: int) -> Send | Wait | Reset:
    """What one socket does now in one topic, standing at `position`.

    A Send carries at most HIGH_WATER bytes, or one frame.
    """
    if unsent_bytes > HIGH_WATER or position >= ring.head:
        return Wait()  # position > head: its replay reached further than this process has heard
    frames = ring.frames_after(position)
    if frames is None:
        return Reset()
    wires = [frames[0].wire]
    size = len(wires[0])
    for frame in frames[1:]:
        size += len(frame.wire)
        if size > HIGH_WATER:
            break
        wires.append(frame.wire)
    return Send(b"".join(wires), frames[len(wires) - 1].upto)


class Gate:
    """Whether frames may go out now: not held by hand, and today's rights are known."""

    __slots__ = ("_fresh", "held", "missed")

    def __init__(self, fresh: Callable[[], bool]) -> None:
        self._fresh = fresh
        self.held = False
        self.missed = False
        """Whether a socket found it shut and waits to catch up."""

    @property
    def open(self) -> bool:
        """Asked each time before frames go out."""
        return not self.held and self._fresh()


class Place:
    """Where one socket stands in a topic; `position` is None until its replay is done.

    It holds all that `wake` looks at, so that a frame for a thousand sockets does not fetch a
    thousand subscriptions, too.
    """

    __slots__ = ("position", "put", "ready", "ring", "socket")

    def __init__(
        self, socket: "Subscription", ring: TopicRing, put: Callable[[bytes], int]
    ) -> None:
        self.socket = socket
        self.ring = ring
        self.put = put
        self.ready = socket.behind_since is None
        """Whether the socket keeps up."""
        self.position: int | None = None


def wake(places: Iterable[Place], frame: Frame) -> None:
    """A frame was made: it goes to every socket that keeps up. Never raises for a connection."""
    prev, upto, wire = frame.prev, frame.upto, frame.wire
    for place in places:
        if place.position == prev and place.ready:
            try:
                unsent_bytes = place.put(wire)
            except NotOpen:
                continue  # the gateway learns of it by its own way and detaches
            place.position = upto
            if unsent_bytes > HIGH_WATER:
                place.socket.falls_behind()
        elif place.position is not None:
            place.socket.pump(frame.topic, place)


class Subscription:
    """One socket's topics. `Hub.attach` joins one; the gateway starts it after its replay."""

    __slots__ = ("_clock", "_gate", "_places", "_writer", "behind_since")

    def __init__(self, writer: Writer, gate: Gate, clock: Callable[[], float]) -> None:
        """`gate` is the hub's; `clock` gives monotonic seconds and is read only when behind."""
        self._writer = writer
        self._gate = gate
        self._clock = clock
        self._places: dict[str, Place] = {}
        self.behind_since: float | None = None
        """Clock at which the socket began to be too full; None while it drains. The gateway closes
        a socket that stays behind too long (4408)."""
        writer.on_drained = self.on_drained

    @property
    def positions(self) -> Mapping[str, int]:
        """Where the socket stands, by topic; topics whose replay is not done are left out."""
        return {
            topic: place.position
            for topic, place in self._places.items()
            if place.position is not None
        }

    def join(self, topic: str, ring: TopicRing) -> Place:
        """A topic of this socket, silent until `start`."""
        place = self._places[topic] = Place(self, ring, self._writer.write)
        return place

    def start(self, topic: str, position: int) -> None:
        """Live from `position` on: what the ring has after it goes out now."""
        place = self._places.get(topic)
        if place is not None:
            place.position = position
            self.pump(topic, place)

    def leave(self, topic: str) -> None:
        """No more of this topic."""
        place = self._places.pop(topic, None)
        if place is not None:
            place.position = None

    def on_drained(self) -> None:
        """The writer has room again: catch up in every topic."""
        self._keeps_up()
        for topic, place in list(self._places.items()):
            self.pump(topic, place)

    def reset(self, topic: str, reason: str) -> None:
        """Tells the client to take a snapshot of the topic, which goes on from its ring's head."""
        place = self._places.get(topic)
        if place is not None and place.position is not None:
            place.position = place.ring.head
            self.tell(live.Reset(reason, topic, place.ring.head))

    def tell(self, message: live.ServerMessage) -> None:
        """Writes one message. Never raises for the connection."""
        self.write(text_frame(msgspec.json.encode(message)))

    def write(self, wire: bytes) -> None:
        """Writes finished frames that belong to no ring. Never raises for the connection."""
        try:
            unsent_bytes = self._writer.write(wire)
        except NotOpen:
            return
        if unsent_bytes > HIGH_WATER:
            self.falls_behind()

    def falls_behind(self) -> None:
        """More is unsent than the socket may hold: it gets nothing more until it drains."""
        if self.behind_since is None:
            self.behind_since = self._clock()
            for place in self._places.values():
                place.ready = False

    def pump(self, topic: str, place: Place) -> None:
        """Sends what the ring has after the socket's place, as far as there is room."""
        while place.position is not None:
            if not self._gate.open:
                self._gate.missed = True
                return
            unsent_bytes = self._writer.unsent_bytes
            if unsent_bytes <= HIGH_WATER:
                self._keeps_up()
            step = next_step(place.position, place.ring, unsent_bytes)
            match step:
                case Send(wire, position):
                    place.position = position
                    self.write(wire)
                case Reset():
                    self.reset(topic, "too_far_behind")
                case Wait():
                    return
                case _:
                    assert_never(step)

    def _keeps_up(self) -> None:
        if self.behind_since is not None:
            self.behind_since = None
            for place in self._places.values():
                place.ready = True
