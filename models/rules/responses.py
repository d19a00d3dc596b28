"""How soon a supervisor answers, in that supervisor's own working time.

Source: issue "Targets, feedback, appraisal", 4. The clock of a wait runs only while the supervisor
works and the service could be reached: nights, leave and recorded outages stop it, and it never
starts before they became responsible. Invariants: nothing waited is None and not 0; the order of
the waits is of no matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median

from models.rules.calendars import TimeRange
from models.rules.worktime import Timetable

HOUR_S = 3_600
SLOW_SHARE = 0.9  # nine of ten answers came within this time


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits for its supervisor. `until` is when it was answered; None: not yet."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """The answer of `response_times`; hours are working hours with two decimals."""

    answered: int
    median_hours: float | None
    p90_hours: float | None
    waiting: int
    oldest_waiting_hours: float | None


def response_times(
    waits: Iterable[Wait], timetable: Timetable, outages: Iterable[TimeRange], now: datetime
) -> ResponseTimes:
    """Median and nine-in-ten of what was answered, and the longest of what still waits.

    The timetable has to reach from the first wait to `now`.
    """
    away = merged(outages)
    answered: list[float] = []
    waiting: list[float] = []
    for wait in waits:
        seconds = reachable_seconds(timetable, away, wait.since, wait.until or now)
        (waiting if wait.until is None else answered).append(seconds)
    return ResponseTimes(
        answered=len(answered),
        median_hours=_hours(median(answered)) if answered else None,
        p90_hours=_hours(nearest_rank(answered, SLOW_SHARE)) if answered else None,
        waiting=len(waiting),
        oldest_waiting_hours=_hours(max(waiting)) if waiting else None,
    )


def reachable_seconds(
    timetable: Timetable, outages: Sequence[TimeRange], start: datetime, end: datetime
) -> float:
    """Working seconds from `start` to `end` in which the service could be reached.

    `outages` as `merged` gives them. 0 when `end` is not later.
    """
    lost = sum(
        timetable.seconds_between(max(start, outage.start), min(end, outage.end))
        for outage in outages
        if outage.start < end and start < outage.end
    )
    return max(0.0, timetable.seconds_between(start, end) - lost)


def merged(ranges: Iterable[TimeRange]) -> tuple[TimeRange, ...]:
    """The same time in order and disjoint, so that none of it is counted twice."""
    joined: list[TimeRange] = []
    for each in sorted(ranges, key=lambda one: one.start):
        if joined and each.start <= joined[-1].end:
            joined[-1] = TimeRange(joined[-1].start, max(joined[-1].end, each.end))
        else:
            joined.append(each)
    return tuple(joined)


def nearest_rank(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0-1] of all are not above. Needs one value."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _hours(seconds: float) -> float:
    return round(seconds / HOUR_S, 2)
