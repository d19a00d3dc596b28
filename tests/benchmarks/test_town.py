"""The town: numbers without holes, ids that follow from them, everybody signed in."""

import hashlib

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import town as towns
from benchmarks.town import EMPLOYEE, TARGET, Town, agency, build, section, token, uid, uid_sql

SMALL = Town(agencies=2, sections=2, people=3, targets=2, hr_of_first_agency=4)


@given(st.integers(1, Town().all_targets))
def test_every_target_has_one_employee_section_agency_and_shard(target):
    town = Town()
    employee = town.employee_of(target)
    assert 1 <= employee <= town.staff
    assert 1 <= town.section_of(employee) <= town.agencies * town.sections
    assert 1 <= town.agency_of(employee) <= 15


def test_heads_work_in_what_they_head():
    for number in range(1, SMALL.agencies + 1):
        assert SMALL.agency_of(SMALL.agency_head(number)) == number
    for number in range(1, SMALL.agencies * SMALL.sections + 1):
        assert SMALL.section_of(SMALL.section_head(number)) == number


def test_hr_of_the_first_agency_works_in_another_one():
    assert len(SMALL.hr()) == 4
    assert all(SMALL.agency_of(number) == 2 for number in SMALL.hr())


@pytest.fixture
async def built(database: str):
    """A connection to a database with the small town in it."""
    connection = await asyncpg.connect(database)
    await build(connection, SMALL)
    yield connection
    await connection.close()


async def test_it_is_all_there(built):
    counts = {
        name: await built.fetchval(f"SELECT count(*) FROM {name}")
        for name in ("unit", "employee", "supervision", "target", "target_pace", "session")
    }
    assert counts == {
        "unit": 1 + 2 + 4,
        "employee": 12,
        "supervision": 2 + 4,
        "target": 24,
        "target_pace": 24,
        "session": 12,
    }
    assert await built.fetchval("SELECT count(*) FROM role_grant WHERE role = 'hr'") == 4


async def test_each_agency_has_a_shard_of_its_own(built):
    rows = await built.fetch("SELECT id, shard FROM unit WHERE kind = 'agency' ORDER BY shard")
    assert [(row["id"], row["shard"]) for row in rows] == [(agency(1), 1), (agency(2), 2)]
    assert await built.fetchval("SELECT shard FROM unit WHERE id = $1", section(3)) == 2


async def test_the_database_builds_the_same_ids(built):
    for kind, number in ((EMPLOYEE, 1), (TARGET, 23), (towns.UNIT, 100_004)):
        assert await built.fetchval(f"SELECT {uid_sql(kind, str(number))}") == uid(kind, number)


async def test_a_token_belongs_to_its_employee(built):
    found = await built.fetchval(
        "SELECT s.employee_id FROM session_token t JOIN session s ON s.id = t.session_id"
        " WHERE t.hash = $1 AND t.expires_at > now()",
        hashlib.sha256(token(7).encode()).digest(),
    )
    assert found == uid(EMPLOYEE, 7)
