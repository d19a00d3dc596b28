"""Ends pushes that no provider would take for days, so that no delivery waits for ever.

Being held costs a push no attempt: a provider that refuses us, or a host that is always down, would
keep it for ever. After some days its word is stale and stands in the inbox anyway.
Invariants: what it costs follows what is ended; a push under way is never ended beneath its sender.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import structlog

from models.queries.expiry import expired
from notifications.channels.addresses import PUSH_KINDS
from notifications.rounds import Rounds


@dataclass(frozen=True, slots=True)
class ExpiryOptions:
    """How long a push may wait for its provider."""

    after_s: float = 259_200.0  # three days: what a weekend takes to be noticed and mended
    batch: int = 500
    every_s: float = 60.0
    pause_s: float = 5.0  # after the database failed

    def __post_init__(self) -> None:
        if self.after_s <= 0:
            raise ValueError("a push must be given some time")


class Expiry:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(self, pool: asyncpg.Pool, options: ExpiryOptions) -> None:
        self._pool = pool
        self._options = options
        self._rounds = Rounds("expiry", self.settle, options.pause_s)
        self._log = structlog.stdlib.get_logger("notifications.expiry")
        self.pushes_expired = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Expiry"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Ends all that waited too long; how many seconds may be slept afterwards."""
        options, ended = self._options, 0
        while True:
            async with self._pool.acquire() as connection:
                count = await expired(connection, PUSH_KINDS, options.after_s, options.batch)
            ended += count
            self.pushes_expired += count
            if count < options.batch:
                break
            await asyncio.sleep(0)
        if ended:
            self._log.error("pushes_expired", pushes=ended)
        return options.every_s
