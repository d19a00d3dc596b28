"""Codes of the survey: random, forgiving to the hand that types them, and stored as a hash."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.receipts import ALPHABET
from models.rules.survey_codes import LETTERS, new_letters, point_code, visit_code, visit_hash

words = st.text(ALPHABET, min_size=LETTERS, max_size=LETTERS)


def test_a_points_code_is_eight_letters_of_chance():
    made = {new_letters() for _ in range(100)}
    assert len(made) == 100
    assert all(len(code) == LETTERS and set(code) <= set(ALPHABET) for code in made)


@given(words)
def test_a_points_code_is_read_however_it_was_copied(letters: str):
    assert point_code(letters.lower().replace("0", "o").replace("1", "i")) == letters
    assert point_code(f" {letters[:4]}-{letters[4:]}") == letters


@given(words)
def test_a_visit_code_is_read_however_it_was_typed(letters: str):
    shown = visit_code(letters)
    assert [len(group) for group in shown.split("-")] == [4, 4, 1]
    alike = shown.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert visit_hash(shown) is not None
    assert visit_hash(alike) == visit_hash(shown)


@given(words, words)
def test_two_codes_have_two_hashes(one: str, other: str):
    same = visit_hash(visit_code(one)) == visit_hash(visit_code(other))
    assert same == (one == other)


@given(words)
def test_a_slip_of_the_pen_is_no_code(letters: str):
    shown = visit_code(letters)
    wrong = ALPHABET[(ALPHABET.index(shown[0]) + 1) % 32]
    assert visit_hash(wrong + shown[1:]) is None
    assert visit_hash(shown[:-1]) is None
    assert visit_hash("") is None


@given(words)
def test_the_hash_does_not_hold_the_code(letters: str):
    stored = visit_hash(visit_code(letters))
    assert stored is not None
    assert len(stored) == 32
    assert letters.encode() not in stored
