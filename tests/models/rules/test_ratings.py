"""Suggestions: the bands and their edges, the plain mean, the median of the seven values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.ratings import (
    ASSUMED,
    Bands,
    Item,
    Rating,
    Shown,
    Value,
    band,
    behaviour_suggested,
    departs,
    suggested,
)
from models.rules.refusals import ReasonRequired

percents = st.integers(min_value=0, max_value=30_000).map(lambda cents: cents / 100)
items = st.lists(
    st.tuples(st.sampled_from(["main", "additional"]), st.none() | percents), max_size=12
).map(lambda pairs: [Item(str(n), kind, reached) for n, (kind, reached) in enumerate(pairs)])
ratings = st.sampled_from(Rating)


def seven(*given: Rating) -> list[Shown]:
    each = given * 7 if len(given) == 1 else given
    return [Shown(value, rating, "Contoh") for value, rating in zip(Value, each, strict=True)]


@pytest.mark.parametrize(
    ("percent", "rating"),
    [
        (0.0, Rating.BELOW),
        (79.99, Rating.BELOW),
        (80.0, Rating.MEETS),
        (110.0, Rating.MEETS),
        (110.01, Rating.ABOVE),
        (250.0, Rating.ABOVE),
    ],
)
def test_both_ends_belong_to_meets(percent, rating):
    assert band(percent, ASSUMED) is rating


def test_nothing_known_has_no_rating():
    assert band(None, ASSUMED) is None
    assert suggested([], ASSUMED).rating is None
    answer = suggested([Item("a", "main", None)], ASSUMED)
    assert (answer.rating, answer.mean, answer.missing) == (None, None, ("a",))


def test_the_mean_is_plain_and_rounded_before_it_is_banded():
    answer = suggested([Item("a", "main", 79.99), Item("b", "main", 80.0)], ASSUMED)
    assert (answer.mean, answer.rating) == (80.0, Rating.MEETS)  # 79.995 on paper is 80.00


def test_one_result_far_beyond_its_goal_does_not_hide_the_others():
    answer = suggested([Item("a", "main", 400.0), Item("b", "main", 30.0)], ASSUMED)
    assert (answer.mean, answer.rating) == (75.0, Rating.BELOW)
    assert answer.items[0].achievement == 400.0


def test_additional_results_are_shown_and_not_counted():
    answer = suggested([Item("a", "main", 90.0), Item("b", "additional", 10.0)], ASSUMED)
    assert (answer.mean, answer.rating) == (90.0, Rating.MEETS)
    assert answer.items[1].rating is Rating.BELOW


def test_bands_that_do_not_rise_are_refused():
    with pytest.raises(ValueError, match="bands rise"):
        Bands(meets_from=120, above_over=110)


@given(items)
def test_what_is_missing_changes_no_mean(some):
    known = [item for item in some if item.achievement is not None]
    assert suggested(some, ASSUMED).mean == suggested(known, ASSUMED).mean
    assert len(suggested(some, ASSUMED).missing) == len(some) - len(known)


@given(items, st.randoms(use_true_random=False))
def test_the_order_of_the_results_is_of_no_matter(some, random):
    shuffled = random.sample(some, len(some))
    before, after = suggested(some, ASSUMED), suggested(shuffled, ASSUMED)
    assert (before.mean, before.rating) == (after.mean, after.rating)


@given(items, percents)
def test_reaching_more_never_lowers_the_suggestion(some, more):
    before = suggested([Item("x", "main", 1.0), *some], ASSUMED).mean
    after = suggested([Item("x", "main", 1.0 + more), *some], ASSUMED).mean
    assert before is not None
    assert after is not None
    assert before <= after


def test_the_suggested_behaviour_is_the_median_of_the_seven():
    below, meets, above = Rating
    assert behaviour_suggested(seven(below, below, below, meets, above, above, above)) is meets
    assert behaviour_suggested(seven(below, below, below, below, above, above, above)) is below
    assert behaviour_suggested(seven(above)) is above


@pytest.mark.parametrize("value", list(Value))
def test_each_of_the_seven_needs_an_example(value):
    shown = [each for each in seven(Rating.MEETS) if each.value is not value]
    with pytest.raises(ReasonRequired) as unnamed:
        behaviour_suggested(shown)
    with pytest.raises(ReasonRequired) as blank:
        behaviour_suggested([*shown, Shown(value, Rating.MEETS, "  ")])
    assert unnamed.value.details == {"field": f"behaviour.{value}.example"} == blank.value.details


@given(st.lists(ratings, min_size=7, max_size=7), st.integers(0, 6))
def test_showing_one_value_better_never_lowers_the_median(given_ratings, place):
    order = list(Rating)
    better = [*given_ratings]
    better[place] = Rating.ABOVE
    before = behaviour_suggested(seven(*given_ratings))
    assert order.index(before) <= order.index(behaviour_suggested(seven(*better)))


def test_a_decision_departs_when_it_is_not_the_suggestion_or_there_was_none():
    assert departs(Rating.MEETS, Rating.ABOVE)
    assert departs(Rating.MEETS, None)
    assert not departs(Rating.MEETS, Rating.MEETS)
