"""The span of the demo's history: this month and those before it, by the city's own clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.rules.periods import Days, bounds

ZONE: Final = "Asia/Jakarta"
OFFSET: Final = timedelta(hours=7)  # of ZONE, which knows no summer time


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month as a period, [start, end) in UTC. `age`: 0 is this month, 1 the last one."""

    first: date
    last: date
    start: datetime
    end: datetime
    age: int


def local(moment: datetime) -> datetime:
    """The city's clock at an instant."""
    return moment.astimezone(ZoneInfo(ZONE))


def instant(day: date, hours: float) -> datetime:
    """So many hours after a local midnight, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - OFFSET
    return midnight + timedelta(hours=hours)


def months_before(now: datetime, count: int) -> list[Month]:
    """This month and `count` before it, the oldest first."""
    first = local(now).date().replace(day=1)
    months: list[Month] = []
    for age in range(count + 1):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        start, end = bounds(Days(first, last), ZONE)
        months.append(Month(first, last, start, end, age))
        first = (first - timedelta(days=1)).replace(day=1)
    return months[::-1]
