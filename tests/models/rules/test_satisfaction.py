"""The index is exact, its bands meet without a gap, and nobody's silence counts as a zero."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.satisfaction import (
    ELEMENTS,
    Element,
    Tally,
    first_missing,
    grade,
    index,
    is_low,
    mean,
    rounded,
)

answers = st.fixed_dictionaries({element: st.integers(1, 4) for element in ELEMENTS})
crowds = st.lists(answers, min_size=1, max_size=40)


def tally_of(crowd: list[dict[Element, int]]) -> Tally:
    total = Tally()
    for each in crowd:
        total = total.plus(Tally(each, 1))
    return total


def spread(total: int) -> dict[Element, int]:
    """Element sums that add up to `total`."""
    each, rest = divmod(total, len(ELEMENTS))
    return {element: each + (place < rest) for place, element in enumerate(ELEMENTS)}


def test_the_nine_elements_are_asked_in_one_order():
    assert [str(element) for element in ELEMENTS] == [
        *("requirements", "procedure", "time", "cost", "product", "competence", "behaviour"),
        *("complaints", "facilities"),
    ]


def test_the_golden_case():
    """955 over 29 responses is 91.4750957…"""
    tally = Tally(spread(955), 29)
    assert tally.index == 91.48
    assert tally.grade == "A"


def test_without_responses_there_is_no_index():
    assert index({}, 0) is None
    assert Tally().index is None
    assert Tally().grade is None
    assert Tally().mean(Element.COST) is None
    assert mean(0, 0) is None


def test_an_element_without_a_sum_is_no_zero():
    with pytest.raises(KeyError):
        index({Element.TIME: 4}, 1)


@pytest.mark.parametrize(
    ("value", "band"),
    [
        *(("100", "A"), ("88.31", "A"), ("88.305", "A")),
        *(("88.304", "B"), ("88.30", "B"), ("76.61", "B"), ("76.605", "B")),
        *(("76.604", "C"), ("76.60", "C"), ("65.00", "C"), ("64.995", "C")),
        *(("64.994", "D"), ("64.99", "D"), ("25", "D")),
    ],
)
def test_bands_at_their_edges_after_rounding(value: str, band: str):
    assert grade(value) == band
    assert grade(float(value)) == band


@pytest.mark.parametrize(
    ("total", "responses", "expected"),
    [
        (4_769, 150, 88.31),  # 88.3148…
        (159, 5, 88.33),
        (36, 1, 100.0),
        (9, 1, 25.0),
        (2_340, 100, 65.0),
    ],
)
def test_the_index_of_whole_sums(total: int, responses: int, expected: float):
    assert index(spread(total), responses) == expected


@given(crowds)
def test_it_is_the_mean_of_the_nine_means_times_25(crowd: list[dict[Element, int]]):
    means = [Fraction(sum(each[element] for each in crowd), len(crowd)) for element in ELEMENTS]
    assert tally_of(crowd).index == float(rounded(sum(means, Fraction()) / 9 * 25))


@given(crowds)
def test_it_stays_within_its_bounds_and_has_a_band(crowd: list[dict[Element, int]]):
    tally = tally_of(crowd)
    assert tally.index is not None
    assert 25 <= tally.index <= 100
    assert tally.grade == grade(tally.index)


@given(crowds, st.data())
def test_a_better_answer_never_lowers_it(crowd: list[dict[Element, int]], data: st.DataObject):
    before = tally_of(crowd).index
    who, element = data.draw(st.integers(0, len(crowd) - 1)), data.draw(st.sampled_from(ELEMENTS))
    better = [dict(each) for each in crowd]
    better[who][element] = 4
    after = tally_of(better).index
    assert before is not None
    assert after is not None
    assert after >= before


@given(crowds, crowds)
def test_it_matters_not_in_which_order_people_came(
    one: list[dict[Element, int]], other: list[dict[Element, int]]
):
    assert tally_of(one).plus(tally_of(other)) == tally_of(other).plus(tally_of(one))
    assert tally_of(one + other) == tally_of(one).plus(tally_of(other))


@given(st.fractions(min_value=25, max_value=100), st.fractions(min_value=25, max_value=100))
def test_bands_follow_the_index(one: Fraction, other: Fraction):
    if rounded(one) <= rounded(other):
        assert grade(str(rounded(one))) >= grade(str(rounded(other)))  # "A" comes before "D"


@given(st.fractions(min_value=0, max_value=100))
def test_rounding_is_to_two_decimals_and_never_far(value: Fraction):
    assert (rounded(value) * 100).denominator == 1
    assert -Fraction(1, 200) < rounded(value) - value <= Fraction(1, 200)


def test_a_verdict_is_low_below_the_band_of_c():
    """Eight threes and a two are 72.22; seven twos and two threes 55.56."""
    assert not is_low(dict.fromkeys(ELEMENTS, 3) | {Element.TIME: 2})
    assert is_low(dict.fromkeys(ELEMENTS, 2) | {Element.TIME: 3, Element.COST: 3})


@pytest.mark.parametrize("element", [Element.COMPLAINTS, Element.BEHAVIOUR])
def test_the_worst_answer_about_treatment_is_low_by_itself(element: Element):
    assert is_low(dict.fromkeys(ELEMENTS, 4) | {element: 1})


def test_the_worst_answer_about_something_else_is_not():
    assert not is_low(dict.fromkeys(ELEMENTS, 4) | {Element.COST: 1})


@given(answers)
def test_how_low_is_low_is_a_setting(given_answers: dict[Element, int]):
    assert is_low(given_answers, below=100.01)
    grave = 1 in (given_answers[Element.COMPLAINTS], given_answers[Element.BEHAVIOUR])
    assert is_low(given_answers, below=25.0) == grave


@given(answers, st.sets(st.sampled_from(ELEMENTS)))
def test_what_is_missing_is_named_in_the_order_of_the_questions(
    given_answers: dict[Element, int], left_out: set[Element]
):
    some = {
        element: None if element in left_out else answer
        for element, answer in given_answers.items()
    }
    assert first_missing(some) == min(left_out, key=ELEMENTS.index, default=None)
