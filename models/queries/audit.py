"""Who changed what, and who looked at whose data: written with the change, read by those who may.

Invariant: an entry is written in the transaction of its change, so there is never one without the
other. Lists run from the newest back; a key is (instant, id).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, decoded
from models.tables.columns import new_id

Key = tuple[datetime, UUID]
"""The place of a row in a list: its instant and id."""

WRITE_ENTRY = """
    INSERT INTO audit_entry (id, actor_id, action, employee_id, unit_id, details)
    VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
"""
WRITE_VIEWS = """
    INSERT INTO data_view (id, viewer_id, employee_id, unit_id, what)
    SELECT v.id, $2, v.employee_id, v.unit_id, $5
      FROM unnest($1::uuid[], $3::uuid[], $4::uuid[]) AS v(id, employee_id, unit_id)
"""

# An entry lies where its unit is, else where its person is today.
ENTRIES = """
    SELECT a.id, a.at, a.actor_id, actor.name AS actor_name, a.action, a.employee_id, a.unit_id,
           CASE WHEN a.action = ANY ($7::text[]) AND NOT u.path && $8::uuid[] THEN '{}'
                ELSE a.details END AS details
      FROM audit_entry a
      LEFT JOIN employee actor ON actor.id = a.actor_id
      LEFT JOIN employee e ON e.id = a.employee_id
      JOIN unit u ON u.id = coalesce(a.unit_id, e.unit_id)
     WHERE u.path && $1::uuid[]
       AND ($2::uuid IS NULL OR a.employee_id = $2)
       AND ($3::uuid IS NULL OR a.actor_id = $3)
       AND ($4::timestamptz IS NULL OR (a.at, a.id) < ($4, $5::uuid))
     ORDER BY a.at DESC, a.id DESC LIMIT $6
"""

# A view of a unit is a view of everybody in it: two short lists by index, merged.
VIEWS = """
    SELECT v.id, v.at, v.until, v.viewer_id, viewer.name AS viewer_name, v.what
      FROM ((SELECT * FROM data_view d
              WHERE d.employee_id = $1
                AND ($3::timestamptz IS NULL OR (d.at, d.id) < ($3, $4::uuid))
              ORDER BY d.at DESC, d.id DESC LIMIT $5)
            UNION ALL
            (SELECT * FROM data_view d
              WHERE d.employee_id IS NULL AND d.unit_id = ANY ($2::uuid[])
                AND d.viewer_id <> $1
                AND ($3::timestamptz IS NULL OR (d.at, d.id) < ($3, $4::uuid))
              ORDER BY d.at DESC, d.id DESC LIMIT $5)) v
      JOIN employee viewer ON viewer.id = v.viewer_id
     ORDER BY v.at DESC, v.id DESC LIMIT $5
"""


ABOUT_WORK = (
    *("target_made", "target_changed", "target_closed", "templates_applied"),
    *("leave_granted", "leave_removed", "leave_imported", "roster_set"),
    *("agreement_made", "agreement_changed", "agreement_proposed", "agreement_agreed"),
    *("agreement_returned", "target_rolled_over", "target_imported", "target_proposed"),
    *("proposal_agreed", "proposal_declined", "proposal_withdrawn"),
    "evidence_set",
)
"""Actions whose details tell of somebody's performance or absence."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is written down about a change. `details` are JSON facts, never a secret."""

    action: str
    employee_id: UUID | None = None
    unit_id: UUID | None = None
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as it is read."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    action: str
    employee_id: UUID | None
    unit_id: UUID | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A look at somebody's data, or at their unit as a whole."""

    id: UUID
    at: datetime
    until: datetime | None
    viewer_id: UUID
    viewer_name: str
    what: str


async def audited(connection: Any, actor_id: UUID | None, change: Change) -> None:
    """Writes a change down, in the transaction that makes it. No actor: the service itself."""
    await asked(
        connection,
        WRITE_ENTRY,
        new_id(),
        actor_id,
        change.action,
        change.employee_id,
        change.unit_id,
        json.dumps(dict(change.details or {}), default=str),
    )


async def viewed(
    connection: Any,
    viewer_id: UUID,
    what: str,
    *,
    employee_ids: Collection[UUID] = (),
    unit_ids: Collection[UUID] = (),
) -> None:
    """Writes down that somebody looked at these people, or at these units as a whole.

    Looking at oneself is no view.
    """
    rows = [(employee_id, None) for employee_id in employee_ids if employee_id != viewer_id]
    rows += [(None, unit_id) for unit_id in unit_ids]
    if rows:
        ids = [new_id() for _ in rows]
        people, units = [row[0] for row in rows], [row[1] for row in rows]
        await asked(connection, WRITE_VIEWS, ids, viewer_id, people, units, what)


async def entries(
    connection: Any,
    unit_ids: Collection[UUID],
    *,
    work_in: Collection[UUID],
    employee_id: UUID | None = None,
    actor_id: UUID | None = None,
    before: Key | None = None,
    limit: int,
) -> Sequence[Entry]:
    """Changes in these units and everything below them, newest first.

    Outside of the units `work_in`, where the reader may see people's work, the changes of
    ABOUT_WORK come without their details.
    """
    at, last_id = before or (None, None)
    rows = await asked(
        connection,
        ENTRIES,
        list(unit_ids),
        employee_id,
        actor_id,
        at,
        last_id,
        limit,
        list(ABOUT_WORK),
        list(work_in),
    )
    return [Entry(**{**row, "details": decoded(row["details"])}) for row in rows]


async def views_of(
    connection: Any,
    employee_id: UUID,
    unit_path: Collection[UUID],
    *,
    before: Key | None = None,
    limit: int,
) -> Sequence[View]:
    """Who looked at this person, or at a unit on their path as a whole, newest first."""
    at, last_id = before or (None, None)
    rows = await asked(connection, VIEWS, employee_id, list(unit_path), at, last_id, limit)
    return [View(**row) for row in rows]
