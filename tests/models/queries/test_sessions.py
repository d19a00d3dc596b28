"""Signing in and ending: known phones, checked passwords, pushes that end with the session."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.sessions import (
    UsedDevice,
    credentials_of,
    ended,
    live_sessions,
    opened,
    own_password_hash,
    still_holds,
)
from models.queries.tokens import Lifetimes, OpenSession
from tests.builders import City, make_city

STRICT = Lifetimes(concurrent_refresh_s=0)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def sign_in(
    pool: asyncpg.Pool, employee_id: UUID, lifetimes: Lifetimes = STRICT, device: Any = None
) -> OpenSession:
    async with pool.acquire() as connection, connection.transaction():
        return await opened(connection, employee_id, device or UsedDevice(uuid4()), lifetimes)


async def test_ending_takes_all_one_or_all_but_one(pool: asyncpg.Pool, city: City):
    sessions = [await sign_in(pool, city.ani) for _ in range(4)]
    others = await sign_in(pool, city.budi)
    async with pool.acquire() as connection:
        first = await ended(connection, city.ani, "test", only=sessions[0].session_id)
        assert list(first) == [sessions[0].session_id]
        assert not await ended(connection, city.ani, "test", only=others.session_id)
        rest = await ended(connection, city.ani, "test", besides=sessions[3].session_id)
        assert set(rest) == {sessions[1].session_id, sessions[2].session_id}
        assert list(await ended(connection, city.ani, "test")) == [sessions[3].session_id]
        assert not await ended(connection, city.ani, "test")
        assert [row.id for row in await live_sessions(connection, city.budi, limit=5)] == [
            others.session_id
        ]


async def test_pushes_end_with_the_last_session_on_a_phone(pool: asyncpg.Pool, city: City):
    phone = UsedDevice(uuid4(), "Redmi", "android")
    one, other = [await sign_in(pool, city.ani, device=phone) for _ in range(2)]
    await pool.execute("UPDATE device SET push_kind = 'fcm_token', push_target = 't'")
    target = "SELECT push_target FROM device"
    async with pool.acquire() as connection:
        await ended(connection, city.ani, "test", only=one.session_id)
        assert await connection.fetchval(target) == "t"
        await ended(connection, city.ani, "test", only=other.session_id)
        assert await connection.fetchval(target) is None


async def test_a_device_is_known_to_its_person_alone(pool: asyncpg.Pool, city: City):
    phone = UsedDevice(uuid4())
    await sign_in(pool, city.ani, device=phone)
    nips = {row["id"]: row["nip"] for row in await pool.fetch("SELECT id, nip FROM employee")}
    async with pool.acquire() as connection:
        for employee_id, device_id, known in (
            (city.ani, phone.id, True),
            (city.budi, phone.id, False),
            (city.ani, uuid4(), False),
        ):
            found = await credentials_of(connection, nips[employee_id], device_id)
            assert found is not None
            assert (found.employee_id, found.known_device) == (employee_id, known)
        assert await credentials_of(connection, "198001012005011999", phone.id) is None


async def test_a_checked_password_must_still_be_the_one(pool: asyncpg.Pool, city: City):
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, 'a')", city.ani
    )
    async with pool.acquire() as connection:
        assert await own_password_hash(connection, city.ani) == "a"
        assert await own_password_hash(connection, city.budi) is None
        assert await still_holds(connection, city.ani, "a")
        assert not await still_holds(connection, city.ani, "b")
        await connection.execute("UPDATE employee SET active = false")
        assert not await still_holds(connection, city.ani, "a")


async def test_whoever_signs_in_sweeps_what_others_left(pool: asyncpg.Pool, city: City):
    for _ in range(30):
        await sign_in(pool, city.ani)
    await pool.execute("UPDATE session_token SET expires_at = now() - interval '2 days'")
    await asyncio.gather(*(sign_in(pool, city.budi) for _ in range(3)))
    left = "SELECT count(*) FROM session_token WHERE expires_at < now()"
    assert await pool.fetchval(left) == 0
