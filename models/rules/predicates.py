"""The predicate that follows from the two ratings, as the regulation's nine cells say.

Source: domain.md, "Predicate matrix" (PermenPANRB 6/2022). Nothing is computed here: each cell is
written down.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from models.rules.ratings import Rating


class Predicate(StrEnum):
    """The outcome of an appraisal, the best first."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    NEEDS_IMPROVEMENT = "needs_improvement"
    POOR = "poor"
    VERY_POOR = "very_poor"


_BELOW, _MEETS, _ABOVE = Rating.BELOW, Rating.MEETS, Rating.ABOVE

CELLS: Final[Mapping[tuple[Rating, Rating], Predicate]] = MappingProxyType(
    {
        (_ABOVE, _BELOW): Predicate.POOR,
        (_ABOVE, _MEETS): Predicate.GOOD,
        (_ABOVE, _ABOVE): Predicate.VERY_GOOD,
        (_MEETS, _BELOW): Predicate.POOR,
        (_MEETS, _MEETS): Predicate.GOOD,
        (_MEETS, _ABOVE): Predicate.GOOD,
        (_BELOW, _BELOW): Predicate.VERY_POOR,
        (_BELOW, _MEETS): Predicate.NEEDS_IMPROVEMENT,
        (_BELOW, _ABOVE): Predicate.NEEDS_IMPROVEMENT,
    }
)
"""By (result, behaviour)."""

_WORDS: Final[Mapping[Literal["id", "en"], Mapping[Predicate, str]]] = MappingProxyType(
    {
        "id": {
            Predicate.VERY_GOOD: "Sangat Baik",
            Predicate.GOOD: "Baik",
            Predicate.NEEDS_IMPROVEMENT: "Butuh Perbaikan",
            Predicate.POOR: "Kurang",
            Predicate.VERY_POOR: "Sangat Kurang",
        },
        "en": {
            Predicate.VERY_GOOD: "Very good",
            Predicate.GOOD: "Good",
            Predicate.NEEDS_IMPROVEMENT: "Needs improvement",
            Predicate.POOR: "Poor",
            Predicate.VERY_POOR: "Very poor",
        },
    }
)


def predicate(result: Rating, behaviour: Rating) -> Predicate:
    """The cell of a result rating and a behaviour rating."""
    return CELLS[result, behaviour]


def predicate_word(predicate: Predicate, language: Literal["id", "en"] = "id") -> str:
    """As the regulation calls it, or in English."""
    return _WORDS[language][predicate]
