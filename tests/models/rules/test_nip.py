"""A NIP is 18 digits with a birth date that exists; nothing more is asked of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.nip import masked, parse_nip
from models.rules.refusals import InvalidNip

PNS = "198703142010012001"
PPPK = "199205202025212034"  # 202521: a year and a contract count, no month

births = st.dates(min_value=date(1900, 1, 1))
tails = st.integers(0, 10**10 - 1).map("{:010d}".format)


@given(births, tails)
def test_every_existing_birth_date_with_any_other_ten_digits_is_a_nip(born: date, tail: str):
    digits = f"{born:%Y%m%d}".rjust(8, "0") + tail
    nip = parse_nip(digits)
    assert nip.digits == digits
    assert nip.birth_date == born


@pytest.mark.parametrize(
    "text", ["19870314 201001 2 001", " 198703142010012001\n", "1987031420 10012001"]
)
def test_spaces_are_no_part_of_it(text: str):
    assert parse_nip(text) == parse_nip(PNS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19870314201001200",  # 17
        "1987031420100120011",  # 19
        "198702302010012001",  # 30 February
        "198713142010012001",  # month 13
        "000003142010012001",  # year 0
        "19870314201001200a",
        "-98703142010012001",
        "١٩٨٧٠٣١٤٢٠١٠٠١٢٠٠١",  # digits, but not these
        "²98703142010012001",
    ],
)
def test_what_cannot_be_a_nip_is_refused_without_repeating_it(text: str):
    with pytest.raises(InvalidNip) as refused:
        parse_nip(text)
    assert refused.value.details == {}


@given(st.text(max_size=40))
def test_any_text_is_either_a_nip_or_refused(text: str):
    try:
        nip = parse_nip(text)
    except InvalidNip:
        return
    assert len(nip.digits) == 18


def test_a_contract_number_is_recognised_as_a_hint():
    assert parse_nip(PPPK).is_pppk
    assert not parse_nip(PNS).is_pppk


@given(births, tails)
def test_logs_see_the_serial_alone(born: date, tail: str):
    digits = f"{born:%Y%m%d}".rjust(8, "0") + tail
    assert parse_nip(digits).masked == "*" * 15 + digits[-3:]
    assert digits not in repr(parse_nip(digits))


@pytest.mark.parametrize("text", ["", "hunter2hunter2hunt", "12345", "1" * 19])
def test_anything_else_typed_into_the_field_is_hidden_whole(text: str):
    assert masked(text) == "***"
