"""The terminal's words: both languages whole, numbers and times as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denyut.terminal.words import Words, known_words, plain

INDONESIAN, ENGLISH = Words("id"), Words("en")
NOW = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)


FACTS = (
    *("done", "goal", "unit", "value", "needed", "then", "at", "receipt", "actor", "reason"),
    *("text", "name", "indicator", "kind", "people", "slipped", "at_risk", "waiting", "seconds"),
    *("reports", "approvals", "slips", "least"),
)


def places(words: Words, key: str) -> set[str]:
    """Which facts the words for something name."""
    said = words.say(key, **{name: f"<{name}>" for name in FACTS})
    return {name for name in FACTS if f"<{name}>" in said}


@pytest.mark.parametrize("key", sorted(known_words()))
def test_both_languages_name_the_same_facts(key: str) -> None:
    assert places(INDONESIAN, key) == places(ENGLISH, key)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert INDONESIAN.number(1234.5) == "1.234,5"
    assert ENGLISH.number(1234.5) == "1,234.5"
    assert [INDONESIAN.number(value) for value in (63, 0.0, -0.04, 250.0)] == [
        "63",
        "0",
        "0",
        "250",
    ]


def test_a_time_is_the_clock_of_the_unit_and_of_another_day_with_its_date() -> None:
    assert INDONESIAN.time(NOW, NOW) == "14.05"
    assert ENGLISH.time(NOW, NOW) == "14:05"
    assert Words("id", "Asia/Jayapura").time(NOW, NOW) == "16.05"
    yesterday = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
    assert INDONESIAN.time(yesterday, NOW) == "23/11 14.05"


@given(st.text())
def test_nothing_that_people_wrote_is_an_instruction_to_the_terminal(text: str) -> None:
    shown = plain(text)
    assert "\x1b" not in shown
    assert all(letter.isprintable() or letter.isspace() for letter in shown)
    assert "\n" not in shown


def test_escapes_direction_marks_and_lines_go_and_long_texts_are_cut() -> None:
    assert plain("a\x1b[31mb\u202ec\nd") == "a[31mbc d"
    assert plain("x" * 500, 10) == "x" * 9 + "…"
