"""What is known of deliveries at the moment before they are sent: three questions for any number.

Invariant: nothing is written and no lock is taken; the answer is as fresh as its statement.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

# "heard": this phone got the word of the slip that is taken back; "in_flight": somebody else is
# sending it just now. `slip_number` stands in the content of every notice of a slip.
FACTS = """
    SELECT statement_timestamp() AS now, d.id, d.employee_id, d.device_id, d.channel, n.kind,
           n.read_at IS NOT NULL OR n.acknowledged_at IS NOT NULL AS noted,
           n.withdrawn_at IS NOT NULL AS withdrawn,
           n.target_id, p.state, coalesce(p.stale, false) AS stale,
           coalesce(p.slip_number, 0) AS slips, (n.content->>'slip_number')::int AS slip_number,
           (n.content->>'since')::timestamptz AS since,
           (n.content->>'closes_at')::timestamptz AS closes_at,
           alike.last_at AS last_alike_at, coalesce(slip.heard, false) AS heard,
           coalesce(slip.in_flight, false) AS in_flight
      FROM unnest($1::uuid[]) AS i(id)
      JOIN delivery d ON d.id = i.id
      JOIN notice n ON n.id = d.notice_id
      LEFT JOIN target_pace p ON p.target_id = n.target_id
      LEFT JOIN LATERAL (
           SELECT max(x.settled_at) AS last_at
             FROM notice m JOIN delivery x ON x.notice_id = m.id
            WHERE m.target_id = n.target_id AND m.recipient_id = n.recipient_id
              AND m.kind = n.kind AND x.device_id = d.device_id AND x.state = 'sent') alike ON true
      LEFT JOIN LATERAL (
           SELECT bool_or(x.state = 'sent') AS heard,
                  bool_or(x.state = 'queued' AND x.lease_id IS NOT NULL
                          AND NOT x.id = ANY ($1)) AS in_flight
             FROM notice m JOIN delivery x ON x.notice_id = m.id
            WHERE n.kind = ANY ($2::text[]) AND m.target_id = n.target_id
              AND m.recipient_id = n.recipient_id AND m.kind = ANY ($3::text[])
              AND m.content->>'slip_number' = n.content->>'slip_number'
              AND x.device_id = d.device_id) slip ON true
"""

# A digest is one push, however many deliveries it carries.
SENT = """
    SELECT i.employee_id, i.device_id, count(DISTINCT coalesce(x.digest_id, x.id))::int AS sent
      FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS i(employee_id, device_id, since)
      JOIN delivery x ON x.device_id = i.device_id AND x.employee_id = i.employee_id
           AND x.state = 'sent' AND x.settled_at >= i.since
     GROUP BY i.employee_id, i.device_id
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """One delivery: whose, of what, and what has become of its reason by `now`.

    `slips` counts the target's slips; `slip_number` is the one the notice speaks of. `since` and
    `closes_at` are a nudge's working day.
    """

    now: datetime
    id: UUID
    employee_id: UUID
    device_id: UUID
    channel: str
    kind: str
    noted: bool
    withdrawn: bool
    target_id: UUID | None
    state: str | None
    stale: bool
    slips: int
    slip_number: int | None
    since: datetime | None
    closes_at: datetime | None
    last_alike_at: datetime | None
    heard: bool
    in_flight: bool


async def facts_of(
    connection: Any,
    delivery_ids: Collection[UUID],
    relief_kinds: Collection[str],
    slip_kinds: Collection[str],
) -> dict[UUID, Facts]:
    """By delivery. `relief_kinds` take back what `slip_kinds` said."""
    rows = await connection.fetch(FACTS, list(delivery_ids), list(relief_kinds), list(slip_kinds))
    return {row["id"]: Facts(**row) for row in rows}


async def sent_since(
    connection: Any, phones: Sequence[tuple[UUID, UUID, datetime]]
) -> dict[tuple[UUID, UUID], int]:
    """Pushes that each phone (employee, device) got since its own instant; none is left out."""
    rows = await connection.fetch(
        SENT,
        [employee_id for employee_id, _, _ in phones],
        [device_id for _, device_id, _ in phones],
        [since for _, _, since in phones],
    )
    return {(row["employee_id"], row["device_id"]): row["sent"] for row in rows}
