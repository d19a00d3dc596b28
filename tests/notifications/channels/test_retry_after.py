"""`Retry-After`: both forms of it, and what is none."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.retry_after import retry_after_s

NOW_S = 1_795_000_000.0


def header(text: str) -> dict[str, str]:
    return {"retry-after": text}


@given(st.integers(min_value=0, max_value=10**9))
def test_a_number_is_seconds(wish_s: int) -> None:
    assert retry_after_s(header(f" {wish_s} "), NOW_S) == wish_s


@given(st.integers(min_value=-(10**6), max_value=10**6))
def test_a_date_is_counted_from_now_and_never_negative(away_s: int) -> None:
    when = datetime.fromtimestamp(NOW_S + away_s, UTC)
    assert retry_after_s(header(format_datetime(when, usegmt=True)), NOW_S) == max(0, away_s)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²", "Tue, 99 Foo 2026 00:00:00 GMT"])
def test_what_is_neither_says_nothing(text: str) -> None:
    assert retry_after_s(header(text), NOW_S) is None


def test_no_header_says_nothing() -> None:
    assert retry_after_s({}, NOW_S) is None
