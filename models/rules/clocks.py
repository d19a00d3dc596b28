"""A phone's clock beside the server's: the corrected time of a capture, and when to doubt it.

Nothing is refused for a wrong clock. The device's time is kept as it came, the server's time
beside it, and a corrected time is worked out from both; what cannot be right is flagged for a
person to look at. Invariant: a corrected time is never later than the receipt.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from models.rules.flags import ReportFlag

RIGHT_WITHIN_S = 120.0  # assumed: a phone that nobody has set by hand, and a slow request
OLDEST = timedelta(days=400)  # assumed: no outbox is honestly older than a yearly period

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClockDoubt(StrEnum):
    """Why a corrected time is flagged."""

    WRONG_CLOCK = "wrong_clock"
    """The phone's clock was off when it sent; the capture was moved by as much."""
    CLOCK_CHANGED = "clock_changed"
    """By the phone's own clock it was captured after it was sent."""
    IN_FUTURE = "in_future"
    """Captured later than received, and the phone told no sending time to compare."""
    TOO_OLD = "too_old"
    """Captured longer ago than any outbox holds an item."""


@dataclass(frozen=True, slots=True)
class CorrectedTime:
    """The instant to reckon with, and how it came about.

    `offset_s` is how many seconds the phone's clock was behind the server's (negative: ahead),
    None when the phone did not tell. `reason` is set exactly when `flagged`.
    """

    at: datetime
    offset_s: float | None
    reason: ClockDoubt | None

    @property
    def flagged(self) -> bool:
        """Whether a person should look at this time before relying on it."""
        return self.reason is not None

    @property
    def flags(self) -> ReportFlag:
        """What the report carries of this: nothing, a wrong clock, or one that cannot be told."""
        if self.reason is None:
            return ReportFlag(0)
        return ReportFlag.CLOCK_UNKNOWN if self.offset_s is None else ReportFlag.CLOCK_WRONG


def corrected(
    captured_at: datetime,
    sent_at: datetime | None,
    received_at: datetime,
    right_within_s: float = RIGHT_WITHIN_S,
    oldest: timedelta = OLDEST,
) -> CorrectedTime:
    """The capture in server time, from three aware instants; the first two by the phone's clock.

    A clock within `right_within_s` counts as right and the capture stands as told. A worse one
    is taken to have been as wrong at the capture as at the sending.
    """
    offset_s = None if sent_at is None else (received_at - sent_at).total_seconds()
    at, reason = captured_at, None
    if offset_s is not None and abs(offset_s) > right_within_s:
        at, reason = _moved(captured_at, offset_s, received_at), ClockDoubt.WRONG_CLOCK
    if sent_at is not None and captured_at > sent_at:
        reason = ClockDoubt.CLOCK_CHANGED
    elif sent_at is None and (captured_at - received_at).total_seconds() > right_within_s:
        reason = ClockDoubt.IN_FUTURE
    elif received_at - at > oldest:
        reason = ClockDoubt.TOO_OLD
    return CorrectedTime(min(at, received_at), offset_s, reason)


def uuid7_time(report_id: UUID) -> datetime | None:
    """The capture time inside a UUIDv7 (RFC 9562, milliseconds, by the phone's clock).

    None for any other version, or beyond the year 9999.
    """
    if report_id.version != 7:
        return None
    try:
        return _UNIX_EPOCH + timedelta(milliseconds=report_id.int >> 80)
    except OverflowError:
        return None


def _moved(captured_at: datetime, offset_s: float, received_at: datetime) -> datetime:
    """`captured_at` shifted by the offset, or the receipt where the calendar has no such day."""
    try:
        return captured_at + timedelta(seconds=offset_s)
    except OverflowError:
        return received_at
