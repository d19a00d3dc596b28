"""What has become of a target as a whole, and carrying a lapsed one over into a later period.

Source: issue 4, "lapsed and rolled-over targets are explicit states". Invariant: only what lapsed
is rolled over, once, into a later period; what was done already is never asked for again.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from models.rules.pace import Direction, Goal, State
from models.rules.refusals import Conflict, InvalidValue, PeriodClosed, Refusal

_NEXT_OF = UUID("7d1f2c0e-5b0a-4c57-9a3e-0f6c1b8d2e41")  # of our own making: names next targets


class Stage(StrEnum):
    """What a target is, the whole of it; the pace state tells how it runs."""

    RUNNING = "running"
    ACHIEVED = "achieved"
    LAPSED = "lapsed"
    ROLLED_OVER = "rolled_over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a target ended: the end of its period, its pace state, and what happened since."""

    period_end: datetime
    state: str
    closed_at: datetime | None = None
    rolled_over_at: datetime | None = None


def stage(ending: Ending) -> Stage:
    """The stage. Rolled over wins over closed: where the work went on is what people look for."""
    if ending.rolled_over_at is not None:
        return Stage.ROLLED_OVER
    if ending.closed_at is not None:
        return Stage.CLOSED
    if ending.state in (State.ACHIEVED, State.LAPSED):
        return Stage(ending.state)
    return Stage.RUNNING


def rollover_problem(
    ending: Ending, period: tuple[datetime, datetime], now: datetime
) -> Refusal | None:
    """Why a target cannot be rolled over into `period`, [start, end); None: it can."""
    if ending.closed_at is not None:
        return PeriodClosed()
    if now < ending.period_end or ending.state != State.LAPSED:
        return Conflict(field="state", state=stage(ending).value)
    start, end = period
    if end <= ending.period_end or start >= end:
        return InvalidValue(field="period")
    return None


def carried_quantity(goal: Goal, done: float) -> float:
    """What the next target asks for unless somebody says otherwise.

    Of a sum that should grow, what is missing; a limit, a range and a measured value hold anew.
    `done`: approved and pending, as in pace: what waits for a decision is not asked for twice.
    """
    if goal.aspect.is_measured or goal.direction is not Direction.HIGHER:
        return goal.quantity
    return max(0.0, goal.quantity - max(0.0, done))


def next_target_id(target_id: UUID) -> UUID:
    """The id of the target into which this one is rolled over: asking twice makes one."""
    return uuid5(_NEXT_OF, str(target_id))
