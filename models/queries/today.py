"""What happened today below each child of a unit: where a roll-up begins to count.

Times of a shard's events grow with their numbers (both are set under the shard's lock), so the
first event of a day is found by halving, and only that day's events are read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.queries.replays import shard_state


@dataclass(frozen=True, slots=True)
class ChildCounts:
    """Events of today under one child of the unit, or of the unit's own people under its id."""

    unit_id: UUID
    reports: int
    approvals: int
    returns: int
    slips: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The counts of `day` (in the zone asked for) up to and including number `seq`."""

    seq: int
    day: date
    rows: list[ChildCounts]


AT = "SELECT at FROM feed WHERE shard = $1 AND seq >= $2 ORDER BY seq LIMIT 1"

COUNTS = """
SELECT coalesce(unit_path[array_position(unit_path, $2) + 1], $2) AS unit_id,
       count(*) FILTER (WHERE kind = 'report') AS reports,
       count(*) FILTER (WHERE kind = 'approval') AS approvals,
       count(*) FILTER (WHERE kind = 'return') AS returns,
       count(*) FILTER (WHERE kind = 'slip') AS slips,
       max(at) AS last_at
  FROM feed
 WHERE shard = $1 AND seq >= $3 AND seq <= $4 AND $2 = ANY (unit_path) AND at >= $5
 GROUP BY 1
"""


async def counts_today(connection: Any, unit_id: UUID, shard: int, zone: ZoneInfo) -> DayCounts:
    """Today by the database's clock; call it inside `one_moment`."""
    state = await shard_state(connection, shard)
    now: datetime = await connection.fetchval("SELECT clock_timestamp()")
    day = now.astimezone(zone).date()
    begins_at = datetime(day.year, day.month, day.day, tzinfo=zone)
    first = await _first_since(connection, shard, begins_at, state.floor, state.head)
    rows = await connection.fetch(COUNTS, shard, unit_id, first, state.head, begins_at)
    return DayCounts(state.head, day, [ChildCounts(**row) for row in rows])


async def _first_since(
    connection: Any, shard: int, begins_at: datetime, floor: int, head: int
) -> int:
    """The first number of a shard whose event is not before an instant; head + 1: there is none."""
    low, high = floor + 1, head + 1
    while low < high:
        middle = (low + high) // 2
        at = await connection.fetchval(AT, shard, middle)
        if at is None or at >= begins_at:
            high = middle
        else:
            low = middle + 1
    return low
