"""The plain way keeps order, bounds, and the same words as the prepared way."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from realtime.frames import text_frame
from realtime.writers import EXTENSION, HIGH_WATER, LOW_WATER, NotOpen, PlainWriter, writer_for


class Peer:
    """An ASGI send whose other end takes messages only when told to."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.takes = asyncio.Event()
        self.gone = False

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.takes.wait()
        if self.gone:
            raise ConnectionError
        assert message["type"] == "websocket.send"
        self.texts.append(message["text"])


async def test_texts_leave_in_order_and_unsent_bytes_are_counted():
    peer = Peer()
    writer = PlainWriter(peer.send)
    frames = [text_frame(text.encode()) for text in ("satu", "dua", "tiga")]
    assert writer.write(frames[0]) == len(frames[0])
    assert writer.write(frames[1] + frames[2]) == sum(map(len, frames)) == writer.unsent_bytes
    peer.takes.set()
    await writer.finish()
    assert peer.texts == ["satu", "dua", "tiga"]
    assert writer.unsent_bytes == 0


async def test_it_tells_when_a_full_reader_drained_and_only_then():
    peer = Peer()
    writer = PlainWriter(peer.send)
    drained: list[int] = []
    writer.on_drained = lambda: drained.append(writer.unsent_bytes)
    chunk = text_frame(b"x" * (HIGH_WATER // 8))
    for _ in range(10):
        writer.write(chunk)
    assert writer.unsent_bytes > HIGH_WATER
    peer.takes.set()
    while writer.unsent_bytes:
        await asyncio.sleep(0)
    assert len(drained) == 1
    assert drained[0] <= LOW_WATER
    writer.write(chunk)
    while writer.unsent_bytes:
        await asyncio.sleep(0)
    assert len(drained) == 1


async def test_after_the_peer_left_it_is_not_open():
    peer = Peer()
    writer = PlainWriter(peer.send)
    peer.gone = True
    peer.takes.set()
    writer.write(text_frame(b"a"))
    await writer.finish()
    with pytest.raises(NotOpen):
        writer.write(text_frame(b"b"))
    assert peer.texts == []


async def test_after_finish_it_is_not_open():
    peer = Peer()
    peer.takes.set()
    writer = PlainWriter(peer.send)
    await writer.finish()
    with pytest.raises(NotOpen):
        writer.write(text_frame(b"b"))


async def test_the_prepared_way_is_taken_where_the_server_offers_it():
    peer = Peer()
    prepared = PlainWriter(peer.send)
    assert writer_for({"extensions": {EXTENSION: prepared}}, peer.send) is prepared
    assert writer_for({"extensions": {}}, peer.send) is not prepared
    assert isinstance(writer_for({}, peer.send), PlainWriter)


async def test_giving_up_drops_what_waits_and_tells_nobody():
    peer = Peer()
    writer = PlainWriter(peer.send)
    writer.on_drained = lambda: pytest.fail("nobody is there any more")
    writer.write(text_frame(b"x" * (2 * HIGH_WATER)))
    writer.abort()
    peer.takes.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert peer.texts == []
    with pytest.raises(NotOpen):
        writer.write(text_frame(b"late"))
