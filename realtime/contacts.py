"""When the service last heard from each person, cheaply: remembered in memory, written in bulk.

Invariants: the hot path pays one dictionary entry; one statement a flush writes all of them, in
the order of their ids, so that several processes never deadlock; an older contact never
overwrites a newer one; what a failed flush could not write goes with the next.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

FLUSH = """
INSERT INTO last_contact AS c (employee_id, at)
SELECT h.employee_id, clock_timestamp() - make_interval(secs => h.age_s)
  FROM unnest($1::uuid[], $2::float8[]) AS h(employee_id, age_s)
 ORDER BY h.employee_id
ON CONFLICT (employee_id) DO UPDATE SET at = excluded.at WHERE excluded.at > c.at
"""


@dataclass(frozen=True, slots=True)
class ContactOptions:
    """How old `last_contact` may be. "No contact" is told in hours, so seconds do not matter."""

    flush_every_s: float = 15.0
    timeout_s: float = 10.0


class Contacts:
    """Who was heard from since the last flush."""

    def __init__(
        self, pool: Any, options: ContactOptions, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool = pool
        self._options = options
        self._clock = clock
        self._heard_at_s: dict[UUID, float] = {}
        self._log = structlog.stdlib.get_logger("realtime.contacts")

    def heard_from(self, employee_id: UUID) -> None:
        """A request, a message or an answer to a ping came from this person just now."""
        self._heard_at_s[employee_id] = self._clock()

    async def flush(self) -> int:
        """Writes what was heard; gives how many people. Raises what the database raises."""
        heard_at_s, self._heard_at_s = self._heard_at_s, {}
        if not heard_at_s:
            return 0
        now_s = self._clock()
        ages_s = [now_s - at_s for at_s in heard_at_s.values()]
        try:
            async with asyncio.timeout(self._options.timeout_s):
                await self._pool.execute(FLUSH, list(heard_at_s), ages_s)
        except BaseException:
            self._heard_at_s = heard_at_s | self._heard_at_s
            raise
        return len(heard_at_s)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Contacts"]:
        """Flushes while the block runs, and once more at its end."""
        task = asyncio.create_task(self._flushing(), name="contacts")
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._tried()

    async def _flushing(self) -> None:
        while True:
            await asyncio.sleep(self._options.flush_every_s)
            await self._tried()

    async def _tried(self) -> None:
        try:
            await self.flush()
        except Exception as error:
            self._log.warning("contacts_not_written", why=type(error).__name__)
