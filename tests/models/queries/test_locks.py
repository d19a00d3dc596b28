"""The lock order: shards ascending, whoever comes, so nobody waits in a circle."""

import asyncio
from typing import Any

import asyncpg
import pytest

from models.queries import locks
from models.queries.locks import lock_every_shard, locked_units_of
from models.rules.refusals import Busy
from models.tables.columns import new_id
from tests.builders import make_city


async def test_the_answer_is_where_each_one_works(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    async with pool.acquire() as connection, connection.transaction():
        units = await locked_units_of(connection, [city.ani, city.dedi, new_id()])
        assert units == {city.ani: city.clinic, city.dedi: city.roads}
        locked = await pool.fetch("SELECT shard FROM feed_shard FOR UPDATE SKIP LOCKED")
        assert {row["shard"] for row in locked} == set(range(16)) - {3, 5}


async def test_units_that_people_go_to_are_locked_too(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    async with pool.acquire() as connection, connection.transaction():
        await locked_units_of(connection, [city.ani], [city.works])
        locked = await pool.fetch("SELECT shard FROM feed_shard FOR UPDATE SKIP LOCKED")
        assert not {3, 5} & {row["shard"] for row in locked}


async def test_who_takes_all_and_who_takes_some_never_wait_in_a_circle(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)

    async def once(everybody: bool) -> None:
        async with pool.acquire() as connection, connection.transaction():
            if everybody:
                await lock_every_shard(connection)
            else:
                await locked_units_of(connection, [city.dedi, city.ani])

    await asyncio.gather(*(once(turn % 2 == 0) for turn in range(30)))


async def test_somebody_who_was_moved_in_that_moment_is_a_reason_to_try_again(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = await make_city(pool)
    usual = locks.asked

    async def slow(connection: Any, statement: str, *arguments: object) -> Any:
        if statement == locks.PLACES:  # another transaction moved her and committed
            await pool.execute(
                "UPDATE employee SET unit_id = $2 WHERE id = $1", city.ani, city.roads
            )
        return await usual(connection, statement, *arguments)

    monkeypatch.setattr(locks, "asked", slow)
    async with pool.acquire() as connection, connection.transaction():
        with pytest.raises(Busy):
            await locked_units_of(connection, [city.ani])
