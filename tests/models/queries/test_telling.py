"""A word is told once, reaches inbox, phone and live feed together, or none of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.locks import locked_units_of
from models.queries.telling import Word, head_of, told
from tests.builders import City, end_head, make_city, make_head

NOW = datetime.now(UTC)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


def offered(to: UUID, **change: Any) -> Word:
    return Word("help_offered", f"help_offered:1:{to}", to, **change)


async def tell(pool: asyncpg.Pool, *words: Word) -> list[Any]:
    async with pool.acquire() as connection, connection.transaction():
        await locked_units_of(connection, [word.recipient_id for word in words])
        return await told(connection, words, ["fcm_token"])


async def test_a_word_stands_in_the_inbox_and_goes_to_the_recipient_alone(
    pool: asyncpg.Pool, city: City
) -> None:
    (row,) = await tell(
        pool,
        offered(
            city.ani,
            about_id=city.clinic,
            employee_id=city.budi,
            employee_name="Budi",
            subject="Mari dibahas.",
        ),
    )
    assert (row.kind, row.employee_id, row.unit_path, row.target_id) == (
        "notice",
        city.ani,
        [],
        None,
    )
    notice = await pool.fetchrow("SELECT * FROM notice WHERE recipient_id = $1", city.ani)
    assert notice is not None
    assert (notice["kind"], notice["employee_id"]) == ("help_offered", city.budi)
    assert (
        json.loads(notice["content"])
        == json.loads(row.content)
        == {
            "notice_id": str(notice["id"]),
            "notice_kind": "help_offered",
            "employee_id": str(city.budi),
            "employee_name": "Budi",
            "about_id": str(city.clinic),
            "subject": "Mari dibahas.",
        }
    )


async def test_what_is_told_twice_is_heard_once(pool: asyncpg.Pool, city: City) -> None:
    assert len(await tell(pool, offered(city.ani))) == 1
    assert await tell(pool, offered(city.ani)) == []
    assert len(await tell(pool, offered(city.ani), offered(city.budi))) == 1


@pytest.mark.parametrize("pushed", [True, False])
async def test_a_push_goes_out_only_where_it_is_wanted(
    pool: asyncpg.Pool, city: City, pushed: bool
) -> None:
    await pool.execute(
        "INSERT INTO device (id, employee_id, push_kind, push_target)"
        " VALUES (gen_random_uuid(), $1, 'fcm_token', 'an address')",
        city.ani,
    )
    await tell(pool, offered(city.ani, pushed=pushed))
    assert await pool.fetchval("SELECT count(*) FROM delivery") == int(pushed)


async def test_a_session_tells_in_its_own_transaction(
    engine: AsyncEngine, pool: asyncpg.Pool, city: City
) -> None:
    async with AsyncSession(engine) as session:
        await locked_units_of(session, [city.ani])
        assert len(await told(session, [offered(city.ani)], [])) == 1
        await session.rollback()
    assert await pool.fetchval("SELECT count(*) FROM notice") == 0


async def test_nothing_to_say_asks_nothing(pool: asyncpg.Pool) -> None:
    assert await told(None, [], []) == []


async def test_the_head_of_a_unit_is_its_deciding_one_or_the_nearest_above(
    pool: asyncpg.Pool, city: City
) -> None:
    assert await head_of(pool, city.clinic) == city.clinic_head
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=NOW - timedelta(days=1))
    assert await head_of(pool, city.clinic) == city.budi
    await end_head(pool, city.clinic, NOW, kind="acting")
    await end_head(pool, city.clinic, NOW)
    assert await head_of(pool, city.clinic) == city.health_head
    await pool.execute("UPDATE employee SET active = false WHERE id = $1", city.health_head)
    assert await head_of(pool, city.clinic) == city.mayor
