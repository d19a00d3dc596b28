"""Whether the predicates of a unit's people fit the predicate of the organisation itself.

Source: domain.md: an organisation's own predicate sets an expected distribution among its staff;
warn when a unit departs from it, never force. Invariant: this warns, and refuses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from models.rules.predicates import Predicate


@dataclass(frozen=True, slots=True)
class Shares:
    """The expected share (0-1) of each predicate; together 1."""

    very_good: float  # share of people, 0-1
    good: float  # share of people, 0-1
    needs_improvement: float  # share of people, 0-1
    poor: float  # share of people, 0-1
    very_poor: float  # share of people, 0-1

    def __post_init__(self) -> None:
        every = [self.of(each) for each in Predicate]
        if min(every) < 0 or abs(sum(every) - 1) > 1e-6:
            raise ValueError("expected shares are not negative and add up to 1")

    def of(self, predicate: Predicate) -> float:
        """The share of one predicate."""
        match predicate:
            case Predicate.VERY_GOOD:
                return self.very_good
            case Predicate.GOOD:
                return self.good
            case Predicate.NEEDS_IMPROVEMENT:
                return self.needs_improvement
            case Predicate.POOR:
                return self.poor
            case Predicate.VERY_POOR:
                return self.very_poor


@dataclass(frozen=True, slots=True)
class Expectations:
    """Expected shares by the organisation's own predicate; all assumed.

    Who sets one share of an expectation sets all five of it.
    """

    very_good: Shares = Shares(0.30, 0.60, 0.07, 0.02, 0.01)
    good: Shares = Shares(0.15, 0.70, 0.10, 0.03, 0.02)
    needs_improvement: Shares = Shares(0.05, 0.55, 0.30, 0.07, 0.03)
    poor: Shares = Shares(0.02, 0.38, 0.40, 0.15, 0.05)
    very_poor: Shares = Shares(0.01, 0.29, 0.40, 0.20, 0.10)

    def of(self, own: Predicate) -> Shares:
        """The shares expected of an organisation with this predicate."""
        match own:
            case Predicate.VERY_GOOD:
                return self.very_good
            case Predicate.GOOD:
                return self.good
            case Predicate.NEEDS_IMPROVEMENT:
                return self.needs_improvement
            case Predicate.POOR:
                return self.poor
            case Predicate.VERY_POOR:
                return self.very_poor


ASSUMED: Final = Expectations()
TOLERANCE = 0.15  # assumed: by how much a share may differ before it is said
AT_LEAST = 10  # assumed: people; fewer have no distribution worth a word


@dataclass(frozen=True, slots=True)
class Departure:
    """One predicate whose share is not the expected one; shares 0-1."""

    predicate: Predicate
    share: float
    expected: float


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A unit's distribution departs from its organisation's predicate."""

    own: Predicate
    decided: int
    departures: tuple[Departure, ...]


def shares(counts: Mapping[Predicate, int]) -> Mapping[Predicate, float]:
    """The share of each predicate (0-1); empty when nothing is decided."""
    decided = sum(counts.values())
    if decided <= 0:
        return MappingProxyType({})
    return {each: counts.get(each, 0) / decided for each in Predicate}


def warning(
    counts: Mapping[Predicate, int],
    own: Predicate | None,
    expectations: Expectations = ASSUMED,
    tolerance: float = TOLERANCE,
    at_least: int = AT_LEAST,
) -> Unbalanced | None:
    """What departs by more than `tolerance`, if anything; None too with few people decided."""
    decided = sum(counts.values())
    if own is None or decided < max(1, at_least):
        return None
    found = shares(counts)
    expected = expectations.of(own)
    departures = tuple(
        Departure(each, round(found[each], 4), expected.of(each))
        for each in Predicate
        if abs(found[each] - expected.of(each)) > tolerance + 1e-9
    )
    return Unbalanced(own, decided, departures) if departures else None
