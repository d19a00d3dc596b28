"""Cells as people write them: days both ways round, words in both languages, NIPs as text."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.imports.cells import (
    BadCell,
    begins,
    code_in,
    day_in,
    ends,
    nip_in,
    number_in,
    word_in,
)
from models.queries.imports.table import Row


def row(**cells: str) -> Row:
    return Row(7, cells)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day_is_the_same_day_however_it_is_written(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
    ):
        assert day_in(row(d=written), "d") == day


@pytest.mark.parametrize("written", ["31/02/2026", "2026-13-01", "besok", "11/30/2026", "2026"])
def test_what_is_no_day_is_named(written: str) -> None:
    with pytest.raises(BadCell) as bad:
        day_in(row(d=written), "d")
    error = bad.value.at(7)
    assert (error.line, error.column, error.code) == (7, "d", "invalid_date")
    assert error.facts == {"value": written}


def test_an_empty_day_is_none() -> None:
    assert day_in(row(d=""), "d") is None


def test_days_are_local_and_both_ends_are_included() -> None:
    day = date(2026, 11, 30)
    assert begins(day, "Asia/Jakarta") == datetime(2026, 11, 29, 17, tzinfo=UTC)
    assert ends(day, "Asia/Jakarta") == datetime(2026, 11, 30, 17, tzinfo=UTC)


def test_a_rounded_nip_is_told_apart_from_a_wrong_one() -> None:
    assert nip_in(row(nip="19800101 200501 1 001")) == "198001012005011001"
    for written, code in {"1.98001E+17": "nip_rounded", "12345": "invalid_nip"}.items():
        with pytest.raises(BadCell) as bad:
            nip_in(row(nip=written))
        assert bad.value.code == code


def test_words_have_a_meaning_or_are_listed() -> None:
    words = {"aktif": "active", "active": "active"}
    assert word_in(row(s="AKTIF"), "s", words, "x") == "active"
    assert word_in(row(s=""), "s", words, "otherwise") == "otherwise"
    with pytest.raises(BadCell) as bad:
        word_in(row(s="mungkin"), "s", words, "x")
    assert bad.value.facts["known"] == "active, aktif"


def test_codes_hold_no_blanks() -> None:
    assert code_in(row(c="SD-1"), "c") == "SD-1"
    for wrong in ("SD 1", "", "a" * 65):
        with pytest.raises(BadCell):
            code_in(row(c=wrong), "c")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("300", 300.0),
        ("0,5", 0.5),
        ("0.5", 0.5),
        ("85%", 85.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("100.000.0", None),
        ("12.345.678", None),
        ("100.000,25", 100_000.25),
        ("0.125", 0.125),
        ("1.2340", 1.234),
        ("", None),
    ],
)
def test_a_number_however_spreadsheets_write_it(written: str, number: float | None) -> None:
    if written and number is None:
        with pytest.raises(BadCell):
            number_in(row(n=written), "n")
    else:
        assert number_in(row(n=written), "n") == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1.234", "ambiguous_number"),
        ("12,345", "ambiguous_number"),
        ("satu", "invalid_number"),
        ("-3", "invalid_number"),
        ("1e9", "invalid_number"),
        ("1000001", "number_too_large"),
        ("nan", "invalid_number"),
        ("٣", "invalid_number"),
    ],
)
def test_what_is_no_number_or_may_be_two_is_named(written: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        number_in(row(n=written), "n")
    assert bad.value.code == code


@given(st.integers(0, 999_999), st.sampled_from(".,"))
def test_grouped_digits_with_a_fraction_are_what_they_say(number: int, group: str) -> None:
    point = "," if group == "." else "."
    written = f"{number:,}".replace(",", group) + f"{point}5"
    assert number_in(row(n=written), "n") == number + 0.5
