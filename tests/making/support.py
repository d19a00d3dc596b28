"""Makers of what stands around people who struggle: mentors, practice, offers of help."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from models.tables.columns import new_id
from tests.builders import bump_rights


async def make_mentorship(
    connection: Any,
    employee_id: UUID,
    mentor_id: UUID,
    *,
    valid_from: datetime,
    valid_to: datetime | None = None,
) -> UUID:
    """Gives somebody a mentor for a dated period."""
    mentorship_id = new_id()
    await connection.execute(
        "INSERT INTO mentorship (id, employee_id, mentor_id, valid_from, valid_to, made_by)"
        " VALUES ($1, $2, $3, $4, $5, $3)",
        mentorship_id,
        employee_id,
        mentor_id,
        valid_from,
        valid_to,
    )
    await bump_rights(connection, [employee_id, mentor_id])
    return mentorship_id


async def make_person_day(
    connection: Any, employee_id: UUID, target_id: UUID, on_day: date, **counted: int
) -> None:
    """What the roller would have counted of a person's day; `counted`: reports, late and so on."""
    counts = {
        name: counted.get(name, 0)
        for name in (
            "reports",
            "approved_reports",
            "first_time",
            "returned_reports",
            "late",
            "excused",
            "with_evidence",
        )
    }
    await connection.execute(
        "INSERT INTO person_day (employee_id, on_day, target_id, unit_id, unit_path, indicator,"
        " unit_of_measure, reports, approved_reports, first_time, returned_reports, late, excused,"
        " with_evidence, measured, approved, pending)"
        " SELECT e.id, $2, $3, u.id, u.path, 'Kunjungan', 'kali', $4, $5, $6, $7, $8, $9, $10,"
        "       0, 0, 0"
        "   FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = $1",
        employee_id,
        on_day,
        target_id,
        *counts.values(),
    )


async def activated(connection: Any, employee_id: UUID, at: datetime) -> None:
    """Gives somebody an account that was activated at `at`, and a phone heard then."""
    await connection.execute(
        "INSERT INTO account (employee_id, activated_at) VALUES ($1, $2)", employee_id, at
    )
    await connection.execute(
        "INSERT INTO last_contact (employee_id, at) VALUES ($1, $2)", employee_id, at
    )
