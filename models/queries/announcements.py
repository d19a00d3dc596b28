"""What HR publishes to a unit and everybody below it, and who has read it.

Invariants: one is for whoever works there on the day of asking, so a newcomer finds the lessons
too; the first reading counts; what was withdrawn stands in nobody's list, and its readings stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import Conflict

MOST_SHOWN = 200  # of one list: years of announcements and every lesson

MAKE = """
    INSERT INTO announcement (id, kind, unit_id, title, body, minutes, made_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING id
"""
SAME = """
    SELECT kind = $2 AND unit_id = $3 AND title = $4 AND body = $5 AND minutes = $6 AS same
      FROM announcement WHERE id = $1
"""
ANNOUNCEMENT = """
    SELECT a.id, a.kind, a.unit_id, u.name AS unit_name, u.path AS unit_path, a.title, a.body,
           a.minutes, a.made_at, a.withdrawn_at, r.at AS read_at
      FROM announcement a
      JOIN unit u ON u.id = a.unit_id
      LEFT JOIN announcement_reading r ON r.announcement_id = a.id AND r.employee_id = $1
"""
MINE = f"""{ANNOUNCEMENT}
     WHERE a.withdrawn_at IS NULL AND a.unit_id = ANY ($2::uuid[])
     ORDER BY r.at IS NOT NULL, a.made_at DESC, a.id DESC LIMIT {MOST_SHOWN}
"""
OF_UNIT = f"""{ANNOUNCEMENT}
     WHERE a.unit_id = $2 ORDER BY a.made_at DESC, a.id DESC LIMIT {MOST_SHOWN}
"""
PEOPLE = """
    SELECT e.id FROM unit_ancestry d JOIN employee e ON e.unit_id = d.unit_id AND e.active
     WHERE d.ancestor_id = $1 AND d.current
"""
COUNTS = """
    SELECT u.id AS unit_id, u.name AS unit_name, count(*)::int AS people, count(r.at)::int AS read
      FROM announcement a
      JOIN unit_ancestry d ON d.ancestor_id = a.unit_id AND d.current
      JOIN unit u ON u.id = d.unit_id
      JOIN employee e ON e.unit_id = u.id AND e.active
      LEFT JOIN announcement_reading r ON r.announcement_id = a.id AND r.employee_id = e.id
     WHERE a.id = $1
     GROUP BY u.id, u.name, u.path ORDER BY cardinality(u.path), u.name, u.id
"""
READERS = """
    SELECT e.id AS employee_id, e.name, u.name AS unit_name, r.at AS read_at
      FROM announcement a
      JOIN unit_ancestry d ON d.ancestor_id = a.unit_id AND d.current
      JOIN unit u ON u.id = d.unit_id
      JOIN employee e ON e.unit_id = u.id AND e.active
      LEFT JOIN announcement_reading r ON r.announcement_id = a.id AND r.employee_id = e.id
     WHERE a.id = $1 AND ($2::text IS NULL OR (e.name, e.id) > ($2, $3::uuid))
     ORDER BY e.name, e.id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class NewAnnouncement:
    """A word or a lesson for a unit and everybody below it."""

    id: UUID
    kind: str
    unit_id: UUID
    title: str
    body: str
    minutes: int
    made_by: UUID


async def announcement_made(connection: Any, new: NewAnnouncement) -> bool:
    """Whether it is new; False: the same stands already. Raises Conflict for another under its id.

    The caller asked whether they may publish there.
    """
    said = (new.id, new.kind, new.unit_id, new.title, new.body, new.minutes)
    if await asked(connection, MAKE, *said, new.made_by):
        return True
    before = await asked_one(connection, SAME, *said)
    if before is None or not before["same"]:
        raise Conflict(field="id")
    return False


async def people_of(connection: Any, unit_id: UUID) -> list[UUID]:
    """Whoever works in a unit or below it today, their account open."""
    return [row["id"] for row in await asked(connection, PEOPLE, unit_id)]


async def announcements_for(
    connection: Any, employee_id: UUID, unit_path: Sequence[UUID]
) -> Sequence[Row]:
    """What stands for somebody whose unit has this path: unread first, then the newest."""
    return await asked(connection, MINE, employee_id, list(unit_path))


async def announcements_of_unit(connection: Any, employee_id: UUID, unit_id: UUID) -> Sequence[Row]:
    """What was published to this very unit, the newest first, withdrawn ones too."""
    return await asked(connection, OF_UNIT, employee_id, unit_id)


async def announcement_row(connection: Any, announcement_id: UUID, employee_id: UUID) -> Row | None:
    """One announcement as this person has it."""
    return await asked_one(
        connection, f"{ANNOUNCEMENT} WHERE a.id = $2", employee_id, announcement_id
    )


async def announcement_read(connection: Any, announcement_id: UUID, employee_id: UUID) -> None:
    """This person has read it; again changes nothing."""
    await asked(
        connection,
        "INSERT INTO announcement_reading (announcement_id, employee_id) VALUES ($1, $2)"
        " ON CONFLICT DO NOTHING",
        announcement_id,
        employee_id,
    )


async def announcement_withdrawn(connection: Any, announcement_id: UUID) -> bool:
    """Whether it stood until now; it is in nobody's list any more."""
    rows = await asked(
        connection,
        "UPDATE announcement SET withdrawn_at = clock_timestamp()"
        " WHERE id = $1 AND withdrawn_at IS NULL RETURNING id",
        announcement_id,
    )
    return bool(rows)


async def reader_counts(connection: Any, announcement_id: UUID) -> Sequence[Row]:
    """For each unit that it is for: how many work there, and how many of them have read it."""
    return await asked(connection, COUNTS, announcement_id)


async def readers(
    connection: Any, announcement_id: UUID, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Row]:
    """The people whom it is for, by name, each with when they read it."""
    name, last_id = after or (None, None)
    return await asked(connection, READERS, announcement_id, name, last_id, limit)
