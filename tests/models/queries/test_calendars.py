"""Calendars as stored: patterns of person and unit, holidays by path, leave, shifts, Ramadan."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.calendars import calendar_of
from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, SIX_DAYS, DateRange
from models.rules.worktime import working_intervals
from models.tables.columns import new_id
from tests.builders import make_city

WINDOW = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


async def put(pool: asyncpg.Pool, table: str, **row: Any) -> None:
    columns, places = ", ".join(row), ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await pool.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *row.values())


async def test_the_migrations_weeks_are_the_rules_defaults(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE employee SET work_pattern = 'six_days' WHERE id = $1", city.budi)
    calendars = await calendar_of(pool, [city.ani, city.budi], WINDOW)
    assert calendars[city.ani].pattern == FIVE_DAYS
    assert calendars[city.ani].ramadan_pattern == RAMADAN_FIVE_DAYS
    assert calendars[city.budi].pattern == SIX_DAYS


async def test_both_drivers_build_the_same_calendars(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await put(pool, "ramadan", starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 20))
    people = [city.ani, city.dedi]
    async with AsyncSession(engine) as session:
        assert await calendar_of(session, people, WINDOW) == await calendar_of(pool, people, WINDOW)


async def test_holidays_are_everybodys_or_those_of_the_path(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    for day, unit_id in ((2, None), (3, city.city), (4, city.health), (5, city.works)):
        on_date = date(2026, 11, day)
        await put(
            pool, "holiday", id=new_id(), on_date=on_date, name="x", unit_id=unit_id, kind="local"
        )
    calendars = await calendar_of(pool, [city.ani, city.dedi], WINDOW)
    assert {day.day for day in calendars[city.ani].holidays} == {2, 3, 4}
    assert {day.day for day in calendars[city.dedi].holidays} == {2, 3, 5}


async def test_leave_and_shifts_belong_to_one_person_and_the_window(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    days = DateRange(date(2026, 11, 9), date(2026, 11, 13))
    for first, last in ((days.first, days.last), (date(2026, 6, 1), date(2026, 6, 5))):
        away = {"employee_id": city.ani, "starts_on": first, "ends_on": last}
        await put(pool, "leave", id=new_id(), kind="annual", decree="", **away)
    night = datetime(2026, 11, 3, 15, tzinfo=UTC)  # 22:00 in Jakarta
    await put(
        pool,
        "shift",
        id=new_id(),
        employee_id=city.budi,
        starts_at=night,
        ends_at=night + timedelta(hours=8),
    )
    calendars = await calendar_of(pool, [city.ani, city.budi], WINDOW)
    assert calendars[city.ani].leave == (days,)
    assert calendars[city.budi].leave == ()
    hours = calendars[city.budi].shifts[date(2026, 11, 3)]
    assert hours is not None
    assert hours.intervals == ((1320, 1800),)


async def test_who_works_by_roster_works_shifts_alone(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE unit SET work_pattern = 'roster' WHERE id = $1", city.clinic)
    start = datetime(2026, 11, 7, 0, tzinfo=UTC)  # a Saturday
    await put(
        pool,
        "shift",
        id=new_id(),
        employee_id=city.ani,
        starts_at=start,
        ends_at=start + timedelta(hours=8),
    )
    calendars = await calendar_of(pool, [city.ani, city.budi], WINDOW)
    assert working_intervals(calendars[city.ani], *WINDOW) == ((start, start + timedelta(hours=8)),)
    assert working_intervals(calendars[city.budi], *WINDOW) == ()


async def test_the_unknown_are_left_out(pool: asyncpg.Pool) -> None:
    assert await calendar_of(pool, [new_id()], WINDOW) == {}
