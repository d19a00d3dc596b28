"""Changes of rights are numbered in their order and name whom they concern."""

import asyncio

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from models.queries.rights import rights_changed
from tests.builders import make_city


async def test_a_change_names_people_or_everybody(pool: asyncpg.Pool):
    city = await make_city(pool)
    async with pool.acquire() as connection:
        await rights_changed(connection, {city.ani})
        await rights_changed(connection, None)
    rows = await pool.fetch("SELECT employee_ids FROM rights_change ORDER BY version DESC LIMIT 2")
    assert [row["employee_ids"] for row in rows] == [None, [city.ani]]


async def test_an_undone_transaction_tells_nothing(pool: asyncpg.Pool, engine: AsyncEngine):
    before = await pool.fetchval("SELECT version FROM rights_version")
    async with async_sessionmaker(engine)() as session:
        await rights_changed(session, None)
        await session.rollback()
    assert await pool.fetchval("SELECT version FROM rights_version") == before


async def test_versions_are_contiguous_under_concurrent_changes(pool: asyncpg.Pool):
    before = await pool.fetchval("SELECT version FROM rights_version")

    async def change() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await rights_changed(connection, None)

    await asyncio.gather(*(change() for _ in range(10)))
    rows = await pool.fetch("SELECT version FROM rights_change WHERE version > $1", before)
    assert sorted(row["version"] for row in rows) == list(range(before + 1, before + 11))
