"""Keeps the roll-ups within two seconds of the feed.

Each round asks whether anything is new, which is a look at 16 rows, and counts it in a transaction
of a bounded size. While more comes than a round counts, it rests in between: then what was promised
about acknowledgements comes first, and the roll-ups say how old they are.
Invariant: several processes may run one each; one of them counts, and when it dies another goes on
from the place that was committed.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import structlog

from denyut.heart import Heart
from denyut.metrics import PartFigures
from models.queries.recount import is_overtaken, refilled
from models.queries.rolling import is_behind, rolled
from notifications.rounds import Rounds


@dataclass(frozen=True, slots=True)
class RollingOptions:
    """How reports are counted for roll-ups, and when one is late."""

    timely_within_h: float = 24.0  # assumed: hours after the day of the activity, in local time
    events: int = 500  # of each shard in one transaction: a report waits for no long one
    every_s: float = 1.0  # a look whether anything is new
    share: float = 0.1  # of the time, at most: while reports pour in, these come first
    pause_s: float = 1.0  # after the database failed

    def __post_init__(self) -> None:
        if not 0 <= self.timely_within_h <= 24 * 366 or self.events < 1:
            raise ValueError("a report is late after some hours, and a step counts something")
        if not 0 < self.share <= 1:
            raise ValueError("counting takes a share of the time")


class Roller:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(self, pool: asyncpg.Pool, options: RollingOptions) -> None:
        self._pool = pool
        self._options = options
        self._rounds = Rounds("rolling", self.settle, options.pause_s)
        self._log = structlog.stdlib.get_logger("denyut.rolling")
        self.events_counted = 0
        self.days_counted = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Roller"]:
        """Counts while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Counts what is new, one step; how many seconds to rest before the next one."""
        options, clock = self._options, asyncio.get_running_loop().time
        began = clock()
        more = False
        async with self._pool.acquire() as connection:
            if not await is_behind(connection):
                return options.every_s
            if await is_overtaken(connection):
                self._log.warning("counting_everything_anew")
                await refilled(connection, options.timely_within_h)
                return options.every_s
            async with connection.transaction():
                step = await rolled(connection, options.timely_within_h, options.events)
        if step is not None:  # None: another process counts
            self.events_counted += step.events
            self.days_counted += step.person_days
            more = step.more
        rest_s = (clock() - began) * (1 / options.share - 1)
        return rest_s if more else max(rest_s, options.every_s)


def rollup_figures(heart: Heart, roller: Roller) -> PartFigures:
    """What the heartbeat and the roll-ups count, for Prometheus."""
    return PartFigures(
        "rollups",
        {
            "events_total": lambda: roller.events_counted,
            "person_days_total": lambda: roller.days_counted,
            "outages_total": lambda: heart.outages,
            "failures_total": lambda: roller.failures + heart.failures,
        },
        "Reports counted by unit and day, and outages that the service noticed itself",
    )
