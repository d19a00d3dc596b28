"""Percent of a goal reached: what counts, what is missing, and that more never counts for less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.achievement import MOST_PERCENT, achievement, index_achievement, rounded
from models.rules.pace import Aspect, Direction, Goal

amounts = st.floats(min_value=0, max_value=1_000_000)
goals = st.floats(min_value=0.001, max_value=1_000_000)


def test_half_of_a_quantity_is_fifty_percent():
    assert achievement(Goal(300), 150, 30) == 50.0


def test_the_goal_itself_is_a_hundred_percent():
    assert achievement(Goal(3), 3, 1) == 100.0


def test_what_was_never_reported_is_missing_and_not_zero():
    assert achievement(Goal(300), None, 0) is None
    assert achievement(Goal(300), 0, 0) is None


def test_reported_and_nothing_reached_is_zero():
    assert achievement(Goal(300), 0, 3) == 0.0


def test_a_goal_of_zero_where_more_is_better_says_nothing():
    assert achievement(Goal(0), 5, 2) is None


@pytest.mark.parametrize(("value", "percent"), [(0, 200.0), (5, 150.0), (10, 100.0), (20, 0.0)])
def test_where_less_is_better_the_limit_is_a_hundred_and_twice_as_much_is_nothing(value, percent):
    goal = Goal(10, Direction.LOWER, Aspect.COST)
    assert achievement(goal, value, 1) == percent


def test_a_limit_of_zero_is_kept_or_broken():
    goal = Goal(0, Direction.LOWER, Aspect.COST)
    assert achievement(goal, 0, 1) == 100.0
    assert achievement(goal, 1, 1) == 0.0


@pytest.mark.parametrize(
    ("value", "percent"), [(0, 0.0), (4, 50.0), (8, 100.0), (12, 100.0), (18, 50.0), (30, 0.0)]
)
def test_a_range_is_a_hundred_inside_and_falls_on_both_sides(value, percent):
    assert achievement(Goal(0, Direction.RANGE, low=8, high=12), value, 1) == percent


def test_a_measured_value_needs_enough_observations():
    goal = Goal(85, Direction.HIGHER, Aspect.QUALITY)
    assert achievement(goal, 85, 9) is None
    assert achievement(goal, 85, 10) == 100.0


def test_an_index_is_measured_against_the_index_that_was_agreed():
    assert index_achievement(88.31, 91.48) == 103.59
    assert index_achievement(88.31, None) is None
    assert index_achievement(0, 91.48) is None


@pytest.mark.parametrize(
    ("percent", "shown"), [(79.994, 79.99), (79.995, 80.0), (110.005, 110.01), (0.125, 0.13)]
)
def test_rounding_is_half_up_as_on_paper(percent, shown):
    assert rounded(percent) == shown


@given(goals, amounts, amounts)
def test_more_approved_never_lowers_what_is_reached(goal, done, more):
    before, after = achievement(Goal(goal), done, 1), achievement(Goal(goal), done + more, 1)
    assert before is not None
    assert after is not None
    assert before <= after


@given(goals, amounts, amounts)
def test_spending_more_never_lifts_what_is_reached(limit, spent, more):
    goal = Goal(limit, Direction.LOWER, Aspect.COST)
    before, after = achievement(goal, spent, 1), achievement(goal, spent + more, 1)
    assert before is not None
    assert after is not None
    assert before >= after


@given(st.floats(min_value=0, max_value=1e6), st.sampled_from(Direction), amounts)
def test_every_answer_is_a_finite_percentage(quantity, direction, value):
    goal = Goal(quantity, direction, low=quantity, high=quantity)
    percent = achievement(goal, value, 1)
    assert percent is None or 0 <= percent <= MOST_PERCENT
