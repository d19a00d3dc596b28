"""Reports on the wire: what a phone sends and the receipt it gets.

The shapes parse; they do not judge. Unknown fields are ignored. `body_hash` covers the decoded
known fields, so the same report hashes the same by either route and from an app with new fields.
"""

import hashlib
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

MAX_NOTE_CHARACTERS = 4_000
MAX_QUANTITY = 1_000_000.0
MAX_REPORT_BYTES = 64 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024  # fifty long reports; an outbox that is larger comes in halves
MAX_SYNC_BYTES = 16 * 1024 * 1024  # one absurd note must not sink the other items of an outbox
MAX_SYNC_ITEMS = 50
MAX_VERSION = 2**31 - 1  # what the database's integer holds; nobody revises so often

Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
Version = Annotated[int, msgspec.Meta(ge=0, le=MAX_VERSION)]


class Location(msgspec.Struct, frozen=True):
    """Where the phone was at the moment of the report, only where the job's policy asks."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, msgspec.Meta(ge=0)]
    age_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class NewReport(msgspec.Struct, frozen=True):
    """What an employee did, when, and how much toward which target. The id is made at capture.

    `activity_at`: when it happened. `captured_at`: when the phone took it down, by its own clock;
    left out, it is read from a UUIDv7 id, else it is `activity_at`.
    """

    id: UUID
    target_id: UUID
    quantity: float
    activity_at: Zoned
    note: str = ""
    captured_at: Zoned | None = None
    location: Location | None = None


class Revision(msgspec.Struct, frozen=True):
    """A report said anew. `base_version` is the version the phone saw; left out: whatever is."""

    report_id: UUID
    quantity: float
    activity_at: Zoned
    note: str = ""
    base_version: Version | None = None


class Withdrawal(msgspec.Struct, frozen=True):
    """A report taken back by its reporter."""

    report_id: UUID
    reason: str = ""
    base_version: Version | None = None


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """The office's word that a report is committed. `receipt` never changes, the status may."""

    id: UUID
    receipt: str
    status: str
    version: int
    received_at: datetime
    flags: list[str] = []


def body_hash(body: NewReport | Revision | Withdrawal) -> bytes:
    """SHA-256 over the decoded known fields; 32 bytes."""
    return hashlib.sha256(msgspec.msgpack.encode(body)).digest()
