"""Feedback that an employee asks for: a question to whoever decides for them now.

Invariants: a question is about exactly one thing of the asker's own, and a feedback that names it
answers it; one that was answered or withdrawn stays so. The caller asked about rights before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict, InvalidValue, NotFound

MOST_SHOWN = 200  # of one list; nobody has more open questions than they can read

MAKE = """
    INSERT INTO feedback_request
           (id, employee_id, asked_id, report_id, target_id, period, question)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING id
"""
SAME = """
    SELECT employee_id = $2 AND report_id IS NOT DISTINCT FROM $3
           AND target_id IS NOT DISTINCT FROM $4 AND period IS NOT DISTINCT FROM $5
           AND question = $6 AS same
      FROM feedback_request WHERE id = $1
"""
REQUEST = """
    SELECT q.id, q.employee_id, e.name AS employee_name, q.asked_id, a.name AS asked_name,
           q.report_id, q.target_id, q.period, q.question, q.made_at, q.answered_at, q.withdrawn_at
      FROM feedback_request q
      JOIN employee e ON e.id = q.employee_id
      JOIN employee a ON a.id = q.asked_id
"""
MINE = f"{REQUEST} WHERE q.employee_id = $1 ORDER BY q.made_at DESC, q.id DESC LIMIT {MOST_SHOWN}"

# Whoever was asked, and whoever decides now that somebody else was asked: the caller tells which.
OPEN = f"""{REQUEST}
     WHERE q.answered_at IS NULL AND q.withdrawn_at IS NULL
       AND (q.asked_id = $1 OR q.employee_id = ANY ($2::uuid[])
            OR e.unit_id IN (SELECT d.unit_id FROM unit_ancestry d
                              WHERE d.ancestor_id = ANY ($3::uuid[]) AND d.current))
     ORDER BY q.asked_id = $1 DESC, q.made_at, q.id LIMIT {MOST_SHOWN}
"""
CLOSE = """
    UPDATE feedback_request SET answered_at = clock_timestamp()
     WHERE id = $1 AND employee_id = $2 AND answered_at IS NULL AND withdrawn_at IS NULL
    RETURNING id
"""
WITHDRAW = """
    UPDATE feedback_request SET withdrawn_at = clock_timestamp()
     WHERE id = $1 AND employee_id = $2 AND answered_at IS NULL AND withdrawn_at IS NULL
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A question; exactly one of report, target and period is what it is about."""

    id: UUID
    employee_id: UUID
    asked_id: UUID
    question: str
    report_id: UUID | None = None
    target_id: UUID | None = None
    period: str | None = None


async def request_made(connection: Any, new: NewRequest) -> bool:
    """Whether it is new; False: the same was asked before, and stays addressed as it was.

    Raises Conflict for another question under the same id.
    """
    about = (new.report_id, new.target_id, new.period, new.question)
    if await asked(connection, MAKE, new.id, new.employee_id, new.asked_id, *about):
        return True
    before = await asked_one(connection, SAME, new.id, new.employee_id, *about)
    if before is None or not before["same"]:
        raise Conflict(field="id")
    return False


async def request_answered(connection: Any, request_id: UUID, employee_id: UUID) -> None:
    """A word answers it. One that is closed already stays as it is.

    Raises InvalidValue when there is no such question of this person.
    """
    if not await asked(connection, CLOSE, request_id, employee_id):
        row = await request_row(connection, request_id)
        if row is None or row["employee_id"] != employee_id:
            raise InvalidValue(field="request_id")


async def request_withdrawn(connection: Any, request_id: UUID, employee_id: UUID) -> None:
    """Takes it back; twice changes nothing. Raises NotFound, and Conflict once it was answered."""
    if await asked(connection, WITHDRAW, request_id, employee_id):
        return
    row = await request_row(connection, request_id)
    if row is None or row["employee_id"] != employee_id:
        raise NotFound
    if row["withdrawn_at"] is None:
        raise Conflict(field="id")


async def request_row(connection: Any, request_id: UUID) -> Row | None:
    """One question with the names of both."""
    return await asked_one(connection, f"{REQUEST} WHERE q.id = $1", request_id)


async def requests_of(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """What somebody asked, newest first."""
    return await asked(connection, MINE, employee_id)


async def open_requests(
    connection: Any, asked_id: UUID, assigned: Collection[UUID], headed: Collection[UUID]
) -> Sequence[Row]:
    """Open questions to this supervisor, and those of people below the units they head.

    Those asked of them come first, the oldest first. Not all are theirs to see: ask about each.
    """
    return await asked(connection, OPEN, asked_id, list(assigned), list(headed))
