"""Codes on documents: read however typed, never mistaken for another; kinds and formats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.documents import (
    FORMATS,
    LETTERS,
    MEDIA_TYPES,
    DocumentFormat,
    DocumentKind,
    file_name,
    masked,
    new_code,
    read_code,
    shown,
)
from models.rules.receipts import ALPHABET, with_check

codes = st.text(st.sampled_from(ALPHABET), min_size=LETTERS, max_size=LETTERS).map(with_check)


@given(codes)
def test_a_code_is_read_as_it_was_shown(code):
    printed = shown(code)

    assert [len(group) for group in printed.split("-")] == [4, 4, 5]
    assert read_code(printed) == code
    assert read_code(printed.lower().replace("-", " ")) == code


@given(codes, st.integers(0, LETTERS), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(code, place, letter):
    changed = code[:place] + letter + code[place + 1 :]

    assert read_code(changed) == (code if changed == code else None)


@given(codes, st.integers(0, LETTERS), st.integers(0, LETTERS))
def test_two_swapped_letters_are_noticed(code, one, other):
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)

    assert read_code(swapped) == (code if swapped == code else None)


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_none(text):
    assert read_code(text) is None or len(str(read_code(text))) == LETTERS + 1


def test_codes_are_drawn_by_chance():
    drawn = {new_code() for _ in range(200)}

    assert len(drawn) == 200
    assert all(read_code(code) == code for code in drawn)


@pytest.mark.parametrize(
    ("name", "seen"),
    [("Siti Aminah", "S••• A•••"), ("Budi", "B•••"), ("", ""), ("I  Wayan", "I••• W•••")],
)
def test_strangers_see_the_first_letters(name, seen):
    assert masked(name) == seen


@given(st.text(max_size=60))
def test_no_whole_name_is_shown(name):
    assert len(masked(name)) <= 5 * len(name.split())


def test_every_kind_has_a_format_and_every_format_a_type():
    assert set(FORMATS) == set(DocumentKind)
    assert all(FORMATS.values())
    assert set(MEDIA_TYPES) == set(DocumentFormat)


def test_a_file_is_named_after_what_it_is_and_never_after_a_person():
    assert file_name(DocumentKind.PERSON_RECAP, "2026-Q4", DocumentFormat.PDF) == (
        "denyut-person-recap-2026-Q4.pdf"
    )
    assert file_name(DocumentKind.MY_DATA, None, DocumentFormat.ZIP) == "denyut-my-data.zip"
