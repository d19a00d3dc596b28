"""Who looked at whose data, live: one row for each subscription, with its interval.

The rows are written in batches, off the hot path. Invariants: a view that began is written, in
the order it began, as soon as the database takes it; its end is written once; what a failed
write could not keep goes with the next one.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from models.queries.replays import TopicPlace
from models.tables.columns import new_id

BEGAN = """
INSERT INTO data_view (id, at, until, viewer_id, employee_id, unit_id, what)
SELECT v.id, v.at, v.until, v.viewer_id, v.employee_id, v.unit_id, v.what
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[],
              $6::uuid[], $7::text[])
       AS v(id, at, until, viewer_id, employee_id, unit_id, what)
    ON CONFLICT (id) DO NOTHING
"""

ENDED = """
UPDATE data_view d SET until = e.until
  FROM unnest($1::uuid[], $2::timestamptz[]) AS e(id, until)
 WHERE d.id = e.id AND d.until IS NULL
"""


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """How long a view may wait to be written."""

    flush_every_s: float = 1.0
    timeout_s: float = 10.0


@dataclass(slots=True)
class _View:
    id: UUID
    at: datetime
    until: datetime | None
    viewer_id: UUID
    employee_id: UUID | None
    unit_id: UUID | None
    what: str


class Views:
    """Live views that began and ended since the last write."""

    def __init__(self, pool: Any, options: ViewOptions) -> None:
        self._pool = pool
        self._options = options
        self._began: dict[UUID, _View] = {}
        self._ended: dict[UUID, datetime] = {}
        self._log = structlog.stdlib.get_logger("realtime.views")

    def begin(self, viewer_id: UUID, topic: TopicPlace, what: str = "live") -> UUID:
        """Somebody begins to look at a topic about others; gives the view's id for its end."""
        unit = topic.kind == "unit"
        view = _View(
            new_id(),
            datetime.now(UTC),
            None,
            viewer_id,
            None if unit else topic.id,
            topic.id if unit else None,
            what,
        )
        self._began[view.id] = view
        return view.id

    def end(self, view_id: UUID) -> None:
        """The view ended now."""
        now = datetime.now(UTC)
        waiting = self._began.get(view_id)
        if waiting is not None:
            waiting.until = now
        else:
            self._ended[view_id] = now

    def glance(self, viewer_id: UUID, topic: TopicPlace, what: str = "feed") -> None:
        """A view that begins and ends at once: a snapshot or a page."""
        self.end(self.begin(viewer_id, topic, what))

    async def flush(self) -> None:
        """Writes what waits. Raises what the database raises."""
        began, self._began = self._began, {}
        ended, self._ended = self._ended, {}
        if not began and not ended:
            return
        try:
            async with asyncio.timeout(self._options.timeout_s):
                await self._written(list(began.values()), ended)
        except BaseException:
            for view_id in self._ended.keys() & began.keys():
                began[view_id].until = self._ended.pop(view_id)
            self._began = began | self._began
            self._ended = ended | self._ended
            raise

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Views"]:
        """Writes while the block runs, and once more at its end."""
        task = asyncio.create_task(self._flushing(), name="views")
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._tried()

    async def _written(self, began: list[_View], ended: dict[UUID, datetime]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                BEGAN,
                [view.id for view in began],
                [view.at for view in began],
                [view.until for view in began],
                [view.viewer_id for view in began],
                [view.employee_id for view in began],
                [view.unit_id for view in began],
                [view.what for view in began],
            )
            await connection.execute(ENDED, list(ended), list(ended.values()))

    async def _flushing(self) -> None:
        while True:
            await asyncio.sleep(self._options.flush_every_s)
            await self._tried()

    async def _tried(self) -> None:
        try:
            await self.flush()
        except Exception as error:
            waiting = len(self._began) + len(self._ended)
            self._log.warning("views_not_written", why=type(error).__name__, waiting=waiting)
