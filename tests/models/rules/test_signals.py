"""Signs of trouble at their limits, and the laws that keep them fair."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.signals import PersonFacts, Signal, SignalLimits, in_order, signals

FINE = PersonFacts(activated=True, days_in_service=400, silent_working_days=0)
counts = st.integers(0, 60)
people = st.builds(
    PersonFacts,
    activated=st.booleans(),
    days_in_service=st.integers(0, 5_000),
    reports=counts,
    late=counts,
    decided=counts,
    returned=counts,
    stuck=counts,
    silent_working_days=st.none() | st.integers(0, 30),
    away=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (FINE, set()),
        (replace(FINE, activated=False, days_in_service=13), set()),
        (replace(FINE, activated=False, days_in_service=14), {Signal.NEVER_SIGNED_IN}),
        (replace(FINE, reports=4, late=4), set()),
        (replace(FINE, reports=5, late=4), {Signal.ALWAYS_LATE}),
        (replace(FINE, reports=10, late=7), set()),
        (replace(FINE, decided=4, returned=4), set()),
        (replace(FINE, decided=10, returned=2), set()),
        (replace(FINE, decided=10, returned=3), {Signal.MANY_RETURNS}),
        (replace(FINE, stuck=1), set()),
        (replace(FINE, stuck=2), {Signal.OUTBOX_STUCK}),
        (replace(FINE, silent_working_days=4), set()),
        (replace(FINE, silent_working_days=5), {Signal.OUTBOX_STUCK}),
        (replace(FINE, silent_working_days=None), set()),
    ],
)
def test_signals_begin_at_their_limits(facts: PersonFacts, expected: set[Signal]):
    assert signals(facts) == expected


@given(people)
def test_whoever_was_away_for_the_whole_window_gives_no_sign(facts: PersonFacts):
    assert signals(replace(facts, away=True)) == frozenset()


@given(people, st.sampled_from(["late", "returned", "stuck"]), st.integers(0, 20))
def test_more_trouble_never_takes_a_sign_away(facts: PersonFacts, what: str, more: int):
    assert signals(facts) <= signals(replace(facts, **{what: getattr(facts, what) + more}))


@given(people, st.integers(0, 20))
def test_longer_silence_never_takes_a_sign_away(facts: PersonFacts, more: int):
    silent = facts.silent_working_days or 0
    assert signals(facts) <= signals(replace(facts, silent_working_days=silent + more))


@given(people)
def test_who_has_not_begun_is_not_said_to_have_a_stuck_outbox(facts: PersonFacts):
    assert Signal.OUTBOX_STUCK not in signals(replace(facts, activated=False))


@given(people)
def test_an_answer_never_depends_on_the_order_of_a_set(facts: PersonFacts):
    found = in_order(signals(facts))
    assert found == sorted(found, key=list(Signal).index)
    assert set(found) == signals(facts)


def test_limits_are_settings():
    strict = SignalLimits(late_reports=1, late_share=0.1)
    assert signals(replace(FINE, reports=1, late=1), strict) == {Signal.ALWAYS_LATE}
