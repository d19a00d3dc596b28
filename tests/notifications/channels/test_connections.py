"""HTTP/1.1 connections: what is kept, what is dropped, what a failure is called."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from notifications.channels.connections import ANSWER_MAX_BYTES, Connections
from tests.standins.certificate import made_certificate

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Answer = Callable[[int], Awaitable[bytes | None]]


class Server:
    """Answers the n-th request (from 0) with `answer(n)`; None closes the connection."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.connections = 0
        self.requests: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                self.requests.append(head + await reader.readexactly(length))
                answer = await self.answer(len(self.requests) - 1)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def server(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Server]:
    served = Server(answer)
    listening = await asyncio.start_server(served.serve, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    served.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{port}/send"
    async with listening:
        yield served


@asynccontextmanager
async def connections(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Connections]:
    made = Connections(tls or ssl.create_default_context())
    try:
        yield made
    finally:
        await made.aclose()


def always(answer: bytes | None) -> Answer:
    async def same(_: int) -> bytes | None:
        return answer

    return same


def post(url: str) -> httpx.Request:
    return httpx.Request("POST", url, json={"n": 1})


async def test_exchanges_in_a_row_share_one_connection() -> None:
    async with server(always(OK)) as at, connections() as ours:
        answers = [await ours.exchange(post(at.url)) for _ in range(3)]
    assert [(each.status_code, each.text) for each in answers] == [(200, "ok")] * 3
    assert at.connections == 1


async def test_exchanges_at_once_each_have_a_connection() -> None:
    all_here = asyncio.Barrier(4)

    async def together(_: int) -> bytes:
        await all_here.wait()
        return OK

    async with server(together) as at, connections() as ours:
        await asyncio.gather(*(ours.exchange(post(at.url)) for _ in range(4)))
    assert at.connections == 4


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
    ],
    ids=["chunked", "after an interim answer"],
)
async def test_every_form_of_an_answer_is_understood(answer: bytes) -> None:
    async with server(always(answer)) as at, connections() as ours:
        assert (await ours.exchange(post(at.url))).text == "ok"


async def test_a_connection_that_the_server_ends_is_replaced() -> None:
    closing = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"
    async with server(always(closing)) as at, connections() as ours:
        await ours.exchange(post(at.url))
        await ours.exchange(post(at.url))
    assert at.connections == 2


async def test_a_lost_answer_is_an_error_and_is_not_tried_again() -> None:
    async with server(always(None)) as at, connections() as ours:
        with pytest.raises(httpx.RemoteProtocolError):
            await ours.exchange(post(at.url))
    assert len(at.requests) == 1


async def test_an_answer_cut_in_the_middle_is_an_error() -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhalf"

    async def serve_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(half)
        writer.close()

    listening = await asyncio.start_server(serve_and_close, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, connections() as ours:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await ours.exchange(post(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n" + b"x" * (ANSWER_MAX_BYTES + 1),
    ],
    ids=["not HTTP", "too big"],
)
async def test_what_is_no_answer_is_an_error(answer: bytes) -> None:
    async with server(always(answer)) as at, connections() as ours:
        with pytest.raises(httpx.RemoteProtocolError):
            await ours.exchange(post(at.url))


async def test_a_cancelled_exchange_never_gives_its_answer_to_the_next_one() -> None:
    arrived, release = asyncio.Event(), asyncio.Event()

    async def first_one_waits(n: int) -> bytes:
        arrived.set()
        if n == 0:
            await release.wait()
            return b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nstale"
        return OK

    async with server(first_one_waits) as at, connections() as ours:
        waiting = asyncio.create_task(ours.exchange(post(at.url)))
        await arrived.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        release.set()
        assert (await ours.exchange(post(at.url))).text == "ok"
    assert at.connections == 2


async def test_nobody_listening_is_a_connect_error() -> None:
    async with server(always(OK)) as at:
        gone = at.url
    async with connections() as ours:
        with pytest.raises(httpx.ConnectError):
            await ours.exchange(post(gone))


async def test_tls_is_spoken_and_an_unknown_certificate_is_refused(tmp_path: Path) -> None:
    certificate = made_certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with server(always(OK), serving) as at:
        async with connections(trusting) as ours:
            assert (await ours.exchange(post(at.url))).text == "ok"
        async with connections() as strict:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await strict.exchange(post(at.url))


async def test_addresses_are_those_that_were_looked_at_and_certificates_name_the_host(
    tmp_path: Path,
) -> None:
    certificate = made_certificate(tmp_path, "push.example")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    asked: list[tuple[str, int]] = []

    async def nobody_then_here(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.2", "127.0.0.1"]

    async with server(always(OK), serving) as at:
        port = int(at.url.split(":")[2].split("/")[0])
        ours = Connections(trusting, nobody_then_here)
        assert (await ours.exchange(post(f"https://push.example:{port}/send"))).text == "ok"
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await ours.exchange(post(f"https://other.example:{port}/send"))
        await ours.aclose()
    assert asked == [("push.example", port), ("other.example", port)]


async def test_a_host_whose_addresses_are_all_refused_is_a_connect_error() -> None:
    async def refuses(_host: str, _port: int) -> list[str]:
        raise OSError("not an address for us")

    async def knows_none(_host: str, _port: int) -> list[str]:
        return []

    for resolve in (refuses, knows_none):
        ours = Connections(ssl.create_default_context(), resolve)
        with pytest.raises(httpx.ConnectError, match="address"):
            await ours.exchange(post("http://push.example/send"))


async def test_no_more_idle_connections_are_kept_than_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("notifications.channels.connections.IDLE_MAX", 1)
    async with server(always(OK)) as one, server(always(OK)) as two, connections() as ours:
        for at in (one, two, two, one):
            await ours.exchange(post(at.url))
    assert (one.connections, two.connections) == (1, 2)
