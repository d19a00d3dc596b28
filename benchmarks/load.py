"""A load generator that costs little: raw HTTP/1.1 over kept connections, no task for each request.

The closed loop sends the next request when the answer is there and finds the highest rate. The
open loop sends at planned instants, whatever the answers do, and counts each answer's time from
the plan, so that a slow server cannot hide behind its own slowness.
"""

import asyncio
import gc
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import cast

from benchmarks.phones import Make

PACE_S = 0.001  # how finely the open loop keeps its plan
PATIENCE_S = 15.0  # for the last answers; phones wait no longer either
GOOD = 300  # statuses below are answers, the rest refusals


class Unanswered(RuntimeError):
    """Connections broke, answers did not come or were refusals: this is no measurement."""


@dataclass(slots=True)
class Answers:
    """What came back, and in how many seconds altogether."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def total(self) -> int:
        """All answers, good or not."""
        return len(self.latencies_s) + self.refused

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.latencies_s) / self.seconds

    def whole(self) -> "Answers":
        """Itself, if nothing was refused; a rate of refusals is no rate. Raises Unanswered."""
        if self.refused:
            raise Unanswered(f"{self.refused} of {self.total} requests were refused")
        return self

    def percentile_ms(self, share: float) -> float:
        """The latency that this share of the answers stays within, in milliseconds."""
        ordered = sorted(self.latencies_s)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3

    def add(self, status: int, latency_s: float) -> None:
        """One answer."""
        if status < GOOD:
            self.latencies_s.append(latency_s)
        else:
            self.refused += 1


OnAnswer = Callable[["Caller", int, float], None]
"""`(connection, status, seconds since its plan)`"""


class Caller(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self) -> None:
        self.on_answer: OnAnswer | None = None
        self.on_loss: Callable[[], None] | None = None
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._since_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own class is another one

    def send(self, request: bytes, since_s: float) -> None:
        """Sends; the answer goes to `on_answer` with its time since then (perf_counter)."""
        assert self._transport is not None
        self._since_s = since_s
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        answer = self._rest + data if self._rest else data
        status = status_of(answer)
        if status is None:
            self._rest = answer
            return
        self._rest = b""
        if self.on_answer is not None:
            self.on_answer(self, status, time.perf_counter() - self._since_s)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.on_loss is not None:
            self.on_loss()

    def close(self) -> None:
        """Ends the connection."""
        self.on_loss = None
        if self._transport is not None:
            self._transport.close()


def status_of(answer: bytes) -> int | None:
    """The status of a whole answer; None: more of it is to come."""
    head_end = answer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head = answer[:head_end].lower()
    length_at = head.find(b"content-length:")
    length = int(head[length_at + 15 :].split(b"\r\n", 1)[0]) if length_at >= 0 else 0
    return int(answer[9:12]) if len(answer) >= head_end + 4 + length else None


@asynccontextmanager
async def connected(port: int, connections: int) -> AsyncGenerator[list[Caller]]:
    """So many open connections to this machine."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Caller, "127.0.0.1", port) for _ in range(connections)]
    callers = [caller for _, caller in made]
    try:
        yield callers
    finally:
        for caller in callers:
            caller.close()


async def closed_loop(callers: Sequence[Caller], make: Make, seconds: float) -> Answers:
    """Every connection as fast as the answers come. Raises Unanswered."""
    answers = Answers()

    with _watched(callers) as over:
        began = time.perf_counter()
        until = began + seconds
        under_way = set(callers)

        def answered(caller: Caller, status: int, latency_s: float) -> None:
            answers.add(status, latency_s)
            now = time.perf_counter()
            if now < until:
                caller.send(make(), now)
            else:
                under_way.discard(caller)
                if not under_way and not over.done():
                    over.set_result(None)

        for caller in callers:
            caller.on_answer = answered
            caller.send(make(), time.perf_counter())
        await _in_time(over, seconds + PATIENCE_S)
    answers.seconds = time.perf_counter() - began
    return answers


async def open_loop(callers: Sequence[Caller], make: Make, rate: float, seconds: float) -> Answers:
    """Requests at even instants over whichever connection is free. Raises Unanswered."""
    answers = Answers()
    planned = int(rate * seconds)
    sent = 0

    with _watched(callers) as over:
        began = time.perf_counter() + PACE_S  # after the collector's last pass
        free = deque(callers)

        def send_due() -> None:
            nonlocal sent
            now = time.perf_counter()
            while free and sent < planned and began + sent / rate <= now:
                free.popleft().send(make(), began + sent / rate)
                sent += 1

        def answered(caller: Caller, status: int, latency_s: float) -> None:
            answers.add(status, latency_s)
            free.append(caller)
            send_due()
            if answers.total == planned and not over.done():
                over.set_result(None)

        for caller in callers:
            caller.on_answer = answered
        while sent < planned and not over.done():
            send_due()
            await asyncio.sleep(PACE_S)
        await _in_time(over, PATIENCE_S)
    answers.seconds = time.perf_counter() - began
    return answers


async def volley(callers: Sequence[Caller], make: Make, count: int) -> Answers:
    """So many requests, over all connections, as fast as the answers come. Raises Unanswered."""
    answers = Answers()
    sent = min(count, len(callers))

    with _watched(callers) as over:
        began = time.perf_counter()

        def answered(caller: Caller, status: int, latency_s: float) -> None:
            nonlocal sent
            answers.add(status, latency_s)
            if sent < count:
                sent += 1
                caller.send(make(), time.perf_counter())
            elif answers.total == count and not over.done():
                over.set_result(None)

        for caller in callers:
            caller.on_answer = answered
        for caller in callers[:sent]:
            caller.send(make(), time.perf_counter())
        await _in_time(over, PATIENCE_S)
    answers.seconds = time.perf_counter() - began
    return answers


@contextmanager
def _watched(callers: Sequence[Caller]) -> Generator[asyncio.Future[None]]:
    """A future that a lost connection fails. The collector rests: its pauses are our own."""
    over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def lost() -> None:
        if not over.done():
            over.set_exception(Unanswered("a connection was lost"))

    for caller in callers:
        caller.on_loss = lost
    gc.collect()
    gc.disable()
    try:
        yield over
    finally:
        gc.enable()
        for caller in callers:
            caller.on_answer = caller.on_loss = None


async def _in_time(over: asyncio.Future[None], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await over
    except TimeoutError:
        raise Unanswered(f"answers are missing after {seconds:.0f} s") from None
