"""Targets that employees propose, and changes of targets: made, read, decided once.

Invariant: an open proposal is decided or withdrawn once, by condition; what it asked for is kept
as it was asked. Locks: its employee's shard is held by whoever decides, since a target follows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from models.queries.asking import Row, asked, asked_one, decoded
from models.rules.refusals import AlreadyDecided, Conflict, NotFound

PROPOSAL = """
    SELECT p.id, p.employee_id, e.name AS employee_name, p.kind, p.target_id,
           p.body::text AS body, p.reason, p.state, p.made_at, p.decided_by,
           by.name AS decided_by_name, p.decided_at, p.decision_reason
      FROM target_proposal p JOIN employee e ON e.id = p.employee_id
      LEFT JOIN employee by ON by.id = p.decided_by
"""
MAKE = """
    INSERT INTO target_proposal (id, employee_id, kind, target_id, body, reason)
    VALUES ($1, $2, $3, $4, $5::text::jsonb, $6) ON CONFLICT (id) DO NOTHING RETURNING id
"""
DECIDE = """
    UPDATE target_proposal SET state = $2, decided_by = $3, decided_at = clock_timestamp(),
           decision_reason = $4, target_id = coalesce(target_id, $5)
     WHERE id = $1 AND state = 'open' RETURNING id
"""
# Below the units that somebody heads, and whose personal supervisor they are.
OPEN_BELOW = f"""
    {PROPOSAL}
     WHERE p.state = 'open' AND p.employee_id IN (
           SELECT e.id FROM unit_ancestry a JOIN employee e ON e.unit_id = a.unit_id AND e.active
            WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current
            UNION SELECT unnest($2::uuid[]))
     ORDER BY p.made_at, p.id LIMIT $3
"""
MOST_OPEN = 50  # of one person; more would be nobody's honest wish


@dataclass(frozen=True, slots=True)
class NewProposal:
    """What somebody asks for. `body`: JSON facts of the goal or of its change."""

    id: UUID
    employee_id: UUID
    kind: str
    target_id: UUID | None
    body: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it is read."""

    id: UUID
    employee_id: UUID
    employee_name: str
    kind: Literal["new", "change"]
    target_id: UUID | None
    body: Mapping[str, Any]
    reason: str
    state: str
    made_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    decision_reason: str


async def proposal_by_id(connection: Any, proposal_id: UUID) -> Proposal | None:
    """One proposal."""
    row = await asked_one(connection, f"{PROPOSAL} WHERE p.id = $1", proposal_id)
    return None if row is None else _proposal(row)


async def proposals_of(connection: Any, employee_id: UUID, limit: int) -> Sequence[Proposal]:
    """What a person has proposed, the newest first."""
    rows = await asked(
        connection,
        f"{PROPOSAL} WHERE p.employee_id = $1 ORDER BY p.made_at DESC, p.id DESC LIMIT $2",
        employee_id,
        limit,
    )
    return [_proposal(row) for row in rows]


async def open_proposals(
    connection: Any, unit_ids: Collection[UUID], employee_ids: Collection[UUID], limit: int
) -> Sequence[Proposal]:
    """The open ones of everybody below these units and of these people, the oldest first."""
    rows = await asked(connection, OPEN_BELOW, list(unit_ids), list(employee_ids), limit)
    return [_proposal(row) for row in rows]


async def proposal_made(connection: Any, new: NewProposal) -> bool:
    """Makes it; False: this very one was there already.

    Raises Conflict for an id that says something else, or too many open ones.
    """
    body = msgspec.json.encode(new.body).decode()
    known = await proposal_by_id(connection, new.id)
    if known is None:
        many = await asked_one(
            connection,
            "SELECT count(*) AS open FROM target_proposal"
            " WHERE employee_id = $1 AND state = 'open'",
            new.employee_id,
        )
        if many is not None and many["open"] >= MOST_OPEN:
            raise Conflict(field="state", reason="too_many_open")
        if await asked(
            connection,
            MAKE,
            new.id,
            new.employee_id,
            new.kind,
            new.target_id,
            body,
            new.reason,
        ):
            return True
        known = await proposal_by_id(connection, new.id)  # somebody made it in this very moment
    if known is None or not _same(known, new, body):
        raise Conflict(field="id")
    return False


async def proposal_ended(
    connection: Any,
    proposal_id: UUID,
    state: str,
    *,
    by: UUID,
    reason: str = "",
    target_id: UUID | None = None,
) -> None:
    """Agreed, declined or withdrawn, by condition. `target_id`: the target that came of it.

    Raises AlreadyDecided, NotFound.
    """
    if await asked(connection, DECIDE, proposal_id, state, by, reason, target_id):
        return
    if await proposal_by_id(connection, proposal_id) is None:
        raise NotFound
    raise AlreadyDecided


def _same(known: Proposal, new: NewProposal, body: str) -> bool:
    said = (known.employee_id, known.kind, known.body, known.reason)
    asks = (new.employee_id, new.kind, msgspec.json.decode(body), new.reason)
    return said == asks and (new.kind == "new" or known.target_id == new.target_id)


def _proposal(row: Row) -> Proposal:
    return Proposal(**{**row, "body": decoded(row["body"])})
