"""The audience: sockets in a process of their own, and nothing that went missing."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.audience import Missing, listening
from benchmarks.listeners import Told

AT = "2026-11-24T07:00:00.000000Z"


@asynccontextmanager
async def speaker() -> AsyncGenerator[tuple[int, set[ServerConnection]]]:
    """A WebSocket server that greets each socket; its port and its sockets."""
    sockets: set[ServerConnection] = set()

    async def greet(socket: ServerConnection) -> None:
        assert await socket.recv() == "hello"
        await socket.send('{"type":"welcome"}')
        sockets.add(socket)
        await socket.wait_closed()

    async with serve(greet, "127.0.0.1", 0, compression=None) as server:
        yield next(iter(server.sockets)).getsockname()[1], sockets


def events(upto: int) -> str:
    """A frame with one event."""
    return json.dumps({"type": "events", "upto": upto, "events": [{"at": AT}]})


async def test_everybody_is_ready_and_hears_everything():
    async with (
        speaker() as (port, sockets),
        listening(Told(port, "/", [["hello"]] * 20, 1)) as audience,
    ):
        assert audience.sockets == 20
        for socket in sockets:
            for upto in (1, 2, 3):
                await socket.send(events(upto))
        heard = await audience.heard(3)
    assert (heard.events, heard.frames) == (60, 60)
    assert json.loads(heard.sample)["type"] == "events"


async def test_a_socket_that_is_closed_is_noticed():
    async with (
        speaker() as (port, sockets),
        listening(Told(port, "/", [["hello"]] * 2, 1)) as audience,
    ):
        await next(iter(sockets)).close()
        await asyncio.sleep(0.05)
        with pytest.raises(Missing, match="closed"):
            await audience.heard(0)
