"""Who decides about which part of whose period, as heads, transfers and decrees change."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.appraisal_parts import appraisal_subjects, part_deciders, parts_of
from models.rules.access import Subject
from tests.builders import (
    City,
    deactivate,
    end_head,
    make_assignment,
    make_city,
    make_head,
    move_employee,
)
from tests.making.appraisal import bounds_of, make_appraisal, month_before

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PERIOD = month_before(NOW)
START, END = bounds_of(PERIOD)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def subject(pool: asyncpg.Pool, appraisal_id: UUID) -> Subject:
    return (await appraisal_subjects(pool, [appraisal_id]))[appraisal_id]


async def moved_in_the_period(pool: asyncpg.Pool, city: City) -> None:
    """Ani went from the clinic to the roads in the middle of the period."""
    await move_employee(pool, city.ani, city.roads)
    await pool.execute(
        "UPDATE placement SET valid_to = $2 WHERE employee_id = $1 AND valid_to IS NOT NULL",
        city.ani,
        START + 10 * DAY,
    )
    await pool.execute(
        "UPDATE placement SET valid_from = $2 WHERE employee_id = $1 AND valid_to IS NULL",
        city.ani,
        START + 10 * DAY,
    )


async def test_who_stayed_has_one_part_and_who_moved_has_two(
    pool: asyncpg.Pool, city: City
) -> None:
    await moved_in_the_period(pool, city)
    found = await parts_of(pool, [city.ani, city.budi], (START, END))
    assert [(part.unit_id, part.start, part.end) for part in found[city.budi]] == [
        (city.clinic, START, END)
    ]
    assert [(part.unit_id, part.start, part.end) for part in found[city.ani]] == [
        (city.clinic, START, START + 10 * DAY),
        (city.roads, START + 10 * DAY, END),
    ]


async def test_each_supervisor_decides_their_part_and_the_one_above_them_objections(
    pool: asyncpg.Pool, city: City
) -> None:
    await moved_in_the_period(pool, city)
    before = await make_appraisal(
        pool, city.ani, unit_id=city.clinic, part=(START, START + 10 * DAY)
    )
    after = await make_appraisal(pool, city.ani, part=(START + 10 * DAY, END))
    first, second = await subject(pool, before), await subject(pool, after)
    assert (first.part_decider_id, first.objection_decider_id) == (
        city.clinic_head,
        city.health_head,
    )
    assert (second.part_decider_id, second.objection_decider_id) == (
        city.roads_head,
        city.works_head,
    )
    assert first.at_unit_path == (city.city, city.health, city.clinic)
    assert first.unit_path == second.unit_path == (city.city, city.works, city.roads)


async def test_an_acting_head_decides_while_the_decree_lasts(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=NOW - DAY)
    acting = await subject(pool, appraisal_id)
    assert (acting.part_decider_id, acting.objection_decider_id) == (city.citra, city.pharmacy_head)
    await end_head(pool, city.clinic, NOW - DAY / 2, kind="acting")
    assert await part_deciders(pool, [appraisal_id]) == {appraisal_id: city.clinic_head}


async def test_a_personal_supervisor_decides_where_the_person_works_now(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    await make_assignment(pool, city.ani, city.eka, valid_from=NOW - DAY)
    assert (await subject(pool, appraisal_id)).part_decider_id == city.eka


async def test_where_the_old_unit_has_lost_its_head_the_next_above_decides(
    pool: asyncpg.Pool, city: City
) -> None:
    await moved_in_the_period(pool, city)
    appraisal_id = await make_appraisal(
        pool, city.ani, unit_id=city.clinic, part=(START, START + 10 * DAY)
    )
    await deactivate(pool, city.clinic_head)
    assert (await subject(pool, appraisal_id)).part_decider_id == city.health_head


async def test_whoever_decided_does_not_judge_the_objection_from_a_higher_office(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    await pool.execute(
        "UPDATE appraisal SET state = 'decided', decided_by = $2, decided_at = $3 WHERE id = $1",
        appraisal_id,
        city.health_head,  # who headed the clinic when this was decided
        NOW,
    )
    found = await subject(pool, appraisal_id)
    assert (found.part_decider_id, found.objection_decider_id) == (city.clinic_head, city.mayor)


async def test_above_the_mayor_nobody_decides_an_objection(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await make_appraisal(pool, city.health_head)
    found = await subject(pool, appraisal_id)
    assert (found.part_decider_id, found.objection_decider_id) == (city.mayor, None)


async def test_it_is_the_same_over_either_driver(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    appraisal_id = await make_appraisal(pool, city.ani)
    async with AsyncSession(engine) as session:
        over_session = await appraisal_subjects(session, [appraisal_id])
    assert over_session == await appraisal_subjects(pool, [appraisal_id])
