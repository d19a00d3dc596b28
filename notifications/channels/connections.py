"""HTTP/1.1 connections kept alive, one exchange at a time on each; the protocol itself is h11's.

Why not httpx's own pool: it searches all its connections for every request, so that 100 in flight
cost 2.9 ms of CPU a push where this costs 0.15. It speaks httpx's requests, responses and errors.

Invariants: an exchange is tried once; a connection whose exchange did not end well (an error, a
cancellation, a body too big) is closed and never used again. It knows no proxies and no deadline:
the caller sets one.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import h11
import httpx

ANSWER_MAX_BYTES = 1_000_000  # a provider's answer is under 1 KB; more is not the provider
READ_BYTES = 65_536
IDLE_MAX = 500  # connections kept while nobody needs them, whoever may have named their servers

Origin: TypeAlias = tuple[str, str, int]

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""IP addresses of a host and port, in the order of trying. Raises OSError if there are none."""


async def unresolved(host: str, _port: int) -> Sequence[str]:
    """The host itself: the event loop finds its addresses."""
    return (host,)


class Connections:
    """As many connections as there are exchanges at once, the latest used first.

    It may be built in any thread; afterwards it belongs to one event loop.
    """

    def __init__(self, tls: ssl.SSLContext, resolve: Resolve = unresolved) -> None:
        """`resolve` says which addresses may be connected to; certificates name the host."""
        self._tls = tls
        self._resolve = resolve
        self._idle: dict[Origin, list[_Connection]] = {}
        self._idle_count = 0

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """One attempt. Raises `httpx.ConnectError`, `ReadError` or `RemoteProtocolError`."""
        url = request.url
        origin = (url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        connection = self._latest_alive(origin) or await self._connected(origin)
        try:
            response = await connection.exchange(request)
        except BaseException as error:
            connection.close()
            if isinstance(error, OSError):
                raise httpx.ReadError(str(error), request=request) from error
            if isinstance(error, h11.ProtocolError):
                raise httpx.RemoteProtocolError(str(error), request=request) from error
            raise
        self._keep(origin, connection)
        return response

    async def aclose(self) -> None:
        """Close what is idle. A second call does nothing."""
        while self._idle:
            _, idle = self._idle.popitem()
            self._idle_count -= len(idle)
            for connection in idle:
                connection.close()
        await asyncio.sleep(0)  # a closed transport lets go of its socket in the next round

    async def _connected(self, origin: Origin) -> "_Connection":
        scheme, host, port = origin
        secured = {"ssl": self._tls, "server_hostname": host} if scheme == "https" else {}
        failure = OSError("the host has no address")
        try:
            for address in await self._resolve(host, port):
                try:
                    reader, writer = await asyncio.open_connection(address, port, **secured)
                except OSError as error:
                    failure = error
                else:
                    return _Connection(reader, writer)
        except OSError as error:
            failure = error
        raise httpx.ConnectError(str(failure)) from failure

    def _latest_alive(self, origin: Origin) -> "_Connection | None":
        idle = self._idle.get(origin, [])
        while idle:
            connection = idle.pop()
            self._idle_count -= 1
            if not idle:
                del self._idle[origin]
            if connection.usable:
                return connection
            connection.close()  # the server ended it while it was idle
        return None

    def _keep(self, origin: Origin, connection: "_Connection") -> None:
        if not connection.usable or self._idle_count >= IDLE_MAX:
            connection.close()
            return
        self._idle.setdefault(origin, []).append(connection)
        self._idle_count += 1


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.CLIENT)

    @property
    def usable(self) -> bool:
        ready = self._protocol.our_state is h11.IDLE
        return ready and not self._reader.at_eof() and not self._writer.is_closing()

    def close(self) -> None:
        self._writer.close()

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        head = h11.Request(
            method=request.method, target=request.url.raw_path, headers=request.headers.raw
        )
        for event in (head, h11.Data(data=request.content), h11.EndOfMessage()):
            self._writer.write(self._protocol.send(event) or b"")
        await self._writer.drain()
        response: h11.Response | None = None
        body = bytearray()
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await self._reader.read(READ_BYTES))
            elif isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > ANSWER_MAX_BYTES:
                    raise h11.RemoteProtocolError(f"more than {ANSWER_MAX_BYTES} bytes")
            elif isinstance(event, h11.EndOfMessage) and response is not None:
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("the server closed the connection")
        if self._protocol.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            self._protocol.start_next_cycle()
        return httpx.Response(
            response.status_code,
            headers=response.headers.raw_items(),
            content=bytes(body),
            request=request,
        )
