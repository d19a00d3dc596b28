"""What an installation may choose about appraisals; every number here is assumed until it does."""

from dataclasses import dataclass, field

from models.rules.distribution import AT_LEAST, TOLERANCE, Expectations
from models.rules.ratings import Bands


@dataclass(frozen=True, slots=True)
class AppraisalOptions:
    """How suggestions are banded, and when a unit's distribution is worth a word.

    The bands count for decisions from now on; each decision keeps its own in its evidence.
    """

    bands: Bands = field(default_factory=Bands)
    expected: Expectations = field(default_factory=Expectations)
    tolerance: float = TOLERANCE  # share (0-1) by which a predicate's share may differ unsaid
    at_least: int = AT_LEAST  # people decided; fewer are no distribution

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance <= 1:
            raise ValueError("the tolerance is a share")
