"""What the database itself refuses about working time; and the usual weeks it comes with."""

import json
from datetime import date

import asyncpg
import pytest

from models.rules.calendars import FIVE_DAYS, SIX_DAYS, WeekPattern
from models.tables.columns import new_id
from tests.builders import make_city


async def test_a_day_is_off_once_for_everybody_and_once_for_a_unit(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    insert = "INSERT INTO holiday (id, on_date, name, unit_id) VALUES ($1, $2, 'Libur', $3)"
    day = date(2026, 12, 1)
    for unit_id in (None, city.health):
        await pool.execute(insert, new_id(), day, unit_id)
        with pytest.raises(asyncpg.UniqueViolationError):
            await pool.execute(insert, new_id(), day, unit_id)


async def test_leave_and_ramadan_run_forward(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(
            "INSERT INTO leave (id, employee_id, starts_on, ends_on)"
            " VALUES ($1, $2, '2026-12-02', '2026-12-01')",
            new_id(),
            city.ani,
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute("INSERT INTO ramadan VALUES ('2027-03-09', '2027-02-08')")


@pytest.mark.parametrize(("code", "pattern"), [("five_days", FIVE_DAYS), ("six_days", SIX_DAYS)])
async def test_the_weeks_it_comes_with_are_those_of_the_rules(
    pool: asyncpg.Pool, code: str, pattern: WeekPattern
) -> None:
    week = await pool.fetchval("SELECT week FROM work_pattern WHERE code = $1", code)
    assert WeekPattern.from_lists(json.loads(week)) == pattern
