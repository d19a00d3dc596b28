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

# A view of a unit is a view of whoever worked below it then: two short lists by index, merged.
VIEWS = """
    WITH placed AS MATERIALIZED (
        SELECT p.valid_from, p.valid_to, u.path
          FROM placement p JOIN unit u ON u.id = p.unit_id WHERE p.employee_id = $1
    )
    SELECT v.id, v.at, v.until, v.until IS NULL AND v.writer_id IS NOT NULL AS lasts, v.viewer_id,
           viewer.name AS viewer_name, v.what, u.name AS unit_name
      FROM ((SELECT * FROM data_view d
              WHERE d.employee_id = $1
                AND ($2::timestamptz IS NULL OR (d.at, d.id) < ($2, $3::uuid))
              ORDER BY d.at DESC, d.id DESC LIMIT $4)
            UNION ALL
            (SELECT * FROM data_view d
              WHERE d.employee_id IS NULL
                AND d.unit_id = ANY (ARRAY(SELECT DISTINCT unnest(path) FROM placed))
                AND d.viewer_id <> $1
                AND EXISTS (
                    SELECT FROM placed p
                     WHERE d.unit_id = ANY (p.path) AND (p.valid_to IS NULL OR p.valid_to > d.at)
                       AND (p.valid_from <= coalesce(d.until, d.at)
                            OR (d.until IS NULL AND d.writer_id IS NOT NULL)))
                AND ($2::timestamptz IS NULL OR (d.at, d.id) < ($2, $3::uuid))
              ORDER BY d.at DESC, d.id DESC LIMIT $4)) v
      JOIN employee viewer ON viewer.id = v.viewer_id
      LEFT JOIN unit u ON u.id = v.unit_id
     ORDER BY v.at DESC, v.id DESC LIMIT $4
"""

# A view of a unit was a view of whoever worked below it while it lasted. A live one that nobody has
# closed lasts still; any other without an end was a single look.
WHO_SAW = """
    WITH placed AS (
        SELECT p.valid_from, p.valid_to, u.path
          FROM placement p JOIN unit u ON u.id = p.unit_id WHERE p.employee_id = $1
    ), looks AS (
        SELECT d.id, d.at, d.until, d.viewer_id, d.unit_id, d.what, d.writer_id
          FROM data_view d WHERE d.employee_id = $1
        UNION ALL
        SELECT d.id, d.at, d.until, d.viewer_id, d.unit_id, d.what, d.writer_id
          FROM data_view d
         WHERE d.employee_id IS NULL AND d.viewer_id <> $1
           AND d.unit_id IN (SELECT unnest(path) FROM placed)
           AND EXISTS (
               SELECT FROM placed p
                WHERE d.unit_id = ANY (p.path) AND (p.valid_to IS NULL OR p.valid_to > d.at)
                  AND (p.valid_from <= coalesce(d.until, d.at)
                       OR (d.until IS NULL AND d.writer_id IS NOT NULL)))
    )
    SELECT l.at, l.until, l.until IS NULL AND l.writer_id IS NOT NULL AS lasts, l.viewer_id,
           viewer.nip AS viewer_nip, viewer.name AS viewer_name, l.what, u.name AS unit_name
      FROM looks l
      JOIN employee viewer ON viewer.id = l.viewer_id
      LEFT JOIN unit u ON u.id = l.unit_id
     WHERE ($2::timestamptz IS NULL OR coalesce(l.until, l.at) >= $2
            OR (l.until IS NULL AND l.writer_id IS NOT NULL))
       AND ($3::timestamptz IS NULL OR l.at < $3)
     ORDER BY l.at DESC, l.id DESC
"""

ABOUT_WORK = (
    *("target_made", "target_changed", "target_closed", "templates_applied"),
    *("leave_granted", "leave_removed", "leave_imported", "roster_set"),
    *("agreement_made", "agreement_changed", "agreement_proposed", "agreement_agreed"),
    *("agreement_returned", "target_rolled_over", "target_imported", "target_proposed"),
    *("proposal_agreed", "proposal_declined", "proposal_withdrawn"),
    "evidence_set",
    *("appraisals_opened", "appraisal_decided", "appraisal_reopened", "unit_predicate_set"),
    *("objection_made", "objection_decided"),
    *("help_offered", "help_answered", "help_closed", "reported_for"),
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
    """A look at somebody's data, or at their unit as a whole (`unit_name`).

    `until` is None for a single look, and for a live one that `lasts` still.
    """

    id: UUID
    at: datetime
    until: datetime | None
    lasts: bool
    viewer_id: UUID
    viewer_name: str
    what: str
    unit_name: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """Who saw somebody's data, what, and from when to when; `unit_name`: with the whole unit.

    `until` is None for a single look, and for a live one that `lasts` still.
    """

    at: datetime
    until: datetime | None
    lasts: bool
    viewer_id: UUID
    viewer_nip: str
    viewer_name: str
    what: str
    unit_name: str | None

    def shown(self) -> dict[str, Any]:
        """As the person themselves may have it: without the NIP, which is the viewer's own."""
        return {
            "at": self.at,
            "until": self.until,
            "lasts": self.lasts,
            "viewer_name": self.viewer_name,
            "what": self.what,
            "unit": self.unit_name,
        }


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
    connection: Any, employee_id: UUID, *, before: Key | None = None, limit: int
) -> Sequence[View]:
    """Who looked at this person, or at a unit as a whole while they worked in or below it, newest
    first."""
    at, last_id = before or (None, None)
    return [View(**row) for row in await asked(connection, VIEWS, employee_id, at, last_id, limit)]


async def who_saw(
    connection: Any,
    employee_id: UUID,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sequence[Look]:
    """Every look at this person that touches [since, until), newest first: for a breach notice.

    Looks at a whole unit count for whoever was placed below it at the time, wherever they are now.
    """
    return [Look(**row) for row in await asked(connection, WHO_SAW, employee_id, since, until)]
