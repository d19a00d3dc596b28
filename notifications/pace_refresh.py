"""Where targets stand by the rules: their pace, from what was read and their people's calendars.

Nothing is written and no lock is held here. Laying out a calendar costs a tenth of a millisecond
for a month, so one is shared by the targets of a person's period, and the loop is let go between
people: the live feed in this process must not wait for two hundred of them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.calendars import calendar_of
from models.queries.slips import SeenTarget
from models.rules.pace import Aspect, Direction, Goal, Pace, Progress, State, pace, slipping_share
from models.rules.worktime import Timetable


@dataclass(frozen=True, slots=True)
class Paced:
    """A target as it was read, and its pace; `problem` says why there is none."""

    seen: SeenTarget
    pace: Pace | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wanting:
    """What a target needs, in its unit of measure.

    `why`: "more" brings it (back) to its pace, at once or, with `by`, until then; "limit" was
    crossed or "measured" does not meet the goal, which no amount mends; "" nothing is wanting.
    """

    why: str = ""
    amount: float | None = None
    by: datetime | None = None


async def paced_all(connection: Any, targets: Sequence[SeenTarget]) -> list[Paced]:
    """The pace of each target at the instant of its reading. One that cannot be told sinks none."""
    if not targets:
        return []
    window = (
        min(target.period_start for target in targets),
        max(target.period_end for target in targets),
    )
    people = {target.employee_id for target in targets}
    calendars = await calendar_of(connection, people, window)
    timetables: dict[tuple[UUID, datetime, datetime], Timetable] = {}
    answers: list[Paced] = []
    for target in targets:
        key = (target.employee_id, target.period_start, target.period_end)
        try:
            if key not in timetables:
                await asyncio.sleep(0)
                timetables[key] = Timetable(calendars[target.employee_id], *key[1:])
            answers.append(Paced(target, paced(target, timetables[key])))
        except (ValueError, KeyError) as error:  # a range without ends, a person without a unit
            answers.append(Paced(target, None, f"{type(error).__name__}: {error}"))
    return answers


def paced(target: SeenTarget, timetable: Timetable) -> Pace:
    """The pace of one target. Raises ValueError for a goal that makes no sense.

    A closed target takes no more reports, so it stands as it will at the end of its period and
    nothing falls due any more.
    """
    closed = target.closed_at is not None
    now = max(target.now, target.period_end) if closed else target.now
    period = (target.period_start, target.period_end)
    answer = pace(goal_of(target), progress_of(target), timetable, period, now)
    return Pace(answer.state, answer.expected, None, None) if closed else answer


def goal_of(target: SeenTarget) -> Goal:
    """What the target asks for. Raises ValueError for a range without ends."""
    return Goal(
        quantity=target.quantity,
        direction=Direction(target.direction),
        aspect=Aspect(target.aspect),
        low=target.low,
        high=target.high,
        tolerance=target.tolerance,
        grace=target.grace,
        minimum_observations=target.minimum_observations,
    )


def progress_of(target: SeenTarget) -> Progress:
    """What was done; the measured value of a quality or time target is the mean of its reports."""
    done = target.approved + target.pending
    return Progress(
        approved=target.approved,
        pending=target.pending,
        observations=target.observations,
        measured=done / target.observations if target.observations else None,
    )


def missing(target: SeenTarget, answer: Pace) -> float | None:
    """How much more would bring the target back to its pace now; None: no amount would."""
    goal, progress = goal_of(target), progress_of(target)
    if answer.expected is None or goal.aspect.is_measured or goal.direction is Direction.LOWER:
        return None
    if goal.high is not None and progress.done > goal.high:
        return None
    return max(0.0, answer.expected * (1 - goal.tolerance) - progress.done)


def wanting(target: SeenTarget, answer: Pace) -> Wanting:
    """What would help. Before a slip: enough to be where the plan is at the instant it slips."""
    goal = goal_of(target)
    if answer.state is State.SLIPPED:
        amount = missing(target, answer)
        if amount is None:
            return Wanting("measured" if goal.aspect.is_measured else "limit")
        return Wanting("more", amount)
    if answer.state is State.AT_RISK and answer.slips_at is not None:
        share = slipping_share(goal, target.done)
        if share is not None:
            return Wanting("more", goal.floor * share - target.done, answer.slips_at)
    return Wanting()
