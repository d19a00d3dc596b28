"""A holiday is moved, and the pace of everybody's targets is worked out anew: 3,000 people × 5."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from benchmarks.figures import Figure, Goal
from benchmarks.rig import Rig
from benchmarks.town import GOAL, Town
from models.queries.calendar_changes import everybody_stale
from notifications.slips import SlipEngine, SlipOptions

TOWN = Town(agencies=15, sections=20, targets=5)  # 3,000 people
ON_TRACK = GOAL * 0.7  # at half of the period; slips later, at an instant that the calendar moves


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: the town says."""

    limit_s: float = 3.0


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Seconds from the change to the last new instant."""
    size = size or Size()
    figure = Figure(
        "calendar",
        f"{rig.town.all_targets:,} targets worked out anew",
        "s",
        Goal("at_most", size.limit_s),
    )
    async with asyncpg.create_pool(rig.dsn, min_size=1, max_size=2) as pool:
        await pool.execute("UPDATE target_pace SET approved = $1", ON_TRACK)
        await pool.execute("VACUUM ANALYZE")
        for _ in range(rounds):
            engine = SlipEngine(pool, lambda rows: None, SlipOptions())
            began = time.perf_counter()
            async with pool.acquire() as connection, connection.transaction():
                await everybody_stale(connection, datetime.now(UTC) - timedelta(days=1))
            await engine.settle()
            figure.values.append(time.perf_counter() - began)
            if engine.targets_paced < rig.town.all_targets:
                raise RuntimeError(f"{engine.targets_paced} of {rig.town.all_targets} targets")
    return [figure]
