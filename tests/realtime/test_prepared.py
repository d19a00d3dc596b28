"""Finished frames over a real uvicorn and a real client, and the same over the plain way."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from realtime.frames import text_frame
from realtime.prepared import (
    MOST_PIECES,
    SEND_BUFFER_BYTES,
    PreparedProtocol,
    PreparedWriter,
)
from realtime.writers import (
    EXTENSION,
    HIGH_WATER,
    LOW_WATER,
    NotOpen,
    PlainWriter,
    Writer,
    writer_for,
)

DEADLINE_S = 20.0  # only a hang reaches it
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Socket:
    """The server's end of one connection, handed to the test."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.done = asyncio.Event()

    async def accept(self) -> Writer:
        assert (await self.receive())["type"] == "websocket.connect"
        await self.send({"type": "websocket.accept"})
        return writer_for(self.scope, self.send)


class Server:
    """A uvicorn whose sockets are answered by the test."""

    def __init__(self) -> None:
        self.sockets: asyncio.Queue[Socket] = asyncio.Queue()
        self.uvicorn: uvicorn.Server | None = None
        self.port = 0

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "websocket"
        answered = Socket(scope, receive, send)
        self.sockets.put_nowait(answered)
        await answered.done.wait()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/live"

    @asynccontextmanager
    async def opened(self, **how: Any) -> AsyncGenerator[tuple[ClientConnection, Socket]]:
        """A client whose handshake the test's socket accepted; the client speaks no compression."""
        client = asyncio.create_task(
            connect(self.url, **({"compression": None} | how)).__aenter__()
        )
        answered = await self.sockets.get()
        self.writer = await answered.accept()
        connection = await client
        try:
            yield connection, answered
        finally:
            answered.done.set()
            connection.transport.abort()


@asynccontextmanager
async def serving(**config: Any) -> AsyncGenerator[Server]:
    server = Server()
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    server.uvicorn = uvicorn.Server(
        uvicorn.Config(
            server.app,
            **({"ws": PreparedProtocol, "ws_per_message_deflate": False} | config),
            interface="asgi3",
            ws_ping_interval=None,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
    )
    task = asyncio.create_task(server.uvicorn.serve([listening]))
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not server.uvicorn.started:
                await asyncio.sleep(0.001)
            yield server
    finally:
        server.uvicorn.should_exit = True
        await task
        listening.close()


WAYS = pytest.mark.parametrize(
    ("ws", "kind"), [(PreparedProtocol, PreparedWriter), ("websockets-sansio", PlainWriter)]
)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.001)


def takes(writer: Writer) -> bool:
    """Whether a writer takes one more frame."""
    try:
        writer.write(text_frame(b"late"))
    except NotOpen:
        return False
    return True


@WAYS
async def test_frames_arrive_whole_and_in_order(ws: Any, kind: type[Writer]):
    async with serving(ws=ws) as server, server.opened() as (client, _):
        assert isinstance(server.writer, kind)
        texts = ["", "a", "ü" * 63, "b" * 126, "c" * 70_000, "d"]
        for text in texts[:4]:
            server.writer.write(text_frame(text.encode()))
        server.writer.write(b"".join(text_frame(text.encode()) for text in texts[4:]))
        assert [await client.recv() for _ in texts] == texts


@WAYS
async def test_a_slow_reader_is_seen_and_its_draining_told(ws: Any, kind: type[Writer]):
    async with serving(ws=ws) as server, server.opened(max_queue=1) as (client, _):
        writer = server.writer
        drained: list[int] = []
        writer.on_drained = lambda: drained.append(writer.unsent_bytes)
        frame = text_frame(b"x" * 8_000)
        written = 0
        while writer.write(frame) <= HIGH_WATER:
            written += 1
            await asyncio.sleep(0)
        written += 1
        for _ in range(written):
            assert len(await client.recv()) == 8_000
        await until(lambda: len(drained) == 1)
        assert drained[0] <= LOW_WATER
        assert writer.unsent_bytes == 0


@WAYS
async def test_messages_of_the_client_arrive_and_its_leaving_too(ws: Any, kind: type[Writer]):
    async with serving(ws=ws) as server, server.opened() as (client, answered):
        await client.send("satu")
        await client.send(["du", "a"])
        await client.send(b"tiga")
        said = [await answered.receive() for _ in range(3)]
        assert [one.get("text") or one.get("bytes") for one in said] == ["satu", "dua", b"tiga"]
        await (await client.ping())
        await client.close(4123, "selesai")
        left = await answered.receive()
        assert (left["type"], left["code"]) == ("websocket.disconnect", 4123)
        await until(lambda: not takes(server.writer))


@WAYS
async def test_what_was_written_arrives_before_the_close(ws: Any, kind: type[Writer]):
    async with serving(ws=ws) as server, server.opened() as (client, answered):
        for word in (b"satu", b"dua"):
            server.writer.write(text_frame(word))
        await server.writer.finish()
        with pytest.raises(NotOpen):
            server.writer.write(text_frame(b"late"))
        await answered.send({"type": "websocket.close", "code": 4408})
        assert [await client.recv(), await client.recv()] == ["satu", "dua"]
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 4408


