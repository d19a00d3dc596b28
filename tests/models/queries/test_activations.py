"""Codes are traded once, by one of many at once, and a change of password is claimed."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.activations import (
    hash_renewed,
    issued,
    password_changed,
    used,
    waiting_in,
)
from models.queries.people import closed
from models.queries.sessions import UsedDevice, ended, opened
from models.queries.tokens import Lifetimes
from tests.builders import City, deactivate, make_city
from tests.invariants import broken_laws


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def nip_of(pool: asyncpg.Pool, employee_id: UUID) -> str:
    return await pool.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)


async def test_of_many_at_once_one_trades_the_code(pool: asyncpg.Pool, city: City):
    nip = await nip_of(pool, city.ani)

    async def trade(number: int) -> UUID | None:
        async with pool.acquire() as connection, connection.transaction():
            return await used(connection, nip, "code", f"password {number}")

    async with pool.acquire() as connection:
        await issued(connection, {city.ani: "code"}, 14)
    outcomes = await asyncio.gather(*(trade(number) for number in range(6)))
    assert sorted(outcome is not None for outcome in outcomes) == [False] * 5 + [True]
    winner = next(number for number, outcome in enumerate(outcomes) if outcome)
    stored = await pool.fetchrow("SELECT password_hash, activation_hash, activated_at FROM account")
    assert tuple(stored)[:2] == (f"password {winner}", None)
    assert stored["activated_at"] is not None


async def test_issuing_takes_the_old_password_away(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO account (employee_id, password_hash) VALUES ($1, 'old')", city.ani
        )
        await issued(connection, {city.ani: "a", city.budi: "b"}, 14)
        rows = await connection.fetch("SELECT password_hash, activation_hash FROM account")
    assert {tuple(row) for row in rows} == {(None, "a"), (None, "b")}


async def test_a_code_is_of_one_person_in_time_and_active(pool: asyncpg.Pool, city: City):
    ani, budi = await nip_of(pool, city.ani), await nip_of(pool, city.budi)
    async with pool.acquire() as connection:
        await issued(connection, {city.ani: "a"}, 14)
        assert await used(connection, budi, "a", "p") is None
        assert await used(connection, ani, "b", "p") is None
        await deactivate(connection, city.ani)
        assert await used(connection, ani, "a", "p") is None
        await connection.execute("UPDATE employee SET active = true")
        await connection.execute("UPDATE account SET activation_expires_at = now()")
        assert await used(connection, ani, "a", "p") is None


async def test_whoever_is_closed_while_they_activate_is_signed_in_nowhere(
    pool: asyncpg.Pool, city: City
):
    nip = await nip_of(pool, city.ani)
    await issued(pool, {city.ani: "a"}, 14)

    async def close() -> None:
        async with pool.acquire() as connection, connection.transaction():
            await closed(connection, city.ani)
            await ended(connection, city.ani, "deactivated")

    async with pool.acquire() as connection:
        async with connection.transaction():
            assert await used(connection, nip, "a", "p") == city.ani
            await opened(connection, city.ani, UsedDevice(uuid4()), Lifetimes())
            closing = asyncio.create_task(close())
            while not closing.done() and not await pool.fetchval(BLOCKED):
                await asyncio.sleep(0.01)
        await closing
    assert await broken_laws(pool) == {}


BLOCKED = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"


async def test_a_password_changes_only_from_the_one_that_was_checked(
    pool: asyncpg.Pool, city: City
):
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO account (employee_id, password_hash) VALUES ($1, 'old')", city.ani
        )
        assert not await password_changed(connection, city.ani, "another", "new")
        assert await password_changed(connection, city.ani, "old", "new")
        await hash_renewed(connection, city.ani, "old", "lost")
        await hash_renewed(connection, city.ani, "new", "renewed")
        assert await connection.fetchval("SELECT password_hash FROM account") == "renewed"


async def test_who_waits_for_a_code(pool: asyncpg.Pool, city: City):
    await deactivate(pool, city.budi)
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, 'p')", city.citra
    )
    async with pool.acquire() as connection:
        waiting = await waiting_in(connection, city.health, 50)
        assert [(person.unit_name, person.name) for person in waiting] == [
            ("Dinas Kesehatan", "Health Head"),
            ("Farmasi", "Pharmacy Head"),
            ("Puskesmas", "Ani"),
            ("Puskesmas", "Clinic Head"),
        ]
        assert len(await waiting_in(connection, city.health, 2)) == 2
