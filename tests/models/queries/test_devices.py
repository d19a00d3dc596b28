"""Phones of people: what is known is kept, and a phone handed on is silent for its last owner."""

from uuid import uuid4

import asyncpg
import pytest

from models.queries.devices import PushAddress, forgotten, registered
from tests.builders import City, make_city, make_session

TOKEN = PushAddress("fcm_token", "token-1")


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_an_empty_name_keeps_the_known_one(pool: asyncpg.Pool, city: City):
    phone = uuid4()
    async with pool.acquire() as connection:
        await registered(connection, phone, city.ani, name="Redmi", platform="android", push=TOKEN)
        row = await registered(connection, phone, city.ani)
    assert (row.name, row.platform, row.push_kind) == ("Redmi", "android", None)


async def test_taking_over_silences_only_who_is_signed_out(pool: asyncpg.Pool, city: City):
    phone, elsewhere = uuid4(), uuid4()
    await make_session(pool, city.ani, device_id=phone)
    async with pool.acquire() as connection:
        for employee_id in (city.ani, city.citra):
            await registered(connection, phone, employee_id, push=TOKEN)
        await registered(connection, elsewhere, city.citra, push=TOKEN)
        await registered(connection, phone, city.budi, push=TOKEN)
    heard = await pool.fetch("SELECT employee_id, id FROM device WHERE push_target IS NOT NULL")
    assert {tuple(row) for row in heard} == {
        (city.ani, phone),
        (city.citra, elsewhere),
        (city.budi, phone),
    }


async def test_forgetting_is_of_ones_own(pool: asyncpg.Pool, city: City):
    phone = uuid4()
    async with pool.acquire() as connection:
        await registered(connection, phone, city.ani)
        assert not await forgotten(connection, phone, city.budi)
        assert [await forgotten(connection, phone, city.ani) for _ in range(2)] == [True, False]
