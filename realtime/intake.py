"""Group commit: what arrives during one commit forms the next batch. No timer, one in flight.

Only a full batch does not wait for the one before it to come back: it is sent ahead on a second
connection and stands at the shards' locks, so that the database never waits for us to encode.

Invariant: `submit` returns only after its items were committed (or refused by the database's own
word), whatever happens to the client. A batch that met a deadlock or a lost connection is sent
again as it was, since it is idempotent; one that met an unforeseen error is halved down to the
item that causes it, so that no item ever sinks another.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import structlog

from models.queries.feed import Announce
from models.rules.refusals import Busy, DatabaseAway
from realtime.submission import IntakeItem, ItemResult, submitted

Connect = Callable[[], Awaitable[Any]]
"""Opens a raw asyncpg connection of the intake's own."""

Verdict = Literal["again", "lost", "culprit"]


NO_ITEMS_FAULT = frozenset({"08", "25", "28", "3D", "42", "53", "57", "58"})
"""Classes of errors that no data causes: no connection, a standby that only reads, a password that
was changed, a schema that is not there (yet), a full disk, a shutdown, a broken file. Whoever was
told `rejected` for one of these would put a sound report aside for ever."""


def verdict(error: Exception) -> Verdict:
    """What an error says of its batch: send it again, on a new connection, or look for the culprit.

    asyncpg calls an argument it cannot encode an InterfaceError too; that one is a ValueError.
    """
    match error:
        case (
            asyncpg.DeadlockDetectedError()
            | asyncpg.SerializationError()
            | asyncpg.LockNotAvailableError()
            | asyncpg.QueryCanceledError()
            | asyncpg.InvalidCachedStatementError()  # a migration changed a type meanwhile
        ):
            return "again"
        case asyncpg.PostgresError() if _class_of(error) in NO_ITEMS_FAULT:
            return "lost"
        case (
            asyncpg.InternalClientError()  # the connection went in the middle of an answer
            | OSError()  # refused, reset, no such socket, timed out
        ):
            return "lost"
        case asyncpg.InterfaceError() if not isinstance(error, ValueError):
            return "lost"
        case _:
            return "culprit"


def _class_of(error: Exception) -> str:
    """The first two characters of the error's SQLSTATE."""
    return str(getattr(error, "sqlstate", ""))[:2]


@dataclass(frozen=True, slots=True)
class IntakeOptions:
    """Bounds of the intake."""

    queue_items: int = 4_000  # half a second of work; longer queues only make phones give up
    batch_items: int = 500
    lock_timeout_ms: int = 2_000
    statement_timeout_ms: int = 10_000
    answer_timeout_s: float = 12.0  # past the statement's own: the server itself hangs
    give_up_s: float = 8.0  # phones wait 15 s and must hear from us before
    pause_s: float = 0.05
    busy_retry_after_s: int = 2
    away_retry_after_s: int = 5


@dataclass(slots=True, eq=False)
class _Request:
    """The items of one HTTP request and the promise of their results."""

    items: Sequence[IntakeItem]
    done: asyncio.Future[list[ItemResult]]


