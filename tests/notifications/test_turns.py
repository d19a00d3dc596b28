"""Slips and recoveries alternate, whatever states a target runs through."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.pace import State
from notifications.turns import Before, Turn, slip_number, turns

states = st.sampled_from(State)
NEW = Before(State.ON_TRACK)


def told(course: list[State]) -> list[Turn]:
    """Everything that people hear of a target that runs through these states."""
    before, heard = NEW, list[Turn]()
    for state in course:
        taken = turns(before, state)
        heard += taken
        is_open = (before.slip_is_open or Turn.SLIP in taken) and Turn.RECOVERY not in taken
        before = Before(state, slip_number(before, taken), is_open)
    return heard


@given(st.lists(states, max_size=30))
def test_slips_and_recoveries_alternate(course: list[State]) -> None:
    story = [turn for turn in told(course) if turn in (Turn.SLIP, Turn.RECOVERY)]
    assert all(one is not other for one, other in pairwise(story))
    assert story[:1] in ([], [Turn.SLIP])


@given(st.lists(states, max_size=30))
def test_nobody_is_left_with_a_slip_that_no_longer_holds(course: list[State]) -> None:
    story = [turn for turn in told(course) if turn in (Turn.SLIP, Turn.RECOVERY)]
    if course and course[-1] in (State.ON_TRACK, State.AT_RISK, State.ACHIEVED):
        assert story[-1:] in ([], [Turn.RECOVERY])


@given(states, st.booleans())
def test_a_state_that_stays_is_not_told(state: State, slip_is_open: bool) -> None:
    assert turns(Before(state, 1, slip_is_open), state) == ()


@given(st.builds(Before, states, st.integers(0, 5), st.booleans(), st.just(True)), states)
def test_history_is_not_told(before: Before, after: State) -> None:
    assert turns(before, after) == ()


@given(st.builds(Before, states, st.integers(0, 5), st.booleans()), states)
def test_the_number_grows_with_a_slip_and_only_then(before: Before, after: State) -> None:
    taken = turns(before, after)
    assert slip_number(before, taken) - before.slip_number == int(Turn.SLIP in taken)


@given(st.builds(Before, states, st.integers(0, 5), st.booleans()), states)
def test_of_a_closed_target_only_the_open_slip_is_taken_back(before: Before, after: State) -> None:
    taken = turns(replace(before, is_closed=True), after)
    ends = before.slip_is_open and after is not before.state
    assert taken == ((Turn.WITHDRAWAL,) if ends else ())


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [
        (State.ON_TRACK, State.AT_RISK, (Turn.RISK,)),
        (State.ON_TRACK, State.SLIPPED, (Turn.SLIP,)),
        (State.AT_RISK, State.SLIPPED, (Turn.SLIP,)),
        (State.AT_RISK, State.ON_TRACK, ()),
        (State.ON_TRACK, State.ACHIEVED, (Turn.ACHIEVEMENT,)),
        (State.ACHIEVED, State.SLIPPED, (Turn.SLIP,)),
        (State.ON_TRACK, State.LAPSED, ()),
    ],
)
def test_who_never_slipped(before: State, after: State, heard: tuple[Turn, ...]) -> None:
    assert turns(replace(NEW, state=before), after) == heard


@pytest.mark.parametrize(
    ("before", "after", "heard"),
    [
        (State.SLIPPED, State.ON_TRACK, (Turn.RECOVERY,)),
        (State.SLIPPED, State.AT_RISK, (Turn.RECOVERY,)),
        (State.SLIPPED, State.ACHIEVED, (Turn.RECOVERY, Turn.ACHIEVEMENT)),
        (State.SLIPPED, State.LAPSED, ()),
        (State.LAPSED, State.ACHIEVED, (Turn.RECOVERY, Turn.ACHIEVEMENT)),
        (State.LAPSED, State.SLIPPED, ()),
    ],
)
def test_whose_slip_is_still_open(before: State, after: State, heard: tuple[Turn, ...]) -> None:
    assert turns(Before(before, 1, slip_is_open=True), after) == heard
