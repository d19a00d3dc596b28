"""The demo city in a real database: all of it or nothing, and every row agrees with the others."""

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from denyut.demo.city import CityOptions, DemoCity
from denyut.demo.load import city_of, load_city, write_city
from denyut.demo.months import local
from models.queries.recount import differences
from models.queries.rolling import is_behind
from models.queries.slips import agenda
from models.queries.standings import TARGET_COLUMNS, goal_of, progress_of, standings
from tests.denyut.demo.conftest import NOW, SMALL
from tests.denyut.demo.truth import contradictions

RUNNING = f"""
    SELECT {TARGET_COLUMNS}, p.slips_at, p.at_risk_at
      FROM target t JOIN target_pace p ON p.target_id = t.id WHERE t.period_end > $1
"""


async def test_every_row_agrees_with_the_others(pool: asyncpg.Pool, city: DemoCity) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        assert await contradictions(connection) == {}
        assert await connection.fetchval("SELECT count(*) FROM report") > 5_000


async def test_paces_are_what_the_rules_say_with_the_calendars_of_the_database(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        rows = await connection.fetch(RUNNING, NOW)
        for standing in await standings(connection, rows, NOW):
            row = standing.row
            if goal_of(row).aspect.is_measured and row["state"] == "slipped":
                continue  # its instant is that of the report which made it slip
            assert (row["slips_at"], row["at_risk_at"]) == (standing.slips_at, standing.at_risk_at)
            assert progress_of(row).done >= 0


async def test_the_slip_engine_finds_nothing_to_say_at_that_instant(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        assert await connection.fetchval("SELECT count(*) FROM target_pace WHERE stale") == 0
        waiting = await agenda(connection)
        overdue = await connection.fetchval(
            "SELECT count(*) FROM target_pace WHERE state IN ('on_track', 'at_risk')"
            " AND (slips_at <= $1 OR (state = 'on_track' AND at_risk_at <= $1))",
            NOW,
        )
        assert overdue == 0
        assert waiting.next_at is None or waiting.next_at > NOW


async def test_everybody_has_the_same_hash_and_nobody_a_code(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        rows = await connection.fetch(
            "SELECT password_hash, activation_hash, count(*) AS people FROM account GROUP BY 1, 2"
        )
        assert [tuple(row) for row in rows] == [("a hash", None, len(city.staff.people))]


async def test_the_database_says_which_city_it_holds(pool: asyncpg.Pool, city: DemoCity) -> None:
    async with pool.acquire() as connection:
        assert await city_of(connection) is None
        await write_city(connection, city, "a hash")
        made = await city_of(connection)
        assert made is not None
        assert (made.made_on, made.options) == (local(NOW).date(), SMALL)
        assert made.cast["supervisor"] == city.staff.cast.supervisor.id
        assert set(made.cast) == {"employee", "supervisor", "outsider", "hr", "administrator"}


async def test_a_city_that_fails_on_its_way_leaves_nothing(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await connection.execute("ALTER TABLE last_contact ADD CHECK (at < '2000-01-01')")
        with pytest.raises(asyncpg.CheckViolationError):
            await write_city(connection, city, "a hash")
        for table in ("unit", "employee", "report", "feed"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
        assert await connection.fetchval("SELECT max(head) FROM feed_shard") == 0


async def test_the_rights_of_the_cast_are_in_the_tables(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        options = replace(SMALL, seed=8)
        city = await load_city(connection, options, NOW, "a hash")
        cast = city.staff.cast
        heads = await connection.fetch(
            "SELECT unit_id FROM supervision WHERE supervisor_id = $1 AND valid_to IS NULL",
            cast.supervisor.id,
        )
        assert [row["unit_id"] for row in heads] == [cast.employee.unit.id]
        assert await roles_of(connection, cast.hr.id) == {"hr"}
        assert await roles_of(connection, cast.administrator.id) == {"administrator"}
        assert await roles_of(connection, cast.employee.id) == set()


async def roles_of(connection: Any, employee_id: Any) -> set[str]:
    rows = await connection.fetch(
        "SELECT role FROM role_grant WHERE employee_id = $1 AND revoked_at IS NULL", employee_id
    )
    return {row["role"] for row in rows}


def test_two_options_make_two_cities() -> None:
    assert CityOptions(1) != CityOptions(2)
    assert CityOptions() == CityOptions(2026, 1.0)


async def test_its_rollups_are_counted_and_equal_to_a_recount(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "a hash")
        assert not await is_behind(connection)
        assert await differences(connection) == []
        counted = await connection.fetchrow(
            "SELECT sum(reports) AS reports, sum(returned_reports) AS returned,"
            " sum(excused) AS excused, sum(with_evidence) AS proved"
            " FROM unit_month m JOIN unit u ON u.id = m.unit_id WHERE u.parent_id IS NULL"
        )
        kept = "SELECT count(*) FROM report WHERE status <> 'withdrawn'"
        assert counted["reports"] == await connection.fetchval(kept)
        for name in ("returned", "excused", "proved"):
            assert 0 < counted[name] < counted["reports"], name
