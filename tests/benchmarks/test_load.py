"""The load generator against a small server: what is sent, counted and refused."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from benchmarks.load import (
    Answers,
    Unanswered,
    closed_loop,
    connected,
    open_loop,
    status_of,
    volley,
)

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def server(answer: Callable[[int], bytes | None]) -> AsyncGenerator[int]:
    """Answers the n-th request (from 1), or hangs up for None; gives its port."""
    seen = 0
    talks: list[asyncio.Task[None] | None] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        talks.append(asyncio.current_task())
        with suppress(ConnectionError):  # some callers leave in the middle
            while (await reader.readline()).startswith(b"POST"):
                await reader.readuntil(b"\r\n\r\n")
                seen += 1
                said = answer(seen)
                if said is None:
                    break
                writer.write(said[:20])
                await asyncio.sleep(0)
                writer.write(said[20:])
            writer.close()
            await writer.wait_closed()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]
        await asyncio.gather(*(task for task in talks if task is not None))


def said(status: int) -> bytes:
    """An answer with a body."""
    return b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\nhello" % status


async def test_a_volley_sends_exactly_so_many():
    async with server(lambda _: said(201)) as port, connected(port, 3) as callers:
        answers = await volley(callers, lambda: REQUEST, 20)
        few = await volley(callers, lambda: REQUEST, 2)
    assert (answers.total, answers.refused, few.total) == (20, 0, 2)
    assert answers.seconds > 0
    assert answers.whole() is answers


async def test_refusals_are_no_answers():
    async with (
        server(lambda number: said(503 if number % 2 else 201)) as port,
        connected(port, 2) as callers,
    ):
        answers = await volley(callers, lambda: REQUEST, 10)
    assert (len(answers.latencies_s), answers.refused) == (5, 5)
    with pytest.raises(Unanswered, match="5 of 10"):
        answers.whole()


async def test_the_closed_loop_goes_on_until_its_time_is_over():
    async with server(lambda _: said(200)) as port, connected(port, 4) as callers:
        answers = await closed_loop(callers, lambda: REQUEST, 0.2)
    assert answers.total >= 4
    assert answers.rate > 0


async def test_the_open_loop_keeps_its_plan():
    async with server(lambda _: said(200)) as port, connected(port, 4) as callers:
        answers = await open_loop(callers, lambda: REQUEST, 100.0, 0.3)
    assert answers.total == 30


async def test_a_lost_connection_is_no_measurement():
    async with (
        server(lambda number: None if number == 5 else said(200)) as port,
        connected(port, 2) as callers,
    ):
        with pytest.raises(Unanswered, match="lost"):
            await volley(callers, lambda: REQUEST, 20)


def test_a_percentile_is_an_answer_that_was_there():
    answers = Answers(1.0, [number / 1_000 for number in range(1, 101)])
    assert answers.percentile_ms(0.5) == pytest.approx(51.0)
    assert answers.percentile_ms(0.99) == pytest.approx(100.0)
    assert answers.percentile_ms(1.0) == pytest.approx(100.0)


@pytest.mark.parametrize("cut", range(len(said(404))))
def test_part_of_an_answer_is_none_yet(cut):
    assert status_of(said(404)[:cut]) is None


def test_a_whole_answer_has_a_status():
    assert status_of(said(404)) == 404
    assert status_of(b"HTTP/1.1 204 No Content\r\n\r\n") == 204
