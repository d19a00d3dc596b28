"""Spans in whole months and days beside them: nothing twice, nothing left out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.periods import Days
from models.rules.spans import DAY, next_month, pieces

dates = st.dates(date(2019, 1, 1), date(2031, 12, 31))


def days_of(span: Days) -> list[date]:
    return [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]


@given(dates, st.integers(0, 500))
def test_each_day_lies_in_exactly_one_piece(first: date, length: int) -> None:
    span = Days(first, first + timedelta(days=length))
    cut = pieces(span)
    found = [day for edge in cut.edges for day in days_of(edge)]
    month = cut.months_from
    while month < cut.months_until:
        found += days_of(Days(month, next_month(month) - DAY))
        month = next_month(month)
    assert sorted(found) == days_of(span)


@given(dates, st.integers(0, 500))
def test_an_edge_never_holds_a_whole_month(first: date, length: int) -> None:
    for edge in pieces(Days(first, first + timedelta(days=length))).edges:
        day = edge.first
        while day <= edge.last:
            whole = day.day == 1 and next_month(day) - DAY <= edge.last
            assert not whole
            day += DAY


def test_a_year_is_twelve_months_and_no_edge() -> None:
    cut = pieces(Days(date(2026, 1, 1), date(2026, 12, 31)))
    assert (cut.months_from, cut.months_until, cut.edges) == (
        date(2026, 1, 1),
        date(2027, 1, 1),
        (),
    )
