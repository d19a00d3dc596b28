"""What a phone does at the moment of a report: an id made from its clock, and the capture time.

Invariant: an id is made once, at capture, and travels with the report for ever; that is what makes
sending it twice harmless.
"""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from mobile_contract.reports import Location, NewReport


def uuid7(at: datetime) -> UUID:
    """A UUIDv7 (RFC 9562) of this instant: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = int(at.timestamp() * 1000)
    random = secrets.randbits(74)
    high, low = random >> 62, random & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def utc_now() -> datetime:
    """The phone's clock."""
    return datetime.now(UTC)


def captured_report(
    target_id: UUID,
    quantity: float,
    note: str = "",
    *,
    captured_at: datetime,
    activity_at: datetime | None = None,
    location: Location | None = None,
) -> NewReport:
    """A report taken down now. Left out, `activity_at` is the capture itself."""
    return NewReport(
        id=uuid7(captured_at),
        target_id=target_id,
        quantity=quantity,
        activity_at=activity_at or captured_at,
        note=note,
        captured_at=captured_at,
        location=location,
    )
