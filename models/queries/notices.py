"""The inbox: a person's notices, newest first, which of them are unread, and marking them.

Every question names the recipient, so nobody reads or marks what is somebody else's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.refusals import NotFound

MOST_UNREAD = 1_000  # beyond this a screen says "more than"; counting on would cost the history

PAGE = """
    SELECT n.id, n.kind, n.employee_id, e.name AS employee_name, n.target_id, n.report_id,
           n.content::text AS content, n.made_at, n.read_at, n.acknowledged_at,
           n.withdrawn_at
      FROM notice n LEFT JOIN employee e ON e.id = n.employee_id
     WHERE n.recipient_id = $1
       AND (NOT $2::bool OR n.read_at IS NULL)
       AND ($3::timestamptz IS NULL OR (n.made_at, n.id) < ($3, $4::uuid))
     ORDER BY n.made_at DESC, n.id DESC LIMIT $5
"""

UNREAD = """
    SELECT count(*) AS unread
      FROM (SELECT 1 FROM notice WHERE recipient_id = $1 AND read_at IS NULL LIMIT $2) n
"""

READ = """
    UPDATE notice SET read_at = clock_timestamp()
     WHERE id = $1 AND recipient_id = $2 AND read_at IS NULL RETURNING id
"""

ACKNOWLEDGE = """
    UPDATE notice SET acknowledged_at = clock_timestamp(),
                      read_at = coalesce(read_at, clock_timestamp())
     WHERE id = $1 AND recipient_id = $2 AND acknowledged_at IS NULL RETURNING id
"""

Outcome = Literal["applied", "duplicate"]


async def inbox_page(
    connection: Any,
    recipient_id: UUID,
    unread_only: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Row]:
    """At most `limit` notices older than `after` (the sort key of the last one seen)."""
    at, notice_id = after or (None, None)
    return await asked(connection, PAGE, recipient_id, unread_only, at, notice_id, limit)


async def unread_count(connection: Any, recipient_id: UUID) -> int:
    """How many notices are unread, at most MOST_UNREAD."""
    row = await asked_one(connection, UNREAD, recipient_id, MOST_UNREAD)
    return row["unread"] if row else 0


async def mark_read(connection: Any, notice_id: UUID, recipient_id: UUID) -> Outcome:
    """The person has read the notice. Raises NotFound when it is not theirs."""
    return await _marked(connection, READ, notice_id, recipient_id)


async def mark_acknowledged(connection: Any, notice_id: UUID, recipient_id: UUID) -> Outcome:
    """The person has said so; read as well. Raises NotFound when it is not theirs."""
    return await _marked(connection, ACKNOWLEDGE, notice_id, recipient_id)


async def _marked(connection: Any, statement: str, notice_id: UUID, recipient_id: UUID) -> Outcome:
    if await asked(connection, statement, notice_id, recipient_id):
        return "applied"
    known = await asked_one(
        connection,
        "SELECT 1 AS one FROM notice WHERE id = $1 AND recipient_id = $2",
        notice_id,
        recipient_id,
    )
    if known is None:
        raise NotFound
    return "duplicate"
