"""Slips that nobody has taken note of: which fall due, and the claim that tells them.

Invariant: reading takes no lock; the claim touches only rows that are as they were read.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.feed import FEED_COLUMNS, feed_row
from models.queries.slips import Claimed, NewNotice

DUE = """
    SELECT e.target_id, e.slip_number, e.rung, e.slipped_at, e.due_at,
           statement_timestamp() AS now
      FROM escalation e WHERE e.due_at <= statement_timestamp() ORDER BY e.due_at LIMIT $1
"""

CLAIM = (
    f"SELECT part, {FEED_COLUMNS} FROM claim_escalations_v1($1, $2, $3, $4, $5, $6, $7, $8, $9,"
    " $10, $11, $12, $13, $14, $15, $16, $17)"
)


@dataclass(frozen=True, slots=True)
class DueEscalation:
    """A slip whose next rung falls due at `due_at`, which may be a lower bound."""

    target_id: UUID
    slip_number: int
    rung: int
    slipped_at: datetime
    due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one: the next rung and when, or (None) the end; and what is told."""

    seen: DueEscalation
    next_rung: int | None = None
    next_due_at: datetime | None = None
    employee_id: UUID | None = None
    notice: NewNotice | None = None


async def due_escalations(connection: Any, limit: int) -> list[DueEscalation]:
    """At most `limit`, the longest due first."""
    return [DueEscalation(**row) for row in await connection.fetch(DUE, limit)]


async def steps_claimed(
    connection: Any, steps: Sequence[Step], shards: Collection[int], push_kinds: Collection[str]
) -> Claimed:
    """Commits what still holds; `shards`: those of all recipients. Announce the events after."""
    told = [(step, step.notice) for step in steps if step.notice is not None]
    rows = await connection.fetch(
        CLAIM,
        sorted(shards),
        [step.seen.target_id for step in steps],
        [step.seen.slip_number for step in steps],
        [step.seen.rung for step in steps],
        [step.seen.due_at for step in steps],
        [step.next_rung for step in steps],
        [step.next_due_at for step in steps],
        [step.seen.target_id for step, _ in told],
        [notice.notice_id for _, notice in told],
        [notice.key for _, notice in told],
        [notice.recipient_id for _, notice in told],
        [notice.kind for _, notice in told],
        [step.employee_id for step, _ in told],
        [notice.content for _, notice in told],
        [notice.pushed for _, notice in told],
        [notice.not_before for _, notice in told],
        list(push_kinds),
    )
    return Claimed(
        frozenset(row["target_id"] for row in rows if row["part"] == "claimed"),
        tuple(feed_row(row) for row in rows if row["part"] == "event"),
    )
