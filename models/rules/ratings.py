"""What the service may suggest: ratings of the result and of the behaviour. People decide.

Source: domain.md, "Performance management"; the bands and the cap are *assumed*, hence settings.
Invariants: no weights: the plain mean of the main results; what is missing changes no mean and is
named; the order of the items is of no matter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from models.rules.achievement import rounded
from models.rules.refusals import ReasonRequired

ResultKind = Literal["main", "additional"]


class Rating(StrEnum):
    """Against what was expected."""

    BELOW = "below"
    MEETS = "meets"
    ABOVE = "above"


class Value(StrEnum):
    """The seven values of a civil servant (BerAKHLAK), in their order."""

    SERVICE_ORIENTATION = "service_orientation"
    ACCOUNTABLE = "accountable"
    COMPETENT = "competent"
    HARMONIOUS = "harmonious"
    LOYAL = "loyal"
    ADAPTIVE = "adaptive"
    COLLABORATIVE = "collaborative"


_ORDER = tuple(Rating)


@dataclass(frozen=True, slots=True)
class Bands:
    """Where a suggestion turns, in percent of the goal; assumed, so settings."""

    meets_from: float = 80.0  # percent; below it: below expectation
    above_over: float = 110.0  # percent; above it: above expectation
    cap: float = 120.0  # percent; one result far beyond its goal does not hide the others

    def __post_init__(self) -> None:
        if not 0 < self.meets_from <= self.above_over <= self.cap:
            raise ValueError("bands rise: meets_from, above_over, cap")


ASSUMED = Bands()


@dataclass(frozen=True, slots=True)
class Item:
    """One target: its id, whose result it belongs to, and percent reached (None: missing)."""

    id: str
    kind: ResultKind
    achievement: float | None


@dataclass(frozen=True, slots=True)
class Banded:
    """An item with the rating that it would have by itself; None: missing."""

    id: str
    kind: ResultKind
    achievement: float | None
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is suggested. `rating` None: nothing to suggest. `mean` in percent, capped items."""

    rating: Rating | None
    mean: float | None
    items: tuple[Banded, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """How somebody showed one value, with an example that others can follow."""

    value: Value
    rating: Rating
    example: str


def band(percent: float | None, bands: Bands) -> Rating | None:
    """The rating of a percentage that is rounded already; both ends belong to "meets"."""
    if percent is None:
        return None
    if percent < bands.meets_from:
        return Rating.BELOW
    return Rating.ABOVE if percent > bands.above_over else Rating.MEETS


def suggested(items: Sequence[Item], bands: Bands) -> Suggestion:
    """The rating of the mean of the main results; additional ones are shown and not counted."""
    banded = tuple(
        Banded(item.id, item.kind, item.achievement, band(item.achievement, bands))
        for item in items
    )
    known = [
        min(Decimal(repr(item.achievement)), Decimal(repr(bands.cap)))
        for item in items
        if item.kind == "main" and item.achievement is not None
    ]
    mean = rounded(sum(known, Decimal(0)) / len(known)) if known else None
    missing = tuple(item.id for item in items if item.achievement is None)
    return Suggestion(band(mean, bands), mean, banded, missing)


def behaviour_suggested(shown: Collection[Shown]) -> Rating:
    """The median of the seven. Raises ReasonRequired for a value without an example or unnamed."""
    by_value: Mapping[Value, Shown] = {each.value: each for each in shown}
    for value in Value:
        each = by_value.get(value)
        if each is None or not each.example.strip():
            raise ReasonRequired(field=f"behaviour.{value}.example")
    ranks = sorted(_ORDER.index(each.rating) for each in by_value.values())
    return _ORDER[ranks[len(ranks) // 2]]


def departs(decided: Rating, suggestion: Rating | None) -> bool:
    """Whether a decision needs a reason: it is not what was suggested, or nothing could be."""
    return decided is not suggestion
