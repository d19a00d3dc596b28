"""Bars: as long as asked, with a mark where today should be."""

from hypothesis import given
from hypothesis import strategies as st

from denyut.terminal.bars import DONE, MARK, OPEN, WAITING, bar, place

amounts = st.floats(min_value=0, max_value=1e6, allow_nan=False)


@given(amounts, amounts, amounts, st.none() | amounts, st.integers(min_value=4, max_value=80))
def test_a_bar_is_as_long_as_asked(
    goal: float, approved: float, pending: float, expected: float | None, width: int
) -> None:
    shown = bar(goal, approved, pending, "on_track", expected, width).plain
    assert len(shown) == width
    assert (MARK in shown) == (expected is not None and goal > 0)


def test_what_is_approved_and_what_waits_look_different() -> None:
    assert bar(10, 4, 3, "on_track", None, 10).plain == DONE * 4 + WAITING * 3 + OPEN * 3


def test_the_mark_stands_where_today_should_be() -> None:
    assert bar(10, 2, 0, "slipped", 5, 10).plain == f"{DONE * 2}{OPEN * 2}{MARK}{OPEN * 5}"


def test_more_than_the_goal_fills_the_bar_and_a_little_is_never_nothing() -> None:
    assert bar(10, 25, 0, "achieved", None, 8).plain == DONE * 8
    assert place(0.001, 10, 8) == 1
    assert place(0, 10, 8) == 0


def test_a_goal_of_nothing_is_an_empty_bar() -> None:
    assert bar(0, 5, 0, "on_track", 3, 6).plain == OPEN * 6
