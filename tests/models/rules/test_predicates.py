"""The nine cells of the regulation, written out once more by hand."""

import pytest

from models.rules.predicates import CELLS, Predicate, predicate, predicate_word
from models.rules.ratings import Rating

MATRIX = """
    above  below  Kurang
    above  meets  Baik
    above  above  Sangat Baik
    meets  below  Kurang
    meets  meets  Baik
    meets  above  Baik
    below  below  Sangat Kurang
    below  meets  Butuh Perbaikan
    below  above  Butuh Perbaikan
"""
ROWS = [line.split(maxsplit=2) for line in MATRIX.strip().splitlines()]


@pytest.mark.parametrize(("result", "behaviour", "word"), ROWS)
def test_the_nine_cells(result, behaviour, word):
    assert predicate_word(predicate(Rating(result), Rating(behaviour))) == word


def test_no_pair_of_ratings_is_left_out():
    assert CELLS.keys() == {(result, behaviour) for result in Rating for behaviour in Rating}


def test_every_predicate_has_a_word_in_both_languages_and_can_come_about():
    assert set(CELLS.values()) == set(Predicate)
    for language in ("id", "en"):
        assert len({predicate_word(each, language) for each in Predicate}) == len(Predicate)
