"""Makers of what stands around people who struggle: mentors, practice, offers of help."""

from datetime import datetime
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
