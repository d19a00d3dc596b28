"""No head is longer or slower than any phone's, and what is no HTTP gets a problem too."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect

from denyut import bounded_http
from denyut.bounded_http import MOST_HEAD_BYTES, BoundedHttp
from realtime.prepared import PreparedProtocol

DEADLINE_S = 20.0  # only a hang reaches it
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Stranger = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells how many bytes of a body came; says one word on a socket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "halo"})
        await receive()
        return
    got, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        got, more = got + len(message["body"]), message["more_body"]
    body = b"%d of %b" % (got, scope["path"].encode())
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Server:
    """A uvicorn with the protocol under test."""

    def __init__(self, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]

    @asynccontextmanager
    async def stranger(self) -> AsyncGenerator[Stranger]:
        """A bare connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


@pytest.fixture
async def server() -> AsyncGenerator[Server]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        echo,
        http=BoundedHttp,
        ws=PreparedProtocol,
        interface="asgi3",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve([listening]))
    async with asyncio.timeout(DEADLINE_S):
        while not running.started:
            await asyncio.sleep(0.001)
    yield Server(listening)
    running.should_exit = True
    await task
    listening.close()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Everything until the server closes; a reset closes too."""
    async with asyncio.timeout(DEADLINE_S):
        try:
            return await reader.read(-1)
        except ConnectionResetError:
            return b""


async def cut_off(stranger: Stranger, begin: bytes, more: bytes) -> int:
    """How many bytes a peer that never stops can send before it is cut off."""
    reader, writer = stranger
    sent = 0
    writer.write(begin)
    async with asyncio.timeout(DEADLINE_S):
        try:
            while not reader.at_eof():
                writer.write(more)
                await writer.drain()
                sent += len(more)
                await asyncio.sleep(0)
        except (ConnectionResetError, BrokenPipeError):
            pass
    return sent


BUFFERS_BYTES = 8_000_000  # what the kernel takes in although nobody reads


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"GET / HTTP/1.1\r\n", b"x: y\r\n" * 1_000),
        (b"GET / HTTP/1.1\r\nx: ", b"y" * 6_000),
        (b"GET /", b"y" * 6_000),
        (
            b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n",
            b"x: y\r\n" * 1_000,
        ),
        (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1;", b"y" * 6_000),
    ],
    ids=["headers", "header", "address", "trailers", "chunk"],
)
async def test_what_never_ends_is_cut_off(server: Server, begin: bytes, more: bytes) -> None:
    async with server.stranger() as stranger:
        assert await cut_off(stranger, begin, more) < BUFFERS_BYTES


async def test_a_head_that_is_too_long_is_told_so(server: Server) -> None:
    async with server.stranger() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nx: " + b"y" * (MOST_HEAD_BYTES + 1))
        head, _, body = (await rest(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"content-type: application/problem+json" in head
    assert json.loads(body)["code"] == "malformed"


async def test_what_is_no_http_gets_a_problem(server: Server) -> None:
    for said in (
        b"\x16\x03\x01\x02\x00\x01",
        b"DANCE / HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ):
        async with server.stranger() as (reader, writer):
            writer.write(said)
            head, _, body = (await rest(reader)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400")
        assert json.loads(body)["code"] == "malformed"


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\n"])
async def test_whoever_takes_too_long_to_say_what_they_want_is_left(
    server: Server, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_TIMEOUT_S", 0.05)
    async with server.stranger() as (reader, writer):
        writer.write(said)
        assert await rest(reader) == b""


async def test_a_second_request_may_not_take_longer_either(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_TIMEOUT_S", 0.2)
    async with server.stranger() as (reader, writer):
        writer.write(b"GET /satu HTTP/1.1\r\nhost: x\r\n\r\n")
        assert b"0 of /satu" in await reader.read(1_000)
        writer.write(b"GET /dua HT")
        assert await rest(reader) == b""


async def test_ordinary_requests_pass_whole_in_pieces_in_chunks_and_in_a_row(
    server: Server,
) -> None:
    async with server.stranger() as (reader, writer):
        writer.write(b"GET /satu HTTP/1.1\r\nhost: x\r\n\r\n" * 3)
        for piece in (
            b"POST /du",
            b"a HTTP/1.1\r\nx: ",
            b"y" * 1_000,
            b"\r\ncontent-length: 4\r\n\r\nab",
        ):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.001)
        writer.write(
            b"cdPOST /tiga HTTP/1.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        for _ in range(20_000):
            writer.write(b"1\r\nx\r\n")
        writer.write(b"0\r\n\r\n")
        answers = await rest(reader)
    assert answers.count(b"0 of /satu") == 3
    assert b"4 of /dua" in answers
    assert b"20000 of /tiga" in answers


async def test_a_long_body_is_not_held_against_the_next_request(server: Server) -> None:
    head = b"POST /%b HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
    async with server.stranger() as (reader, writer):
        for name, size_bytes in ((b"satu", 2_000_000), (b"dua", 500_000), (b"tiga", 10)):
            writer.write(head % (name, size_bytes) + b"a")
            await writer.drain()
            await asyncio.sleep(0.01)
            writer.write(b"a" * (size_bytes - 1))
            async with asyncio.timeout(DEADLINE_S):
                assert (await reader.readuntil(name)).endswith(b"%d of /%b" % (size_bytes, name))


async def test_a_body_may_come_as_slowly_as_it_likes(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_TIMEOUT_S", 0.05)
    async with server.stranger() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\ncontent-length: 2\r\nconnection: close\r\n\r\na")
        await asyncio.sleep(0.2)
        writer.write(b"b")
        assert b"2 of /" in await rest(reader)


async def test_a_socket_is_handed_on_and_no_clock_runs_for_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_TIMEOUT_S", 0.2)
    async with connect(f"ws://127.0.0.1:{server.port}/", proxy=None) as phone:
        assert await phone.recv() == "halo"
        await asyncio.sleep(0.3)
        await (await phone.ping())
