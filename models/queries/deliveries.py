"""Deliveries of notices to phones: claimed with a lease, settled by whoever still holds it.

Invariant: everything about a delivery stands in its row, so a sender may die at any point; after
its lease another takes over, and what the dead one meant to write down no longer counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

State = Literal["queued", "sent", "failed", "dropped"]
Address = Literal["keep", "forget", "disable"]

CLAIM = "SELECT * FROM claim_deliveries_v1($1, $2, $3, $4)"
SETTLE = "SELECT settle_deliveries_v1($1, $2, $3, $4, $5, $6, $7, $8, $9)"

# The first entry of the index delivery_due, however many are queued.
OVERDUE = """
    SELECT extract(epoch FROM statement_timestamp() - d.due_at)::float8 AS overdue_s
      FROM delivery d WHERE d.channel = $1 AND d.state = 'queued' ORDER BY d.due_at LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """One notice for one phone, ours until the lease is over.

    `attempts` counts this one. Without `push_target` the phone has no address any more.
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


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a delivery.

    `queued` is due again after `again_after_s`. `counted` False gives the attempt back.
    `address` says what the phone's address is still worth, while it is `push_target`.
    """

    id: UUID
    state: State
    outcome: str
    again_after_s: float = 0.0
    counted: bool = True
    address: Address = "keep"
    push_kind: str | None = None
    push_target: str | None = None


async def claimed_deliveries(
    connection: Any, channel: str, lease_id: UUID, lease_s: float, limit: int
) -> list[ClaimedDelivery]:
    """Takes at most `limit` due deliveries of a channel for `lease_s` seconds."""
    rows = await connection.fetch(CLAIM, channel, lease_id, lease_s, limit)
    return [ClaimedDelivery(**row) for row in rows]


async def settled(connection: Any, lease_id: UUID, settlements: Sequence[Settlement]) -> int:
    """Writes down what became of them; how many still carried the lease."""
    return await connection.fetchval(
        SETTLE,
        lease_id,
        [each.id for each in settlements],
        [each.state for each in settlements],
        [each.outcome for each in settlements],
        [each.again_after_s for each in settlements],
        [each.counted for each in settlements],
        [each.address for each in settlements],
        [each.push_kind for each in settlements],
        [each.push_target for each in settlements],
    )


async def overdue_s(connection: Any, channel: str) -> float:
    """For how many seconds the oldest due delivery has been waiting; 0: none is due."""
    return max(0.0, await connection.fetchval(OVERDUE, channel) or 0.0)
