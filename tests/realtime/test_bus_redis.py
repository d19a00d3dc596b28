"""Redis may be killed, emptied or frozen: announcing goes on, and both ways come back."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from models.queries.feed import FeedRow
from realtime.bus import Bus
from realtime.bus_redis import RedisBus, RedisOptions
from tests.realtime.feeds import event, personal_notice
from tests.standins.redis_server import RedisServer

DEADLINE_S = 30.0  # only a hang reaches it


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.005)


class Process:
    """A process with its bus, and what its hub received."""

    def __init__(self, options: RedisOptions) -> None:
        self.received: list[FeedRow] = []
        self.bus = RedisBus(options, self.received.extend)

    def has(self, *seqs: int) -> bool:
        return {row.seq for row in self.received} >= set(seqs)


def options(redis: RedisServer, **changes: Any) -> RedisOptions:
    """Patient with a busy machine: only a dead Redis fails, unless a test says otherwise."""
    return replace(
        RedisOptions(redis.url, block_s=0.05, timeout_s=DEADLINE_S, retry_s=0.02), **changes
    )


@asynccontextmanager
async def processes(
    redis: RedisServer, count: int = 2, **changes: Any
) -> AsyncGenerator[Sequence[Process]]:
    """So many processes, connected as far as Redis is there."""
    made = [Process(options(redis, **changes)) for _ in range(count)]
    async with AsyncExitStack() as stack:
        for process in made:
            await stack.enter_async_context(process.bus.running())
        yield made


async def told(here: Process, there: Process, seq: int) -> None:
    """Announces the same event until it is heard: a bus may lose, and this one came back."""
    async with asyncio.timeout(DEADLINE_S):
        while not there.has(seq):
            here.bus.announce([event(seq)])
            await asyncio.sleep(0.01)


async def connected(*made: Process) -> None:
    await until(lambda: not any(process.bus.degraded for process in made))


async def test_other_processes_hear_of_a_commit_exactly_and_its_own_hears_it_once(
    redis_server: RedisServer,
):
    async with processes(redis_server, 3) as (here, there, elsewhere):
        await connected(here, there, elsewhere)
        rows = [event(1, note="lapor — ☀"), personal_notice(2), event(3, flags=4)]
        bus: Bus = here.bus
        bus.announce(rows)
        assert here.received == rows
        await until(lambda: there.has(1, 2, 3) and elsewhere.has(1, 2, 3))
        there.bus.announce([event(4)])
        await until(lambda: here.has(4) and elsewhere.has(4))
        assert [replace(row, unit_path=tuple(row.unit_path)) for row in there.received[:3]] == rows
        assert [row.seq for row in here.received] == [1, 2, 3, 4]


async def test_without_redis_announcing_reaches_the_own_hub_and_keeps_nothing(
    redis_server: RedisServer,
):
    redis_server.kill()
    async with processes(redis_server, 1) as (here,):
        for seq in range(1, 51):
            here.bus.announce([event(seq)])
        assert here.has(*range(1, 51))
        assert here.bus.degraded
        assert here.bus.figures.dropped == 50
        await until(lambda: here.bus.figures.failures > 2)


async def test_a_killed_redis_is_found_again(redis_server: RedisServer):
    async with processes(redis_server) as (here, there):
        await connected(here, there)
        redis_server.kill()
        await until(lambda: here.bus.degraded and there.bus.degraded)
        here.bus.announce([event(1)])
        assert here.has(1)
        redis_server.start()
        await told(here, there, 2)
        await connected(here, there)


async def test_an_emptied_redis_carries_on(redis_server: RedisServer):
    async with processes(redis_server) as (here, there):
        await connected(here, there)
        here.bus.announce([event(1)])
        await until(lambda: there.has(1))
        redis_server.flush()
        here.bus.announce([event(2)])
        await until(lambda: there.has(2))
        assert not here.bus.degraded


async def test_an_emptied_redis_whose_clock_went_back_is_noticed(redis_server: RedisServer):
    with Redis.from_url(redis_server.url) as redis:
        redis.xadd("denyut:feed", {"x": "from the future"}, id="99999999999999-0")
        async with processes(redis_server) as (here, there):
            await connected(here, there)
            redis_server.flush()
            await asyncio.sleep(0)
            here.bus.announce([event(1)])
            await until(lambda: there.has(1))


async def test_a_frozen_redis_holds_nobody_up_and_thaws(redis_server: RedisServer):
    async with processes(redis_server, max_waiting=10, timeout_s=0.2) as (here, there):
        await connected(here, there)
        redis_server.freeze()
        for seq in range(1, 101):
            here.bus.announce([event(seq)])
        assert here.has(*range(1, 101))
        await until(lambda: here.bus.degraded and there.bus.degraded)
        redis_server.thaw()
        await told(here, there, 101)
        assert here.bus.figures.dropped >= 90


async def test_the_stream_stays_bounded(redis_server: RedisServer):
    async with processes(redis_server, max_entries=100) as (here, there):
        await connected(here, there)
        for seq in range(1, 1_001):
            here.bus.announce([event(seq)])
        await until(lambda: there.has(1_000))
        with Redis.from_url(redis_server.url) as redis:
            assert redis.xlen("denyut:feed") < 400


async def test_another_stream_is_another_world(redis_server: RedisServer):
    here = Process(options(redis_server))
    stranger = Process(options(redis_server, stream="denyut:other"))
    witness = Process(options(redis_server))
    async with here.bus.running(), stranger.bus.running(), witness.bus.running():
        await connected(here, stranger, witness)
        here.bus.announce([event(1)])
        await until(lambda: witness.has(1))
        assert stranger.received == []


@pytest.mark.parametrize("fields", [{"x": "y"}, {"p": "someone", "r": b"\xc1 not msgpack"}])
async def test_an_entry_that_is_not_understood_is_passed_over(
    redis_server: RedisServer, fields: dict[str, str | bytes]
):
    async with processes(redis_server) as (here, there):
        await connected(here, there)
        with Redis.from_url(redis_server.url) as redis:
            redis.xadd("denyut:feed", fields)  # pyright: ignore[reportArgumentType]
        here.bus.announce([event(1)])
        await until(lambda: there.has(1))
        assert not there.bus.degraded
