"""Whether a report came in time for its period, late, or after the books were closed.

Source: design.md, "The way of a report". A period is *closed* once its appraisal is decided.
Invariant: work captured before the closing is never refused, however late it arrives. Only a
new capture for a closed period is, and the phone keeps that one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.calendars import TimeRange


class Timeliness(StrEnum):
    """How a report stands to its period."""

    ON_TIME = "on_time"
    LATE = "late"
    """Arrived after the period's end, before its appraisal: counts, and is marked."""
    AFTER_CLOSING = "after_closing"
    """Captured before the appraisal, arrived after it: stored for the supervisor to decide."""
    REFUSED = "refused"
    """Captured after the appraisal: the caller raises `PeriodClosed`."""


@dataclass(frozen=True, slots=True)
class Period:
    """A target's period, [start, end); `closed_at` is when its appraisal was decided, if it was."""

    start: datetime
    end: datetime
    closed_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in the period."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Lateness:
    """The answer of `classify`; `outside_period`: the activity itself lies outside the period."""

    timeliness: Timeliness
    outside_period: bool


def classify(
    period: Period,
    captured_at: datetime,
    received_at: datetime,
    activity_at: datetime,
    outages: Iterable[TimeRange] = (),
) -> Lateness:
    """How a report stands to its period; `captured_at` is the corrected time (see clocks.py).

    Captured within the period and during a recorded outage counts as on time whenever it
    arrives before the closing (domain.md, "What people complain of"). `submit_batch_v1` decides
    the same for each report; whoever arrives on the very instant of an end is in time.
    """
    closed_at = period.closed_at
    excused = captured_at <= period.end and any(
        outage.start <= captured_at < outage.end for outage in outages
    )
    if closed_at is not None and captured_at > closed_at:
        timeliness = Timeliness.REFUSED
    elif closed_at is not None and received_at > closed_at:
        timeliness = Timeliness.AFTER_CLOSING
    elif excused or received_at <= period.end:
        timeliness = Timeliness.ON_TIME
    else:
        timeliness = Timeliness.LATE
    return Lateness(timeliness, not period.holds(activity_at))
