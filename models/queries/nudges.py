"""People whose working day is about to close: which fall due, who has reported, and the claim.

Invariant: a look costs the people whose day closes now, by index, and nobody else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.feed import FEED_COLUMNS, FeedRow, feed_row
from models.queries.slips import NewNotice

# A row without a target that still asks for something ends; a new target begins a new one.
DUE = """
    SELECT n.employee_id, n.due_at, statement_timestamp() AS now,
           e.active AND EXISTS (
               SELECT FROM target_pace p
                WHERE p.employee_id = n.employee_id AND p.period_end > statement_timestamp()
                  AND p.state IN ('on_track', 'at_risk', 'slipped')) AS has_work
      FROM nudge n JOIN employee e ON e.id = n.employee_id
     WHERE n.due_at <= statement_timestamp() ORDER BY n.due_at LIMIT $1
"""

# The index is by the day of the work; what came in today about an earlier day counts as well.
REPORTED = """
    SELECT i.employee_id
      FROM unnest($1::uuid[], $2::timestamptz[]) AS i(employee_id, since)
     WHERE EXISTS (
           SELECT FROM report r
            WHERE r.employee_id = i.employee_id AND r.activity_at >= i.since - interval '31 days'
              AND (r.activity_at >= i.since OR r.received_at >= i.since)
              AND r.status <> 'withdrawn')
"""

CLAIM = (
    f"SELECT part, {FEED_COLUMNS} FROM claim_nudges_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11)"
)


@dataclass(frozen=True, slots=True)
class DueLook:
    """A person whose day is to be looked at; `has_work`: some running target is not reached."""

    employee_id: UUID
    due_at: datetime
    now: datetime
    has_work: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What becomes of one look: when the next is (None: never), and the nudge, if any."""

    seen: DueLook
    next_due_at: datetime | None = None
    notice: NewNotice | None = None


async def due_looks(connection: Any, limit: int) -> list[DueLook]:
    """At most `limit`, the longest due first."""
    return [DueLook(**row) for row in await connection.fetch(DUE, limit)]


async def reported_since(connection: Any, since: Mapping[UUID, datetime]) -> frozenset[UUID]:
    """Who has reported anything since their own instant."""
    if not since:
        return frozenset()
    rows = await connection.fetch(REPORTED, list(since), list(since.values()))
    return frozenset(row["employee_id"] for row in rows)


async def looks_claimed(
    connection: Any, looks: Sequence[Look], shards: Collection[int], push_kinds: Collection[str]
) -> tuple[int, tuple[FeedRow, ...]]:
    """Commits what still holds: how many looks, and the events to announce."""
    notices = [look.notice for look in looks if look.notice is not None]
    rows = await connection.fetch(
        CLAIM,
        sorted(shards),
        [look.seen.employee_id for look in looks],
        [look.seen.due_at for look in looks],
        [look.next_due_at for look in looks],
        [notice.notice_id for notice in notices],
        [notice.key for notice in notices],
        [notice.recipient_id for notice in notices],
        [notice.kind for notice in notices],
        [notice.content for notice in notices],
        [notice.not_before for notice in notices],
        list(push_kinds),
    )
    claimed = sum(row["part"] == "claimed" for row in rows)
    return claimed, tuple(feed_row(row) for row in rows if row["part"] == "event")
