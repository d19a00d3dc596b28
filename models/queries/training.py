"""Trainings: who is invited, and who came.

Invariants: somebody is on a list once, and a mark says who made it and when; a mark that is there
already changes nothing. The caller asked whether these people may be invited.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict

MOST_SHOWN = 200  # of one list

MAKE = """
    INSERT INTO training (id, unit_id, title, place, starts_at, ends_at, made_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING id
"""
SAME = """
    SELECT unit_id = $2 AND title = $3 AND place = $4 AND starts_at = $5 AND ends_at = $6 AS same
      FROM training WHERE id = $1
"""
INVITE = """
    INSERT INTO attendance (training_id, employee_id)
    SELECT $1, i.id FROM unnest($2::uuid[]) AS i(id) ORDER BY i.id
    ON CONFLICT DO NOTHING RETURNING employee_id
"""
MARK = """
    INSERT INTO attendance AS a (training_id, employee_id, state, marked_by, marked_at)
    SELECT $1, m.id, m.state, $4, clock_timestamp()
      FROM unnest($2::uuid[], $3::text[]) AS m(id, state) ORDER BY m.id
    ON CONFLICT (training_id, employee_id) DO UPDATE
       SET state = excluded.state, marked_by = excluded.marked_by, marked_at = excluded.marked_at
     WHERE a.state <> excluded.state
    RETURNING employee_id
"""
TRAINING = """
    SELECT t.id, t.unit_id, u.name AS unit_name, u.path AS unit_path, t.title, t.place,
           t.starts_at, t.ends_at, a.state
      FROM training t
      JOIN unit u ON u.id = t.unit_id
      LEFT JOIN attendance a ON a.training_id = t.id AND a.employee_id = $1
"""
MINE = f"""{TRAINING}
     WHERE a.employee_id IS NOT NULL ORDER BY t.starts_at DESC, t.id DESC LIMIT {MOST_SHOWN}
"""
OF_UNIT = f"""{TRAINING}
     WHERE t.unit_id = $2 ORDER BY t.starts_at DESC, t.id DESC LIMIT {MOST_SHOWN}
"""
ATTENDEES = """
    SELECT a.employee_id, e.name, u.name AS unit_name, a.state, a.marked_at
      FROM attendance a
      JOIN employee e ON e.id = a.employee_id
      JOIN unit u ON u.id = e.unit_id
     WHERE a.training_id = $1 AND u.path && $2::uuid[]
     ORDER BY e.name, e.id
"""


@dataclass(frozen=True, slots=True)
class NewTraining:
    """A training that a unit holds from one instant to a later one."""

    id: UUID
    unit_id: UUID
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    made_by: UUID


async def training_made(connection: Any, new: NewTraining) -> bool:
    """Whether it is new; False: the same stands already. Raises Conflict for another under its id.

    The caller looked that it ends after it begins.
    """
    said = (new.id, new.unit_id, new.title, new.place, new.starts_at, new.ends_at)
    if await asked(connection, MAKE, *said, new.made_by):
        return True
    before = await asked_one(connection, SAME, *said)
    if before is None or not before["same"]:
        raise Conflict(field="id")
    return False


async def invited(
    connection: Any, training_id: UUID, employee_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Puts them on the list; who was not on it before."""
    rows = await asked(connection, INVITE, training_id, list(set(employee_ids)))
    return frozenset(row["employee_id"] for row in rows)


async def marked(
    connection: Any, training_id: UUID, states: dict[UUID, str], marked_by: UUID
) -> frozenset[UUID]:
    """Writes down who came; whose mark is another than before."""
    people = list(states)
    rows = await asked(
        connection, MARK, training_id, people, [states[each] for each in people], marked_by
    )
    return frozenset(row["employee_id"] for row in rows)


async def training_row(connection: Any, training_id: UUID, employee_id: UUID) -> Row | None:
    """One training; `state` is this person's own."""
    return await asked_one(connection, f"{TRAINING} WHERE t.id = $2", employee_id, training_id)


async def trainings_of(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """Those that somebody is invited to, the latest first."""
    return await asked(connection, MINE, employee_id)


async def trainings_of_unit(connection: Any, employee_id: UUID, unit_id: UUID) -> Sequence[Row]:
    """Those that this very unit holds, the latest first; `state` is this person's own."""
    return await asked(connection, OF_UNIT, employee_id, unit_id)


async def attendees(
    connection: Any, training_id: UUID, kept_units: Collection[UUID]
) -> Sequence[Row]:
    """Who is invited, by name: those who work in or below the units that the reader keeps."""
    return await asked(connection, ATTENDEES, training_id, list(kept_units))