class Intake:
    """The one door through which reports enter the database, in this process."""

    def __init__(self, connect: Connect, announce: Announce, options: IntakeOptions) -> None:
        self._options = options
        self._waiting: deque[_Request] = deque()
        self._waiting_items = 0
        self._arrived = asyncio.Event()
        self._plenty = asyncio.Event()
        self._open = False
        self._usual = _Committer(connect, announce, options)
        self._ahead = _Committer(connect, announce, options)

    @property
    def waiting_items(self) -> int:
        """How many items wait for the next batch; a gauge for the metrics."""
        return self._waiting_items

    @property
    def batches(self) -> int:
        """How many batches were committed."""
        return self._usual.batches + self._ahead.batches

    @property
    def committed_items(self) -> int:
        """How many items they held."""
        return self._usual.committed_items + self._ahead.committed_items

    async def submit(self, items: Sequence[IntakeItem]) -> list[ItemResult]:
        """Results in the order of the items, after their commit.

        Raises Busy when the queue is full or the service stops, DatabaseAway when the database
        did not answer in time; then the items may or may not be committed, and sending the same
        again is safe.
        """
        if not items:
            return []
        if not self._open or self._waiting_items + len(items) > self._options.queue_items:
            raise Busy(retry_after_s=self._options.busy_retry_after_s)
        request = _Request(items, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        self._waiting_items += len(items)
        self._arrived.set()
        if self._is_full:
            self._plenty.set()
        return await request.done

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Intake"]:
        """Takes reports while the block runs; at its end commits what waits, then closes."""
        self._open = True
        usual = asyncio.create_task(self._work(), name="intake")
        ahead = asyncio.create_task(self._work_ahead(), name="intake-ahead")
        try:
            yield self
        finally:
            self._open = False
            self._arrived.set()
            self._plenty.set()
            await asyncio.gather(usual, ahead)
            self._usual.close()
            self._ahead.close()

    @property
    def _is_full(self) -> bool:
        """Whether a whole batch waits."""
        return self._waiting_items >= self._options.batch_items

    async def _work(self) -> None:
        while self._open or self._waiting:
            await self._arrived.wait()
            requests = self._taken()
            if requests:
                await self._answered(self._usual, requests)

    async def _work_ahead(self) -> None:
        """Two batches at most are under way; the shards' locks let one commit at a time."""
        while self._open:
            await self._plenty.wait()
            self._plenty.clear()
            while self._is_full:
                await self._answered(self._ahead, self._taken())

    def _taken(self) -> list[_Request]:
        """The requests of the next batch: whole ones, at least one, in the order they came."""
        requests: list[_Request] = []
        taken_items = 0
        while self._waiting:
            size = len(self._waiting[0].items)
            if requests and taken_items + size > self._options.batch_items:
                break
            requests.append(self._waiting.popleft())
            taken_items += size
        self._waiting_items -= taken_items
        if not self._waiting and self._open:
            self._arrived.clear()
        return requests

    async def _answered(self, committer: "_Committer", requests: Sequence[_Request]) -> None:
        """Commits the batch and tells each request; one whose client hung up is told nothing."""
        items = [item for request in requests for item in request.items]
        try:
            results = await committer.committed(items)
        except DatabaseAway as refusal:
            for request in requests:
                if not request.done.done():
                    request.done.set_exception(refusal)
            return
        start = 0
        for request in requests:
            end = start + len(request.items)
            if not request.done.done():
                request.done.set_result(results[start:end])
            start = end


class _Committer:
    """One connection, and what it takes to get the database's final word on a batch."""

    def __init__(self, connect: Connect, announce: Announce, options: IntakeOptions) -> None:
        self._connect = connect
        self._announce = announce
        self._options = options
        self._connection: Any = None
        self._log = structlog.stdlib.get_logger("realtime.intake")
        self.batches = 0
        self.committed_items = 0

    async def committed(self, items: Sequence[IntakeItem]) -> list[ItemResult]:
        """Sends a batch until the database has said something final about each item."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._options.give_up_s
        pause_s = self._options.pause_s
        while True:
            try:
                results, events = await submitted(
                    await self._connected(), items, self._options.answer_timeout_s
                )
            except Exception as error:
                wanted = verdict(error)
                if wanted == "culprit":
                    return await self._halved(items, error)
                self._log.warning("batch_sent_again", why=type(error).__name__, items=len(items))
                if wanted == "lost":
                    self.close()
            else:
                self.batches += 1
                self.committed_items += len(items)
                if events:
                    self._announce(events)
                return results
            if loop.time() + pause_s > deadline:
                raise DatabaseAway(retry_after_s=self._options.away_retry_after_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 1.0)

    async def _halved(self, items: Sequence[IntakeItem], error: Exception) -> list[ItemResult]:
        """Each half on its own; a single item is the culprit and is told so."""
        if len(items) == 1:
            self._log.error("item_failed", report=str(items[0].report_id), exc_info=error)
            return [ItemResult("rejected", items[0].report_id, "unexpected")]
        middle = len(items) // 2
        before = await self.committed(items[:middle])
        return before + await self.committed(items[middle:])

    async def _connected(self) -> Any:
        """The intake's own connection, with its timeouts set; a new one after a loss."""
        if self._connection is None or self._connection.is_closed():
            connection = await self._connect()
            await connection.execute(
                f"SET lock_timeout = {self._options.lock_timeout_ms}; "
                f"SET statement_timeout = {self._options.statement_timeout_ms}"
            )
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Lets go of the connection."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.terminate()
            self._connection = None
