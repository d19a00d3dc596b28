"""The first officers: appointed on the server, written down, and signed in with a one-time code."""

import asyncpg
import httpx
import pytest

from api.codes import code_hash
from denyut.appointing import Unknown, appointed
from denyut.serving import serving
from denyut.settings import Settings
from models.rules.refusals import InvalidNip
from tests.builders import make_city, make_session


async def nip_of(pool: asyncpg.Pool, employee_id: object) -> str:
    return await pool.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)


async def test_the_code_signs_the_first_administrator_in(database: str, pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    nip = await nip_of(pool, city.budi)
    async with pool.acquire() as connection, connection.transaction():
        done = await appointed(connection, nip, "administrator", None, 14)
    assert (done.unit_name, done.is_new) == ("Kota", True)
    assert await pool.fetchval(
        "SELECT activation_hash FROM account WHERE employee_id = $1", city.budi
    ) == code_hash(nip, done.code)
    async with (
        serving(Settings(database_url=database, port=0)) as (_, url),
        httpx.AsyncClient(base_url=url) as client,
    ):
        device = {"id": "00000000-0000-7000-8000-000000000001", "name": "", "platform": ""}
        body = {"nip": nip, "code": done.code, "password": "tujuh gajah biru", "device": device}
        activated = await client.post("/v1/activations", json=body)
        assert activated.status_code == 201
        token = activated.json()["access_token"]
        me = await client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert [role["role"] for role in me.json()["roles"]] == ["administrator"]


async def test_it_stands_in_the_audit_and_ends_old_sessions(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_session(pool, city.ani)
    before = await pool.fetchval("SELECT version FROM rights_version")
    async with pool.acquire() as connection, connection.transaction():
        await appointed(connection, await nip_of(pool, city.ani), "hr", None, 14)
    actions = await pool.fetch(
        "SELECT action, actor_id FROM audit_entry WHERE employee_id = $1 ORDER BY id", city.ani
    )
    assert [tuple(row) for row in actions] == [("role_granted", None), ("activation_issued", None)]
    assert await pool.fetchval(
        "SELECT revoked_at IS NOT NULL FROM session WHERE employee_id = $1", city.ani
    )
    assert await pool.fetchval("SELECT version FROM rights_version") > before


async def test_the_same_again_gives_a_new_code_and_no_second_grant(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    nip = await nip_of(pool, city.ani)
    async with pool.acquire() as connection, connection.transaction():
        first = await appointed(connection, nip, "hr", None, 14)
        second = await appointed(connection, nip, "hr", None, 14)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.code != second.code


async def test_who_or_what_is_unknown_is_said(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        with pytest.raises(Unknown, match="Import employees first"):
            await appointed(connection, "198001012005011001", "hr", None, 14)
        with pytest.raises(InvalidNip):
            await appointed(connection, "123", "hr", None, 14)
        city = await make_city(connection)
        nip = await nip_of(pool, city.ani)
        with pytest.raises(Unknown, match="'nowhere'"):
            await appointed(connection, nip, "hr", "nowhere", 14)
