"""Periods of targets as people write them: a month, a quarter or a year, and their instants.

Source: domain.md, "Performance management": agreements run for a year, appraisals each month or
quarter. Invariant: days are local days of the work unit's zone; instants are half-open.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.rules.refusals import InvalidValue

MOST_DAYS = 366  # no target runs longer than its year's agreement
_WRITTEN = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


class PeriodKind(StrEnum):
    """How long a template's target runs."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Days:
    """Whole local days, both ends included."""

    first: date
    last: date


def parse_period(text: str) -> tuple[PeriodKind, Days]:
    """`2026-11`, `2026-Q4` or `2026`. Raises InvalidValue(field="period") for anything else."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise InvalidValue(field="period")
    year = int(written[1])
    if written[2]:
        last_month = int(written[2]) * 3
        kind, first_month = PeriodKind.QUARTER, last_month - 2
    elif written[3]:
        first_month = last_month = int(written[3])
        kind = PeriodKind.MONTH
    else:
        kind, first_month, last_month = PeriodKind.YEAR, 1, 12
    after = date(year + last_month // 12, last_month % 12 + 1, 1)
    return kind, Days(date(year, first_month, 1), after - timedelta(days=1))


def bounds(days: Days, zone: str) -> tuple[datetime, datetime]:
    """[start, end) in UTC: from the first local midnight to the one after the last day.

    Raises InvalidValue when the days run backwards or for more than a year.
    """
    if not 0 <= (days.last - days.first).days < MOST_DAYS:
        raise InvalidValue(field="period")
    local = ZoneInfo(zone)
    start = datetime.combine(days.first, time.min, local)
    end = datetime.combine(days.last + timedelta(days=1), time.min, local)
    return start.astimezone(UTC), end.astimezone(UTC)


def last_ended(kind: PeriodKind, today: date) -> str:
    """The latest period of this length that was over before `today`, as people write it."""
    match kind:
        case PeriodKind.MONTH:
            return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
        case PeriodKind.QUARTER:
            ended = (today.month - 1) // 3
            return f"{today.year}-Q{ended}" if ended else f"{today.year - 1}-Q4"
        case PeriodKind.YEAR:
            return str(today.year - 1)
