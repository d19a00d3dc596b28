"""A city that works round the clock, so that expected progress is plain arithmetic in tests.

Its targets run from ten days ago to twenty days ahead and ask for 100 with a tolerance of 15 %, so
at this moment a third of the time has passed and 28.33 must be there: with 20 a target has
slipped, with 30 it slips within a day, with 50 it is on track, with 100 it is achieved.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.feed import FeedRow
from models.tables.columns import new_id
from tests.builders import City, make_city, make_target

DAY = timedelta(days=1)
SLIPPED, AT_RISK, ON_TRACK, ACHIEVED = 20.0, 30.0, 50.0, 100.0


async def make_city_at_work(connection: Any) -> City:
    """Everybody works always, and every target is on track and has been looked at."""
    city = await make_city(connection)
    await connection.execute(
        "INSERT INTO work_pattern (code, name, week, ramadan_week)"
        " SELECT 'always', 'Selalu', w, w FROM (SELECT '[[[0,1440]],[[0,1440]],[[0,1440]],"
        "[[0,1440]],[[0,1440]],[[0,1440]],[[0,1440]]]'::jsonb AS w) AS week"
    )
    await connection.execute("UPDATE unit SET work_pattern = 'always'")
    await connection.execute(
        "UPDATE target_pace SET approved = $1, stale = false, paced_at = clock_timestamp()",
        ON_TRACK,
    )
    return city


async def make_slipping_target(connection: Any, employee_id: UUID, done: float = SLIPPED) -> UUID:
    """One more target, new and stale."""
    target_id = await make_target(connection, employee_id)
    await connection.execute(
        "UPDATE target_pace SET approved = $2 WHERE target_id = $1", target_id, done
    )
    return target_id


async def set_progress(connection: Any, target_id: UUID, done: float) -> None:
    """As a supervisor's return or a late report leaves it."""
    await connection.execute(
        "UPDATE target_pace SET approved = $2, pending = 0, stale = true WHERE target_id = $1",
        target_id,
        done,
    )


async def make_phone(
    connection: Any, employee_id: UUID, address: str, kind: str = "fcm_token"
) -> UUID:
    """A phone that pushes can reach."""
    device_id = new_id()
    await connection.execute(
        "INSERT INTO device (id, employee_id, push_kind, push_target) VALUES ($1, $2, $3, $4)",
        device_id,
        employee_id,
        kind,
        address,
    )
    return device_id


async def pace_of(connection: Any, target_id: UUID) -> Any:
    """The stored pace of a target."""
    return await connection.fetchrow("SELECT * FROM target_pace WHERE target_id = $1", target_id)


async def notices(connection: Any, target_id: UUID) -> list[tuple[str, UUID]]:
    """Kind and recipient of every notice of a target, in the order they were made."""
    rows = await connection.fetch(
        "SELECT kind, recipient_id FROM notice WHERE target_id = $1 ORDER BY id", target_id
    )
    return [(row["kind"], row["recipient_id"]) for row in rows]


async def feed_kinds(connection: Any, target_id: UUID) -> list[str]:
    """The kinds of a target's events, in their order."""
    rows = await connection.fetch(
        "SELECT kind FROM feed WHERE target_id = $1 ORDER BY at, seq", target_id
    )
    return [row["kind"] for row in rows]


async def contiguous(connection: Any) -> bool:
    """Whether every shard's numbers run from 1 to its head."""
    return not await connection.fetch(
        "SELECT s.shard FROM feed_shard s LEFT JOIN feed f ON f.shard = s.shard"
        " GROUP BY s.shard, s.head"
        " HAVING count(f.seq) <> s.head OR coalesce(max(f.seq), 0) <> s.head"
    )


class Announced:
    """An `Announce` that remembers."""

    def __init__(self) -> None:
        self.rows: list[FeedRow] = []

    def __call__(self, rows: Sequence[FeedRow]) -> None:
        self.rows += rows


def ago(span: timedelta) -> datetime:
    """An instant in the past."""
    return datetime.now(UTC) - span
