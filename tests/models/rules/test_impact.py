"""Equal windows on both sides of the turning point, and a caveat wherever one is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.impact import MOST_MONTHS, Caveat, caveats, windows
from models.rules.periods import Days

SPANS = windows(date(2026, 8, 15), 3)
RAMADAN = Days(date(2026, 2, 18), date(2026, 3, 19))
months = st.integers(1, MOST_MONTHS)
days = st.dates(date(2001, 1, 1), date(2099, 1, 1))


def test_the_windows_meet_at_the_turning_point():
    assert SPANS.before == Days(date(2026, 5, 1), date(2026, 7, 31))
    assert SPANS.after == Days(date(2026, 8, 1), date(2026, 10, 31))


@given(days, months)
def test_windows_are_whole_months_without_a_gap(since: date, count: int):
    spans = windows(since, count)
    assert spans.before.last + timedelta(days=1) == spans.after.first
    assert spans.before.first.day == spans.after.first.day == 1
    assert (spans.after.first.year, spans.after.first.month) == (since.year, since.month)
    for span in (spans.before, spans.after):
        end = span.last + timedelta(days=1)
        assert (end.year - span.first.year) * 12 + end.month - span.first.month == count


def said(**change: object) -> set[Caveat]:
    usual: dict[str, object] = {
        "today": date(2026, 11, 24),
        "reports_before": 10,
        "responses": (40, 50),
        "ramadans": (),
        "staff": (9, 10),
    }
    return set(caveats(SPANS, **(usual | change)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({}, set()),
        ({"reports_before": 0}, {Caveat.BEFORE_HAS_NO_DATA}),
        ({"today": date(2026, 11, 1)}, set()),
        ({"today": date(2026, 10, 31)}, {Caveat.AFTER_IS_RUNNING}),
        ({"responses": (29, 50)}, {Caveat.FEW_RESPONSES}),
        ({"responses": (0, 0)}, set()),
        ({"staff": (7, 10)}, {Caveat.OTHER_STAFF}),
        ({"staff": (8, 10)}, set()),
        ({"staff": (0, 0)}, set()),
    ],
)
def test_a_caveat_stands_where_it_is_due(change: dict[str, object], more: set[Caveat]):
    assert said(**change) == {Caveat.NOT_A_CAUSE} | more


def test_ramadan_on_one_side_only_is_said():
    in_spring = windows(date(2026, 3, 1), 1)
    today = date(2026, 11, 24)
    usual = {"today": today, "reports_before": 1, "responses": (0, 0), "staff": (1, 1)}
    assert Caveat.SEASONAL_RAMADAN not in caveats(in_spring, ramadans=[RAMADAN], **usual)
    later = windows(date(2026, 4, 1), 1)
    assert Caveat.SEASONAL_RAMADAN in caveats(later, ramadans=[RAMADAN], **usual)


@given(st.integers(0, 9), st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_no_difference_is_ever_called_an_effect(reports: int, responses: tuple[int, int]):
    assert Caveat.NOT_A_CAUSE in said(reports_before=reports, responses=responses)
