"""Changed calendars: exactly the targets they touch become stale, and nothing stands twice."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from models.queries.calendar_changes import (
    everybody_stale,
    holiday_made,
    holiday_row,
    holidays_of,
    leave_made,
    leave_of,
    leave_row,
    pattern_stale,
    pattern_used,
    people_stale,
    ramadan_made,
    ramadans,
    removed,
    shifts_of,
    shifts_replaced,
    units_stale,
    work_pattern_set,
    work_patterns,
)
from models.queries.calendars import calendar_of
from models.rules.calendars import FIVE_DAYS, RAMADAN_SIX_DAYS, SIX_DAYS
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id
from tests.builders import City, make_city

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def fresh(pool: asyncpg.Pool) -> City:
    city = await make_city(pool)
    await pool.execute("UPDATE target_pace SET stale = false")
    return city


async def stale(pool: asyncpg.Pool) -> set[UUID]:
    rows = await pool.fetch("SELECT employee_id FROM target_pace WHERE stale")
    return {row["employee_id"] for row in rows}


async def test_each_kind_of_change_touches_its_people(pool: asyncpg.Pool) -> None:
    city = await fresh(pool)
    clinic = {city.ani, city.budi, city.clinic_head}
    await people_stale(pool, [city.ani], NOW)
    assert await stale(pool) == {city.ani}
    await units_stale(pool, [city.clinic], NOW)
    assert await stale(pool) == clinic
    await pool.execute("UPDATE employee SET work_pattern = 'six_days' WHERE id = $1", city.dedi)
    await pattern_stale(pool, "six_days", NOW)
    assert await stale(pool) == clinic | {city.dedi}
    await everybody_stale(pool, NOW)
    assert await stale(pool) == set(city.targets)


async def test_what_has_ended_before_or_is_settled_is_left_alone(pool: asyncpg.Pool) -> None:
    city = await fresh(pool)
    await everybody_stale(pool, NOW + 40 * DAY)
    assert await stale(pool) == set()
    await pool.execute("UPDATE target_pace SET state = 'achieved' WHERE employee_id = $1", city.ani)
    await units_stale(pool, [city.clinic], NOW)
    assert city.ani not in await stale(pool)


async def test_a_day_off_stands_once_for_a_unit(pool: asyncpg.Pool) -> None:
    city, day = await make_city(pool), date(2026, 12, 1)
    first = await holiday_made(pool, day, "HUT", "local", city.health)
    assert await holiday_made(pool, day, "HUT Dinas", "local", city.health) == first
    everybodys = await holiday_made(pool, day, "Pilkada", "national", None)
    rows = await holidays_of(pool, day, day, [city.health])
    assert [row["id"] for row in rows] == [everybodys, first]
    row = await holiday_row(pool, first)
    assert row is not None
    assert row["name"] == "HUT Dinas"
    await removed(pool, "holiday", "id", first)
    assert await holiday_row(pool, first) is None
    with pytest.raises(NotFound):
        await removed(pool, "holiday", "id", first)


async def test_ramadans_do_not_overlap(pool: asyncpg.Pool) -> None:
    await ramadan_made(pool, date(2027, 2, 8), date(2027, 3, 8))
    await ramadan_made(pool, date(2027, 2, 8), date(2027, 3, 9))
    with pytest.raises(Conflict):
        await ramadan_made(pool, date(2027, 3, 9), date(2027, 3, 20))
    for wrong in (date(2027, 12, 1), date(2028, 3, 1)):
        with pytest.raises(InvalidValue):
            await ramadan_made(pool, date(2028, 1, 28), wrong)
    assert [row["ends_on"] for row in await ramadans(pool)] == [date(2027, 3, 9)]


async def test_leave_stands_once_and_never_over_itself(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    days = date(2026, 12, 1), date(2026, 12, 3)
    first = await leave_made(pool, city.ani, days, "annual", "SK")
    assert await leave_made(pool, city.ani, days, "annual", "SK") == first
    assert await leave_made(pool, city.budi, days, "annual", "") != first
    for crossed in ((days[1], date(2026, 12, 9)), (date(2026, 11, 1), date(2026, 12, 31))):
        with pytest.raises(Conflict):
            await leave_made(pool, city.ani, crossed, "annual", "")
    with pytest.raises(InvalidValue):
        await leave_made(pool, city.ani, (days[1], days[0]), "annual", "")
    assert [row["id"] for row in await leave_of(pool, city.ani)] == [first]
    row = await leave_row(pool, first)
    assert row is not None
    assert row["ends_on"] == days[1]


async def test_a_roster_replaces_between_two_instants(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)

    def shift(hours: int, who: UUID) -> tuple[UUID, datetime, datetime]:
        return who, NOW + timedelta(hours=hours), NOW + timedelta(hours=hours + 8)

    await shifts_replaced(pool, (NOW, NOW + 9 * DAY), [shift(1, city.ani), shift(200, city.ani)])
    await shifts_replaced(pool, (NOW, NOW + DAY), [shift(10, city.ani), shift(10, city.ani)])
    rows = await shifts_of(pool, city.ani, NOW, NOW + 30 * DAY)
    assert [row["starts_at"] - NOW for row in rows] == [timedelta(hours=10), timedelta(hours=200)]


async def test_a_pattern_is_read_back_as_it_was_set(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await work_pattern_set(pool, "sekolah", "Sekolah", (FIVE_DAYS, FIVE_DAYS), False)
    await work_pattern_set(pool, "sekolah", "Sekolah", (SIX_DAYS, RAMADAN_SIX_DAYS), False)
    assert not await pattern_used(pool, "sekolah")
    await pool.execute("UPDATE employee SET work_pattern = 'sekolah' WHERE id = $1", city.ani)
    assert await pattern_used(pool, "sekolah")
    calendar = (await calendar_of(pool, [city.ani], (NOW, NOW + DAY)))[city.ani]
    assert (calendar.pattern, calendar.ramadan_pattern) == (SIX_DAYS, RAMADAN_SIX_DAYS)
    assert {row["code"] for row in await work_patterns(pool)} >= {"five_days", "sekolah"}


async def test_the_unknown_have_no_calendar_to_change(pool: asyncpg.Pool) -> None:
    await people_stale(pool, [new_id()], NOW)
    assert await leave_of(pool, new_id()) == []
    assert await leave_row(pool, new_id()) is None
