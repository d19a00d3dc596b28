"""Periods as people write them, and the instants they mean in a zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.periods import MOST_DAYS, Days, PeriodKind, bounds, last_ended, parse_period
from models.rules.refusals import InvalidValue

years = st.integers(2000, 2099)


@given(years)
def test_months_and_quarters_tile_the_year(year: int) -> None:
    kind, whole = parse_period(str(year))
    assert kind is PeriodKind.YEAR
    for pieces, expected in (
        ([f"{year}-{month:02}" for month in range(1, 13)], PeriodKind.MONTH),
        ([f"{year}-Q{quarter}" for quarter in range(1, 5)], PeriodKind.QUARTER),
    ):
        parts = [parse_period(piece) for piece in pieces]
        assert {kind for kind, _ in parts} == {expected}
        assert (parts[0][1].first, parts[-1][1].last) == (whole.first, whole.last)
        for (_, before), (_, after) in pairwise(parts):
            assert after.first - before.last == timedelta(days=1)


@pytest.mark.parametrize(
    "written",
    ["", "26-11", "2026-13", "2026-00", "2026-Q5", "2026-11-01", "1999", "2026-1", "20٢٦"],
)
def test_anything_else_is_no_period(written: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_period(written)
    assert refused.value.details == {"field": "period"}


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, MOST_DAYS - 1))
def test_bounds_are_local_midnights_and_half_open(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    start, end = bounds(Days(first, last), "Asia/Makassar")
    assert end - start == timedelta(days=length + 1)
    local = start.astimezone(ZoneInfo("Asia/Makassar"))
    assert (local.date(), local.hour, local.minute) == (first, 0, 0)


def test_each_zone_has_its_own_midnight() -> None:
    days = Days(date(2026, 11, 1), date(2026, 11, 30))
    assert bounds(days, "Asia/Jakarta")[0] == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert bounds(days, "Asia/Jayapura")[0] == datetime(2026, 10, 31, 15, tzinfo=UTC)


@pytest.mark.parametrize("length", [-1, MOST_DAYS])
def test_days_that_run_backwards_or_for_years_are_refused(length: int) -> None:
    first = date(2026, 1, 1)
    with pytest.raises(InvalidValue):
        bounds(Days(first, first + timedelta(days=length)), "Asia/Jakarta")


@pytest.mark.parametrize(
    ("today", "ended"),
    [
        (date(2026, 1, 1), ("2025-12", "2025-Q4", "2025")),
        (date(2026, 3, 31), ("2026-02", "2025-Q4", "2025")),
        (date(2026, 4, 1), ("2026-03", "2026-Q1", "2025")),
        (date(2026, 12, 31), ("2026-11", "2026-Q3", "2025")),
    ],
)
def test_what_ended_last(today: date, ended: tuple[str, str, str]) -> None:
    assert tuple(last_ended(kind, today) for kind in PeriodKind) == ended


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.sampled_from(PeriodKind))
def test_what_ended_last_is_over_and_the_next_one_is_not(today: date, kind: PeriodKind) -> None:
    found, days = parse_period(last_ended(kind, today))
    assert found is kind
    assert days.last < today
    assert last_ended(kind, days.last + timedelta(days=1)) == last_ended(kind, today)
