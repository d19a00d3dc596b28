"""How much of what a target asked for was reached, in percent.

Source: domain.md, "Performance management": there is no national formula, so this one is only the
ground of a suggestion. Missing is not zero: where nothing can be said the answer is None, and what
is missing neither lifts nor lowers anything.
Invariants: 100 is the goal exactly; of a target where more is better, more never counts for less.
"""

from decimal import ROUND_HALF_UP, Decimal

from models.rules.pace import Direction, Goal

MOST_PERCENT = 1_000_000.0  # beyond it a goal was as good as none; keeps numbers finite
_CENT = Decimal("0.01")


def achievement(goal: Goal, value: float | None, observations: int) -> float | None:
    """Percent of the goal, 0 to MOST_PERCENT, rounded half up to two decimals; None: missing.

    `value` is the sum for quantity and cost, the measured value for quality and time, from this
    many `observations`. None without any, with too few of them to measure by, and for a goal of
    zero where more is better.
    """
    if value is None or observations <= 0:
        return None
    if goal.aspect.is_measured and observations < goal.minimum_observations:
        return None
    match goal.direction:
        case Direction.HIGHER:
            return None if goal.quantity <= 0 else _percent(value / goal.quantity)
        case Direction.LOWER:
            return _under(value, goal.quantity)
        case Direction.RANGE:
            low, high = goal.low or 0.0, goal.high or 0.0
            if value < low:
                return _percent(value / low)
            return 100.0 if value <= high else _under(value, high)


def index_achievement(goal: float, index: float | None) -> float | None:
    """Percent of a satisfaction index that a target asks for; None: nobody answered, or no goal."""
    return None if index is None or goal <= 0 else _percent(index / goal)


def rounded(percent: float | Decimal) -> float:
    """Two decimals, half up, as people round on paper; so bands have one edge and not two."""
    exact = percent if isinstance(percent, Decimal) else Decimal(repr(percent))
    return float(exact.quantize(_CENT, ROUND_HALF_UP))


def _under(value: float, limit: float) -> float:
    """Less is better: 100 at the limit, 0 at twice as much, up to 200 for nothing at all."""
    if limit <= 0:
        return 100.0 if value <= 0 else 0.0
    return _percent((2 * limit - value) / limit)


def _percent(share: float) -> float:
    return rounded(min(MOST_PERCENT, max(0.0, share * 100)))
