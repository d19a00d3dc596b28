"""Indonesia's days: known ones stand in the year, filling twice adds none, local days stay."""

from datetime import date

import asyncpg
import pytest

from models.queries.national_holidays import (
    JOINT_LEAVE,
    NATIONAL,
    fill_national_holidays,
    national_holidays,
)
from models.tables.columns import new_id
from tests.builders import make_city


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_fixed_days_are_in_every_year(year: int) -> None:
    days = national_holidays(year)
    for month, day in ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25)):
        assert days[date(year, month, day)][1] == NATIONAL
    assert {day.year for day in days} == {year}
    assert list(days) == sorted(days)


def test_joint_leave_is_told_apart() -> None:
    days = national_holidays(2026)
    assert days[date(2026, 12, 24)][1] == JOINT_LEAVE
    assert days[date(2026, 3, 21)][1] == NATIONAL


async def test_filling_again_adds_none_and_takes_new_names(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    independence = date(2026, 8, 17)
    await pool.execute(
        "INSERT INTO holiday (id, on_date, name, kind, unit_id)"
        " VALUES ($1, $2, 'HUT', 'local', $3)",
        new_id(),
        independence,
        city.city,
    )
    first = await fill_national_holidays(pool, 2026)
    assert first == sorted(national_holidays(2026))
    assert await fill_national_holidays(pool, 2026) == []
    await pool.execute(
        "UPDATE holiday SET name = 'lama' WHERE on_date = $1 AND unit_id IS NULL", independence
    )
    assert await fill_national_holidays(pool, 2026) == [independence]
    local = await pool.fetchval("SELECT name FROM holiday WHERE unit_id = $1", city.city)
    assert local == "HUT"
