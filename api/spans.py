"""The span of days that a question is about: a period as people write it, or two days."""

from datetime import date
from typing import Annotated

from fastapi import Query

from mobile_contract.words import Day
from models.rules.periods import Days, parse_period
from models.rules.refusals import InvalidValue

MOST_DAYS = 3_660  # ten years; what a unit did is counted by months, so it costs 120 rows

Period = Annotated[
    str | None,
    Query(max_length=7, description="`2026-11`, `2026-Q4` or `2026`", examples=["2026-11"]),
]
FirstDay = Annotated[Day | None, Query(description="with `last`, in place of a period")]
LastDay = Annotated[Day | None, Query(description="included")]


def span_of(period: str | None, first: date | None, last: date | None) -> Days:
    """The days of a period, or from `first` to `last`. Raises InvalidValue(field=…)."""
    if period is not None:
        return parse_period(period)[1]
    if first is None or last is None:
        raise InvalidValue(field="period")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise InvalidValue(field="last")
    return Days(first, last)
