"""Agreements with results, written by query."""

from typing import Any
from uuid import UUID

from models.tables.columns import new_id


async def make_agreement(
    connection: Any, employee_id: UUID, year: int = 2026, state: str = "agreed"
) -> UUID:
    """An agreement without results."""
    agreement_id = new_id()
    await connection.execute(
        "INSERT INTO agreement (id, employee_id, year, state, made_by) VALUES ($1, $2, $3, $4, $2)",
        agreement_id,
        employee_id,
        year,
        state,
    )
    return agreement_id


async def make_result(
    connection: Any,
    agreement_id: UUID,
    title: str = "Pelayanan cepat",
    *,
    serves_id: UUID | None = None,
    kind: str = "main",
) -> UUID:
    """One result of an agreement, after those that it has."""
    result_id = new_id()
    await connection.execute(
        "INSERT INTO work_result (id, agreement_id, kind, title, serves_id, place)"
        " SELECT $1, $2, $3, $4, $5, count(*) FROM work_result WHERE agreement_id = $2",
        result_id,
        agreement_id,
        kind,
        title,
        serves_id,
    )
    return result_id
