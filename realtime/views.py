"""Who looked at whose data, live: one row for each subscription, with its interval.

The rows are written in batches, off the hot path. Invariants: a view that began is written, in
the order it began, as soon as the database takes it; its end is written once; what a failed
write could not keep goes with the next one. A process that was killed writes no ends: the others,
or the next one to start, end its views at the moment it was last heard of.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from models.queries.replays import TopicPlace
from models.tables.columns import new_id

BEGAN = """
INSERT INTO data_view (id, at, until, viewer_id, employee_id, unit_id, what, writer_id)
SELECT v.id, v.at, v.until, v.viewer_id, v.employee_id, v.unit_id, v.what, $8
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[],
              $6::uuid[], $7::text[])
       AS v(id, at, until, viewer_id, employee_id, unit_id, what)
    ON CONFLICT (id) DO NOTHING
"""

# Also where others thought us lost and ended it too early.
ENDED = """
UPDATE data_view d SET until = e.until
  FROM unnest($1::uuid[], $2::timestamptz[]) AS e(id, until)
 WHERE d.id = e.id AND (d.until IS NULL OR d.until < e.until)
"""

SEEN = """
INSERT INTO view_writer (id) VALUES ($1)
    ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()
"""

# Locks: the lost writers' rows, skipping those that another process is ending.
LOST = """
WITH lost AS MATERIALIZED (
    SELECT w.id, w.seen_at FROM view_writer w
     WHERE w.seen_at < clock_timestamp() - make_interval(secs => $1)
       FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE data_view d SET until = greatest(d.at, l.seen_at)
      FROM lost l WHERE d.writer_id = l.id AND d.until IS NULL
)
DELETE FROM view_writer w USING lost l WHERE w.id = l.id
"""

LEFT = """
WITH ended AS (
    UPDATE data_view d SET until = greatest(d.at, clock_timestamp())
     WHERE d.writer_id = $1 AND d.until IS NULL
)
DELETE FROM view_writer WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """How long a view may wait to be written, and when a process counts as killed."""

    flush_every_s: float = 1.0
    timeout_s: float = 10.0
    beat_every_s: float = 15.0  # how exactly the end of a killed process's views is known
    lost_after_s: float = 60.0  # silent for so long: its views are over

    def __post_init__(self) -> None:
        if self.lost_after_s <= self.beat_every_s + self.timeout_s:
            raise ValueError("a process must be heard of before it counts as lost")


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
        self._writer_id = new_id()
        self._beat_at = 0.0
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

    async def beat(self) -> None:
        """Says that this process lives, and ends the views of those that no longer do."""
        async with asyncio.timeout(self._options.timeout_s), self._pool.acquire() as connection:
            await connection.execute(SEEN, self._writer_id)
            await connection.execute(LOST, self._options.lost_after_s)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Views"]:
        """Writes while the block runs, and once more at its end, when every view is over."""
        task = asyncio.create_task(self._flushing(), name="views")
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._tried(self.flush)
            await self._tried(self._left)

    async def _written(self, began: list[_View], ended: dict[UUID, datetime]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(SEEN, self._writer_id)  # an open view has a living writer
            await connection.execute(
                BEGAN,
                [view.id for view in began],
                [view.at for view in began],
                [view.until for view in began],
                [view.viewer_id for view in began],
                [view.employee_id for view in began],
                [view.unit_id for view in began],
                [view.what for view in began],
                self._writer_id,
            )
            await connection.execute(ENDED, list(ended), list(ended.values()))

    async def _flushing(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if loop.time() >= self._beat_at:
                self._beat_at = loop.time() + self._options.beat_every_s
                await self._tried(self.beat)
            await asyncio.sleep(self._options.flush_every_s)
            await self._tried(self.flush)

    async def _left(self) -> None:
        async with asyncio.timeout(self._options.timeout_s), self._pool.acquire() as connection:
            await connection.execute(LEFT, self._writer_id)

    async def _tried(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except Exception as error:
            waiting = len(self._began) + len(self._ended)
            self._log.warning("views_not_written", why=type(error).__name__, waiting=waiting)
