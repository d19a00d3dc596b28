"""Adoption counts people by child unit, whoever they are and however they do."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from models.queries.adoption import adoption_of
from models.queries.asking import Row
from models.rules.flags import ReportFlag
from tests.builders import City, deactivate, make_city, make_report
from tests.making.support import activated, make_person_day

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def adoption(pool: asyncpg.Pool, unit_id: UUID) -> dict[UUID, Row]:
    rows = await adoption_of(pool, unit_id, NOW, NOW.date(), 30)
    assert [row["own"] for row in rows] == [False] * (len(rows) - 1) + [True]
    return {row["unit_id"]: row for row in rows}


async def test_every_child_unit_stands_with_its_people_and_the_units_own_at_the_end(
    pool: asyncpg.Pool, city: City
) -> None:
    await deactivate(pool, city.citra)
    rows = await adoption(pool, city.health)
    people = {unit_id: row["people"] for unit_id, row in rows.items()}
    assert people == {city.clinic: 3, city.pharmacy: 1, city.health: 1}
    whole = await adoption(pool, city.city)
    assert whole[city.health]["people"] == 5
    untouched = {name: value for name, value in rows[city.clinic].items() if name != "people"}
    assert untouched == {
        "unit_id": city.clinic,
        "unit_name": "Puskesmas",
        "own": False,
        "activated": 0,
        "signed_in_week": 0,
        "reported_week": 0,
        "on_behalf": 0,
        "practice": 0,
        "read_lesson": 0,
    }


async def test_each_figure_counts_what_it_says(pool: asyncpg.Pool, city: City) -> None:
    await activated(pool, city.ani, NOW - DAY)
    await activated(pool, city.budi, NOW - 8 * DAY)
    for who, when in ((city.ani, 1), (city.budi, 9)):
        on_day = (NOW - when * DAY).date()
        await make_person_day(pool, who, city.targets[who], on_day, reports=2)
    for _ in range(2):
        await make_report(pool, city.ani, city.targets[city.ani])
    await make_report(pool, city.budi, city.targets[city.budi])
    await pool.execute(
        "UPDATE report SET flags = $1 WHERE employee_id = $2", int(ReportFlag.ON_BEHALF), city.ani
    )
    await pool.execute(
        "INSERT INTO report_mentor (report_id, mentor_id) SELECT id, $1 FROM report",
        city.clinic_head,
    )
    await pool.execute(
        "INSERT INTO practice_report (id, employee_id, quantity, activity_at)"
        " SELECT gen_random_uuid(), $1, 1, now() FROM generate_series(1, 3)",
        city.budi,
    )
    await pool.execute(
        "WITH said AS (INSERT INTO announcement (id, kind, unit_id, title, body, made_by)"
        " SELECT gen_random_uuid(), kind, $1, kind, 'Isi', $2"
        "   FROM unnest(ARRAY['lesson', 'announcement']) AS k(kind) RETURNING id, kind)"
        " INSERT INTO announcement_reading (announcement_id, employee_id)"
        " SELECT id, CASE kind WHEN 'lesson' THEN $3::uuid ELSE $4::uuid END FROM said",
        city.clinic,
        city.hr,
        city.ani,
        city.budi,
    )
    counted = dict((await adoption(pool, city.health))[city.clinic])
    assert counted == {
        "unit_id": city.clinic,
        "unit_name": "Puskesmas",
        "own": False,
        "people": 3,
        "activated": 2,
        "signed_in_week": 1,
        "reported_week": 1,
        "on_behalf": 2,
        "practice": 1,
        "read_lesson": 1,
    }
