"""Makes exports in the background, one at a time a process, and takes old files away.

Invariants: whoever dies in the middle is replaced when the lease passes, and one file comes of it;
a file becomes readable, its code good and its asker told in one transaction; what cannot be made
is given up after some attempts with a reason and not in silence.
"""

import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import asyncpg
import structlog

from api.papers.paper import Language
from api.storage.storage import Storage
from denyut.documents import Made, Order, document_made, title_of
from denyut.metrics import PartFigures
from models.queries.documents import NewDocument
from models.queries.exports_made import (
    Claimed,
    Finished,
    Lost,
    export_claimed,
    export_finished,
    export_given_up,
    export_put_back,
    export_renewed,
    exports_abandoned,
    exports_swept,
    piece_written,
)
from models.queries.feed import Announce
from models.rules.documents import DocumentFormat, DocumentKind, new_code
from models.rules.ratings import ASSUMED, Bands
from models.rules.refusals import Busy, Refusal, StorageAway
from notifications.rounds import Rounds

PIECE_BYTES: Final = 262_144  # of a file, in one row of the database
SWEEP_BATCH: Final = 20  # files taken away in one transaction


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How documents are made in the background, and how long their files are kept.

    `push_kinds`: kinds that a configured channel serves. `public_url`: where a code can be checked.
    """

    push_kinds: frozenset[str] = frozenset()
    public_url: str | None = None
    keep_days: int = 7  # how long a file can be fetched; its code stays good for ever
    lease_s: float = 60.0  # a maker that says nothing for so long is taken for dead
    poll_s: float = 2.0  # people wait for a short document with their eyes on it
    sweep_every_s: float = 600.0  # how often it is looked for files that were kept long enough
    pause_s: float = 5.0  # after the database failed

    def __post_init__(self) -> None:
        if self.keep_days < 1 or self.lease_s <= 0:
            raise ValueError("a file is kept for a day at least, and its maker given some time")


class Exporter:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        announce: Announce,
        storage: Storage,
        options: ExportOptions,
        bands: Bands = ASSUMED,
    ) -> None:
        """`storage`: of photos; `bands`: of suggestions in periods that are not decided yet."""
        self._pool = pool
        self._storage = storage
        self._announce = announce
        self._options = options
        self._bands = bands
        self._rounds = Rounds("exports", self.settle, options.pause_s)
        self._log = structlog.stdlib.get_logger("denyut.exports")
        self._swept_at_s: float | None = None
        self.made = 0
        self.given_up = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Exporter"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Makes all that waits; how many seconds may be slept afterwards."""
        await self._sweep()
        for abandoned in await exports_abandoned(self._pool):
            await self._give_up(abandoned, "abandoned")
        while claimed := await export_claimed(self._pool, self._options.lease_s):
            await self._make(claimed)
        return self._options.poll_s

    async def _make(self, claimed: Claimed) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="denyut-export-") as folder:
                file = Path(folder) / "file"
                order = self._order(claimed)
                made = await document_made(
                    self._pool, order, file, self._progress(claimed), self._storage
                )
                await self._write(claimed, file)
                await self._finish(claimed, order, made)
            self.made += 1
        except Lost:
            self._log.info("export_lost", export=str(claimed.id))
        except Busy:  # the asker is being moved in this second
            await export_put_back(self._pool, claimed, Busy.code)
        except StorageAway as away:  # the lease passes, and the next attempt may find it back
            self._log.warning("export_interrupted", error=str(away.__cause__ or away))
        except Refusal as refusal:
            await self._give_up(claimed, refusal.code)
        except (asyncpg.PostgresError, asyncpg.InterfaceError):
            raise  # the lease passes, and the next attempt finds the database well again
        except Exception:  # a mistake of ours, or the press broke: not the end of all exports
            self._log.exception("export_broken", export=str(claimed.id), kind=claimed.kind)
            if not await export_put_back(self._pool, claimed, "broken"):
                await self._give_up(claimed, "broken")

    def _order(self, claimed: Claimed) -> Order:
        return Order(
            DocumentKind(claimed.kind),
            claimed.employee_id,
            claimed.unit_id,
            claimed.period,
            DocumentFormat(claimed.format),
            cast(Language, claimed.language),
            new_code(),
            claimed.made_at,
            self._options.public_url,
            self._bands,
        )

    def _progress(self, claimed: Claimed) -> Any:
        async def told(done: int, total: int) -> None:
            await export_renewed(self._pool, claimed, done, total, self._options.lease_s)

        return told

    async def _write(self, claimed: Claimed, file: Path) -> None:
        """The file into the database, piece by piece. Raises Lost when its asker took it away."""
        with file.open("rb") as opened:
            number = 0
            while data := opened.read(PIECE_BYTES):
                try:
                    await piece_written(self._pool, claimed, number, data)
                except asyncpg.ForeignKeyViolationError:
                    raise Lost from None
                number += 1

    async def _finish(self, claimed: Claimed, order: Order, made: Made) -> None:
        document = NewDocument(
            order.code,
            claimed.kind,
            claimed.employee_id,
            claimed.unit_id,
            claimed.period,
            made.holder,
            made.bound.sha256,
            claimed.asked_by,
        )
        finished = Finished(
            made.bound.size_bytes, document, self._options.keep_days, _subject(claimed)
        )
        async with self._pool.acquire() as connection, connection.transaction():
            events = await export_finished(connection, claimed, finished, self._options.push_kinds)
        self._announce(events)

    async def _give_up(self, claimed: Claimed, problem: str) -> None:
        self._log.error("export_given_up", export=str(claimed.id), problem=problem)
        async with self._pool.acquire() as connection, connection.transaction():
            events = await export_given_up(
                connection, claimed, problem, self._options.push_kinds, _subject(claimed)
            )
        self.given_up += 1
        if events:
            self._announce(events)

    async def _sweep(self) -> None:
        now_s = time.monotonic()
        if self._swept_at_s is not None and now_s - self._swept_at_s < self._options.sweep_every_s:
            return
        while True:
            async with self._pool.acquire() as connection, connection.transaction():
                if await exports_swept(connection, SWEEP_BATCH) < SWEEP_BATCH:
                    break
        self._swept_at_s = now_s


def export_figures(exporter: Exporter) -> PartFigures:
    """What the exporter counts, for Prometheus, `denyut_exports_…`."""
    return PartFigures(
        "exports",
        {
            "made_total": lambda: exporter.made,
            "given_up_total": lambda: exporter.given_up,
            "failures_total": lambda: exporter.failures,
        },
        "Documents made in the background",
    )


def _subject(claimed: Claimed) -> str:
    return title_of(DocumentKind(claimed.kind), claimed.period, cast(Language, claimed.language))
