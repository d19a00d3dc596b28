"""Targets as they stand on the wire, with their pace worked out for a moment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from mobile_contract.targets import Pace, TargetView
from models.queries.asking import Row
from models.queries.indices import index_of_services
from models.queries.rollover import ending_of
from models.queries.standings import Standing, progress_of, standings
from models.rules.pace import Aspect
from models.rules.rollover import stage

NOON = timedelta(hours=12)


async def target_views(connection: Any, rows: Sequence[Row], now: datetime) -> list[TargetView]:
    """Each row with TARGET_COLUMNS as the wire shows it, in order."""
    indices = await _indices(connection, rows)
    return [
        target_view(standing, indices.get(standing.row["id"]))
        for standing in await standings(connection, rows, now)
    ]


async def _indices(connection: Any, rows: Sequence[Row]) -> dict[UUID, float | None]:
    """By target that names a service, the satisfaction index of its period; one question a
    period."""
    periods: dict[tuple[date, date], list[Row]] = defaultdict(list)
    for row in rows:
        if row["service_id"] is not None:
            periods[_days(row)].append(row)
    found: dict[UUID, float | None] = {}
    for (first, last), named in periods.items():
        services = {row["service_id"] for row in named}
        tallies = await index_of_services(connection, services, first, last)
        found |= {row["id"]: tallies[row["service_id"]].index for row in named}
    return found


def _days(row: Row) -> tuple[date, date]:
    """The local days of a period: at UTC noon of it, every zone within 12 hours has that day."""
    return (row["period_start"] + NOON).date(), (row["period_end"] - NOON).date()


def target_view(standing: Standing, index: float | None = None) -> TargetView:
    """One target. The state is the one the feed told; expectation and days are of this moment.

    `index`: of the service that it names. Others that are measured show the mean of their reports.
    """
    row = standing.row
    measured = index
    if row["service_id"] is None and Aspect(row["aspect"]).is_measured:
        measured = progress_of(row).measured
    return TargetView(
        id=row["id"],
        employee_id=row["employee_id"],
        indicator=row["indicator"],
        unit_of_measure=row["unit_of_measure"],
        aspect=row["aspect"],
        direction=row["direction"],
        quantity=row["quantity"],
        low=row["low"],
        high=row["high"],
        max_quantity=row["max_quantity"],
        tolerance=row["tolerance"],
        grace=row["grace"],
        minimum_observations=row["minimum_observations"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        closed_at=row["closed_at"],
        version=row["version"],
        work_result_id=row["work_result_id"],
        service_id=row["service_id"],
        rolled_from_id=row["rolled_from_id"],
        rolled_over_at=row["rolled_over_at"],
        stage=stage(ending_of(row)),
        measured=measured,
        pace=Pace(
            approved=row["approved"],
            pending=row["pending"],
            observations=row["observations"],
            state=row["state"],
            state_since=row["state_since"],
            slips_at=standing.slips_at,
            at_risk_at=standing.at_risk_at,
            expected=standing.expected,
            done=standing.done,
            forecast=standing.forecast,
            needed_per_working_day=standing.needed_per_working_day,
            working_days_left=standing.working_days_left,
            waiting=row["waiting"],
        ),
    )
