"""How long a phone waits before it tries again: full jitter, and never sooner than it was told.

Thousands of phones lose the service in the same second; random pauses keep them from coming back in
the same second.
"""

import random
from dataclasses import dataclass

MOST_DOUBLINGS = 16  # 2**16 times the least pause is beyond every cap


@dataclass(frozen=True, slots=True)
class Pauses:
    """The least and the longest random pause, in seconds."""

    least_s: float = 0.5
    most_s: float = 60.0

    def ceiling_s(self, attempt: int) -> float:
        """The longest pause before the next try after `attempt` failures in a row (from 1)."""
        doublings = min(max(attempt - 1, 0), MOST_DOUBLINGS)
        return min(self.most_s, self.least_s * 2**doublings)

    def pause_s(self, attempt: int, told_s: float | None = None) -> float:
        """A random pause up to the ceiling; added to `told_s`, what the service asked for."""
        return (told_s or 0.0) + random.uniform(0, self.ceiling_s(attempt))
