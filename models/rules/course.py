"""How a target went, day by day: what was done by the end of each, and what pace asked for by then.

Source: domain.md, "Pace and slipping". Invariants: at the end of the period the expectation is the
goal; it stands still over days without working time, so leave and holidays are level; what is
yet to come is None and not zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.rules.forecast import asks_for_nothing
from models.rules.pace import Goal, expected
from models.rules.worktime import Timetable

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DaySum:
    """What reports of one local day brought, in the target's unit of measure, and how many."""

    quantity: float
    reports: int


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """The end of a local day of the period.

    `done`: the sum so far, of a measured value its mean so far; None: nothing was measured yet, or
    the day has not begun. `expected`: None where nothing can be.
    """

    day: date
    done: float | None
    expected: float | None


def course(
    goal: Goal,
    timetable: Timetable,
    period: tuple[datetime, datetime],
    zone: str,
    sums: Mapping[date, DaySum],
    now: datetime,
) -> list[CoursePoint]:
    """A point for each local day of `period` [start, end), in order.

    `sums` of days outside the period count on its first or last day: they count for the target.
    """
    (start, end), here = period, ZoneInfo(zone)
    first, last = start.astimezone(here).date(), (end - INSTANT).astimezone(here).date()
    today = now.astimezone(here).date()
    total_s = timetable.seconds_between(start, end)
    none = asks_for_nothing(goal) or total_s <= 0
    early = [each for day, each in sums.items() if day < first]
    late = [each for day, each in sums.items() if day > last]
    quantity, reports = sum(each.quantity for each in early), sum(each.reports for each in early)
    points: list[CoursePoint] = []
    day = first
    while day <= last:
        added = [sums[day]] if day in sums else []
        for each in added + (late if day == last else []):
            quantity, reports = quantity + each.quantity, reports + each.reports
        closes = datetime.combine(day + DAY, datetime.min.time(), here)
        share = 0.0 if none else timetable.seconds_between(start, min(closes, end)) / total_s
        asked = None if none else expected(goal, share)
        points.append(CoursePoint(day, _done(goal, quantity, reports, day <= today), asked))
        day += DAY
    return points


def _done(goal: Goal, quantity: float, reports: int, has_begun: bool) -> float | None:
    if not has_begun:
        return None
    if not goal.aspect.is_measured:
        return quantity
    return quantity / reports if reports else None
