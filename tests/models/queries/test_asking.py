"""The same question over both drivers gives the same rows, inside the transaction that asks."""

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.asking import appended_over, asked, asked_one, decoded
from models.queries.feed import NewEvent
from models.tables.account import Employee
from models.tables.columns import new_id
from models.tables.every import METADATA
from tests.builders import make_city, random_nip

QUESTION = "SELECT $1::int + 1 AS one, $2::text AS words, $3::uuid[] AS ids"


async def test_both_drivers_answer_alike(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    ids = [new_id(), new_id()]
    raw = await asked_one(pool, QUESTION, 1, "a", ids)
    assert raw is not None
    async with AsyncSession(engine) as session:
        same = await asked_one(session, QUESTION, 1, "a", ids)
    assert same is not None
    assert dict(raw) == dict(same) == {"one": 2, "words": "a", "ids": ids}


async def test_a_session_sees_what_it_has_not_committed(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city, nip = await make_city(pool), random_nip()
    count = "SELECT 1 FROM employee WHERE nip = $1"
    assert "job_title" in METADATA.tables  # a session that writes knows the whole model
    async with AsyncSession(engine) as session:
        session.add(Employee(nip=nip, name="Sari", unit_id=city.clinic))
        assert await asked(session, count, nip)
        assert not await asked(pool, count, nip)
        await session.rollback()
    assert await asked_one(pool, count, nip) is None


async def test_a_statement_without_rows_answers_with_none(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        assert await asked(connection, "UPDATE feed_shard SET head = head WHERE shard = 0") == []


@pytest.mark.parametrize("value", [{"a": [1]}, None, [1]])
def test_json_is_decoded_once_whatever_the_driver_gave(value: object) -> None:
    assert decoded(value) == value
    assert decoded('{"a": [1]}') == {"a": [1]}


async def test_events_are_appended_over_either_driver(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    event = NewEvent("notice", city.ani, None, "{}", shard=3)
    async with AsyncSession(engine) as session:
        first = await appended_over(session, [event])
        await session.commit()
    async with pool.acquire() as connection, connection.transaction():
        second = await appended_over(connection, [event])
    assert second[0].seq == first[0].seq + 1
    assert await appended_over(pool, []) == []
