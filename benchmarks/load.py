"""A load generator that costs little: raw HTTP/1.1 over keep-alive connections.

The closed loop sends the next request when the answer is there and finds the highest rate. The
open loop sends at planned instants, whatever the answers do, and counts each answer's time from
the plan, so that a slow server cannot hide behind its own slowness.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Make = Callable[[int], bytes]
"""Connection number → a whole request that was never sent before."""


@dataclass(slots=True)
class Answers:
    """What came back."""

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.latencies_s) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The latency that this share of the answers stays within, in milliseconds."""
        ordered = sorted(self.latencies_s)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3


class Caller(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        length_at = head.find(b"content-length:")
        length = int(head[length_at + 15 :].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        status = int(self._buffer[9:12])
        self._buffer = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    async def call(self, request: bytes) -> int:
        """Sends and waits; the status of the answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Ends the connection."""
        if self._transport is not None:
            self._transport.close()


async def connected(port: int, connections: int) -> list[Caller]:
    """So many open connections to this machine."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Caller, "127.0.0.1", port) for _ in range(connections)]
    return [caller for _, caller in made]


async def closed_loop(callers: Sequence[Caller], make: Make, seconds: float) -> Answers:
    """Every connection as fast as the answers come."""
    answers = Answers()
    began = time.perf_counter()
    until = began + seconds

    async def keep_on(number: int, caller: Caller) -> None:
        while (sent := time.perf_counter()) < until:
            status = await caller.call(make(number))
            if status < 300:
                answers.latencies_s.append(time.perf_counter() - sent)
            else:
                answers.refused += 1

    await asyncio.gather(*(keep_on(number, caller) for number, caller in enumerate(callers)))
    answers.seconds = time.perf_counter() - began
    return answers


async def open_loop(callers: Sequence[Caller], make: Make, rate: float, seconds: float) -> Answers:
    """Requests at even instants, spread over the connections."""
    answers = Answers()
    began = time.perf_counter() + 0.05
    planned = int(rate * seconds)

    async def keep_on(number: int, caller: Caller) -> None:
        for turn in range(number, planned, len(callers)):
            due = began + turn / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            status = await caller.call(make(number))
            if status < 300:
                answers.latencies_s.append(time.perf_counter() - due)
            else:
                answers.refused += 1

    await asyncio.gather(*(keep_on(number, caller) for number, caller in enumerate(callers)))
    answers.seconds = time.perf_counter() - began
    return answers
