"""Practice reports, and the first week's list that they are a step of.

Invariant: practice counts nowhere. It has a table of its own and touches no report, no feed and no
pace; what remains of it once it is deleted is that its step was done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.checklist import Facts, Step

MOST_PRACTICE = 200  # kept of one person; who practises more deletes some

MAKE = """
    INSERT INTO practice_report (id, employee_id, target_id, quantity, note, activity_at)
    SELECT $1, $2, $3, $4, $5, $6
     WHERE (SELECT count(*) FROM practice_report WHERE employee_id = $2) < $7
    ON CONFLICT (id) DO NOTHING
"""
PRACTICE = """
    SELECT p.id, p.employee_id, p.target_id, t.indicator, t.unit_of_measure, p.quantity, p.note,
           p.activity_at, p.made_at
      FROM practice_report p LEFT JOIN target t ON t.id = p.target_id
"""
MARK = """
    INSERT INTO checklist_mark (employee_id, step) VALUES ($1, $2) ON CONFLICT DO NOTHING
"""

# Each by an index that begins with the person; lessons are few and looked up one by one.
FACTS = """
    SELECT (SELECT a.activated_at FROM account a WHERE a.employee_id = $1) AS activated_at,
           (SELECT min(s.made_at) FROM session s WHERE s.employee_id = $1) AS signed_in_at,
           least((SELECT min(p.made_at) FROM practice_report p WHERE p.employee_id = $1),
                 (SELECT m.at FROM checklist_mark m
                   WHERE m.employee_id = $1 AND m.step = 'first_practice')) AS practised_at,
           (SELECT r.received_at FROM report r WHERE r.employee_id = $1
             ORDER BY r.activity_at LIMIT 1) AS reported_at,
           (SELECT min(f.acknowledged_at) FROM feedback f
             WHERE f.employee_id = $1) AS feedback_read_at,
           (SELECT min(r.at) FROM announcement a
              JOIN announcement_reading r ON r.announcement_id = a.id AND r.employee_id = $1
             WHERE a.kind = 'lesson') AS lesson_read_at,
           (SELECT m.at FROM checklist_mark m
             WHERE m.employee_id = $1 AND m.step = 'profile_checked') AS profile_checked_at
"""


@dataclass(frozen=True, slots=True)
class NewPractice:
    """A report that somebody makes to learn how; `target_id`: one of their own, or none."""

    id: UUID
    employee_id: UUID
    target_id: UUID | None
    quantity: float
    note: str
    activity_at: datetime


async def practised(connection: Any, new: NewPractice) -> bool:
    """Keeps a practice report; False: the id is taken, or the person has MOST_PRACTICE of them."""
    await asked(
        connection,
        MAKE,
        new.id,
        new.employee_id,
        new.target_id,
        new.quantity,
        new.note,
        new.activity_at,
        MOST_PRACTICE,
    )
    await marked(connection, new.employee_id, Step.FIRST_PRACTICE)
    row = await practice_row(connection, new.id)
    return row is not None and row["employee_id"] == new.employee_id


async def practice_row(connection: Any, practice_id: UUID) -> Row | None:
    """One practice report, whoever's it is."""
    return await asked_one(connection, f"{PRACTICE} WHERE p.id = $1", practice_id)


async def practice_of(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """All of a person's practice, the latest first."""
    return await asked(
        connection,
        f"{PRACTICE} WHERE p.employee_id = $1 ORDER BY p.made_at DESC, p.id DESC",
        employee_id,
    )


async def practice_forgotten(connection: Any, employee_id: UUID) -> None:
    """Deletes all of a person's practice."""
    await asked(connection, "DELETE FROM practice_report WHERE employee_id = $1", employee_id)


async def marked(connection: Any, employee_id: UUID, step: Step) -> None:
    """A step is done; the first time counts."""
    await asked(connection, MARK, employee_id, step.value)


async def checklist_facts(connection: Any, employee_id: UUID) -> Facts:
    """When a person did each thing of the first week's list for the first time."""
    row = await asked_one(connection, FACTS, employee_id)
    assert row is not None  # a SELECT without FROM always has a row
    return Facts(**row)
