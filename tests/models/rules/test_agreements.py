"""Agreements: three states, three steps, and results that serve upwards only."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.agreements import (
    Chain,
    Served,
    State,
    Step,
    leads_back,
    next_state,
    serves_problem,
)
from models.rules.refusals import AgreementNotOpen

ids = st.integers(min_value=1, max_value=12).map(lambda number: UUID(int=number))
ANI, HEAD, MAYOR, STRANGER = (UUID(int=number) for number in range(1, 5))
OF_ANI = Chain(ANI, 2026, frozenset({HEAD, MAYOR}))


def test_an_agreement_is_proposed_and_then_agreed_or_returned() -> None:
    assert next_state(State.DRAFT, Step.PROPOSE) is State.PROPOSED
    assert next_state(State.PROPOSED, Step.AGREE) is State.AGREED
    assert next_state(State.PROPOSED, Step.RETURN) is State.DRAFT


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.DRAFT, Step.AGREE),
        (State.DRAFT, Step.RETURN),
        (State.PROPOSED, Step.PROPOSE),
        (State.AGREED, Step.PROPOSE),
        (State.AGREED, Step.AGREE),
        (State.AGREED, Step.RETURN),
    ],
)
def test_every_other_step_is_refused_and_says_the_state(state: State, step: Step) -> None:
    with pytest.raises(AgreementNotOpen) as refused:
        next_state(state, step)
    assert refused.value.details == {"state": state.value}


@given(st.lists(st.sampled_from(Step), max_size=20))
def test_agreed_is_reached_by_a_proposal_and_never_left(
    steps: list[Step],
) -> None:
    state, proposed = State.DRAFT, False
    for step in steps:
        before = state
        try:
            state = next_state(state, step)
        except AgreementNotOpen:
            continue
        assert before is not State.AGREED
        proposed = proposed or step is Step.PROPOSE
    assert state is State.DRAFT or proposed


@pytest.mark.parametrize(
    ("served", "problem"),
    [
        (Served(HEAD, 2026), None),
        (Served(MAYOR, 2026), None),
        (Served(STRANGER, 2026), "not_above"),
        (Served(ANI, 2026), "not_above"),
        (Served(HEAD, 2025), "other_year"),
        (Served(HEAD, 2026, dropped=True), "dropped"),
        (None, "unknown"),
    ],
)
def test_a_result_serves_one_of_somebody_above_in_the_same_year(
    served: Served | None, problem: str | None
) -> None:
    assert serves_problem(OF_ANI, served) == problem


def test_being_above_oneself_on_paper_does_not_help() -> None:
    odd = Chain(ANI, 2026, frozenset({ANI}))
    assert serves_problem(odd, Served(ANI, 2026)) == "not_above"


@given(st.lists(st.tuples(ids, ids), max_size=40))
def test_results_that_are_linked_one_by_one_never_form_a_circle(
    wishes: list[tuple[UUID, UUID]],
) -> None:
    serves: dict[UUID, UUID] = {}
    for result_id, serves_id in wishes:
        if not leads_back(serves, result_id, serves_id):
            serves[result_id] = serves_id
    for start in serves:
        steps, at = 0, start
        while at in serves:
            at, steps = serves[at], steps + 1
            assert steps <= len(serves)


@given(st.dictionaries(ids, ids, max_size=12), ids, ids)
def test_a_circle_that_is_there_already_is_walked_once(
    serves: dict[UUID, UUID], result_id: UUID, serves_id: UUID
) -> None:
    assert leads_back(serves, result_id, serves_id) in (True, False)
    assert leads_back(serves, result_id, result_id)
