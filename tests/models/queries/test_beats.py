"""The row of the heartbeat: each beat hears of the one before, and of a gap one process hears."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg

from models.queries.beats import Beat, beaten

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def test_a_beat_hears_of_the_one_before(pool: asyncpg.Pool) -> None:
    assert await beaten(pool, NOW) == Beat(None, NOW)
    assert await beaten(pool, NOW + MINUTE) == Beat(NOW, NOW + MINUTE)


async def test_time_never_runs_backward(pool: asyncpg.Pool) -> None:
    await beaten(pool, NOW)
    assert await beaten(pool, NOW - MINUTE) == Beat(NOW, NOW)


async def test_without_a_time_it_is_the_databases(pool: asyncpg.Pool) -> None:
    beat = await beaten(pool)
    assert abs(beat.now - await pool.fetchval("SELECT clock_timestamp()")) < MINUTE


async def test_of_several_at_once_each_hears_of_another(pool: asyncpg.Pool) -> None:
    await beaten(pool, NOW)

    async def beat(minutes: int) -> Beat:
        async with pool.acquire() as connection, connection.transaction():
            return await beaten(connection, NOW + minutes * MINUTE)

    beats = await asyncio.gather(*(beat(10) for _ in range(5)))
    assert sorted(each.before for each in beats if each.before) == [NOW, *[NOW + 10 * MINUTE] * 4]
