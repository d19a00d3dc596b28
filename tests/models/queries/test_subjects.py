"""Who is asked about: today's line, the place of then, and heads who are gone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.subjects import (
    agreement_subjects,
    report_subjects,
    subjects_of,
    target_subjects,
)
from models.tables.columns import new_id
from tests.builders import (
    City,
    deactivate,
    make_assignment,
    make_city,
    make_head,
    make_report,
    move_employee,
)
from tests.making.agreements import make_agreement

NOW = datetime.now(UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
JAKARTA = ZoneInfo("Asia/Jakarta")
NEW_YEAR = datetime(NOW.astimezone(JAKARTA).year, 1, 1, tzinfo=JAKARTA)


async def decider(pool: asyncpg.Pool, city: City, who: str = "ani") -> str | None:
    employee_id = getattr(city, who)
    found = (await subjects_of(pool, [employee_id]))[employee_id].decider_id
    names = {getattr(city, name): name for name in city.__dataclass_fields__ if name != "targets"}
    return names.get(found) if found else None


async def test_the_nearest_head_decides_and_a_head_answers_above(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    assert await decider(pool, city, "ani") == "clinic_head"
    assert await decider(pool, city, "clinic_head") == "health_head"
    assert await decider(pool, city, "mayor") is None
    subject = (await subjects_of(pool, [city.clinic_head]))[city.clinic_head]
    assert subject.heads == {city.clinic}
    assert subject.unit_path == (city.city, city.health, city.clinic)


async def test_an_acting_head_and_an_assignment_go_before_while_they_last(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=NOW - DAY)
    assert await decider(pool, city) == "citra"
    await make_assignment(pool, city.ani, city.dedi, valid_from=NOW - 2 * DAY, valid_to=NOW - DAY)
    assert await decider(pool, city) == "citra"
    await make_assignment(pool, city.ani, city.eka, valid_from=NOW - DAY)
    assert await decider(pool, city) == "eka"


async def test_heads_and_supervisors_who_are_gone_decide_nothing(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_assignment(pool, city.ani, city.eka, valid_from=NOW - DAY)
    await deactivate(pool, city.eka)
    await deactivate(pool, city.clinic_head)
    assert await decider(pool, city) == "health_head"


async def test_a_report_remembers_where_its_reporter_was(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await make_head(pool, city.roads, city.ani, kind="acting", valid_from=datetime.now(UTC))
    await move_employee(pool, city.ani, city.roads)
    async with AsyncSession(engine) as session:
        subject = (await report_subjects(session, [report_id]))[report_id]
    assert subject.unit_path == (city.city, city.works, city.roads)
    assert subject.at_unit_path == (city.city, city.health, city.clinic)
    assert (subject.heads, subject.at_heads) == ({city.roads}, frozenset())
    assert subject.in_running_period


@pytest.mark.parametrize(("before", "running"), [(NOW, True), (NEW_YEAR, False)])
async def test_an_ended_target_stands_where_its_period_ended(
    pool: asyncpg.Pool, before: datetime, running: bool
) -> None:
    """A new head sees those of this year, as decided in docs/decisions/0003."""
    city = await make_city(pool)
    target_id = city.targets[city.ani]
    await pool.execute(
        "UPDATE target SET period_start = $2, period_end = $3 WHERE id = $1",
        target_id,
        before - 9 * DAY,
        before,
    )
    await move_employee(pool, city.ani, city.roads)
    subject = (await target_subjects(pool, [target_id]))[target_id]
    assert subject.at_unit_path == (city.city, city.health, city.clinic)
    assert subject.in_running_period is running


@pytest.mark.parametrize(("at", "running"), [(NEW_YEAR, True), (NEW_YEAR - SECOND, False)])
async def test_a_report_is_of_the_running_period_if_it_came_this_year(
    pool: asyncpg.Pool, at: datetime, running: bool
) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await pool.execute("UPDATE report SET received_at = $1", at)
    subject = (await report_subjects(pool, [report_id]))[report_id]
    assert subject.in_running_period is running


async def test_the_unknown_are_left_out(pool: asyncpg.Pool) -> None:
    ids = [new_id()]
    assert await subjects_of(pool, ids) == {}
    assert await report_subjects(pool, ids) == {}
    assert await target_subjects(pool, ids) == {}
    assert await subjects_of(pool, []) == {}


async def waits_since_last_year(pool: asyncpg.Pool, city: City, who: UUID) -> UUID:
    """A report of last year, whose reporter has moved to another agency since."""
    report_id = new_id()
    await make_report(pool, who, city.targets[city.ani], report_id=report_id)
    await pool.execute("UPDATE report SET received_at = $1", NEW_YEAR - SECOND)
    await move_employee(pool, who, city.roads)
    return report_id


async def decider_then(pool: asyncpg.Pool, report_id: UUID) -> UUID | None:
    return (await report_subjects(pool, [report_id]))[report_id].then_decider_id


async def test_what_waits_since_last_year_is_decided_where_it_happened(pool: asyncpg.Pool) -> None:
    """By whoever decides there now: an acting head, the definitive one, the one above."""
    city = await make_city(pool)
    report_id = await waits_since_last_year(pool, city, city.ani)
    assert await decider_then(pool, report_id) == city.clinic_head
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=NOW - DAY)
    assert await decider_then(pool, report_id) == city.citra
    await deactivate(pool, city.citra)
    await deactivate(pool, city.clinic_head)
    assert await decider_then(pool, report_id) == city.health_head


async def test_where_nobody_is_left_todays_decider_decides_it(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    report_id = await waits_since_last_year(pool, city, city.ani)
    await pool.execute(
        "UPDATE supervision SET valid_to = clock_timestamp() WHERE unit_id = ANY ($1::uuid[])",
        [city.clinic, city.health, city.city],
    )
    subject = (await report_subjects(pool, [report_id]))[report_id]
    assert subject.then_decider_id == subject.decider_id
    assert subject.decider_id is not None


async def test_the_next_head_does_not_decide_what_the_last_one_reported(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    report_id = new_id()
    await pool.execute(
        "UPDATE target SET employee_id = $1 WHERE id = $2",
        city.clinic_head,
        city.targets[city.ani],
    )
    await make_report(pool, city.clinic_head, city.targets[city.ani], report_id=report_id)
    await pool.execute("UPDATE report SET received_at = $1", NEW_YEAR - SECOND)
    await pool.execute(
        "UPDATE supervision SET valid_from = $2, valid_to = clock_timestamp() WHERE unit_id = $1",
        city.clinic,
        NEW_YEAR - 9 * DAY,
    )
    await make_head(pool, city.clinic, city.budi, valid_from=datetime.now(UTC))
    await move_employee(pool, city.clinic_head, city.roads)
    assert await decider_then(pool, report_id) == city.health_head


async def test_who_has_not_moved_or_reported_this_year_has_no_decider_of_then(
    pool: asyncpg.Pool,
) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await pool.execute("UPDATE report SET received_at = $1", NEW_YEAR - SECOND)
    assert await decider_then(pool, report_id) is None
    await pool.execute("UPDATE report SET received_at = $1", NEW_YEAR)
    await move_employee(pool, city.ani, city.roads)
    assert await decider_then(pool, report_id) is None


async def test_an_agreement_lies_where_its_year_ended_and_a_running_one_where_people_are(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    year = datetime.now(UTC).year
    running = await make_agreement(pool, city.ani, year)
    over = await make_agreement(pool, city.ani, year - 1)
    await pool.execute(
        "UPDATE placement SET valid_from = valid_from - interval '800 days' WHERE employee_id = $1",
        city.ani,
    )
    await move_employee(pool, city.ani, city.roads)
    found = await agreement_subjects(pool, [running, over, new_id()])
    assert found.keys() == {running, over}
    assert found[running].at_unit_path == (city.city, city.works, city.roads)
    assert found[over].at_unit_path == (city.city, city.health, city.clinic)
    assert (found[running].in_running_period, found[over].in_running_period) == (True, False)
