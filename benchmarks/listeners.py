"""A process that holds many WebSockets and counts what arrives, as cheaply as Python can.

    python -m benchmarks.listeners        told by one JSON line, answers by JSON lines

It reads frames raw and looks into each distinct one once, since a thousand sockets receive the
same bytes. Invariant: every event of every socket is counted, or the report says so by its number.
"""

import asyncio
import gc
import json
import struct
import sys
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import uvloop

from benchmarks.rig import raise_open_files

TEXT, CLOSE, PING = 0x1, 0x8, 0x9
PONG = 0xA
WHOLE_BYTES = 2_048  # frames up to here are told apart by all their bytes, longer ones by the start
START_BYTES = 256  # topic, prev, upto and the first event's position
AT_ONCE = 100  # connections being opened
READY_WITHIN_S = 60.0
SETTLE_S = 20.0  # for the last events of a measurement to arrive
LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Told:
    """What to listen to: a path, and for each socket the messages to send once it is open.

    `ready_after`: how many text frames a socket gets before it counts as ready.
    """

    port: int
    path: str
    openings: Sequence[Sequence[str]]
    ready_after: int
    extra_header: str = ""


@dataclass(slots=True)
class Count:
    """What arrived since the last report."""

    frames: int = 0
    events: int = 0
    lost: int = 0
    latencies_s: "array[float]" = field(default_factory=lambda: array("d"))


@dataclass(frozen=True, slots=True)
class Content:
    """What one distinct frame holds: the instants (epoch seconds) of its events."""

    events: int
    ats_s: tuple[float, ...]


class Listeners:
    """All sockets of this process."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.count = Count()
        self.sample = b""
        self.ready = 0
        self.all_ready = asyncio.Event()
        self._contents: dict[bytes, Content] = {}

    def took(self, payload: bytes, at_s: float) -> None:
        """A text frame arrived."""
        key = payload if len(payload) <= WHOLE_BYTES else payload[:START_BYTES]
        content = self._contents.get(key)
        if content is None:
            content = self._contents[key] = content_of(payload)
            if content.events == 1 and not self.sample:
                self.sample = payload
        if content.events:
            count = self.count
            count.frames += 1
            count.events += content.events
            count.latencies_s.extend([at_s - made_s for made_s in content.ats_s])

    def is_ready(self) -> None:
        """One socket more has what it needs."""
        self.ready += 1
        if self.ready == len(self.told.openings):
            self.all_ready.set()

    def report(self) -> dict[str, Any]:
        """What arrived since the last report; latencies in milliseconds."""
        count, self.count = self.count, Count()
        self._contents.clear()
        ordered = sorted(count.latencies_s)
        return {
            "frames": count.frames,
            "events": count.events,
            "lost": count.lost,
            "p50_ms": percentile(ordered, 0.5) * 1e3,
            "p99_ms": percentile(ordered, 0.99) * 1e3,
            "most_ms": percentile(ordered, 1.0) * 1e3,
            "sample": self.sample.decode(),
        }


class Listener(asyncio.Protocol):
    """One socket."""

    def __init__(self, listeners: Listeners, opening: Sequence[str]) -> None:
        self._listeners = listeners
        self._opening = opening
        self._texts = 0
        self._open = False
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        told = self._listeners.told
        self._transport.write(
            (
                f"GET {told.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
                f"Sec-WebSocket-Version: 13\r\n{told.extra_header}\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        at_s = time.time()
        assert self._transport is not None
        if self._rest:
            data = self._rest + data
        at = 0
        if not self._open:
            head_end = data.find(b"\r\n\r\n")
            if head_end < 0:
                self._rest = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(data[:head_end].decode("latin-1"))
            self._open = True
            at = head_end + 4
            for text in self._opening:
                self.send(TEXT, text.encode())
            if self._listeners.told.ready_after == 0:
                self._listeners.is_ready()
        for opcode, start, end in frames_of(data, at):
            at = end
            if opcode == TEXT:
                self._text(data[start:end], at_s)
            elif opcode == PING:
                self.send(PONG, data[start:end])
            elif opcode == CLOSE:
                self.send(CLOSE, data[start:end])
                self._transport.close()
        self._rest = data[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        self._listeners.count.lost += 1

    def send(self, opcode: int, payload: bytes) -> None:
        """A masked frame; the mask is zero, which leaves the payload as it is."""
        assert self._transport is not None
        self._transport.write(client_frame(opcode, payload))

    def _text(self, payload: bytes, at_s: float) -> None:
        if payload.startswith(b'{"type":"ping"'):
            self.send(TEXT, b'{"type":"pong"}')
            return
        self._texts += 1
        if self._texts == self._listeners.told.ready_after:
            self._listeners.is_ready()
        self._listeners.took(payload, at_s)


def frames_of(data: bytes, at: int) -> list[tuple[int, int, int]]:
    """The whole server frames in the data from there on: opcode, start and end of each payload."""
    found: list[tuple[int, int, int]] = []
    size = len(data)
    while size - at >= 2:
        length, start = data[at + 1], at + 2
        if length == 126:
            start += 2
            length = int.from_bytes(data[at + 2 : start], "big")
        elif length == 127:
            start += 8
            length = int.from_bytes(data[at + 2 : start], "big")
        end = start + length
        if end > size or start > size:
            break
        found.append((data[at] & 0x0F, start, end))
        at = end
    return found


def client_frame(opcode: int, payload: bytes) -> bytes:
    """A whole client-to-server frame with a mask of zeros."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    return head + b"\0\0\0\0" + payload


def content_of(payload: bytes) -> Content:
    """What a message holds; one that is no frame of events holds none."""
    message = json.loads(payload)
    if message.get("type") != "events":
        return Content(0, ())
    ats = [datetime.fromisoformat(event["at"]).timestamp() for event in message["events"]]
    return Content(len(ats), tuple(ats))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that this share of the ordered ones stays within; 0 for none."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


async def listen(told: Told) -> None:
    """Connects, says `ready`, and reports for each line (how many events) until input ends."""
    loop = asyncio.get_running_loop()
    listeners = Listeners(told)
    turns = asyncio.Semaphore(AT_ONCE)

    async def connect(opening: Sequence[str]) -> None:
        async with turns:
            await loop.create_connection(
                lambda: Listener(listeners, opening), "127.0.0.1", told.port
            )

    await asyncio.gather(*(connect(opening) for opening in told.openings))
    async with asyncio.timeout(READY_WITHIN_S):
        await listeners.all_ready.wait()
    gc.freeze()
    gc.disable()  # its pauses are not the server's
    answer({"ready": listeners.ready})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        await arrived(listeners, int(line))
        answer(listeners.report())


async def arrived(listeners: Listeners, events: int) -> None:
    """Waits until so many events arrived since the last report, or until no more can be hoped."""
    for _ in range(int(SETTLE_S / LOOK_EVERY_S)):
        if listeners.count.events >= events:
            return
        await asyncio.sleep(LOOK_EVERY_S)


def answer(message: dict[str, Any]) -> None:
    """One line to whoever started this process."""
    print(json.dumps(message), flush=True)


def main() -> None:
    """The whole process."""
    raise_open_files()
    told = Told(**json.loads(sys.stdin.readline()))
    uvloop.run(listen(told))


if __name__ == "__main__":
    main()
