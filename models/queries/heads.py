"""Dated heads of units and personal supervisors: who, from when to when, by which decree.

Invariant (kept by the database too): one head of a kind for a unit at any instant, one personal
supervisor for an employee. What overlaps is refused with the row in the way and the remedy. Every
change changes rights; `people_touched` says whose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict, InvalidValue, NotFound

HEAD = """
    SELECT s.id, s.unit_id, u.name AS unit_name, s.supervisor_id, e.name AS supervisor_name,
           s.kind, s.valid_from, s.valid_to, s.decree
      FROM supervision s JOIN unit u ON u.id = s.unit_id JOIN employee e ON e.id = s.supervisor_id
"""

ASSIGNMENT = """
    SELECT a.id, a.employee_id, p.name AS employee_name, a.supervisor_id,
           s.name AS supervisor_name, a.valid_from, a.valid_to, a.decree
      FROM personal_assignment a
      JOIN employee p ON p.id = a.employee_id JOIN employee s ON s.id = a.supervisor_id
"""

HEAD_IN_THE_WAY = """
    SELECT id, valid_from, valid_to FROM supervision
     WHERE unit_id = $1 AND kind = $2 AND id <> $3
       AND tstzrange(valid_from, valid_to) && tstzrange($4, $5) ORDER BY valid_from LIMIT 1
"""

ASSIGNMENT_IN_THE_WAY = """
    SELECT id, valid_from, valid_to FROM personal_assignment
     WHERE employee_id = $1 AND id <> $2
       AND tstzrange(valid_from, valid_to) && tstzrange($3, $4) ORDER BY valid_from LIMIT 1
"""

# Also the heads of units between: what a head who sits below reports goes up past them.
TOUCHED = """
    SELECT s.supervisor_id FROM supervision s
     WHERE (s.unit_id = $1
            OR s.unit_id IN (
               SELECT below.id FROM employee e JOIN unit u ON u.id = e.unit_id,
                      unnest(u.path) WITH ORDINALITY AS below(id, depth)
                WHERE e.id = ANY ($2::uuid[]) AND below.depth >= array_position(u.path, $1)))
       AND (s.valid_to IS NULL OR s.valid_to > clock_timestamp())
