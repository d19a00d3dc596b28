"""What one batch of reports is: items in, results and feed rows out, one call to the database.

Holds no state. The meaning of each outcome stands in models/sql/submit_batch_v1.sql.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from models.queries.feed import FeedRow, feed_row

Op = Literal["create", "revise", "withdraw"]
Outcome = Literal["applied", "duplicate", "conflict", "rejected", "blocked", "retry"]

SUBMIT = (
    "SELECT * FROM submit_batch_v1("
    "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
)


@dataclass(slots=True)
class IntakeItem:
    """One creation, revision or withdrawal, decoded and checked, with its person known.

    Nobody changes one. It is not frozen, nor is a result, since making a frozen one of so many
    fields costs a report another microsecond.

    `content` is the JSON object (text) of the feed event, without what the database adds:
    labels of the target, version and status. `note` holds the reason of a withdrawal.
    """

    op: Op
    mutation_id: UUID
    report_id: UUID
    employee_id: UUID
    body_hash: bytes
    content: str
    target_id: UUID | None = None
    quantity: float = 0.0
    note: str = ""
    activity_at: datetime | None = None
    captured_at: datetime | None = None
    corrected_at: datetime | None = None
    flags: int = 0
    base_version: int | None = None
    device_id: UUID | None = None
    location: str | None = None


@dataclass(slots=True)
class ItemResult:
    """What became of an item. The receipt's place is there when the report exists and is theirs."""

    outcome: Outcome
    report_id: UUID
    code: str | None = None
    status: str | None = None
    version: int | None = None
    receipt_shard: int | None = None
    receipt_seq: int | None = None
    received_at: datetime | None = None
    flags: int = 0


def columns(items: Sequence[IntakeItem]) -> list[list[Any]]:
    """The arguments of `submit_batch_v1`, one list a column, in its order."""
    return [
        [item.op for item in items],
        [item.mutation_id for item in items],
        [item.report_id for item in items],
        [item.employee_id for item in items],
        [item.target_id for item in items],
        [item.quantity for item in items],
        [item.note for item in items],
        [item.activity_at for item in items],
        [item.captured_at for item in items],
        [item.corrected_at for item in items],
        [item.flags for item in items],
        [item.body_hash for item in items],
        [item.base_version for item in items],
        [item.device_id for item in items],
        [item.location for item in items],
        [item.content for item in items],
    ]


async def submitted(
    connection: Any, items: Sequence[IntakeItem], timeout_s: float
) -> tuple[list[ItemResult], list[FeedRow]]:
    """Commits a batch: results in the order of the items, and the new feed rows to announce.

    `connection` is a raw asyncpg one, outside any transaction block: the call is its own
    transaction, and when it returns everything in it is on disk. Errors are asyncpg's; the batch
    is idempotent.
    """
    rows = await connection.fetch(SUBMIT, *columns(items), timeout=timeout_s)
    results: dict[int, ItemResult] = {}
    events: list[FeedRow] = []
    for row in rows:
        results[row["ord"]] = ItemResult(
            row["outcome"],
            row["report_id"],
            row["code"],
            row["status"],
            row["version"],
            row["receipt_shard"],
            row["receipt_seq"],
            row["received_at"],
            row["report_flags"] or 0,
        )
        if row["seq"] is not None:
            events.append(feed_row(row))
    return [results[ord] for ord in range(1, len(items) + 1)], events
