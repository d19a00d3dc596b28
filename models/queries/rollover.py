"""Rolling a lapsed target over into a later period: the next target, and the mark on the old one.

Invariant: a target is rolled over once; asking again answers the same next target. Locks: the
shard of its employee, then the pace. What was reported stays with the old target.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, appended_over, asked, asked_one
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.standings import goal_of, progress_of
from models.queries.targets import NewTarget, target_event, target_row, targets_made
from models.rules.periods import Days, bounds
from models.rules.refusals import Conflict, NotFound
from models.rules.rollover import Ending, carried_quantity, next_target_id, rollover_problem

PLACE = "SELECT u.zone FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = $1"
MARK = """
    UPDATE target SET rolled_over_at = clock_timestamp(), version = version + 1
     WHERE id = $1 AND rolled_over_at IS NULL
"""
# A result of this year's agreement does not reach into the next year.
RESULT_OF_YEAR = """
    SELECT w.id FROM work_result w JOIN agreement a ON a.id = w.agreement_id
     WHERE w.id = $1 AND a.year = $2 AND w.dropped_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Rollover:
    """What is asked for. `quantity`: None, what is missing."""

    target_id: UUID
    days: Days
    quantity: float | None
    reason: str


def ending_of(row: Row) -> Ending:
    """How a target ended, of a row with TARGET_COLUMNS."""
    return Ending(row["period_end"], row["state"], row["closed_at"], row["rolled_over_at"])


async def rolled_over(
    connection: Any, wanted: Rollover, by: UUID, now: datetime
) -> tuple[UUID, list[FeedRow]]:
    """The id of the next target, and the events; no events when it was there already.

    Raises NotFound, PeriodClosed, Conflict when it has not lapsed or was rolled over into another
    period, InvalidValue for a period that is not later.
    """
    row = await target_row(connection, wanted.target_id)
    if row is None:
        raise NotFound
    employee_id = row["employee_id"]
    units = await locked_units_of(connection, [employee_id])
    await asked(
        connection,
        "SELECT 1 FROM target_pace WHERE target_id = $1 FOR NO KEY UPDATE",
        wanted.target_id,
    )
    row = await target_row(connection, wanted.target_id)
    place = await asked_one(connection, PLACE, employee_id)
    if row is None or place is None:
        raise NotFound
    period = bounds(wanted.days, place["zone"])
    next_id = next_target_id(wanted.target_id)
    if row["rolled_over_at"] is not None:
        there = await target_row(connection, next_id)
        if there is None or (there["period_start"], there["period_end"]) != period:
            raise Conflict(field="period")
        return next_id, []
    problem = rollover_problem(ending_of(row), period, now)
    if problem is not None:
        raise problem
    events = await targets_made(
        connection, [await _next(connection, row, period, wanted)], by, wanted.reason
    )
    await asked(connection, MARK, wanted.target_id)
    told = target_event(row, units[employee_id], "rolled_over", wanted.reason)
    return next_id, [*await appended_over(connection, [told]), *events]


async def _next(
    connection: Any, row: Row, period: tuple[datetime, datetime], wanted: Rollover
) -> NewTarget:
    quantity = wanted.quantity
    if quantity is None:
        quantity = carried_quantity(goal_of(row), progress_of(row).done)
    result = await asked_one(
        connection, RESULT_OF_YEAR, row["work_result_id"], wanted.days.first.year
    )
    return NewTarget(
        id=next_target_id(row["id"]),
        employee_id=row["employee_id"],
        employee_name=row["employee_name"],
        indicator=row["indicator"],
        unit_of_measure=row["unit_of_measure"],
        quantity=quantity,
        period_start=period[0],
        period_end=period[1],
        aspect=row["aspect"],
        direction=row["direction"],
        low=row["low"],
        high=row["high"],
        max_quantity=row["max_quantity"],
        template_id=row["template_id"],
        tolerance=row["tolerance"],
        grace=row["grace"],
        work_result_id=result["id"] if result else None,
        service_id=row["service_id"],
        rolled_from_id=row["id"],
    )
