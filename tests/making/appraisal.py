"""Appraisals and what they stand on, by query: the fewest rows that the rules need."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.queries.appraisal_decisions import Decision
from models.rules.periods import Days, bounds, parse_period
from models.rules.ratings import Rating, Shown, Value
from models.tables.columns import new_id
from tests.builders import decide, submit

JAKARTA = "Asia/Jakarta"


def month_before(now: datetime) -> str:
    """The last month that is over, such as 2026-10."""
    return f"{now.astimezone(UTC).replace(day=1) - timedelta(days=3):%Y-%m}"


def running(now: datetime, form: str = "%Y-%m") -> str:
    """The month, or with `%Y` the year, that runs in western Indonesia."""
    return now.astimezone(ZoneInfo(JAKARTA)).strftime(form)


def bounds_of(period: str) -> tuple[datetime, datetime]:
    """The instants of a period in western Indonesia."""
    _, days = parse_period(period)
    return bounds(Days(days.first, days.last), JAKARTA)


async def make_appraisal(
    connection: Any,
    employee_id: UUID,
    *,
    period: str | None = None,
    unit_id: UUID | None = None,
    part: tuple[datetime, datetime] | None = None,
    text: str = "",
) -> UUID:
    """An open appraisal of a period that is over, in the employee's unit of today."""
    period = period or month_before(datetime.now(UTC))
    start, end = bounds_of(period)
    appraisal_id = new_id()
    await connection.execute(
        "INSERT INTO appraisal (id, employee_id, kind, period, period_start, period_end,"
        " part_start, part_end, unit_id, unit_path, self_text)"
        " SELECT $1, e.id, $3, $4, $5, $6, $7, $8, u.id, u.path, $10"
        "   FROM employee e JOIN unit u ON u.id = coalesce($9, e.unit_id) WHERE e.id = $2",
        appraisal_id,
        employee_id,
        parse_period(period)[0].value,
        period,
        start,
        end,
        *(part or (start, end)),
        unit_id,
        text,
    )
    return appraisal_id


async def make_past_target(
    connection: Any, employee_id: UUID, period: str, *, quantity: float = 100.0, **more: Any
) -> UUID:
    """A target of a whole period that is over."""
    target_id = new_id()
    start, end = bounds_of(period)
    columns = {
        "id": target_id,
        "employee_id": employee_id,
        "indicator": "Kunjungan",
        "unit_of_measure": "kali",
        "quantity": quantity,
        "period_start": start,
        "period_end": end,
        **more,
    }
    named = ", ".join(columns)
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    await connection.execute(f"INSERT INTO target ({named}) VALUES ({places})", *columns.values())
    await connection.execute(
        "INSERT INTO target_pace (target_id, employee_id, shard, period_end)"
        " SELECT $1, e.id, u.shard, $3 FROM employee e JOIN unit u ON u.id = e.unit_id"
        " WHERE e.id = $2",
        target_id,
        employee_id,
        end,
    )
    return target_id


async def make_approved(
    connection: Any,
    author_id: UUID,
    employee_id: UUID,
    target_id: UUID,
    quantity: float,
    at: datetime,
) -> UUID:
    """A report of then that its supervisor approved."""
    report_id = new_id()
    await submit(
        connection,
        "create",
        employee_id,
        report_id=report_id,
        target_id=target_id,
        quantity=quantity,
        at=at,
    )
    await decide(connection, author_id, report_id)
    return report_id


def seven(rating: Rating = Rating.MEETS) -> list[Shown]:
    """All seven values, rated alike, each with an example."""
    return [Shown(value, rating, f"Contoh {value}") for value in Value]


def decision(
    result: Rating = Rating.MEETS,
    *,
    version: int = 1,
    reason: str = "",
    behaviour: Rating | None = None,
    values: Rating = Rating.MEETS,
) -> Decision:
    """What a supervisor decides; the seven values alike."""
    return Decision(version, result, seven(values), behaviour, reason)
