"""A way to a socket that leaves out what its viewer may not see.

Frames of a topic are built once for everybody. The few viewers who may see a topic but not every
event in it (a head beside another head; a supervisor in the topic of one person, who has notices
of their own) get their frames through this. Invariant: positions stay as they were, so a frame
whose events are all left out still leads the client on.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from mobile_contract.live import RollupRow
from realtime.frames import frame, payloads_of, rollup_message, text_frame
from realtime.scopes import OpenTopic
from realtime.writers import Writer


class _Subject(msgspec.Struct, frozen=True):
    """The part of an event that decides."""

    employee_id: UUID
    unit_id: UUID | None = None


class _Events(msgspec.Struct, frozen=True, tag_field="type", tag="events"):
    topic: str
    prev: int
    upto: int
    events: list[msgspec.Raw]


class _Rollup(msgspec.Struct, frozen=True, tag_field="type", tag="rollup"):
    topic: str
    upto: int
    at: datetime
    rows: list[RollupRow]
    sample: list[msgspec.Raw]


class _Tag(msgspec.Struct, frozen=True):
    type: str


class FilteredWriter:
    """A `realtime.writers.Writer` in front of another one, for one topic of one viewer."""

    __slots__ = ("_hidden", "_notices", "_writer", "on_drained")

    def __init__(self, writer: Writer, topic: OpenTopic) -> None:
        self._writer = writer
        self._hidden = topic.hidden
        self._notices = topic.own
        self.on_drained: Callable[[], None] | None = None
        """Called by whoever owns the writer behind, when that one has drained."""

    @property
    def unsent_bytes(self) -> int:
        """Bytes that wait in the writer behind."""
        return self._writer.unsent_bytes

    def write(self, data: bytes) -> int:
        """Writes what is left of the frames; gives the unsent bytes, or raises `NotOpen`."""
        left = b"".join(text_frame(self._left(text)) for text in payloads_of(data))
        return self._writer.write(left)

    async def finish(self) -> None:
        """Nothing of its own waits here."""

    def abort(self) -> None:
        """Ends the connection behind."""
        self._writer.abort()

    def _left(self, text: str) -> bytes:
        match msgspec.json.decode(text, type=_Tag).type:
            case "events":
                whole = msgspec.json.decode(text, type=_Events)
                return frame(whole.topic, whole.prev, whole.upto, self._seen(whole.events))
            case "rollup":
                rollup = msgspec.json.decode(text, type=_Rollup)
                sample = self._seen(rollup.sample)
                return rollup_message(rollup.topic, rollup.upto, rollup.at, rollup.rows, sample)
            case _:
                return text.encode()

    def _seen(self, events: list[msgspec.Raw]) -> list[bytes]:
        return [bytes(event) for event in events if self._may_see(event)]

    def _may_see(self, event: msgspec.Raw) -> bool:
        subject = msgspec.json.decode(event, type=_Subject)
        notice = subject.unit_id is None and not self._notices
        return subject.employee_id not in self._hidden and not notice
