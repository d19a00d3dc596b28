"""The ledger: what became of each delivery of a notice, and that a push was opened.

Invariant: read by notice or by person, never by device alone; whoever asks was judged before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import NotFound

OF_NOTICE = """
    SELECT d.id, d.notice_id, n.kind, d.device_id, v.name AS device_name, d.channel, d.state,
           d.attempts, d.digest_id, d.made_at, d.due_at, d.settled_at, d.outcome
      FROM delivery d JOIN notice n ON n.id = d.notice_id
      LEFT JOIN device v ON v.id = d.device_id AND v.employee_id = d.employee_id
"""
BY_NOTICE = OF_NOTICE + " WHERE d.notice_id = $1 ORDER BY d.made_at, d.id"
BY_PERSON = (
    OF_NOTICE
    + """
     WHERE d.employee_id = $1
       AND ($2::timestamptz IS NULL OR (d.made_at, d.id) < ($2, $3::uuid))
     ORDER BY d.made_at DESC, d.id DESC LIMIT $4
"""
)
EVENTS = """
    SELECT e.delivery_id, e.at, e.what, e.detail FROM delivery_event e
     WHERE e.delivery_id = ANY ($1::uuid[]) ORDER BY e.delivery_id, e.at
"""
OPENED = """
    INSERT INTO delivery_event (delivery_id, what)
    SELECT d.id, 'opened' FROM delivery d
     WHERE d.notice_id = $1 AND d.employee_id = $2 AND d.device_id = $3
    ON CONFLICT DO NOTHING RETURNING delivery_id
"""
READ = """
    UPDATE notice SET read_at = coalesce(read_at, clock_timestamp())
     WHERE id = $1 AND recipient_id = $2 RETURNING id
"""
DEAD = """
    SELECT count(*) AS letters FROM dead_letter
     WHERE at > clock_timestamp() - make_interval(secs => $1)
"""
DISABLED = """
    SELECT count(*) AS addresses FROM device
     WHERE push_disabled_reason IS NOT NULL AND push_target IS NOT NULL
"""
REFUSED = """
    SELECT d.outcome FROM delivery d
     WHERE d.channel = $1 AND d.state = 'queued' AND d.first_due_at IS NOT NULL
       AND starts_with(d.outcome, 'refused: ')
     LIMIT 1
"""


async def recipient_of(connection: Any, notice_id: UUID) -> UUID | None:
    """Whose notice it is; None: there is none."""
    row = await asked_one(connection, "SELECT recipient_id FROM notice WHERE id = $1", notice_id)
    return row["recipient_id"] if row else None


async def deliveries_of_notice(connection: Any, notice_id: UUID) -> Sequence[Row]:
    """A notice's deliveries, one for each device that had an address when it was made."""
    return await asked(connection, BY_NOTICE, notice_id)


async def deliveries_of_person(
    connection: Any, employee_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Row]:
    """A person's deliveries, newest first. `before`: the sort key of the last one seen."""
    at, last_id = before or (None, None)
    return await asked(connection, BY_PERSON, employee_id, at, last_id, limit)


async def steps_of(connection: Any, delivery_ids: Sequence[UUID]) -> Sequence[Row]:
    """What happened to these deliveries, in order; that they were made stands in their rows."""
    return await asked(connection, EVENTS, list(delivery_ids)) if delivery_ids else []


async def opened(
    connection: Any, notice_id: UUID, recipient_id: UUID, device_id: UUID
) -> Literal["applied", "duplicate"]:
    """The person opened the notice from its push on this device; that is reading it.

    Raises NotFound when it is not theirs. A device that no push went to leaves no step.
    """
    if not await asked(connection, READ, notice_id, recipient_id):
        raise NotFound
    new = await asked(connection, OPENED, notice_id, recipient_id, device_id)
    return "applied" if new else "duplicate"


async def dead_letters(connection: Any, within_s: float) -> int:
    """How many deliveries were given up in the last `within_s` seconds."""
    row = await asked_one(connection, DEAD, within_s)
    return row["letters"] if row else 0


async def disabled_addresses(connection: Any) -> int:
    """How many devices have an address of another project."""
    row = await asked_one(connection, DISABLED)
    return row["addresses"] if row else 0


async def refusal_of_us(connection: Any, channel: str) -> str | None:
    """What the channel's provider said when it refused us, while something waits for that."""
    row = await asked_one(connection, REFUSED, channel)
    return row["outcome"] if row else None
