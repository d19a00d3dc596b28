"""Deliveries of notices to phones: claimed with a lease, settled by whoever still holds it.

Invariant: everything about a delivery stands in its row, so a sender may die at any point; after
its lease another takes over, and what the dead one meant to write down no longer counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

State = Literal["queued", "sent", "failed", "dropped"]
What = Literal["deferred", "retried", "held", "sent", "failed", "dropped"]
Address = Literal["keep", "forget", "disable"]

CLAIM = "SELECT * FROM claim_deliveries_v1($1, $2, $3, $4, $5)"
SETTLE = "SELECT settle_deliveries_v1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"

# Each member of a digest is marked while the lease is ours; the mark outlives the lease.
BUNDLE = """
    UPDATE delivery d SET digest_id = i.digest_id
      FROM unnest($2::uuid[], $3::uuid[]) AS i(id, digest_id)
     WHERE d.id = i.id AND d.lease_id = $1 AND d.state = 'queued'
    RETURNING d.id
"""

# The first entry of the index delivery_due, however many are queued.
NEVER_TRIED = """
    SELECT extract(epoch FROM statement_timestamp() - d.due_at)::float8 AS late_s
      FROM delivery d WHERE d.channel = $1 AND d.state = 'queued' ORDER BY d.due_at LIMIT 1
"""
# The first of delivery_waiting: what was tried and is still not there, whatever it waits for now.
NOT_THROUGH = """
    SELECT extract(epoch FROM statement_timestamp() - d.first_due_at)::float8 AS late_s
      FROM delivery d
     WHERE d.channel = $1 AND d.state = 'queued' AND d.first_due_at IS NOT NULL
     ORDER BY d.first_due_at LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """One notice for one phone, ours until the lease is over.

    `attempts` counts this one. Without `push_target` the phone has no address any more.
    `digest_id`: it was bundled with others before, and stays with them. `ttl_s`: what the re-check
    said of how long its word is worth anything.
    """

    id: UUID
    attempts: int
    notice_id: UUID
    key: str
    kind: str
    target_id: UUID | None
    language: str
    push_kind: str | None
    push_target: str | None
    employee_id: UUID
    device_id: UUID
    digest_id: UUID | None = None
    ttl_s: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a delivery; `what` and `outcome` go into the ledger.

    `queued` is due again at `due_at`, when its person may be reached, else after `again_after_s`.
    `counted` False gives the attempt back. `letter` is kept where nobody could send it (JSON
    text). `address` says what the phone's address is still worth, while it is `push_target`.
    """

    id: UUID
    state: State
    outcome: str
    what: What
    again_after_s: float = 0.0
    due_at: datetime | None = None
    counted: bool = True
    letter: str | None = None
    address: Address = "keep"
    push_kind: str | None = None
    push_target: str | None = None


async def claimed_deliveries(
    connection: Any,
    channel: str,
    lease_id: UUID,
    lease_s: float,
    limit: int,
    notice_id: UUID | None = None,
) -> list[ClaimedDelivery]:
    """Takes due deliveries of a channel for `lease_s` seconds: about `limit`, a tenth more at most.

    `notice_id`: those of one notice alone.
    """
    rows = await connection.fetch(CLAIM, channel, lease_id, lease_s, limit, notice_id)
    return [ClaimedDelivery(**row) for row in rows]


async def bundled(connection: Any, lease_id: UUID, digests: Mapping[UUID, UUID]) -> int:
    """Marks deliveries (keys) as members of digests (values); how many still carry the lease."""
    rows = await connection.fetch(BUNDLE, lease_id, list(digests), list(digests.values()))
    return len(rows)


async def settled(connection: Any, lease_id: UUID, settlements: Sequence[Settlement]) -> int:
    """Writes down what became of them; how many still carried the lease."""
    return await connection.fetchval(
        SETTLE,
        lease_id,
        [each.id for each in settlements],
        [each.state for each in settlements],
        [each.outcome for each in settlements],
        [each.what for each in settlements],
        [each.again_after_s for each in settlements],
        [each.due_at for each in settlements],
        [each.counted for each in settlements],
        [each.letter for each in settlements],
        [each.address for each in settlements],
        [each.push_kind for each in settlements],
        [each.push_target for each in settlements],
    )


async def overdue_s(connection: Any, channel: str) -> float:
    """For how many seconds the oldest delivery should have been there; 0: none is late.

    What waits for its person's hours is not late; what waits for a provider is.
    """
    ages = [await connection.fetchval(question, channel) for question in (NEVER_TRIED, NOT_THROUGH)]
    return max(0.0, *(age or 0.0 for age in ages))
