"""Closing: what was written goes first, and a peer that takes nothing is cut off."""

import asyncio

import msgspec

from mobile_contract import live
from models.rules.refusals import DatabaseAway, NotFound
from realtime.edge import closed, is_away, last_words
from realtime.frames import payloads_of


class Pen:
    """A writer that finishes when it is let, and remembers an abort."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.said: list[str] = []
        self._stuck = stuck

    async def finish(self) -> None:
        if self._stuck:
            await asyncio.Event().wait()
        self.said.append("finished")

    def abort(self) -> None:
        self.said.append("aborted")


async def test_what_was_written_goes_first():
    pen = Pen()

    async def send(message):
        pen.said.append(f"{message['type']} {message['code']}")

    await closed(pen, send, 4401, 5.0)
    assert pen.said == ["finished", "websocket.close 4401"]


async def test_a_peer_that_takes_nothing_is_cut_off():
    pen = Pen(stuck=True)
    await closed(pen, None, 4408, 0.01)
    assert pen.said == ["aborted"]

    async def stuck(_):
        await asyncio.Event().wait()

    deaf = Pen()
    await closed(deaf, stuck, 4408, 0.01)
    assert deaf.said == ["finished", "aborted"]


async def test_a_peer_that_has_left_needs_no_word():
    async def gone(_):
        raise RuntimeError("the server says that the client is disconnected")

    await closed(Pen(), gone, 1012, 5.0)


def test_last_words_say_why_and_when_to_come_back():
    def said(*words):
        texts = payloads_of(last_words(*words))
        return [msgspec.json.decode(text, type=live.ServerMessage) for text in texts]

    assert said("busy", 2.5) == [live.LiveError("busy"), live.Bye(2.5)]
    assert said("malformed", None) == [live.LiveError("malformed")]
    assert said(None, None) == []


def test_an_absent_database_is_told_from_a_fault_of_ours():
    assert is_away(DatabaseAway(retry_after_s=1))
    assert is_away(ConnectionRefusedError())
    assert not is_away(NotFound())
    assert not is_away(KeyError("x"))
