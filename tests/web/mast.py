"""The radio mast between a phone and the office: it falls silent, loses answers, or lies.

A browser's own "offline" switch leaves open sockets alone; this is a real TCP way in between, so
whatever is cut is cut. Each HTTP exchange that goes through is weighed, its headers included.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self

READ_BYTES = 64 * 1024
HELD = "/v1/held"  # whoever asks for this waits until they die
REQUEST = re.compile(rb"(GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.1\r\n")


@dataclass
class Exchange:
    """One request with its answer; a WebSocket is one that does not end. Bytes on the wire."""

    method: str
    path: str
    up_bytes: int = 0
    down_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        return self.up_bytes + self.down_bytes


class Mast:
    """Forwards `port` to the service's port, as long as it stands."""

    def __init__(self, service_port: int) -> None:
        self._service_port = service_port
        self._is_up = True
        self._is_mute = False
        self._lie: bytes | None = None
        self._has_sockets = True
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self.exchanges: list[Exchange] = []
        self.held = asyncio.Event()
        """Somebody waits for an answer that never comes."""

    @classmethod
    @asynccontextmanager
    async def standing(cls, service_port: int) -> AsyncGenerator[Self]:
        """Listens on a port of its own until the block ends."""
        mast = cls(service_port)
        mast._server = await asyncio.start_server(mast._carry, "127.0.0.1", 0)
        try:
            yield mast
        finally:
            mast._server.close()
            mast._drop_links()
            await mast._server.wait_closed()

    @property
    def url(self) -> str:
        """What a phone takes for the office."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def fall(self) -> None:
        """No signal: what is open breaks, and nothing can be opened."""
        self._is_up = False
        self._drop_links()

    def rise(self) -> None:
        """Signal again, both ways."""
        self._is_up, self._is_mute, self._lie, self._has_sockets = True, False, None, True

    def lose_answers(self) -> None:
        """What phones send arrives; what the office answers is lost until the mast rises again."""
        self._is_mute = True

    def lies(self, answer: bytes) -> None:
        """Whatever is asked, this is answered, by somebody between the phone and the office.

        Nothing (b"") is a line on which one waits for ever.
        """
        self._lie = answer
        self._drop_links()

    def block_sockets(self) -> None:
        """As a proxy that knows nothing of WebSockets: requests pass, sockets do not."""
        self._has_sockets = False
        self._drop_links()

    def sent_to(self, path: str) -> list[Exchange]:
        """The exchanges with this path, in order."""
        return [each for each in self.exchanges if each.path.split("?")[0] == path]

    def _drop_links(self) -> None:
        for link in list(self._links):
            link.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_up:
            writer.transport.abort()
            return
        if self._lie is not None:
            await self._lied(reader, writer, self._lie)
            return
        office_reader, office = await asyncio.open_connection("127.0.0.1", self._service_port)
        self._links |= {writer, office}
        weighed: list[Exchange] = []
        try:
            await asyncio.gather(
                self._upwards(reader, office, weighed),
                self._downwards(office_reader, writer, weighed),
            )
        finally:
            self._links -= {writer, office}
            writer.transport.abort()
            office.transport.abort()

    async def _lied(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
    ) -> None:
        self._links.add(writer)
        try:
            with suppress(ConnectionError):
                await reader.read(READ_BYTES)
                writer.write(answer)
                await writer.drain()
                if not answer:
                    await reader.read()  # until the phone has had enough, or the mast drops it
        finally:
            self._links.discard(writer)
            writer.close()

    async def _upwards(
        self, reader: asyncio.StreamReader, office: asyncio.StreamWriter, weighed: list[Exchange]
    ) -> None:
        with suppress(ConnectionError):
            while content := await reader.read(READ_BYTES):
                if begun := REQUEST.match(content):
                    weighed.append(Exchange(begun[1].decode(), begun[2].decode()))
                    self.exchanges.append(weighed[-1])
                    if not self._has_sockets and b"upgrade: websocket" in content.lower():
                        break
                    if weighed[-1].path == HELD:
                        self.held.set()
                        continue
                if weighed:
                    weighed[-1].up_bytes += len(content)
                office.write(content)
                await office.drain()
        office.transport.abort()

    async def _downwards(
        self, reader: asyncio.StreamReader, phone: asyncio.StreamWriter, weighed: list[Exchange]
    ) -> None:
        with suppress(ConnectionError):
            while content := await reader.read(READ_BYTES):
                if self._is_mute:
                    continue
                if weighed:
                    weighed[-1].down_bytes += len(content)
                phone.write(content)
                await phone.drain()
        phone.transport.abort()
