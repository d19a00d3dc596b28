"""A mobile line between a phone and the service: far, narrow, and slow to begin.

A TCP way in between that keeps time as a line does: opening a connection costs its round trips,
each packet waits its turn at the bottleneck that all connections share, then travels half a round
trip; and a new connection may only have ten packets under way, more as they arrive (slow start).
Not played: lost packets, a radio that sleeps, and the bytes of TLS. What goes through is weighed.
"""

import asyncio
import re
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Self

PACKET_BYTES: Final = 1_460
FIRST_PACKETS: Final = 10  # under way before the first is known to have arrived; RFC 6928
OPENING: Final = 2  # round trips before a connection carries a request: TCP's and TLS 1.3's
REQUEST: Final = re.compile(rb"(?:GET|HEAD|POST|PUT|PATCH|DELETE) ([^ ?]+)\S* HTTP/1\.1\r\n")


@dataclass(frozen=True, slots=True)
class Line:
    """What a line is like."""

    name: str
    round_trip_s: float
    down_kbps: float
    up_kbps: float


SLOW_4G: Final = Line("slow 4G", 0.150, 1_600, 750)
THIN: Final = Line("400 kbps, 400 ms", 0.400, 400, 400)


@dataclass(slots=True)
class Asked:
    """What a connection was last asked for."""

    path: str = ""


class Bottleneck:
    """One direction of the line, shared by all connections: one packet at a time."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def turn(self, size_bytes: int, kbps: float, now: float) -> float:
        """When a packet that comes now has left."""
        self._free_at = max(self._free_at, now) + size_bytes * 8 / (kbps * 1_000)
        return self._free_at


class ThinLine:
    """Forwards `url` to the service's port; without delay until the line `becomes` something."""

    def __init__(self, service_port: int) -> None:
        self._service_port = service_port
        self._line: Line | None = None
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._up, self._down = Bottleneck(), Bottleneck()
        self.carried_bytes: Counter[str] = Counter()  # by path, both ways, headers included

    @classmethod
    @asynccontextmanager
    async def standing(cls, service_port: int) -> AsyncGenerator[Self]:
        """Listens on a port of its own until the block ends."""
        line = cls(service_port)
        line._server = await asyncio.start_server(line._carry, "127.0.0.1", 0)
        try:
            yield line
        finally:
            line._server.close()
            line._break_links()
            await line._server.wait_closed()

    @property
    def url(self) -> str:
        """What a phone takes for the office."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def becomes(self, line: Line | None) -> None:
        """From now on as slow as this one, what is open breaks; None: as fast as the computer."""
        self._line = line
        self._break_links()

    def _break_links(self) -> None:
        for link in list(self._links):
            link.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._line is not None:
            await asyncio.sleep(OPENING * self._line.round_trip_s)
        office_reader, office = await asyncio.open_connection("127.0.0.1", self._service_port)
        links = {writer, office}
        self._links |= links
        try:
            asked = Asked()
            await asyncio.gather(
                self._one_way(reader, office, self._up, asked, lambda line: line.up_kbps),
                self._one_way(
                    office_reader, writer, self._down, asked, lambda line: line.down_kbps
                ),
            )
        finally:
            self._links -= links
            for link in links:
                link.transport.abort()

    async def _one_way(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        bottleneck: Bottleneck,
        asked: Asked,
        kbps: Callable[[Line], float],
    ) -> None:
        """Carries packets until the source ends; each arrives when the line lets it."""
        clock = asyncio.get_running_loop().time
        window, under_way = FIRST_PACKETS, deque[float]()  # when each is known to have arrived
        arrivals: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.ensure_future(delivered(arrivals, target))
        with suppress(ConnectionError):
            while packet := await source.read(PACKET_BYTES):
                line, now = self._line, clock()
                if begun := REQUEST.match(packet):
                    asked.path = begun[1].decode()
                self.carried_bytes[asked.path] += len(packet)
                if line is None:
                    arrivals.put_nowait((now, packet))
                    continue
                if len(under_way) >= window:
                    await asyncio.sleep(max(under_way[0] - now, 0))
                while under_way and under_way[0] <= clock():
                    under_way.popleft()
                    window += 1
                left_at = bottleneck.turn(len(packet), kbps(line), clock())
                arrivals.put_nowait((left_at + line.round_trip_s / 2, packet))
                under_way.append(left_at + line.round_trip_s)
                await asyncio.sleep(max(left_at - clock(), 0))  # others have their turns between
        arrivals.put_nowait((0.0, b""))
        await delivering


async def delivered(arrivals: asyncio.Queue[tuple[float, bytes]], to: asyncio.StreamWriter) -> None:
    """Hands over each packet at its time, until an empty one; then the way is closed."""
    clock = asyncio.get_running_loop().time
    with suppress(ConnectionError):
        while True:
            at, packet = await arrivals.get()
            if not packet:
                break
            await asyncio.sleep(max(at - clock(), 0))
            if to.is_closing():  # whoever opened it has gone meanwhile
                break
            to.write(packet)
            await to.drain()
    to.transport.abort()
