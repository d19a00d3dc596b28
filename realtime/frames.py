"""Committed events as bytes: encoded once, joined into frames, sent as they are to every socket.

Invariant: what these functions join by hand is exactly what `mobile_contract.live` describes; the
tests decode every byte of it with those types. No socket costs an encoding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from mobile_contract.live import (
    Event,
    Progress,
    RollupRow,
    person_topic,
    position_of,
    unit_topic,
)
from models.queries.feed import FeedRow
from models.rules import receipts
from models.rules.flags import flag_names

_TEXT_FINAL = 0x81  # FIN and the text opcode, RFC 6455 section 5.2
_SHORT, _MEDIUM = 126, 127  # payload lengths from here on take 2 or 8 more bytes


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One committed event, ready for the wire. `json` is a `mobile_contract.live.Event`.

    `topics`: those of its units from the agency downward, then its person's.
    """

    shard: int
    seq: int
    position: int
    topics: tuple[str, ...]
    kind: str
    at: datetime
    employee_id: UUID
    json: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """What happened in one topic after `prev`, up to `upto`; `wire` is a whole WebSocket frame."""

    topic: str
    prev: int
    upto: int
    wire: bytes


def topics_of(row: FeedRow) -> tuple[str, ...]:
    """The topics an event goes to: each unit from its agency down to its own, then its person.

    An event without a unit (a personal notice) goes to its person alone. Units above the agency
    are left out: their heads are subscribed to every agency below them instead.
    """
    person = person_topic(row.employee_id)
    if row.unit_id is None or row.agency_id is None:
        return (person,)
    path = list(row.unit_path)
    within = path[path.index(row.agency_id) :]
    return (*[unit_topic(unit_id) for unit_id in within], person)


def event_of(row: FeedRow) -> Event:
    """A feed row as the wire type."""
    return Event(
        position=position_of(row.shard, row.seq),
        kind=row.kind,
        at=row.at,
        employee_id=row.employee_id,
        unit_id=row.unit_id,
        receipt=receipts.encode(row.shard, row.seq) if row.kind == "report" else None,
        flags=flag_names(row.flags) if row.flags else [],
        progress=_progress(row),
        content=msgspec.Raw(row.content.encode()),
    )


def encoded(row: FeedRow, topics: tuple[str, ...] | None = None) -> LiveEvent:
    """A feed row ready for the wire. `topics`: those of the row, when they are known already."""
    event = event_of(row)
    return LiveEvent(
        row.shard,
        row.seq,
        event.position,
        topics_of(row) if topics is None else topics,
        row.kind,
        row.at,
        row.employee_id,
        msgspec.json.encode(event),
    )


def _progress(row: FeedRow) -> Progress | None:
    """The event's target as it stood after the commit; None where the event moves no target."""
    if (
        row.target_id is None
        or row.goal is None
        or row.approved is None
        or row.pending is None
        or row.state is None
    ):
        return None
    return Progress(row.target_id, row.goal, row.approved, row.pending, row.state)


def frame(topic: str, prev: int, upto: int, events: Iterable[bytes]) -> bytes:
    """A `mobile_contract.live.Events` message from events that are JSON already."""
    return b'{"type":"events","topic":"%b","prev":%d,"upto":%d,"events":[%b]}' % (
        topic.encode(),
        prev,
        upto,
        b",".join(events),
    )


def rollup_message(
    topic: str, upto: int, at: datetime, rows: Sequence[RollupRow], sample: Iterable[bytes]
) -> bytes:
    """A `mobile_contract.live.Rollup` message with a sample of events that are JSON already."""
    return b'{"type":"rollup","topic":"%b","upto":%d,"at":%b,"rows":%b,"sample":[%b]}' % (
        topic.encode(),
        upto,
        msgspec.json.encode(at),
        msgspec.json.encode(rows),
        b",".join(sample),
    )


def text_frame(payload: bytes) -> bytes:
    """A whole server-to-client WebSocket text frame: header and payload (UTF-8), unmasked."""
    size = len(payload)
    if size < _SHORT:
        return bytes((_TEXT_FINAL, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT_FINAL, _SHORT)) + size.to_bytes(2, "big") + payload
    return bytes((_TEXT_FINAL, _MEDIUM)) + size.to_bytes(8, "big") + payload


def payloads_of(wire: bytes) -> list[str]:
    """The texts of one or more frames made by `text_frame`, for a way that frames by itself."""
    texts: list[str] = []
    at = 0
    while at < len(wire):
        size = wire[at + 1]
        at += 2
        if size >= _SHORT:
            extra = 2 if size == _SHORT else 8
            size = int.from_bytes(wire[at : at + extra], "big")
            at += extra
        texts.append(wire[at : at + size].decode())
        at += size
    return texts
