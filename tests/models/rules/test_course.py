"""How a target went: laws of what was expected by each day, and of what was done."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, Calendar, DateRange
from models.rules.course import CoursePoint, DaySum, course
from models.rules.pace import Aspect, Direction, Goal
from models.rules.worktime import Timetable

START = datetime(2026, 10, 31, 17, tzinfo=UTC)  # 1 November in Jakarta, a Sunday
PERIOD = (START, START + timedelta(days=30))
NOW = START + timedelta(days=14, hours=5)  # the 15th
FIRST = date(2026, 11, 1)
CALENDAR = Calendar("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS)
AWAY = replace(CALENDAR, leave=(DateRange(date(2026, 11, 9), date(2026, 11, 13)),))
VISITS = Goal(quantity=210)

days = st.dates(date(2026, 10, 20), date(2026, 12, 10))
sums = st.dictionaries(
    days, st.builds(DaySum, quantity=st.floats(0, 100), reports=st.integers(1, 5))
)


def went(
    goal: Goal, said: dict[date, DaySum], calendar: Calendar = CALENDAR, now: datetime = NOW
) -> list[CoursePoint]:
    return course(goal, Timetable(calendar, *PERIOD), PERIOD, "Asia/Jakarta", said, now)


@given(sums)
def test_every_day_of_the_period_has_its_point_and_all_that_was_done_is_in_the_last(
    said: dict[date, DaySum],
) -> None:
    points = went(VISITS, said, now=PERIOD[1])
    assert [each.day for each in points] == [FIRST + timedelta(days=n) for n in range(30)]
    assert points[-1].done == pytest.approx(sum(each.quantity for each in said.values()))
    done = [each.done for each in points if each.done is not None]
    assert done == sorted(done)


@given(st.sampled_from([CALENDAR, AWAY]))
def test_what_is_expected_grows_with_working_time_up_to_the_goal(calendar: Calendar) -> None:
    expected = [each.expected for each in went(VISITS, {}, calendar)]
    assert expected == sorted(expected, key=lambda value: value or 0.0)
    assert expected[0] == 0.0, "a Sunday asks for nothing"
    assert expected[-1] == pytest.approx(VISITS.quantity)


def test_over_leave_the_expectation_is_level() -> None:
    by_day = {each.day: each.expected for each in went(VISITS, {}, AWAY)}
    assert by_day[date(2026, 11, 8)] == by_day[date(2026, 11, 13)]
    assert by_day[date(2026, 11, 16)] != by_day[date(2026, 11, 13)]


def test_the_days_ahead_are_not_known_and_not_zero() -> None:
    points = went(VISITS, {FIRST: DaySum(4, 1)})
    assert [each.done for each in points[:15]] == [4.0] * 15
    assert {each.done for each in points[15:]} == {None}


def test_a_measured_value_is_its_mean_so_far_beside_its_limit() -> None:
    wait = Goal(quantity=60, aspect=Aspect.TIME, direction=Direction.LOWER)
    said = {date(2026, 11, 3): DaySum(80, 2), date(2026, 11, 4): DaySum(100, 1)}
    by_day = {each.day: each for each in went(wait, said)}
    assert by_day[date(2026, 11, 2)].done is None
    assert by_day[date(2026, 11, 3)].done == 40
    assert by_day[date(2026, 11, 4)].done == 60
    assert {each.expected for each in by_day.values()} == {60}


def test_of_a_goal_that_asks_for_nothing_nothing_is_expected() -> None:
    assert {each.expected for each in went(Goal(quantity=0), {})} == {None}
    away = replace(CALENDAR, leave=(DateRange(date(2026, 10, 1), date(2026, 12, 31)),))
    assert {each.expected for each in went(VISITS, {}, away)} == {None}
