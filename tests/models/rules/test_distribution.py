"""The distribution warns where it departs, stays quiet among few, and refuses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.distribution import ASSUMED, Expectations, Shares, shares, warning
from models.rules.predicates import Predicate

VERY_GOOD, GOOD, NEEDS, POOR, VERY_POOR = Predicate
counted = st.fixed_dictionaries({each: st.integers(0, 40) for each in Predicate})


def test_a_unit_as_expected_is_not_spoken_of():
    assert warning({VERY_GOOD: 3, GOOD: 14, NEEDS: 2, POOR: 1}, GOOD) is None


def test_everybody_very_good_in_an_agency_that_needs_improvement_is_said():
    found = warning({VERY_GOOD: 12}, NEEDS)
    assert found is not None
    assert (found.own, found.decided) == (NEEDS, 12)
    departed = {each.predicate: (each.share, each.expected) for each in found.departures}
    assert departed == {VERY_GOOD: (1.0, 0.05), GOOD: (0.0, 0.55), NEEDS: (0.0, 0.30)}


def test_few_people_have_no_distribution():
    assert warning({VERY_GOOD: 9}, NEEDS) is None
    assert warning({}, NEEDS, at_least=0) is None


def test_without_a_predicate_of_the_organisation_nothing_is_expected():
    assert warning({VERY_GOOD: 50}, None) is None


def test_a_difference_of_exactly_the_tolerance_is_no_departure():
    expectations = Expectations(good=Shares(0.25, 0.75, 0.0, 0.0, 0.0))
    assert warning({VERY_GOOD: 8, GOOD: 12}, GOOD, expectations, 0.15, 10) is None
    assert warning({VERY_GOOD: 9, GOOD: 11}, GOOD, expectations, 0.15, 10) is not None


def test_expected_shares_must_add_up():
    with pytest.raises(ValueError, match="add up"):
        Shares(0.5, 0.5, 0.5, 0.0, 0.0)


@pytest.mark.parametrize("own", list(Predicate))
def test_what_is_assumed_adds_up_and_is_never_warned_of(own):
    counts = {each: round(ASSUMED.of(own).of(each) * 100) for each in Predicate}
    assert sum(counts.values()) == 100
    assert warning(counts, own) is None


@given(counted, st.sampled_from(Predicate), st.floats(0, 1))
def test_departures_are_beyond_the_tolerance_and_shares_add_up(counts, own, tolerance):
    found = warning(counts, own, tolerance=tolerance)
    if found is not None:
        assert found.decided == sum(counts.values()) >= 10
        assert all(abs(each.share - each.expected) > tolerance - 1e-3 for each in found.departures)
    if counts and sum(counts.values()):
        assert abs(sum(shares(counts).values()) - 1) < 1e-9
