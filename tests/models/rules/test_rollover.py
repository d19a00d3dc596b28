"""Rolling over: what lapsed goes on in a later period, and nothing is asked for twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.pace import Aspect, Direction, Goal, State
from models.rules.refusals import Conflict, InvalidValue, PeriodClosed
from models.rules.rollover import (
    Ending,
    Stage,
    carried_quantity,
    next_target_id,
    rollover_problem,
    stage,
)

END = datetime(2026, 11, 1, tzinfo=UTC)
LATER = END, END + timedelta(days=30)
LAPSED = Ending(END, "lapsed")
instants = st.integers(-2_000, 2_000).map(lambda days: END + timedelta(days=days))
amounts = st.floats(min_value=0, max_value=1e6)


@pytest.mark.parametrize(
    ("ending", "found"),
    [
        (Ending(END, "on_track"), Stage.RUNNING),
        (Ending(END, "at_risk"), Stage.RUNNING),
        (Ending(END, "slipped"), Stage.RUNNING),
        (Ending(END, "achieved"), Stage.ACHIEVED),
        (LAPSED, Stage.LAPSED),
        (Ending(END, "lapsed", closed_at=END), Stage.CLOSED),
        (Ending(END, "lapsed", rolled_over_at=END), Stage.ROLLED_OVER),
        (Ending(END, "lapsed", closed_at=END, rolled_over_at=END), Stage.ROLLED_OVER),
    ],
)
def test_the_stage_of_a_target(ending: Ending, found: Stage) -> None:
    assert stage(ending) is found


def test_what_lapsed_is_rolled_over_into_a_later_period() -> None:
    assert rollover_problem(LAPSED, LATER, END) is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.LAPSED])
def test_what_did_not_lapse_is_not_rolled_over(state: State) -> None:
    problem = rollover_problem(Ending(END, state.value), LATER, END + timedelta(days=2))
    assert isinstance(problem, Conflict)
    assert problem.details["field"] == "state"


def test_a_period_that_still_runs_and_one_that_is_closed_are_refused() -> None:
    too_soon = rollover_problem(LAPSED, LATER, END - timedelta(seconds=1))
    assert isinstance(too_soon, Conflict)
    closed = rollover_problem(Ending(END, "lapsed", closed_at=END), LATER, END)
    assert isinstance(closed, PeriodClosed)


@given(instants, instants)
def test_a_target_never_goes_back_in_time(start: datetime, end: datetime) -> None:
    problem = rollover_problem(LAPSED, (start, end), END)
    if problem is None:
        assert end > END
        assert start < end
    else:
        assert isinstance(problem, InvalidValue)


@given(amounts, amounts)
def test_what_is_carried_is_what_is_missing(quantity: float, done: float) -> None:
    carried = carried_quantity(Goal(quantity), done)
    assert 0 <= carried <= quantity
    assert carried == 0 or carried + done == pytest.approx(quantity)


@given(amounts, amounts, amounts)
def test_more_done_never_carries_more(quantity: float, done: float, more: float) -> None:
    goal = Goal(quantity)
    assert carried_quantity(goal, done + more) <= carried_quantity(goal, done)


@pytest.mark.parametrize(
    "goal",
    [
        Goal(5, Direction.LOWER),
        Goal(5, Direction.RANGE, low=3, high=8),
        Goal(5, aspect=Aspect.QUALITY),
        Goal(5, aspect=Aspect.TIME),
    ],
)
def test_limits_ranges_and_measured_values_hold_anew(goal: Goal) -> None:
    assert carried_quantity(goal, 4) == 5


@given(st.uuids(), st.uuids())
def test_each_target_has_one_next_one_of_its_own(one: UUID, other: UUID) -> None:
    assert next_target_id(one) == next_target_id(one)
    assert (next_target_id(one) == next_target_id(other)) == (one == other)
    assert next_target_id(one) != one
