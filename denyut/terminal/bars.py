"""A target as a thin bar: what is approved, what waits, and a mark where today should be."""

from typing import Final

from rich.text import Text

DONE, WAITING, OPEN, MARK = "━", "╍", "─", "┃"
STYLES: Final = {
    "on_track": "green",
    "achieved": "green",
    "at_risk": "yellow",
    "slipped": "red",
    "lapsed": "dim",
}


def bar(
    goal: float, approved: float, pending: float, state: str, expected: float | None, width: int
) -> Text:
    """`width` characters. What goes beyond the goal fills the bar; without `expected` no mark.

    The mark stands on the last character that belongs to what was expected by now.
    """
    cells = [(OPEN, "dim")] * width
    style = STYLES.get(state, "")
    if goal > 0:
        done = place(approved, goal, width)
        reached = place(approved + pending, goal, width)
        cells[:reached] = [(WAITING, style)] * reached
        cells[:done] = [(DONE, style)] * done
        if expected is not None:
            cells[max(0, place(expected, goal, width) - 1)] = (MARK, "bold")
    text = Text()
    for letter, look in cells:
        text.append(letter, look)
    return text


def place(amount: float, goal: float, width: int) -> int:
    """How many characters an amount fills, from 0 to `width`; a little is never nothing."""
    if amount <= 0:
        return 0
    return max(1, round(min(1.0, amount / goal) * width))
