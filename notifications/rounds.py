"""Work that comes round: done, slept, done again, whatever breaks; woken when there is news.

Invariant: a round that fails is not the last one; stopping in the middle of one is safe, because
every part commits by itself.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

import asyncpg
import structlog

Settle: TypeAlias = Callable[[], Awaitable[float]]
"""Does all that is due; the answer is how many seconds may be slept afterwards."""


class Rounds:
    """One task that settles again and again. `failures` is for the metrics."""

    def __init__(self, name: str, settle: Settle, pause_s: float) -> None:
        """`pause_s`: after a round that the database, or a mistake of ours, broke off."""
        self._name = name
        self._settle = settle
        self._pause_s = pause_s
        self._woken = asyncio.Event()
        self._log = structlog.stdlib.get_logger(f"notifications.{name}")
        self.failures = 0

    def wake(self) -> None:
        """Something is new: do not sleep on."""
        self._woken.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Rounds"]:
        """Works while the block runs."""
        worker = asyncio.create_task(self._work(), name=self._name)
        try:
            yield self
        finally:
            worker.cancel()
            await asyncio.wait([worker])

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                sleep_s = await self._settle()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self.failures += 1
                sleep_s = self._pause_s
                self._log.warning("round_interrupted", error=f"{type(error).__name__}: {error}")
            except Exception:  # a mistake of ours must not end the watch over everybody
                self.failures += 1
                sleep_s = self._pause_s
                self._log.exception("round_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(sleep_s):
                    await self._woken.wait()
