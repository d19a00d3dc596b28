"""A recount fills the roll-ups, proves them, and names what is not right."""

import asyncpg

from models.queries.recount import differences, is_overtaken, refilled
from models.queries.rolling import is_behind
from models.tables.columns import new_id
from tests.builders import City, decide, make_city, make_report
from tests.models.queries.test_rolling import roll

TABLES = ("person_day", "unit_day", "unit_month")


async def reported(pool: asyncpg.Pool) -> City:
    """A city with four reports, one of them approved."""
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id, quantity=0.1)
    for who in (city.ani, city.citra, city.dedi):
        await make_report(pool, who, city.targets[who], quantity=0.2)
    await decide(pool, city.clinic_head, report_id)
    return city


async def everything(pool: asyncpg.Pool) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: sorted(map(tuple, await pool.fetch(f"SELECT * FROM {table}")), key=str)
        for table in TABLES
    }


async def test_one_pass_gives_what_rolling_gives(pool: asyncpg.Pool) -> None:
    await reported(pool)
    await roll(pool)
    rolled = await everything(pool)
    async with pool.acquire() as connection:
        assert await refilled(connection) == 3
    assert await everything(pool) == rolled
    assert not await is_behind(pool)


async def test_a_check_counts_what_waits_and_finds_nothing(pool: asyncpg.Pool) -> None:
    await reported(pool)
    async with pool.acquire() as connection:
        assert await differences(connection) == []
        assert await differences(connection) == []
    assert not await is_behind(pool)


async def test_a_check_names_what_is_wrong_and_a_refill_mends_it(pool: asyncpg.Pool) -> None:
    city = await reported(pool)
    await roll(pool)
    await pool.execute("UPDATE unit_day SET approved = 7 WHERE unit_id = $1", city.clinic)
    await pool.execute("DELETE FROM unit_month WHERE unit_id = $1", city.works)
    await pool.execute("UPDATE person_day SET late = 1 WHERE employee_id = $1", city.dedi)
    async with pool.acquire() as connection:
        found = await differences(connection)
        assert [(each.table, each.rows) for each in found] == [
            ("person_day", 1),
            ("unit_day", 1),
            ("unit_month", 1),
        ]
        assert str(city.clinic) in found[1].keys[0]
        await refilled(connection)
        assert await differences(connection) == []


async def test_reports_after_a_refill_are_rolled_on_top_of_it(pool: asyncpg.Pool) -> None:
    city = await reported(pool)
    async with pool.acquire() as connection:
        await refilled(connection)
        await make_report(pool, city.eka, city.targets[city.eka])
        (step,) = await roll(pool)
        assert step.events == 1
        assert await differences(connection) == []


async def test_whom_retention_has_overtaken_is_told(pool: asyncpg.Pool) -> None:
    await reported(pool)
    assert not await is_overtaken(pool)
    await pool.execute("UPDATE feed_shard SET floor = head")
    assert await is_overtaken(pool)
    async with pool.acquire() as connection:
        await refilled(connection)
    assert not await is_overtaken(pool)
