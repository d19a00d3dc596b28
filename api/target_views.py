"""Targets as they stand on the wire, with their pace worked out for a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mobile_contract.targets import Pace, TargetView
from models.queries.asking import Row
from models.queries.standings import Standing, standings


async def target_views(connection: Any, rows: Sequence[Row], now: datetime) -> list[TargetView]:
    """Each row with TARGET_COLUMNS as the wire shows it, in order."""
    return [target_view(standing) for standing in await standings(connection, rows, now)]


def target_view(standing: Standing) -> TargetView:
    """One target. The state is the one the feed told; expectation and days are of this moment."""
    row = standing.row
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
        period_start=row["period_start"],
        period_end=row["period_end"],
        closed_at=row["closed_at"],
        version=row["version"],
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
