"""The outage ledger: when the service could not be reached.

A report captured in a recorded outage and within its period is never late, whenever the outage is
recorded: `submit_batch_v1` marks those that arrive later, `outage_recorded` those that are there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.rules.flags import ReportFlag
from models.tables.columns import new_id

# Reads by the day of arrival what is seldom asked: an administrator records an outage once.
EXCUSE = f"""
    UPDATE report r SET flags = (r.flags & ~{int(ReportFlag.LATE)}) | {int(ReportFlag.OUTAGE)}
      FROM target t
     WHERE t.id = r.target_id AND r.flags & {int(ReportFlag.LATE)} <> 0
       AND r.corrected_at >= $1 AND r.corrected_at < $2 AND r.corrected_at <= t.period_end
"""


async def outages(connection: Any) -> Sequence[Row]:
    """Every recorded outage, the latest first."""
    return await asked(
        connection, "SELECT id, starts_at, ends_at, reason FROM outage ORDER BY starts_at DESC"
    )


async def outage_recorded(
    connection: Any, span: tuple[datetime, datetime], reason: str, recorded_by: UUID | None
) -> Row:
    """Writes an outage [start, end) and excuses the late reports that were captured in it."""
    rows = await asked(
        connection,
        "INSERT INTO outage (id, starts_at, ends_at, reason, recorded_by)"
        " VALUES ($1, $2, $3, $4, $5) RETURNING id, starts_at, ends_at, reason",
        new_id(),
        *span,
        reason,
        recorded_by,
    )
    await asked(connection, EXCUSE, *span)
    return rows[0]
