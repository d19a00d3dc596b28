"""Where a target leads: what it will be at the period's end, and what each day left must bring.

Source: issue 4, "Where I stand": forecast at the period's end, and what is needed per working day.
Invariants: a forecast at the end of the period is what was done; more progress never raises what
is needed; whoever does what is needed each day reaches the floor of the goal.
Missing is not zero: of a target that asks for nothing, nothing is forecast and nothing is needed.
"""

from models.rules.pace import Direction, Goal, Progress


def asks_for_nothing(goal: Goal) -> bool:
    """Whether more is better and none is asked for: nothing was set, so nothing is expected."""
    return goal.direction is Direction.HIGHER and not goal.aspect.is_measured and goal.quantity <= 0


def forecast(goal: Goal, progress: Progress, elapsed_s: float, total_s: float) -> float | None:
    """What progress will be at the end if it goes on like this, in the target's unit of measure.

    `elapsed_s` of the period's `total_s` working seconds have passed. Sums go on as they went so
    far, limits too; a measured value stays what it is. None: too early to say (before the goal's
    grace has passed), no working time in the period, or nothing measured or asked for.
    """
    if total_s <= 0 or asks_for_nothing(goal):
        return None
    if goal.aspect.is_measured:
        return progress.measured
    elapsed_s = min(elapsed_s, total_s)
    if elapsed_s <= 0 or elapsed_s < goal.grace * total_s:
        return None
    return progress.done * (total_s / elapsed_s)


def needed_per_working_day(goal: Goal, progress: Progress, working_days_left: int) -> float | None:
    """What each working day left must bring so that the goal (of a range, its low end) is reached.

    0: it is reached already. None: that is no sum of days (measured values, limits), nothing was
    asked for, or no working day is left.
    """
    if goal.aspect.is_measured or goal.direction is Direction.LOWER or asks_for_nothing(goal):
        return None
    missing = goal.floor - progress.done
    if missing <= 0:
        return 0.0
    return missing / working_days_left if working_days_left > 0 else None
