"""Months by the city's own clock."""

import itertools
from datetime import UTC, date, datetime, timedelta

from denyut.demo.months import instant, local, months_before


def test_a_month_begins_at_the_local_midnight() -> None:
    now = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # the first of December in the city
    months = months_before(now, 2)
    assert [month.first for month in months] == [
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 12, 1),
    ]
    assert [month.age for month in months] == [2, 1, 0]
    assert months[-1].start == now
    assert months_before(now - timedelta(seconds=1), 0)[0].first == date(2026, 11, 1)


def test_months_touch_and_leap_years_count() -> None:
    months = months_before(datetime(2028, 3, 31, 23, 0, tzinfo=UTC), 3)
    assert [month.last.day for month in months] == [31, 29, 31, 30]
    for before, after in itertools.pairwise(months):
        assert before.end == after.start


def test_hours_are_counted_from_the_local_midnight() -> None:
    at = instant(date(2026, 11, 24), 7.5)
    assert (local(at).hour, local(at).minute) == (7, 30)
    assert instant(date(2026, 11, 24), 24) == instant(date(2026, 11, 25), 0)
