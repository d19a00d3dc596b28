"""Opening for many: whoever is due, once, with a word to each and one to each supervisor."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.appraisal_opening import Due, opened_and_told, people_due
from tests.builders import City, deactivate, make_city, make_employee, move_employee
from tests.making.appraisal import bounds_of, month_before, running

NOW = datetime.now(UTC)
PERIOD = month_before(NOW)
OVER = Due("month", PERIOD, *bounds_of(PERIOD))
RUNNING = Due("month", running(NOW), *bounds_of(running(NOW)))


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def opened(pool: asyncpg.Pool, due: Due, *people: UUID) -> tuple[int, list[Any]]:
    async with pool.acquire() as connection, connection.transaction():
        new, events = await opened_and_told(connection, due, people, None, [])
    return len(new), events


async def notices(pool: asyncpg.Pool, recipient_id: UUID) -> list[tuple[str, str]]:
    rows = await pool.fetch(
        "SELECT kind, content ->> 'employee_name' AS about FROM notice WHERE recipient_id = $1"
        " ORDER BY id",
        recipient_id,
    )
    return [(row["kind"], row["about"]) for row in rows]


async def test_due_are_active_people_without_an_appraisal_unit_by_unit(
    pool: asyncpg.Pool, city: City
) -> None:
    await deactivate(pool, city.eka)
    started = await make_employee(pool, city.clinic, "Baru")
    await pool.execute(
        "UPDATE placement SET valid_from = $2 WHERE employee_id = $1", started, OVER.end
    )
    in_health = Due(OVER.kind, OVER.period, OVER.start, OVER.end, city.health)
    everybody = [employee_id for employee_id, _ in await people_due(pool, OVER, 100)]
    assert set(everybody) == set(city.people.values()) - {city.eka}
    people = await people_due(pool, in_health, 100)
    assert {employee_id for employee_id, _ in people} == {
        *(city.health_head, city.clinic_head, city.ani, city.budi),
        *(city.pharmacy_head, city.citra),
    }
    page = await people_due(pool, in_health, 2)
    after = Due(OVER.kind, OVER.period, OVER.start, OVER.end, city.health, page[-1])
    assert page + await people_due(pool, after, 100) == people


async def test_each_hears_of_theirs_and_a_supervisor_once(pool: asyncpg.Pool, city: City) -> None:
    count, events = await opened(pool, OVER, city.ani, city.budi, city.citra)
    assert count == 3
    assert {event.kind for event in events} == {"notice"}
    assert await notices(pool, city.ani) == [("appraisal_opened", None)]
    (word,) = await notices(pool, city.clinic_head)
    assert word[0] == "staff_appraisal_due"
    assert word[1].endswith(" (+1)")
    assert await notices(pool, city.pharmacy_head) == [("staff_appraisal_due", "Citra")]
    assert await opened(pool, OVER, city.ani, city.budi, city.citra) == (0, [])


async def test_of_a_running_period_only_the_employee_hears(pool: asyncpg.Pool, city: City) -> None:
    await opened(pool, RUNNING, city.ani)
    assert await notices(pool, city.ani) == [("appraisal_opened", None)]
    assert await notices(pool, city.clinic_head) == []
    assert await people_due(pool, RUNNING, 1)


async def test_what_was_opened_while_it_ran_is_due_at_its_end_with_its_parts(
    pool: asyncpg.Pool, city: City
) -> None:
    await opened(pool, OVER, city.ani)
    await pool.execute("UPDATE appraisal SET opened_at = period_start")
    assert city.ani in {employee_id for employee_id, _ in await people_due(pool, OVER, 100)}
    count, events = await opened(pool, OVER, city.ani)
    assert (count, events) == (1, [])  # looked at once more; everybody was told before
    assert city.ani not in {employee_id for employee_id, _ in await people_due(pool, OVER, 100)}


async def test_two_parts_are_told_to_two_supervisors(pool: asyncpg.Pool, city: City) -> None:
    await move_employee(pool, city.ani, city.roads)
    middle = OVER.start + (OVER.end - OVER.start) / 2
    for column, past in (("valid_to", "IS NOT NULL"), ("valid_from", "IS NULL")):
        await pool.execute(
            f"UPDATE placement SET {column} = $2 WHERE employee_id = $1 AND valid_to {past}",
            city.ani,
            middle,
        )
    count, _ = await opened(pool, OVER, city.ani)
    assert count == 2
    assert await notices(pool, city.clinic_head) == [("staff_appraisal_due", "Ani")]
    assert await notices(pool, city.roads_head) == [("staff_appraisal_due", "Ani")]
