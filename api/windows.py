"""Moving windows that count what somebody does: in Redis where there is one, else in this process.

Invariant: with Redis away it is counted in memory, so nobody is let in more or locked out. A
window holds one entry for each thing it let through and none for what it refused: a flood fills
nothing.
"""

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

_PREFIX = "denyut-tries"
_Answer = TypeVar("_Answer")


class Windows(MemoryStorage):
    """The library's windows in memory, without the mistake in their expiry.

    Its expiry goes over the keys of a moment and fails at one that was cleared meanwhile; so a
    cleared key stays, empty, until the expiry itself takes it away.
    """

    async def clear(self, key: str) -> None:
        """Forgets what was counted under the key."""
        known = key in self.events
        await super().clear(key)
        if known:
            self.events[key] = []


def window(amount: int, window_s: int, name: str) -> RateLimitItem:
    """So many within so many seconds; `name` keeps it apart from other windows."""
    return RateLimitItemPerSecond(amount, window_s, namespace=f"{_PREFIX}:{name}")


@dataclass(frozen=True, slots=True)
class RedisWindows:
    """Where several processes count together; after a failure it is left alone for `pause_s`."""

    url: str
    timeout_s: float = 0.5
    pause_s: float = 5.0


class CountedWindows:
    """Counts under keys."""

    def __init__(self, redis: RedisWindows | None = None) -> None:
        self._pause_s = redis.pause_s if redis else 0.0
        self._memory = MovingWindowRateLimiter(Windows())
        self._storage: Any = _opened(redis) if redis else None
        self._shared = MovingWindowRateLimiter(self._storage) if self._storage else None
        self._away_until_s = 0.0
        self._log = structlog.get_logger("denyut.limits")

    async def hit(self, item: RateLimitItem, key: str) -> bool:
        """Counts one more, if there is room for it."""
        return await self._asked(lambda limiter: limiter.hit(item, key))

    async def has_room(self, item: RateLimitItem, key: str) -> bool:
        """Whether one more would be taken."""
        return await self._asked(lambda limiter: limiter.test(item, key))

    async def wait_s(self, item: RateLimitItem, key: str) -> int:
        """Seconds until the oldest one leaves the window; at least 1, at most the window."""
        stats = await self._asked(lambda limiter: limiter.get_window_stats(item, key))
        return max(1, min(item.get_expiry(), math.ceil(stats.reset_time - time.time())))

    async def clear(self, item: RateLimitItem, key: str) -> None:
        """Forgets what was counted, here and in Redis."""
        await self._memory.clear(item, key)
        await self._asked(lambda limiter: limiter.clear(item, key))

    async def close(self) -> None:
        """Closes the connections to Redis, if there are any."""
        if self._storage:
            await self._storage.bridge.storage.aclose()

    async def _asked(
        self, question: Callable[[MovingWindowRateLimiter], Awaitable[_Answer]]
    ) -> _Answer:
        """The answer of the shared windows, else of this process's own."""
        if self._shared and time.monotonic() >= self._away_until_s:
            try:
                return await question(self._shared)
            except StorageError as error:
                self._away_until_s = time.monotonic() + self._pause_s
                self._log.warning("limits_storage_away", error=str(error))
        return await question(self._memory)


def _opened(redis: RedisWindows) -> Any:
    """Windows in Redis; the library brings its own client, so none is imported here."""
    url = redis.url.replace("unix://", "redis+unix://", 1)
    return storage_from_string(
        f"async+{url}",
        implementation="redispy",
        key_prefix=_PREFIX,
        wrap_exceptions=True,
        socket_timeout=redis.timeout_s,
        socket_connect_timeout=redis.timeout_s,
    )
