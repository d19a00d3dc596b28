"""The database is the last guard of quiet hours, and keeps one row for each thing that waits."""

import asyncpg
import pytest

from tests.builders import make_city


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (1440, 60), (60, 1440)])
async def test_quiet_hours_lie_within_a_day(pool: asyncpg.Pool, start: int, end: int) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                "INSERT INTO quiet_hours (employee_id, start_minute, end_minute)"
                " VALUES ($1, $2, $3)",
                city.ani,
                start,
                end,
            )


async def test_a_person_is_looked_at_by_one_row(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        insert = "INSERT INTO nudge (employee_id, due_at) VALUES ($1, clock_timestamp())"
        await connection.execute(insert, city.ani)
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, city.ani)
