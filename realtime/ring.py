"""The recent frames of one topic, so that a reader who fell behind continues without the database.

Invariant: the frames join without a hole from `floor` to `head` (each one's `prev` is the `upto`
of the one before), and they never exceed the limits except for a single newest frame.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from mobile_contract.live import SHARDS
from realtime.frames import Frame


@dataclass(frozen=True)
class RingLimits:
    """How far back a ring reaches."""

    max_bytes: int = 262_144  # a burst of 300 events of 600 bytes fits, and 1,000 rings are ≤256 MB
    max_frames: int = 512


class TopicRing:
    """Frames in the order they were made, and the positions between which they reach."""

    __slots__ = ("_bytes", "_frames", "_limits", "floor", "head")

    def __init__(self, position: int, limits: RingLimits) -> None:
        """An empty ring that stands at `position`: nothing before it can be had from here."""
        self._frames: list[Frame] = []  # a list, not a deque: empty it costs 56 bytes, not 600
        self._bytes = 0
        self._limits = limits
        self.floor: int = position
        self.head: int = position

    @property
    def held_bytes(self) -> int:
        """Bytes of the frames held."""
        return self._bytes

    def append(self, frame: Frame) -> None:
        """Adds the next frame and lets go of the oldest beyond the limits.

        Raises ValueError when the frame does not join the one before.
        """
        if frame.prev != self.head or frame.upto <= frame.prev:
            raise ValueError(f"a frame {frame.prev}→{frame.upto} does not follow {self.head}")
        self._frames.append(frame)
        self._bytes += len(frame.wire)
        self.head = frame.upto
        excess = 0
        while len(self._frames) - excess > 1 and (
            self._bytes > self._limits.max_bytes
            or len(self._frames) - excess > self._limits.max_frames
        ):
            self._bytes -= len(self._frames[excess].wire)
            excess += 1
        if excess:
            self.floor = self._frames[excess].prev
            del self._frames[:excess]

    def frames_after(self, position: int) -> Sequence[Frame] | None:
        """The frames that lead from `position` to the head; None when the ring does not reach it.

        A position inside a frame (a cursor from another process) gets that whole frame: a client
        applies a frame whose `prev` is not past its position and drops the events it has seen.
        A position of another shard is never reached.
        """
        if position < self.floor or position % SHARDS != self.head % SHARDS:
            return None
        return self._frames[bisect_right(self._frames, position, key=attrgetter("upto")) :]

    def restart(self, position: int) -> None:
        """Forgets every frame and stands at `position`, as after a gap that nothing can fill."""
        self._frames = []
        self._bytes = 0
        self.floor = self.head = position
