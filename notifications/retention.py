"""Forgets notices, their ledger and dead letters when nobody needs them any more.

Invariants: what a year's appraisal or an objection to it may ask for is kept until both are over;
each step is small and commits by itself, so a backlog of years never holds anybody up; what it
costs follows what is old. Several processes may forget at once.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from models.queries.retention import deliveries_forgotten, letters_forgotten, notices_forgotten
from notifications.rounds import Rounds


@dataclass(frozen=True, slots=True)
class RetentionOptions:
    """How long notices and what became of them are kept, in days.

    A delivery is as old as its notice. Letters may not outlive deliveries, nor these their notices.
    """

    notices_days: int = 550  # a year, its appraisal in the next one, 14 days to object, a decision
    deliveries_days: int = 400  # proof for the running year; when phones were reached is personal
    dead_letters_days: int = 90  # long enough to find out why; the delivery keeps its outcome
    batch: int = 500
    every_s: float = 3600.0  # how often it is looked for what has become old
    between_s: float = 0.2  # between two batches of a backlog, so that others come first
    pause_s: float = 60.0  # after the database failed

    def __post_init__(self) -> None:
        if not 1 <= self.dead_letters_days <= self.deliveries_days <= self.notices_days:
            raise ValueError("dead letters go before deliveries, and these before their notices")


class Retention:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(self, pool: asyncpg.Pool, options: RetentionOptions) -> None:
        self._pool = pool
        self._options = options
        self._rounds = Rounds("retention", self.settle, options.pause_s)
        self.forgotten: Counter[str] = Counter()  # "letters", "deliveries", "notices"

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Retention"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Forgets all that is too old now; how many seconds may be slept afterwards."""
        options = self._options
        await self._forget("letters", letters_forgotten, options.dead_letters_days)
        await self._forget("deliveries", deliveries_forgotten, options.deliveries_days)
        await self._forget("notices", notices_forgotten, options.notices_days)
        return options.every_s

    async def _forget(
        self, what: str, forget: Callable[[Any, int, int], Awaitable[int]], days: int
    ) -> None:
        while True:
            async with self._pool.acquire() as connection:
                count = await forget(connection, days, self._options.batch)
            self.forgotten[what] += count
            if count < self._options.batch:
                return
            await asyncio.sleep(self._options.between_s)
