"""Where targets stand at this moment: what is expected by now, when they slip, and days left.

Computed from `models.rules.pace` with each person's own calendar, never from reports. The state
is the stored one, which the feed has told everybody; the rest is fresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.queries.asking import Row
from models.queries.calendars import calendar_of
from models.rules.forecast import asks_for_nothing, forecast, needed_per_working_day
from models.rules.pace import Aspect, Direction, Goal, Progress, pace
from models.rules.worktime import Timetable

TARGET_COLUMNS = """
    t.id, t.employee_id, t.template_id, t.indicator, t.unit_of_measure, t.aspect, t.direction,
    t.quantity, t.low, t.high, t.tolerance, t.grace, t.minimum_observations, t.max_quantity,
    t.period_start, t.period_end, t.closed_at, t.version, t.work_result_id, t.service_id,
    t.rolled_from_id, t.rolled_over_at, p.approved, p.pending, p.observations,
    p.waiting, p.state, p.state_since, p.slip_number
"""
"""What this module needs of `target t` and `target_pace p`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A target's row and what follows from it at `now`. `expected`: None, nothing can be.

    `done`: approved and pending together, or the measured value (None: nothing measured yet);
    `forecast` and `needed_per_working_day` as `models.rules.forecast` says.
    """

    row: Row
    expected: float | None
    slips_at: datetime | None
    at_risk_at: datetime | None
    working_days_left: int
    done: float | None = None
    forecast: float | None = None
    needed_per_working_day: float | None = None


def goal_of(row: Row) -> Goal:
    """What a target asks for. The database's checks keep a range sound where it was made here."""
    direction = Direction(row["direction"])
    low, high = row["low"], row["high"]
    if direction is Direction.RANGE and (low is None or high is None or high < low):
        low = high = row["quantity"]
    return Goal(
        row["quantity"],
        direction,
        Aspect(row["aspect"]),
        low,
        high,
        row["tolerance"],
        row["grace"],
        row["minimum_observations"],
    )


def progress_of(row: Row) -> Progress:
    """Sums as stored; for measured aspects their mean over the reports."""
    approved, pending, observations = row["approved"], row["pending"], row["observations"]
    measured = (approved + pending) / observations if observations > 0 else None
    return Progress(approved, pending, observations, measured)


async def standings(connection: Any, rows: Sequence[Row], now: datetime) -> list[Standing]:
    """The standing of each row (with TARGET_COLUMNS), in order; five questions for all of them."""
    if not rows:
        return []
    window = min(row["period_start"] for row in rows), max(row["period_end"] for row in rows)
    calendars = await calendar_of(connection, [row["employee_id"] for row in rows], window)
    laid_out: dict[tuple[Any, ...], tuple[Timetable, int]] = {}
    found: list[Standing] = []
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        key = (row["employee_id"], start, end)
        if key not in laid_out:
            calendar = calendars[row["employee_id"]]
            left = Timetable(calendar, max(start, now), end).working_days if now < end else 0
            laid_out[key] = Timetable(calendar, start, end), left
        timetable, left = laid_out[key]
        found.append(_standing(row, timetable, left, now))
    return found


def _standing(row: Row, timetable: Timetable, left: int, now: datetime) -> Standing:
    """One target by its person's timetable of the period, with so many working days left."""
    start, end = row["period_start"], row["period_end"]
    goal, progress = goal_of(row), progress_of(row)
    answer = pace(goal, progress, timetable, (start, end), now)
    elapsed_s = timetable.seconds_between(start, min(now, end))
    return Standing(
        row,
        None if asks_for_nothing(goal) else answer.expected,
        answer.slips_at,
        answer.at_risk_at,
        left,
        progress.measured if goal.aspect.is_measured else progress.done,
        forecast(goal, progress, elapsed_s, timetable.seconds_between(start, end)),
        needed_per_working_day(goal, progress, left) if timetable.total_s > 0 else None,
    )
