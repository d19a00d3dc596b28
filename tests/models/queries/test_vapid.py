"""The key is made once, whoever starts first and however many start together."""

import asyncio

import asyncpg

from models.queries.vapid import kept_key


async def test_the_first_key_is_kept_and_no_other_is_made(pool: asyncpg.Pool) -> None:
    made: list[str] = []

    def make() -> str:
        made.append(f"key {len(made)}")
        return made[-1]

    async with pool.acquire() as connection:
        assert [await kept_key(connection, make) for _ in range(3)] == ["key 0"] * 3
    assert made == ["key 0"]


async def test_processes_that_start_together_have_the_same_key(pool: asyncpg.Pool) -> None:
    everybody_asked = asyncio.Barrier(5)

    async def started(number: int) -> str:
        async with pool.acquire() as connection:
            await everybody_asked.wait()
            return await kept_key(connection, lambda: f"key of {number}")

    keys = await asyncio.gather(*(started(number) for number in range(5)))
    assert len(set(keys)) == 1
    assert await pool.fetchval("SELECT count(*) FROM vapid_key") == 1
