"""The pulse: one query every 250 ms that keeps this process honest.

It brings the heads and floors of all shards (events that the bus lost are seen by a head that
moved), whose rights changed, and the time of day: whatever this machine's clock says, all processes
go by the database's. Invariant: while `fresh` is true, every change of rights that was
committed more than `stale_after_s` ago has been handed to the listeners. A pulse that misses
beats catches up: versions are numbered, so no change is ever skipped.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog


@dataclass(frozen=True, slots=True)
class PulseOptions:
    """Together: a revocation acts within one second, or the process knows that it does not."""

    every_s: float = 0.25
    stale_after_s: float = 0.75
    timeout_s: float = 0.7


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the feed stands: for each shard the newest number, and the newest dropped one."""

    epoch: UUID
    heads: tuple[int, ...]
    floors: tuple[int, ...]


OnHeads = Callable[[Heads], None]
OnRights = Callable[[frozenset[UUID] | None], None]
"""Whose rights changed; None: everybody's. Returns at once."""

BEAT = """
SELECT e.epoch, v.version, clock_timestamp() AS now,
       ARRAY(SELECT f.head FROM feed_shard f ORDER BY f.shard) AS heads,
       ARRAY(SELECT f.floor FROM feed_shard f ORDER BY f.shard) AS floors,
       (SELECT count(*) FROM rights_change c WHERE c.version > $1) AS changes,
       EXISTS (SELECT FROM rights_change c
                WHERE c.version > $1 AND c.employee_ids IS NULL) AS everybody,
       ARRAY(SELECT DISTINCT unnest(c.employee_ids) FROM rights_change c
              WHERE c.version > $1) AS employee_ids
  FROM feed_epoch e, rights_version v
"""


class Pulse:
    """Asks the database regularly and tells its listeners what changed."""

    def __init__(
        self,
        pool: Any,
        options: PulseOptions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._options = options
        self._clock = clock
        self._on_heads: list[OnHeads] = []
        self._on_rights: list[OnRights] = []
        self._version: int | None = None
        self._answered_at_s: float | None = None
        self._heads: Heads | None = None
        self._told_time: tuple[datetime, float] | None = None
        self._log = structlog.stdlib.get_logger("realtime.pulse")

    @property
    def fresh(self) -> bool:
        """Whether the newest answer is young enough to rely on; counted from its question."""
        answered_at_s = self._answered_at_s
        return (
            answered_at_s is not None
            and self._clock() - answered_at_s <= self._options.stale_after_s
        )

    @property
    def heads(self) -> Heads | None:
        """The newest answer, however old; None before the first."""
        return self._heads

    def now(self) -> datetime:
        """The time by the database's clock, to half an answer's way; this machine's before any."""
        if self._told_time is None:
            return datetime.now(UTC)
        told, at_s = self._told_time
        return told + timedelta(seconds=self._clock() - at_s)

    def on_heads(self, listener: OnHeads) -> None:
        """Calls `listener` with every answer."""
        self._on_heads.append(listener)

    def on_rights(self, listener: OnRights) -> None:
        """Calls `listener` with every change of rights, before `fresh` turns true again."""
        self._on_rights.append(listener)

    async def beat(self) -> None:
        """One question and its answer. Raises what the database or the timeout raises."""
        asked_at_s = self._clock()
        async with asyncio.timeout(self._options.timeout_s):
            row = await self._pool.fetchrow(BEAT, self._version or 0)
        self._told_time = row["now"], (asked_at_s + self._clock()) / 2
        self._tell_rights(row)
        self._heads = Heads(row["epoch"], tuple(row["heads"]), tuple(row["floors"]))
        self._answered_at_s = asked_at_s
        for listener in self._on_heads:
            listener(self._heads)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Pulse"]:
        """Beats while the block runs; the first answer has come, or failed, before it begins."""
        await self._tried()
        task = asyncio.create_task(self._beating(), name="pulse")
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _tell_rights(self, row: Any) -> None:
        """Hands on whose rights changed since the last answer.

        The first answer (nothing is known of what changed before it), a version that went back
        (a restored database) and changes whose rows are gone already concern everybody.
        """
        version: int = row["version"]
        before, self._version = self._version, version
        if version == before:
            return
        known = before is not None and row["changes"] == version - before
        changed = frozenset[UUID](row["employee_ids"]) if known and not row["everybody"] else None
        for listener in self._on_rights:
            listener(changed)

    async def _beating(self) -> None:
        while True:
            began_at_s = self._clock()
            await self._tried()
            spent_s = self._clock() - began_at_s
            await asyncio.sleep(max(self._options.every_s - spent_s, 0.01))

    async def _tried(self) -> None:
        """A beat whose failure is logged once, at the moment the pulse stops being fresh."""
        was_fresh = self.fresh
        try:
            await self.beat()
        except Exception as error:
            if was_fresh or self._answered_at_s is None:
                self._log.warning("pulse_missed", why=type(error).__name__)
