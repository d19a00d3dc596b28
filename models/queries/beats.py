"""The service's heartbeat: one row that all its processes share, by the database's clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.queries.asking import asked_one

# The row lock makes beats of several processes follow each other: of a gap, one hears.
BEFORE = "SELECT at FROM service_beat WHERE id = 1 FOR UPDATE"
BEAT = """
    INSERT INTO service_beat (id, at) VALUES (1, coalesce($1::timestamptz, clock_timestamp()))
        ON CONFLICT (id) DO UPDATE SET at = greatest(service_beat.at, excluded.at)
    RETURNING at
"""


@dataclass(frozen=True, slots=True)
class Beat:
    """This beat, and the one before it; None: this was the first."""

    before: datetime | None
    now: datetime


async def beaten(connection: Any, now: datetime | None = None) -> Beat:
    """Beats once, in the caller's transaction. `now`: None, the database's clock."""
    before = await asked_one(connection, BEFORE)
    row = await asked_one(connection, BEAT, now)
    assert row is not None  # an insert that returns always has its row
    return Beat(before["at"] if before is not None else None, row["at"])
