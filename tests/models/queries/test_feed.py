"""Appending events over either driver: numbered alike, and undone with their transaction."""

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.feed import NewEvent, appended, appended_in, event_columns
from tests.builders import City, make_city


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """The small city of the builders."""
    return await make_city(pool)


def events(city: City) -> list[NewEvent]:
    """Two of one shard around one of another, and a personal one."""
    return [
        NewEvent("target_changed", city.ani, city.clinic, '{"n":1}', city.targets[city.ani]),
        NewEvent("target_changed", city.dedi, city.roads, '{"n":2}'),
        NewEvent("slip", city.budi, city.clinic, '{"n":3}', flags=4),
        NewEvent("notice", city.ani, None, '{"n":4}', shard=3),
    ]


async def test_both_drivers_number_alike_and_in_the_order_given(
    pool: asyncpg.Pool, engine: AsyncEngine, city: City
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        first = await appended(connection, events(city))
    async with AsyncSession(engine) as session, session.begin():
        second = await appended_in(session, events(city))
    assert [(row.shard, row.seq) for row in first] == [(3, 1), (5, 1), (3, 2), (3, 3)]
    assert [(row.shard, row.seq) for row in second] == [(3, 4), (5, 2), (3, 5), (3, 6)]
    for one, two in zip(first, second, strict=True):
        assert (one.kind, one.content, list(one.unit_path)) == (
            two.kind,
            two.content,
            list(two.unit_path),
        )
    assert (first[0].goal, first[0].state) == (100.0, "on_track")
    assert list(first[3].unit_path) == []


async def test_an_aborted_transaction_uses_up_no_number(pool: asyncpg.Pool, city: City) -> None:
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await appended(connection, events(city))
        await transaction.rollback()
        async with connection.transaction():
            rows = await appended(connection, events(city)[:1])
    assert [(row.shard, row.seq) for row in rows] == [(3, 1)]


def test_columns_stand_in_the_order_of_the_function(city: City) -> None:
    columns = event_columns(events(city))
    assert list(columns) == [
        *("kinds", "employee_ids", "unit_ids", "shards", "flags", "target_ids", "contents")
    ]
    assert {len(column) for column in columns.values()} == {4}
