"""Where a target leads: laws of the forecast and of what each day must bring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.forecast import asks_for_nothing, forecast, needed_per_working_day
from models.rules.pace import Aspect, Direction, Goal, Progress

amounts = st.floats(0, 1e6)
sums = st.builds(
    Goal,
    quantity=st.floats(0.5, 1e6),
    direction=st.sampled_from([Direction.HIGHER, Direction.LOWER]),
    aspect=st.sampled_from([Aspect.QUANTITY, Aspect.COST]),
)
growing = st.builds(Goal, quantity=st.floats(0.5, 1e6)) | st.builds(
    lambda low, more: Goal(0, Direction.RANGE, low=low, high=low + more),
    st.floats(0.5, 1e6),
    st.floats(0, 1e6),
)
progresses = st.builds(Progress, approved=amounts, pending=amounts)
totals = st.floats(1, 1e8)
days = st.integers(1, 300)


@given(sums, progresses, totals)
def test_at_the_end_the_forecast_is_what_was_done(
    goal: Goal, progress: Progress, total_s: float
) -> None:
    assert forecast(goal, progress, total_s, total_s) == progress.done
    assert forecast(goal, progress, total_s * 2, total_s) == progress.done


@given(sums, progresses, totals, st.floats(0, 1))
def test_before_the_grace_nothing_is_forecast_and_later_never_less_than_done(
    goal: Goal, progress: Progress, total_s: float, share: float
) -> None:
    found = forecast(goal, progress, share * total_s, total_s)
    if share < goal.grace * 0.99:
        assert found is None
    if found is not None:
        assert found >= progress.done


@given(sums, progresses, totals)
def test_half_time_doubles(goal: Goal, progress: Progress, total_s: float) -> None:
    assert forecast(goal, progress, total_s / 2, total_s) == pytest.approx(2 * progress.done)


@given(growing, progresses, amounts, days)
def test_more_progress_never_raises_the_need(
    goal: Goal, progress: Progress, more: float, left: int
) -> None:
    before = needed_per_working_day(goal, progress, left)
    after = needed_per_working_day(goal, Progress(progress.approved + more, progress.pending), left)
    assert before is not None
    assert after is not None
    assert after <= before


@given(growing, progresses, days)
def test_whoever_does_what_is_needed_reaches_the_floor(
    goal: Goal, progress: Progress, left: int
) -> None:
    needed = needed_per_working_day(goal, progress, left)
    assert needed is not None
    assert needed * left + progress.done >= goal.floor * (1 - 1e-9)
    assert (needed == 0) == (progress.done >= goal.floor)


@given(progresses, days, totals)
def test_where_there_is_no_daily_share_none_is_named(
    progress: Progress, left: int, total_s: float
) -> None:
    for goal in (Goal(10, Direction.LOWER), Goal(85, aspect=Aspect.QUALITY), Goal(0)):
        assert needed_per_working_day(goal, progress, left) is None
    assert needed_per_working_day(Goal(1e9), progress, 0) is None
    assert needed_per_working_day(Goal(0.0), progress, 0) is None


def test_a_target_of_zero_asks_for_nothing_and_is_not_forecast() -> None:
    assert asks_for_nothing(Goal(0))
    assert not asks_for_nothing(Goal(0, Direction.LOWER))  # nothing may happen: that is a goal
    assert forecast(Goal(0), Progress(3), 50, 100) is None


def test_leave_for_the_whole_period_leaves_nothing_to_forecast() -> None:
    assert forecast(Goal(100), Progress(3), 0, 0) is None


def test_a_measured_value_is_forecast_as_it_is_and_missing_stays_missing() -> None:
    goal = Goal(85, aspect=Aspect.QUALITY)
    assert forecast(goal, Progress(measured=91.0, observations=4), 1, 100) == 91.0
    assert forecast(goal, Progress(), 50, 100) is None


def test_what_is_reached_needs_nothing_more_even_after_the_end() -> None:
    assert needed_per_working_day(Goal(10), Progress(10), 0) == 0.0
