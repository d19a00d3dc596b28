"""Activation codes survive being printed, read out and typed, and are kept as hashes only."""

import re

from hypothesis import given
from hypothesis import strategies as st

from api.codes import ALPHABET, CHARACTERS, code_hash, new_code, typed

NIP = "198503172010012003"
CODES = st.text(ALPHABET, min_size=CHARACTERS, max_size=CHARACTERS)


def test_a_code_is_three_groups_without_letters_that_look_like_digits():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)


def test_a_code_holds_at_least_fifty_random_bits():
    assert len(ALPHABET) ** CHARACTERS >= 2**50


@given(CODES)
def test_however_it_is_typed_it_is_the_same_code(code: str):
    expected = code_hash(NIP, code)
    grouped = "-".join(code[i : i + 4] for i in range(0, CHARACTERS, 4))
    for text in (grouped, grouped.lower(), f" {code} ", code.replace("0", "o"), " ".join(code)):
        assert code_hash(NIP, text) == expected
    assert code_hash(NIP, code.replace("1", "l").replace("0", "O")) == expected


@given(CODES, CODES)
def test_another_code_or_another_person_is_another_hash(code: str, other: str):
    assert (code_hash(NIP, code) == code_hash(NIP, other)) is (code == other)
    assert code_hash(NIP, code) != code_hash("199001012015011002", code)


@given(st.text())
def test_whatever_is_typed_can_be_hashed(text: str):
    assert typed(typed(text)) == typed(text)
    if text.isascii():
        assert len(code_hash(NIP, text)) == 64
