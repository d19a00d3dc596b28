"""What the database itself refuses about people, roles and rights."""

import asyncpg
import pytest

from models.tables.columns import new_id
from tests.builders import make_city


async def test_a_nip_has_eighteen_digits_and_one_owner(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    for wrong in ("123", "19800101202001100X", "1980010120200110011"):
        with pytest.raises(asyncpg.CheckViolationError, match="nip_digits"):
            await pool.execute("UPDATE employee SET nip = $2 WHERE id = $1", city.ani, wrong)
    taken = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.budi)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute("UPDATE employee SET nip = $2 WHERE id = $1", city.ani, taken)


async def test_an_open_grant_stands_once_and_an_ended_one_may_come_again(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    grant = "INSERT INTO role_grant (id, employee_id, role, unit_id) VALUES ($1, $2, 'hr', $3)"
    await pool.execute(grant, new_id(), city.ani, city.health)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(grant, new_id(), city.ani, city.health)
    await pool.execute("UPDATE role_grant SET revoked_at = now() WHERE employee_id = $1", city.ani)
    await pool.execute(grant, new_id(), city.ani, city.health)


async def test_the_version_of_rights_is_a_single_row(pool: asyncpg.Pool) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="one_row"):
        await pool.execute("INSERT INTO rights_version (id, version) VALUES (2, 0)")


async def test_a_bump_names_the_people_under_the_next_version(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    before = await pool.fetchval("SELECT version FROM rights_version")
    version = await pool.fetchval("SELECT bump_rights_v1($1)", [city.ani])
    assert version == before + 1
    people = await pool.fetchval(
        "SELECT employee_ids FROM rights_change WHERE version = $1", version
    )
    assert people == [city.ani]
    everybody = await pool.fetchval("SELECT bump_rights_v1(NULL)")
    assert (
        await pool.fetchval("SELECT employee_ids FROM rights_change WHERE version = $1", everybody)
        is None
    )
