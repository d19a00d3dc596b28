"""The outage ledger: when the service could not be reached.

A report captured in a recorded outage and within its period is never late, whenever the outage is
recorded: `submit_batch_v1` marks those that arrive later, `outage_recorded` those that are there.
The service records what its own heartbeat tells (`heartbeat`), administrators the rest.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from models.queries.asking import Row, asked
from models.queries.rolling import due_again
from models.rules.flags import ReportFlag
from models.tables.columns import new_id

Source = Literal["administrator", "heartbeat"]

# Reads all reports, which is seldom asked: an outage is recorded once. What came in after its day
# while the service was away is counted anew as well, though its own flag says nothing of it.
EXCUSE = f"""
    WITH excused AS (
        UPDATE report r
           SET flags = (r.flags & ~{int(ReportFlag.LATE)}) | {int(ReportFlag.OUTAGE)}
          FROM target t
         WHERE t.id = r.target_id AND r.flags & {int(ReportFlag.LATE)} <> 0
           AND r.corrected_at >= $1 AND r.corrected_at < $2 AND r.corrected_at <= t.period_end
        RETURNING r.employee_id, r.unit_id, r.activity_at
    ), waited AS (
        SELECT r.employee_id, r.unit_id, r.activity_at
          FROM report r JOIN unit u ON u.id = r.unit_id
         WHERE r.corrected_at > $1 AND r.activity_at < $2
           AND r.corrected_at > ((r.activity_at AT TIME ZONE u.zone)::date + 1)::timestamp
                                 AT TIME ZONE u.zone
    )
    SELECT DISTINCT w.employee_id, (w.activity_at AT TIME ZONE u.zone)::date AS on_day
      FROM (SELECT * FROM excused UNION ALL SELECT * FROM waited) w
      JOIN unit u ON u.id = w.unit_id
"""


async def outages(connection: Any) -> Sequence[Row]:
    """Every recorded outage, the latest first."""
    return await asked(
        connection,
        "SELECT id, starts_at, ends_at, reason, source FROM outage ORDER BY starts_at DESC",
    )


async def outage_recorded(
    connection: Any,
    span: tuple[datetime, datetime],
    reason: str,
    recorded_by: UUID | None,
    *,
    source: Source = "administrator",
) -> Row:
    """Writes an outage [start, end) and excuses what was captured in it, or had to wait for it.

    Call it in a transaction: the days that it changes are counted anew (`rollup_due`).
    """
    rows = await asked(
        connection,
        "INSERT INTO outage (id, starts_at, ends_at, reason, recorded_by, source)"
        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, starts_at, ends_at, reason, source",
        new_id(),
        *span,
        reason,
        recorded_by,
        source,
    )
    changed = await asked(connection, EXCUSE, *span)
    await due_again(connection, [(row["employee_id"], row["on_day"]) for row in changed])
    return rows[0]
