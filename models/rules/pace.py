"""Whether a target keeps pace with its period, and the instant at which it stops doing so.

Source: domain.md, "Pace and slipping". Everything follows from one comparison: a target slips
when approved + pending < expected x (1 - tolerance), and expected grows with working time alone.
Invariant: with unchanged progress a target that has slipped by expectation stays slipped, so
`slips_at` can be stored and searched by index; more progress only ever moves it later.

Missing is not zero. Nothing can slip, and nothing lapses, of which nothing was expected: no
working time in the period (leave for all of it), a goal of zero where more is better, or a
measured indicator with too few observations. These are on track until they are achieved.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.worktime import Timetable


class Direction(StrEnum):
    """Which way a target is good."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Aspect(StrEnum):
    """The aspect of an indicator. Quantity and cost add up; quality and time are measured."""

    QUANTITY = "quantity"
    QUALITY = "quality"
    TIME = "time"
    COST = "cost"

    @property
    def is_measured(self) -> bool:
        """Whether progress is a measured value, as against a sum of reported quantities."""
        return self in (Aspect.QUALITY, Aspect.TIME)


class State(StrEnum):
    """What a target is at an instant."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    SLIPPED = "slipped"
    ACHIEVED = "achieved"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target asks for, in its own unit of measure.

    `quantity` is the goal, or for LOWER the limit; RANGE uses `low` and `high` instead. The
    defaults of the last three are domain.md's assumed ones; settings hand in their own.
    `tolerance` and `grace` are shares (0-1): of the expected progress, and of the working time.
    """

    quantity: float
    direction: Direction = Direction.HIGHER
    aspect: Aspect = Aspect.QUANTITY
    low: float | None = None
    high: float | None = None
    tolerance: float = 0.15
    grace: float = 0.10
    minimum_observations: int = 10

    def __post_init__(self) -> None:
        if self.direction is Direction.RANGE and (
            self.low is None or self.high is None or self.high < self.low
        ):
            raise ValueError("a range needs a low and a high end, in this order")

    @property
    def floor(self) -> float:
        """What must be reached by the end: the quantity, or the low end of a range."""
        return (self.low or 0.0) if self.direction is Direction.RANGE else self.quantity


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done so far: sums for quantity and cost, a measured value for quality and time."""

    approved: float = 0.0
    pending: float = 0.0
    observations: int = 0
    measured: float | None = None

    @property
    def done(self) -> float:
        """Approved and pending together: waiting for a supervisor is not the employee's delay."""
        return self.approved + self.pending


@dataclass(frozen=True, slots=True)
class Pace:
    """The answer of `pace`.

    `expected` is what should be there by now (None: nothing can be expected). `slips_at` is the
    instant after which the target counts as slipped, None: it cannot with this progress;
    `at_risk_at` lies one working day before it, and never before the period.
    """

    state: State
    expected: float | None
    slips_at: datetime | None
    at_risk_at: datetime | None


def expected(goal: Goal, elapsed_share: float) -> float:
    """Progress expected when this share (0-1) of the period's working time has passed.

    Sums that should grow grow evenly, a range towards its low end. Limits and measured values
    hold from the first day to the last.
    """
    if goal.direction is Direction.LOWER or goal.aspect.is_measured:
        return goal.quantity
    return goal.floor * elapsed_share


def slipping_share(goal: Goal, progress: float) -> float | None:
    """Share of the period's working time (0-1) at which the target slips; None: it cannot.

    For sums that should grow; of a range, this is its low end. Leave is already out of the
    working time.
    """
    needed = goal.floor * (1 - goal.tolerance)
    if progress >= needed or needed <= 0:
        return None
    return max(progress / needed, goal.grace)


def pace(
    goal: Goal,
    progress: Progress,
    timetable: Timetable,
    period: tuple[datetime, datetime],
    now: datetime,
) -> Pace:
    """Where the target stands at `now`; `period` is [start, end), inside the timetable's window.

    A crossed limit and a measured value that fails are facts of the reports, whose instant the
    sums do not tell: their `slips_at` is `now`, and the first one that was stored stays true.
    """
    start, end = period
    if not timetable.start <= start <= end <= timetable.end:
        raise ValueError("the timetable does not cover the period")
    total_s = timetable.seconds_between(start, end)
    over = now >= end
    if total_s <= 0:
        return Pace(_at_rest(goal, progress, over), None, None, None)
    share = min(1.0, timetable.seconds_between(start, now) / total_s)
    slips_at, at_risk_at = None, None
    if _has_crossed(goal, progress):
        slips_at = at_risk_at = min(max(now, start), end)
    elif not goal.aspect.is_measured and goal.direction is not Direction.LOWER:
        slips_at = _running_out(goal, progress, timetable, period)
        if slips_at is not None:
            before = timetable.working_day_before(slips_at)
            at_risk_at = start if before is None else max(before, start)
    if over and _is_met(goal, progress) is False:
        state = State.LAPSED
    elif slips_at is not None and slips_at <= now:
        state = State.SLIPPED
    elif at_risk_at is not None and at_risk_at <= now:
        state = State.AT_RISK
    else:
        state = _at_rest(goal, progress, over)
    return Pace(state, expected(goal, share), slips_at, at_risk_at)


def _running_out(
    goal: Goal, progress: Progress, timetable: Timetable, period: tuple[datetime, datetime]
) -> datetime | None:
    """The instant from which more is expected than `progress`, always one in working time.

    A share that is used up exactly at the end of a day is exceeded only when the next begins.
    """
    start, end = period
    share = slipping_share(goal, progress.done)
    if share is None:
        return None
    reached = timetable.instant_after(start, share * timetable.seconds_between(start, end))
    exceeded = timetable.next_working_instant(reached) if reached else None
    return exceeded if exceeded is not None and exceeded < end else None


def _has_crossed(goal: Goal, progress: Progress) -> bool:
    """Whether the target has slipped by what was reported, whatever time may still bring.

    Sums only grow: above the high end of a range no later pace leads back into it, while a
    quick start below it may still end inside.
    """
    if goal.aspect.is_measured:
        return _is_met(goal, progress) is False
    if goal.direction is Direction.LOWER:
        return progress.done > goal.quantity
    if goal.direction is Direction.RANGE and goal.high is not None:
        return progress.done > goal.high
    return False


def _is_met(goal: Goal, progress: Progress) -> bool | None:
    """Whether the goal holds with what is known; None: too little is known, or none was set."""
    value = progress.done
    if goal.aspect.is_measured:
        if progress.measured is None or progress.observations < goal.minimum_observations:
            return None
        value = progress.measured
    match goal.direction:
        case Direction.HIGHER:
            unset = goal.quantity <= 0 and not goal.aspect.is_measured
            return None if unset else value >= goal.quantity
        case Direction.LOWER:
            return value <= goal.quantity
        case Direction.RANGE:
            return (goal.low or 0) <= value <= (goal.high or 0)


def _at_rest(goal: Goal, progress: Progress, over: bool) -> State:
    """The state of a target that has not slipped: a sum is achieved at once, all else at the end.

    A limit or a range may still be left, and a measured value may still fall.
    """
    final = goal.direction is Direction.HIGHER and not goal.aspect.is_measured
    return State.ACHIEVED if (over or final) and _is_met(goal, progress) else State.ON_TRACK
