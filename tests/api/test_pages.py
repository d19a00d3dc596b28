"""A cursor brings back the key it was made of, and nothing else passes for one."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages import cursor_of, instant, key_of
from models.rules.refusals import InvalidCursor

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
INSTANTS = st.datetimes(timezones=st.just(UTC))


@given(TEXTS, st.uuids(), INSTANTS, st.integers(0, 2**63))
def test_a_key_comes_back_as_it_went(text: str, one: UUID, at: datetime, number: int):
    cursor = cursor_of(text, one, at, number)
    assert key_of(cursor, str, UUID, instant, int) == (text, one, at, number)
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&? ")


@given(st.text())
def test_anything_else_is_no_cursor(text: str):
    with pytest.raises(InvalidCursor):
        key_of(text, instant, UUID)


def written(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "value",
    [
        [],
        ["2026-01-01T00:00:00+00:00"],
        ["2026-01-01T00:00:00", str(UUID(int=1))],  # no zone
        ["2026-01-01T00:00:00+00:00", "no id"],
        ["2026-01-01T00:00:00+00:00", str(UUID(int=1)), "more"],
        [20260101, str(UUID(int=1))],
        {"at": 1},
        None,
        [[[[[]]]]],
    ],
)
def test_another_shape_is_no_cursor(value: object):
    with pytest.raises(InvalidCursor):
        key_of(written(value), instant, UUID)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "a\udfff"])
def test_what_no_database_takes_cannot_be_smuggled_into_a_query(text: str):
    with pytest.raises(InvalidCursor):
        key_of(written([text]), str)
