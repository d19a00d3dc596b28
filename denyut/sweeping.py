"""Takes away uploads that nobody goes on with, and photos that no report refers to.

Invariants: bytes go before the row that knows of them, so nothing is left behind that nobody
remembers; what was interrupted is found again. Several processes may sweep at once.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog

from api.storage.storage import Storage
from denyut.metrics import PartFigures
from models.queries.attachments import abandoned, chunks_forgotten, left_over, removed
from models.rules.refusals import StorageAway
from models.rules.uploads import UploadLimits, chunks_of, folder_of
from notifications.rounds import Rounds

BATCH: Final = 100  # uploads taken away before others come first


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """When abandoned uploads are looked for."""

    every_s: float = 3600.0  # they are days old anyway
    between_s: float = 0.2  # between two batches of a backlog, so that others come first
    pause_s: float = 60.0  # after the database or the store failed


class Sweeper:
    """One task. `swept` is for the metrics."""

    def __init__(
        self, pool: asyncpg.Pool, storage: Storage, limits: UploadLimits, options: SweepOptions
    ) -> None:
        self._pool = pool
        self._storage = storage
        self._limits = limits
        self._options = options
        self._rounds = Rounds("sweep", self.settle, options.pause_s)
        self._log = structlog.stdlib.get_logger("denyut.sweep")
        self.swept = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Sweeper"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Takes away all that is too old; how many seconds may be slept afterwards."""
        try:
            if await self._batch() == BATCH:
                return self._options.between_s
        except StorageAway as away:
            self._log.warning("sweep_interrupted", error=str(away.__cause__ or away))
            return self._options.pause_s
        return self._options.every_s

    async def _batch(self) -> int:
        for attachment_id in await left_over(self._pool, BATCH):
            await self._storage.forget(chunks_of(attachment_id))
            await chunks_forgotten(self._pool, attachment_id)
        marked = await abandoned(self._pool, self._limits, BATCH)
        for attachment_id in marked:
            await self._storage.forget(folder_of(attachment_id))
            async with self._pool.acquire() as connection, connection.transaction():
                await removed(connection, attachment_id)
            self.swept += 1
        return len(marked)


def sweep_figures(sweeper: Sweeper) -> PartFigures:
    """How many uploads were taken away, `denyut_sweep_…`."""
    return PartFigures(
        "sweep",
        {
            "uploads_total": lambda: sweeper.swept,
            "failures_total": lambda: sweeper.failures,
        },
        "Uploads that nobody went on with",
    )
