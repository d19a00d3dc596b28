"""Which days a question is about."""

from datetime import date, timedelta

import pytest

from api.spans import MOST_DAYS, span_of
from models.rules.periods import Days
from models.rules.refusals import InvalidValue


def test_a_period_or_two_days() -> None:
    november = Days(date(2026, 11, 1), date(2026, 11, 30))
    assert span_of("2026-11", None, None) == november
    assert span_of(None, november.first, november.last) == november
    assert span_of(None, november.first, november.first).last == november.first


@pytest.mark.parametrize(
    ("period", "first", "last", "field"),
    [
        (None, None, None, "period"),
        (None, date(2026, 1, 1), None, "period"),
        ("besok", None, None, "period"),
        (None, date(2026, 1, 2), date(2026, 1, 1), "last"),
        (None, date(2000, 1, 1), date(2000, 1, 1) + timedelta(days=MOST_DAYS), "last"),
    ],
)
def test_anything_else_is_refused_by_name(
    period: str | None, first: date | None, last: date | None, field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        span_of(period, first, last)
    assert refused.value.details == {"field": field}
