"""The flags of a report: bits in the database that never move, names on the wire."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.flags import ReportFlag, flag_names


def test_a_bit_once_stored_never_changes_its_meaning():
    assert {flag.name: flag.value for flag in ReportFlag} == {
        "CLOCK_WRONG": 1,
        "CLOCK_UNKNOWN": 2,
        "LATE": 4,
        "AFTER_CLOSING": 8,
        "OUTSIDE_PERIOD": 16,
        "LOCATION_DROPPED": 32,
        "OUTAGE": 64,
        "ON_BEHALF": 128,
    }


def test_names_follow_the_order_of_the_bits():
    assert flag_names(0) == []
    assert flag_names(1 | 8 | 64) == ["clock_wrong", "after_closing", "outage"]


@given(st.integers(0, 2**31 - 1))
def test_bits_of_a_newer_version_are_left_out(flags: int):
    known = sum(ReportFlag[name.upper()] for name in flag_names(flags))
    assert known == flags & 255
