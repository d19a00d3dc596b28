"""Guidance in the demo: lessons that many have read, a training, a question that waits."""

from typing import Any

import pytest

from denyut.demo.city import DemoCity
from denyut.demo.guidance import PUBLISHED, answer_to, guidance_tables, question_table
from tests.denyut.demo.conftest import NOW


@pytest.fixture
def rows(city: DemoCity) -> dict[str, list[dict[str, Any]]]:
    """Each table's rows by the names of their columns."""
    return {
        name: [dict(zip(columns, row, strict=True)) for row in found]
        for name, columns, found in (*guidance_tables(city), question_table(city))
    }


def test_it_is_the_same_whenever_it_is_asked_for(city: DemoCity) -> None:
    once, twice = (
        [(name, list(found)) for name, _, found in guidance_tables(city)] for _ in range(2)
    )
    assert once == twice


def test_old_lessons_have_more_readers_and_none_before_it_was_there(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    published = {row["id"]: row for row in rows["announcement"]}
    assert len(published) == len(PUBLISHED)
    counts = dict.fromkeys(published, 0)
    for row in rows["announcement_reading"]:
        assert published[row["announcement_id"]]["made_at"] < row["at"] < NOW
        counts[row["announcement_id"]] += 1
    by_age = [counts[each] for each in published]
    assert by_age[0] > by_age[2] > by_age[3] >= 0


def test_one_training_was_held_and_one_is_to_come(rows: dict[str, list[dict[str, Any]]]) -> None:
    held, coming = rows["training"]
    assert held["ends_at"] < NOW < coming["starts_at"]
    states = {
        each["id"]: {row["state"] for row in rows["attendance"] if row["training_id"] == each["id"]}
        for each in (held, coming)
    }
    assert states == {held["id"]: {"attended", "absent"}, coming["id"]: {"invited"}}


def test_the_struggling_employee_waits_for_a_word(
    city: DemoCity, rows: dict[str, list[dict[str, Any]]]
) -> None:
    cast = city.staff.cast
    waiting = [row for row in rows["feedback_request"] if row["withdrawn_at"] is None]
    assert cast.struggling.id in [row["employee_id"] for row in waiting]
    assert len(waiting) < len(rows["feedback_request"])
    assert all(row["made_at"] < NOW for row in rows["feedback_request"])


def test_some_words_that_were_read_have_an_answer(city: DemoCity) -> None:
    answered = [each for each in city.chronicle.feedback if answer_to(each)[0]]
    assert 0 < len(answered) < len(city.chronicle.feedback) / 2
    assert all(answer_to(each)[1] == each.acknowledged_at is not None for each in answered)