"""


@dataclass(frozen=True, slots=True)
class NewHead:
    """A head of a unit from when to when (None: until further notice)."""

    id: UUID
    unit_id: UUID
    supervisor_id: UUID
    kind: str
    valid_from: datetime
    valid_to: datetime | None = None
    decree: str = ""


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """A personal supervisor of one employee; overrides the head of the unit."""

    id: UUID
    employee_id: UUID
    supervisor_id: UUID
    valid_from: datetime
    valid_to: datetime | None = None
    decree: str = ""


async def heads_of(connection: Any, unit_id: UUID, at: datetime | None) -> Sequence[Row]:
    """The heads of a unit: of all times, or those who are at an instant; the latest first."""
    return await asked(
        connection,
        f"""{HEAD} WHERE s.unit_id = $1 AND ($2::timestamptz IS NULL
              OR tstzrange(s.valid_from, s.valid_to) @> $2)
            ORDER BY s.valid_from DESC, s.kind, s.id""",
        unit_id,
        at,
    )


async def head_row(connection: Any, supervision_id: UUID) -> Row | None:
    """One headship."""
    return await asked_one(connection, f"{HEAD} WHERE s.id = $1", supervision_id)


async def head_made(connection: Any, new: NewHead) -> None:
    """Adds a headship. Raises Conflict with the one in the way, InvalidValue for who or when."""
    await _sound(connection, new.supervisor_id, new.valid_from, new.valid_to)
    await _no_head_in_the_way(
        connection, new.unit_id, new.kind, new.id, new.valid_from, new.valid_to
    )
    await asked(
        connection,
        "INSERT INTO supervision (id, unit_id, supervisor_id, kind, valid_from, valid_to, decree)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        new.unit_id,
        new.supervisor_id,
        new.kind,
        new.valid_from,
        new.valid_to,
        new.decree,
    )


async def head_changed(
    connection: Any, supervision_id: UUID, valid_to: datetime | None, decree: str
) -> None:
    """Gives a headship another end or decree. Raises NotFound, InvalidValue, Conflict."""
    row = await head_row(connection, supervision_id)
    if row is None:
        raise NotFound
    if valid_to is not None and valid_to <= row["valid_from"]:
        raise InvalidValue(field="valid_to")
    await _no_head_in_the_way(
        connection, row["unit_id"], row["kind"], supervision_id, row["valid_from"], valid_to
    )
    await asked(
        connection,
        "UPDATE supervision SET valid_to = $2, decree = $3 WHERE id = $1",
        supervision_id,
        valid_to,
        decree,
    )


async def people_touched(connection: Any, unit_id: UUID, *also: UUID) -> list[UUID]:
    """Whose rights a change of this unit's heads changes: all its heads of now and later.

    `also`: who came or went. They are touched too, and so are the heads of the units in which
    they sit, from this one down.
    """
    rows = await asked(connection, TOUCHED, unit_id, list(also))
    return sorted({row["supervisor_id"] for row in rows} | set(also))


async def assignments_of(connection: Any, employee_id: UUID) -> Sequence[Row]:
    """The personal supervisors of an employee, the latest first."""
    return await asked(
        connection,
        f"{ASSIGNMENT} WHERE a.employee_id = $1 ORDER BY a.valid_from DESC, a.id",
        employee_id,
    )


async def assignment_row(connection: Any, assignment_id: UUID) -> Row | None:
    """One personal assignment."""
    return await asked_one(connection, f"{ASSIGNMENT} WHERE a.id = $1", assignment_id)


async def assignment_made(connection: Any, new: NewAssignment) -> None:
    """Adds a personal supervisor. Raises Conflict with the one in the way, or InvalidValue."""
    if new.employee_id == new.supervisor_id:
        raise InvalidValue(field="supervisor_id")
    await _sound(connection, new.supervisor_id, new.valid_from, new.valid_to)
    await _no_assignment_in_the_way(
        connection, new.employee_id, new.id, new.valid_from, new.valid_to
    )
    await asked(
        connection,
        "INSERT INTO personal_assignment"
        " (id, employee_id, supervisor_id, valid_from, valid_to, decree)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.employee_id,
        new.supervisor_id,
        new.valid_from,
        new.valid_to,
        new.decree,
    )


async def assignment_changed(
    connection: Any, assignment_id: UUID, valid_to: datetime | None, decree: str
) -> None:
    """Gives an assignment another end or decree. Raises NotFound, InvalidValue, Conflict."""
    row = await assignment_row(connection, assignment_id)
    if row is None:
        raise NotFound
    if valid_to is not None and valid_to <= row["valid_from"]:
        raise InvalidValue(field="valid_to")
    await _no_assignment_in_the_way(
        connection, row["employee_id"], assignment_id, row["valid_from"], valid_to
    )
    await asked(
        connection,
        "UPDATE personal_assignment SET valid_to = $2, decree = $3 WHERE id = $1",
        assignment_id,
        valid_to,
        decree,
    )


async def _sound(
    connection: Any, supervisor_id: UUID, valid_from: datetime, valid_to: datetime | None
) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidValue(field="valid_to")
    known = await asked(
        connection, "SELECT 1 FROM employee WHERE id = $1 AND active", supervisor_id
    )
    if not known:
        raise InvalidValue(field="supervisor_id")


async def _no_head_in_the_way(
    connection: Any,
    unit_id: UUID,
    kind: str,
    but_id: UUID,
    valid_from: datetime,
    valid_to: datetime | None,
) -> None:
    row = await asked_one(connection, HEAD_IN_THE_WAY, unit_id, kind, but_id, valid_from, valid_to)
    if row is not None:
        raise _overlap(row)


async def _no_assignment_in_the_way(
    connection: Any,
    employee_id: UUID,
    but_id: UUID,
    valid_from: datetime,
    valid_to: datetime | None,
) -> None:
    row = await asked_one(
        connection, ASSIGNMENT_IN_THE_WAY, employee_id, but_id, valid_from, valid_to
    )
    if row is not None:
        raise _overlap(row)


def _overlap(row: Row) -> Conflict:
    """What is in the way, and what to do: end that one first, or begin after it."""
    end = row["valid_to"]
    return Conflict(
        field="valid_from",
        reason="overlap",
        existing_id=str(row["id"]),
        existing_from=row["valid_from"].isoformat(),
        existing_to=end.isoformat() if end else None,
        remedy="end_existing_or_begin_later",
    )