async def test_finished_frames_and_plain_sends_keep_their_order():
    async with serving() as server, server.opened() as (client, answered):
        for number in range(0, 20, 2):
            server.writer.write(text_frame(b"%d" % number))
            await answered.send({"type": "websocket.send", "text": str(number + 1)})
        assert [await client.recv() for _ in range(20)] == [str(number) for number in range(20)]


async def test_nothing_is_written_before_acceptance_or_after_the_close():
    async with serving() as server:
        client = asyncio.create_task(connect(server.url, compression=None).__aenter__())
        answered = await server.sockets.get()
        writer: PreparedWriter = answered.scope["extensions"][EXTENSION]
        with pytest.raises(NotOpen):
            writer.write(text_frame(b"early"))
        await answered.accept()
        connection = await client
        await answered.send({"type": "websocket.close", "code": 1000})
        with pytest.raises(NotOpen):
            writer.write(text_frame(b"late"))
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        answered.done.set()


async def test_a_handshake_may_be_refused():
    async with serving() as server:
        client = asyncio.create_task(connect(server.url, compression=None).__aenter__())
        answered = await server.sockets.get()
        await answered.receive()
        await answered.send({"type": "websocket.close"})
        answered.done.set()
        with pytest.raises(InvalidStatus, match="403"):
            await client
        with pytest.raises(NotOpen):
            answered.scope["extensions"][EXTENSION].write(text_frame(b"late"))


async def test_where_compression_was_negotiated_the_plain_way_is_taken():
    async with (
        serving(ws_per_message_deflate=True) as server,
        server.opened(compression="deflate") as (client, _),
    ):
        assert isinstance(server.writer, PlainWriter)
        server.writer.write(text_frame(b"satu " * 1_000))
        assert await client.recv() == "satu " * 1_000


async def test_a_deaf_peer_is_cut_off_at_once():
    async with serving() as server, server.opened(max_queue=1) as (_, answered):
        while server.writer.write(text_frame(b"x" * 8_000)) <= HIGH_WATER:
            await asyncio.sleep(0)
        server.writer.abort()
        with pytest.raises(NotOpen):
            server.writer.write(text_frame(b"late"))
        assert (await answered.receive())["type"] == "websocket.disconnect"


def protocol_of(server: Server) -> PreparedProtocol:
    """The server's end of its one connection."""
    assert server.uvicorn is not None
    (protocol,) = (
        one for one in server.uvicorn.server_state.connections if isinstance(one, PreparedProtocol)
    )
    return protocol


async def test_a_peer_that_pings_and_never_reads_fills_nothing_and_gets_its_last_pong():
    async with serving() as server, server.opened(max_queue=1, max_size=None) as (client, _):
        while server.writer.write(text_frame(b"x" * 8_000)) <= HIGH_WATER:
            await asyncio.sleep(0)
        full_bytes = server.writer.unsent_bytes
        for number in range(2_000):
            pinged = await client.ping(b"%0100d" % number)
        protocol = protocol_of(server)
        await until(lambda: b"%0100d" % number in protocol._owed)
        assert server.writer.unsent_bytes == full_bytes
        reading = asyncio.create_task(drained(client))
        async with asyncio.timeout(DEADLINE_S):
            await pinged
        reading.cancel()


async def drained(client: ClientConnection) -> None:
    async for _ in client:
        pass


async def test_a_message_in_many_empty_pieces_costs_no_more_than_its_bytes():
    async with serving() as server, server.opened() as (client, answered):
        text, empty, last = b"\x01\x81\0\0\0\0a", b"\x00\x80\0\0\0\0", b"\x80\x81\0\0\0\0b"
        client.transport.write(text + empty * 5_000 + b"\x89\x80\0\0\0\0")
        protocol = protocol_of(server)
        await until(lambda: len(protocol.frames) > 0)
        client.transport.write(empty * 5_000)
        await (await client.ping())
        assert len(protocol.frames) <= MOST_PIECES
        client.transport.write(last)
        assert (await answered.receive())["text"] == "ab"


async def test_an_idle_socket_keeps_nothing_that_it_does_not_need():
    async with serving() as server, server.opened() as (_, answered):
        protocol = protocol_of(server)
        assert vars(protocol) == {}, "a newer uvicorn has attributes that need a slot"
        assert answered.scope["headers"] == []
        assert not hasattr(protocol, "request")
        kernel_bytes = protocol.transport.get_extra_info("socket").getsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF
        )
        assert kernel_bytes <= 2 * SEND_BUFFER_BYTES


async def test_coming_and_going_leaves_no_line_in_the_log(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    async with serving() as server:
        caplog.clear()
        async with server.opened() as (client, _):
            await client.close()
        assert [record.name for record in caplog.records if "denyut" in record.name] == []
        assert not any("accepted" in record.getMessage() for record in caplog.records)


async def test_the_service_says_when_it_goes():
    async with serving() as server, server.opened() as (client, answered):
        assert server.uvicorn is not None
        server.uvicorn.should_exit = True
        assert (await answered.receive())["code"] == 1012
        answered.done.set()
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 1012
