"""The bus of several processes: one Redis stream, written with XADD and read with XREAD.

Redis only makes it fast. Invariant: whatever Redis does (killed, emptied, frozen, restarted),
`announce` returns at once, memory stays bounded, and both ways come back by themselves; what was
lost meanwhile each hub reads from PostgreSQL. Nothing is sent again after a failure: by then it
is old, and would only stand in the way of what is new.
"""

import asyncio
import os
import random
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from models.queries.feed import FeedRow
from realtime.bus import Deliver, MemoryBus

PROCESS: Final = b"p"  # the fields of an entry: who announced, and the rows
ROWS: Final = b"r"
ANOTHER_TIME_S: Final = 5.0  # a failure after so long is worth another line in the log
BEGINNING: Final = b"0-0"  # an id before every entry


@dataclass(frozen=True)
class RedisOptions:
    """Where Redis is and how long it may take.

    The stream's name holds the feed's epoch (the wiring puts it there), so two databases, or a
    database before and after a restore, never hear each other.
    """

    url: str
    stream: str = "denyut:feed"
    max_entries: int = 10_000  # about a second at the highest rate; older ones come from PostgreSQL
    max_waiting: int = 1_000  # announcements that wait for Redis in this process
    pipeline_entries: int = 100
    block_s: float = 0.4
    timeout_s: float = 0.9  # longer than a reader blocks, shorter than a second
    retry_s: float = 0.3  # on average, spread by half, before the next attempt


@dataclass(slots=True)
class RedisFigures:
    """What this process's bus has done since it began, for the metrics."""

    sent: int = 0
    received: int = 0
    dropped: int = 0  # announcements that other processes learn of from PostgreSQL
    failures: int = 0


class RedisBus:
    """Announces to this process's hub at once, and to the others through Redis."""

    def __init__(self, options: RedisOptions, deliver: Deliver) -> None:
        self.figures = RedisFigures()
        self._options = options
        self._local = MemoryBus(deliver)
        self._process = os.urandom(8)
        self._waiting: deque[Sequence[FeedRow]] = deque()
        self._something = asyncio.Event()
        self._writes = False  # whether the last attempt of each way succeeded
        self._reads = False
        self._log = structlog.stdlib.get_logger("realtime.bus_redis")

    @property
    def degraded(self) -> bool:
        """Whether Redis is away: events of other processes come from PostgreSQL, a little later."""
        return not (self._writes and self._reads)

    def announce(self, rows: Sequence[FeedRow]) -> None:
        """The events of one commit, after it. Returns at once and never raises."""
        self._local.announce(rows)
        if not self._writes or len(self._waiting) >= self._options.max_waiting:
            self.figures.dropped += 1
        else:
            self._waiting.append(rows)
            self._something.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["RedisBus"]:
        """Connected while the block runs, as far as Redis is there; waits for neither."""
        tasks = {
            asyncio.create_task(self._kept_up(self._writing, "writer")),
            asyncio.create_task(self._kept_up(self._reading, "reader")),
        }
        try:
            yield self
        finally:
            while tasks:  # the client now and then swallows a cancellation that meets its timeout
                for task in tasks:
                    task.cancel()
                _, tasks = await asyncio.wait(tasks, timeout=self._options.block_s)

    async def _kept_up(self, way: Callable[[Any], Awaitable[None]], name: str) -> None:
        """Runs one way over a connection of its own, again and again; says once that it is away."""
        failed = False
        while True:
            began_s = time.monotonic()
            client = self._client()
            try:
                await way(client)
            except Exception as error:  # whatever the client raises, this way comes back
                self.figures.failures += 1
                if not failed or time.monotonic() - began_s > ANOTHER_TIME_S:
                    self._log.warning("redis_away", way=name, error=repr(error))
                failed = True
            finally:
                await _closed(client)
            await asyncio.sleep(self._options.retry_s * random.uniform(0.5, 1.5))

    def _client(self) -> Any:
        """A client that fails soon and tries nothing twice: the loop above does that."""
        options = self._options
        return cast(Any, Redis).from_url(
            options.url,
            socket_timeout=options.timeout_s,
            socket_connect_timeout=options.timeout_s,
            retry=Retry(NoBackoff(), 0),
            single_connection_client=True,
            decode_responses=False,
            protocol=2,
        )

    # --- out ----------------------------------------------------------------------------------

    async def _writing(self, client: Any) -> None:
        try:
            await client.ping()
            self._writes = True
            while True:
                await self._something.wait()
                self._something.clear()
                while self._waiting:
                    await self._send(client)
        finally:
            self._writes = False
            self.figures.dropped += len(self._waiting)
            self._waiting.clear()

    async def _send(self, client: Any) -> None:
        options = self._options
        batch = [
            self._waiting.popleft()
            for _ in range(min(len(self._waiting), options.pipeline_entries))
        ]
        pipeline = client.pipeline(transaction=False)
        for rows in batch:
            pipeline.xadd(
                options.stream,
                {PROCESS: self._process, ROWS: msgspec.msgpack.encode(rows)},
                maxlen=options.max_entries,
                approximate=True,
            )
        try:
            await pipeline.execute()
        except BaseException:
            self.figures.dropped += len(batch)
            raise
        self.figures.sent += len(batch)

    # --- in -----------------------------------------------------------------------------------

    async def _reading(self, client: Any) -> None:
        try:
            last = await self._newest(client)
            while True:
                self._reads = True
                answer = await client.xread(
                    {self._options.stream: last},
                    count=self._options.pipeline_entries,
                    block=int(self._options.block_s * 1000),
                )
                if answer:
                    entries: list[tuple[bytes, dict[bytes, bytes]]] = answer[0][1]
                    for _, fields in entries:
                        self._take(fields)
                    last = entries[-1][0]
                elif _place(await self._newest(client)) < _place(last):
                    last = BEGINNING  # Redis was emptied, and its clock may have gone back
        finally:
            self._reads = False

    async def _newest(self, client: Any) -> bytes:
        """The id of the newest entry; what is older is not missed, or comes from PostgreSQL."""
        entries = await client.xrevrange(self._options.stream, count=1)
        return entries[0][0] if entries else BEGINNING

    def _take(self, fields: dict[bytes, bytes]) -> None:
        if fields.get(PROCESS) == self._process:
            return
        try:
            rows = msgspec.msgpack.decode(fields[ROWS], type=list[FeedRow])
        except (KeyError, msgspec.MsgspecError):
            self._log.warning("entry_not_understood", stream=self._options.stream)
            return
        self.figures.received += 1
        self._local.announce(rows)


def _place(entry_id: bytes) -> tuple[int, int]:
    """An entry's id as numbers that compare."""
    milliseconds, _, number = entry_id.partition(b"-")
    return int(milliseconds), int(number)


async def _closed(client: Any) -> None:
    """Closes a client whose Redis may be frozen or gone."""
    try:
        async with asyncio.timeout(1):
            await client.aclose()
    except (RedisError, OSError, TimeoutError):
        return
