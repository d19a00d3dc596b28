"""Reports as they are read: a person's pages, one report with its history, and their decisions.

Nothing here asks about rights: the caller does, with `models.queries.subjects.report_subjects`.
Pages go by (activity_at, id), newest first, so each costs its own rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.feed import FeedRow, feed_row
from models.tables.columns import new_id

REPORT = """
    SELECT r.id, r.employee_id, e.name AS employee_name, r.target_id, t.indicator,
           t.unit_of_measure, r.unit_id, r.status, r.version, r.quantity, r.note, r.activity_at,
           r.captured_at, r.corrected_at, r.received_at, r.shard, r.seq, r.flags,
           r.location::text AS location, r.decided_by, d.name AS decided_by_name, r.decided_at,
           b.id AS reported_by, b.name AS reported_by_name
      FROM report r
      JOIN employee e ON e.id = r.employee_id
      LEFT JOIN target t ON t.id = r.target_id
      LEFT JOIN employee d ON d.id = r.decided_by
      LEFT JOIN report_mentor m ON m.report_id = r.id AND r.flags & 128 <> 0
      LEFT JOIN employee b ON b.id = m.mentor_id
"""

PAGE = f"""{REPORT}
     WHERE r.employee_id = $1
       AND ($2::uuid IS NULL OR r.target_id = $2)
       AND ($3::text[] IS NULL OR r.status = ANY ($3))
       AND ($4::timestamptz IS NULL OR r.activity_at >= $4)
       AND ($5::timestamptz IS NULL OR r.activity_at < $5)
       AND ($6::uuid[] IS NULL
            OR r.unit_id IN (SELECT a.unit_id FROM unit_ancestry a WHERE a.ancestor_id = ANY ($6)))
       AND ($7::timestamptz IS NULL OR (r.activity_at, r.id) < ($7, $8::uuid))
     ORDER BY r.activity_at DESC, r.id DESC LIMIT $9
"""

ONE = f"{REPORT} WHERE r.id = $1"

CHANGES = """
    SELECT kind, version, made_at, quantity_before, note_before, activity_before, reason
      FROM report_change WHERE report_id = $1 ORDER BY version
"""

LOCK_SHARDS = """
    SELECT f.shard FROM feed_shard f
     WHERE f.shard IN (SELECT u.shard FROM report r JOIN employee e ON e.id = r.employee_id
                         JOIN unit u ON u.id = e.unit_id WHERE r.id = ANY ($1::uuid[]))
     ORDER BY f.shard FOR NO KEY UPDATE
"""

DECIDE = """
    SELECT * FROM decide_v1($1::uuid, $2::text, $3::text, $4::uuid[], $5::uuid[], $6::text)
     ORDER BY ord
"""


Outcome = Literal["applied", "duplicate", "rejected"]


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports of one person. `below`: only those made in or below these units, ever."""

    employee_id: UUID
    target_id: UUID | None = None
    statuses: Sequence[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    below: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one report in a decision; `event` is there when something was applied."""

    report_id: UUID
    outcome: Outcome
    code: str | None
    event: FeedRow | None


async def reports_page(
    connection: Any, wanted: ReportFilter, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """At most `limit` reports older than `after` (the sort key of the last one seen)."""
    at, report_id = after or (None, None)
    return await asked(
        connection,
        PAGE,
        wanted.employee_id,
        wanted.target_id,
        None if wanted.statuses is None else list(wanted.statuses),
        wanted.since,
        wanted.until,
        None if wanted.below is None else list(wanted.below),
        at,
        report_id,
        limit,
    )


async def report_row(connection: Any, report_id: UUID) -> Row | None:
    """One report with the names that a person reads."""
    return await asked_one(connection, ONE, report_id)


async def report_changes(connection: Any, report_id: UUID) -> Sequence[Row]:
    """Its revisions and withdrawal, oldest first, each with what the report said before it."""
    return await asked(connection, CHANGES, report_id)


async def lock_shards_of(connection: Any, report_ids: Sequence[UUID]) -> None:
    """Takes the shards of these reports ascending, so that several decisions in a row keep the
    lock order: whoever touches a target's pace holds its shard."""
    await asked(connection, LOCK_SHARDS, list(report_ids))


async def decided(
    connection: Any,
    actor: tuple[UUID, str],
    decision: str,
    report_ids: Sequence[UUID],
    reason: str = "",
) -> list[Decided]:
    """Approves or returns (`decision`) these reports, in order; announce the events after commit.

    `actor`: id and name of the supervisor, whose right to each report was asked before. A return
    needs a reason and leaves it as feedback of kind "correction".
    """
    rows = await asked(
        connection,
        DECIDE,
        *actor,
        decision,
        list(report_ids),
        [new_id() for _ in report_ids],
        reason,
    )
    return [
        Decided(
            row["report_id"],
            row["outcome"],
            row["code"],
            feed_row(row) if row["seq"] is not None else None,
        )
        for row in rows
    ]
