"""Cursors as text."""

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.live import Cursor
from models.rules.refusals import InvalidCursor
from realtime.cursors import MOST_POSITION, cursor_of, cursor_text

cursors = st.builds(
    Cursor,
    epoch=st.uuids(),
    positions=st.dictionaries(
        st.text(st.characters(codec="ascii"), max_size=50), st.integers(0, MOST_POSITION - 1)
    ),
)


@given(cursors)
def test_a_cursor_survives_as_text_and_as_json(cursor):
    assert cursor_of(cursor_text(cursor)) == cursor
    assert cursor_of(msgspec.json.encode(cursor).decode()) == cursor


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode()


EPOCH = "0192f0c4-7a10-7000-8000-000000000001"  # fixed: workers must collect the same tests


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{",
        "{}",
        "\u00e9",
        "A" * 100_000,
        encoded([1, 2]),
        encoded({"epoch": "x", "positions": {}}),
        encoded({"epoch": EPOCH, "positions": {"unit:x": -1}}),
        encoded({"epoch": EPOCH, "positions": {"unit:x": "1"}}),
        encoded({"epoch": EPOCH, "positions": {"unit:x": 2**80}}),
        '{"epoch":' + "[" * 5_000,
    ],
)
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(InvalidCursor):
        cursor_of(text)


@given(st.text())
def test_any_text_is_a_cursor_or_refused(text):
    try:
        cursor_of(text)
    except InvalidCursor:
        return
