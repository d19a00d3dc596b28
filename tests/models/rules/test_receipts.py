"""A receipt number comes back as the same event, or is refused; it never becomes another."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.rules.receipts import (
    ALPHABET,
    SEQ_LIMIT,
    SHARDS,
    decode,
    encode,
    read_checked,
    with_check,
)
from models.rules.refusals import InvalidValue

shards = st.integers(0, SHARDS - 1)
seqs = st.integers(0, 3_000_000) | st.integers(0, SEQ_LIMIT - 1)
letters = st.sampled_from(ALPHABET)


@given(shards, seqs)
def test_a_receipt_leads_back_to_its_event(shard: int, seq: int):
    assert decode(encode(shard, seq)) == (shard, seq)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ((0, 0), "0000-00"),
        ((3, 12345), "060W-KK"),
        ((15, 2**21 - 1), "ZZZZ-Z1"),
        ((0, 2**21), "1000-00A"),
        ((15, 2**63 - 1), "3ZZZ-ZZZZ-ZZZZ-ZZC"),
    ],
)
def test_released_receipts_never_change(event: tuple[int, int], code: str):
    assert encode(*event) == code
    assert decode(code) == event


@given(shards, seqs, st.data())
def test_any_changed_character_is_noticed(shard: int, seq: int, data: st.DataObject):
    code = encode(shard, seq).replace("-", "")
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(letters)
    assume(other != code[place])
    with pytest.raises(InvalidValue):
        decode(code[:place] + other + code[place + 1 :])


@given(shards, seqs, st.data())
def test_any_two_swapped_characters_are_noticed(shard: int, seq: int, data: st.DataObject):
    code = list(encode(shard, seq).replace("-", ""))
    one = data.draw(st.integers(0, len(code) - 1))
    two = data.draw(st.integers(0, len(code) - 1))
    assume(code[one] != code[two])
    code[one], code[two] = code[two], code[one]
    with pytest.raises(InvalidValue):
        decode("".join(code))


@given(shards, seqs, st.data())
def test_what_people_type_is_read_as_meant(shard: int, seq: int, data: st.DataObject):
    typed = ""
    for letter in encode(shard, seq):
        alike = {"0": "0oO", "1": "1iIlL", "-": ["-", "", " ", " - "]}.get(
            letter, letter + letter.lower()
        )
        typed += data.draw(st.sampled_from(alike))
    assert decode(typed) == (shard, seq)


@given(shards, seqs)
def test_a_number_has_one_code_only(shard: int, seq: int):
    with pytest.raises(InvalidValue):
        decode("0" + encode(shard, seq))


@given(st.text(max_size=30) | st.text(ALPHABET, max_size=16))
def test_any_other_text_is_refused_or_the_code_itself(text: str):
    try:
        event = decode(text)
    except InvalidValue:
        return
    plain = text.upper().replace("-", "").replace(" ", "")
    plain = plain.replace("O", "0").replace("I", "1").replace("L", "1")
    assert encode(*event).replace("-", "") == plain


@pytest.mark.parametrize("text", ["", "4F7K2U", "ı00000", "U" * 6, "ZZZZ-ZZZZ-ZZZZ-ZZZZ"])
def test_letters_outside_the_alphabet_and_endless_codes_are_refused(text: str):
    with pytest.raises(InvalidValue) as refused:
        decode(text)
    assert refused.value.details == {"field": "receipt"}


@pytest.mark.parametrize(("shard", "seq"), [(16, 1), (-1, 1), (0, -1), (0, SEQ_LIMIT)])
def test_no_receipt_is_given_for_an_event_that_cannot_exist(shard: int, seq: int):
    with pytest.raises(ValueError, match="no feed event"):
        encode(shard, seq)


words = st.text(ALPHABET, min_size=1, max_size=30)


@given(words)
def test_other_codes_take_the_same_check(word: str):
    code = with_check(word)
    assert read_checked(code, len(word) + 1) == code
    assert read_checked(" ".join(code.lower()), len(code)) == code
    assert read_checked(code, len(code) + 1) is None


@given(words, st.data())
def test_a_change_in_them_is_noticed(word: str, data: st.DataObject):
    code = with_check(word)
    place, other = data.draw(st.integers(0, len(code) - 1)), data.draw(letters)
    assume(other != code[place])
    assert read_checked(code[:place] + other + code[place + 1 :], len(code)) is None


@pytest.mark.parametrize("text", ["", "U", "ABC*", "Ａ1", "é2"])
def test_what_is_no_such_code_is_none(text: str):
    assert read_checked(text, len(text)) is None
