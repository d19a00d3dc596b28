"""Mentors: dated like heads, and who captured which report for somebody else.

Invariants: one mentor for a person at any instant; a mentor is marked on a report before the report
goes in, and the mark counts only where the report itself says that it was made for somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict, InvalidValue, NotFound

MENTORSHIP = """
    SELECT m.id, m.employee_id, e.name AS employee_name, m.mentor_id, t.name AS mentor_name,
           m.valid_from, m.valid_to, m.made_by
      FROM mentorship m
      JOIN employee e ON e.id = m.employee_id JOIN employee t ON t.id = m.mentor_id
"""
IN_THE_WAY = """
    SELECT id, valid_from, valid_to FROM mentorship
     WHERE employee_id = $1 AND id <> $2
       AND tstzrange(valid_from, valid_to) && tstzrange($3, $4) ORDER BY valid_from LIMIT 1
"""
MAKE = """
    INSERT INTO mentorship (id, employee_id, mentor_id, valid_from, valid_to, made_by)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING
"""

# Two people with one name are told apart by their unit and the end of their NIP.
MENTEES = """
    SELECT e.id AS employee_id, e.name, right(e.nip, 4) AS nip_end, u.name AS unit_name
      FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.id = ANY ($1::uuid[]) AND e.active ORDER BY e.name, e.id
"""

# What there is to report on, and nothing of how it stands.
TO_REPORT_ON = """
    SELECT t.id, t.indicator, t.unit_of_measure, t.aspect
      FROM target t
     WHERE t.employee_id = $1 AND t.period_end > $2 AND t.period_start <= $2
       AND t.closed_at IS NULL
     ORDER BY t.period_end, t.indicator, t.id
"""
MARK = """
    INSERT INTO report_mentor (report_id, mentor_id) VALUES ($1, $2)
    ON CONFLICT DO NOTHING RETURNING report_id
"""
MENTEE = """
    SELECT e.name, coalesce(j.asks_location, false) AS asks_location
      FROM employee e LEFT JOIN job_title j ON j.id = e.job_title_id
     WHERE e.id = $1 AND e.active
"""


@dataclass(frozen=True, slots=True)
class NewMentorship:
    """Who may capture reports for whom, from when to when (None: until further notice)."""

    id: UUID
    employee_id: UUID
    mentor_id: UUID
    valid_from: datetime
    valid_to: datetime | None
    made_by: UUID


async def mentorships_of(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """The mentors of a person, the latest first."""
    return await asked(
        connection,
        f"{MENTORSHIP} WHERE m.employee_id = $1 ORDER BY m.valid_from DESC, m.id",
        employee_id,
    )


async def mentorship_row(connection: Any, mentorship_id: UUID) -> Row | None:
    """One mentorship."""
    return await asked_one(connection, f"{MENTORSHIP} WHERE m.id = $1", mentorship_id)


async def mentorship_made(connection: Any, new: NewMentorship) -> None:
    """Adds a mentor; the same again changes nothing.

    Raises Conflict with the one in the way, or for an id that is taken; InvalidValue for who or
    when.
    """
    if new.employee_id == new.mentor_id:
        raise InvalidValue(field="mentor_id")
    if new.valid_to is not None and new.valid_to <= new.valid_from:
        raise InvalidValue(field="valid_to")
    known = "SELECT 1 AS one FROM employee WHERE id = $1 AND active"
    if await asked_one(connection, known, new.mentor_id) is None:
        raise InvalidValue(field="mentor_id")
    await _none_in_the_way(connection, new.employee_id, new.id, (new.valid_from, new.valid_to))
    await asked(
        connection,
        MAKE,
        new.id,
        new.employee_id,
        new.mentor_id,
        new.valid_from,
        new.valid_to,
        new.made_by,
    )
    row = await mentorship_row(connection, new.id)
    if row is None or any(
        row[name] != getattr(new, name) for name in ("employee_id", "mentor_id", "valid_from")
    ):
        raise Conflict(field="id")


async def mentorship_ends(connection: Any, mentorship_id: UUID, at: datetime | None) -> None:
    """Gives a mentorship another end. Raises NotFound, InvalidValue, Conflict."""
    row = await mentorship_row(connection, mentorship_id)
    if row is None:
        raise NotFound
    if at is not None and at <= row["valid_from"]:
        raise InvalidValue(field="valid_to")
    await _none_in_the_way(connection, row["employee_id"], mentorship_id, (row["valid_from"], at))
    await asked(connection, "UPDATE mentorship SET valid_to = $2 WHERE id = $1", mentorship_id, at)


async def mentees(connection: Any, employee_ids: Sequence[UUID]) -> Sequence[Row]:
    """These people by name, as their mentor may know them."""
    return await asked(connection, MENTEES, list(employee_ids))


async def targets_to_report_on(connection: Any, employee_id: UUID, now: datetime) -> Sequence[Row]:
    """The running targets of a person without their goal or progress."""
    return await asked(connection, TO_REPORT_ON, employee_id, now)


async def captured_by(connection: Any, report_id: UUID, mentor_id: UUID) -> bool:
    """Marks who captures a report that is about to go in; False: it is marked, the first stays."""
    return await asked_one(connection, MARK, report_id, mentor_id) is not None


async def mentee_row(connection: Any, employee_id: UUID) -> Row | None:
    """What a report for somebody takes from them: their name, and whether a place is asked.

    None: there is nobody, or their account is closed.
    """
    return await asked_one(connection, MENTEE, employee_id)


async def _none_in_the_way(
    connection: Any, employee_id: UUID, but_id: UUID, span: tuple[datetime, datetime | None]
) -> None:
    row = await asked_one(connection, IN_THE_WAY, employee_id, but_id, *span)
    if row is not None:
        end = row["valid_to"]
        raise Conflict(
            field="valid_from",
            reason="overlap",
            existing_id=str(row["id"]),
            existing_from=row["valid_from"].isoformat(),
            existing_to=end.isoformat() if end else None,
            remedy="end_existing_or_begin_later",
        )
