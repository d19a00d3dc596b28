"""The service's own heartbeat, and the outages that it tells of.

Every beat is a row of the database that all processes share. Whoever finds the last one too old
writes the gap into the outage ledger, in the same transaction: so it stands there once, and what
was captured meanwhile counts as on time (domain.md, "What people complain of").
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import structlog

from models.queries.beats import beaten
from models.queries.outages import outage_recorded
from models.rules.heartbeat import gap
from notifications.rounds import Rounds

REASON = "Layanan tidak berjalan (dicatat oleh layanan sendiri)"


@dataclass(frozen=True, slots=True)
class HeartOptions:
    """The heartbeat by which the service notices its own outages."""

    every_s: float = 15.0  # one small write for all processes together
    longest_s: float = 90.0  # assumed: a longer gap is an outage; a restart takes less
    pause_s: float = 5.0  # after the database failed

    def __post_init__(self) -> None:
        if self.longest_s < 2 * self.every_s:
            raise ValueError("a heart that misses one beat has not stopped")


class Heart:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        options: HeartOptions,
        now: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        """`now`: None means the clock of the database, which all processes share."""
        self._pool = pool
        self._options = options
        self._now = now
        self._rounds = Rounds("heart", self.settle, options.pause_s)
        self._log = structlog.stdlib.get_logger("denyut.heart")
        self.outages = 0

    @property
    def failures(self) -> int:
        """Beats that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Heart"]:
        """Beats while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Beats once; how many seconds to the next beat."""
        async with self._pool.acquire() as connection, connection.transaction():
            beat = await beaten(connection, self._now())
            away = gap(beat.before, beat.now, timedelta(seconds=self._options.longest_s))
            if away is not None:
                span = away.start, away.end
                await outage_recorded(connection, span, REASON, None, source="heartbeat")
        if away is not None:
            self.outages += 1
            self._log.warning("outage_recorded", since=away.start, until=away.end)
        return self._options.every_s
