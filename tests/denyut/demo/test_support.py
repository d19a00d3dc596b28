"""Who is helped in the demo city: marked where a mentor captured, and an offer that waits."""

from datetime import timedelta

import asyncpg
import pytest

from denyut.demo.city import DemoCity
from denyut.demo.load import write_city
from denyut.demo.support import PRACTICE, support_tables
from models.queries.signals import struggling
from models.rules.flags import ReportFlag
from models.rules.signals import Signal, SignalLimits
from tests.denyut.demo.conftest import NOW


@pytest.fixture
async def written(pool: asyncpg.Pool, city: DemoCity) -> DemoCity:
    async with pool.acquire() as connection:
        await write_city(connection, city, "no hash at all")
    return city


def test_it_is_the_same_whenever_it_is_asked_for(city: DemoCity) -> None:
    first, second = (
        [(name, [tuple(row) for row in rows]) for name, _, rows in support_tables(city)]
        for _ in range(2)
    )
    assert first == second


def test_a_mentor_captures_for_one_person_and_only_while_they_mentor(city: DemoCity) -> None:
    mentee, since = city.staff.cast.struggling, NOW - timedelta(days=10)
    assert (mentee.mentor, mentee.mentored_since) == (city.staff.cast.employee, since)
    marked = [each for each in city.chronicle.reports if each.flags & ReportFlag.ON_BEHALF]
    assert marked
    assert {each.target.person for each in marked} == {mentee}
    assert min(each.captured_at for each in marked) >= since
    own = [
        each
        for each in city.chronicle.reports
        if each.target.person is mentee and each.captured_at >= since
    ]
    assert len(marked) < len(own)


async def test_the_city_shows_every_part_of_support(pool: asyncpg.Pool, written: DemoCity) -> None:
    cast = written.staff.cast
    names = await pool.fetch(
        "SELECT DISTINCT r.employee_id, m.mentor_id FROM report_mentor m"
        " JOIN report r ON r.id = m.report_id AND r.flags & 128 <> 0"
    )
    assert [tuple(row) for row in names] == [(cast.struggling.id, cast.employee.id)]
    assert await pool.fetchval("SELECT count(*) FROM practice_report") == len(PRACTICE)
    assert await pool.fetchval("SELECT count(*) FROM checklist_mark") > 1
    assert await pool.fetchval("SELECT mentor_id FROM mentorship") == cast.employee.id
    offer = await pool.fetchrow("SELECT employee_id, offered_by, state FROM help_offer")
    assert tuple(offer or ()) == (cast.struggling.id, cast.hr.id, "open")
    told = "SELECT recipient_id FROM notice WHERE kind = 'help_offered'"
    assert await pool.fetchval(told) == cast.struggling.id


async def test_hr_sees_that_the_struggling_employee_needs_help_and_has_an_offer(
    pool: asyncpg.Pool, written: DemoCity
) -> None:
    unit_id = written.staff.cast.struggling.unit.id
    found = await struggling(pool, [unit_id], NOW, SignalLimits())
    signs = {each.employee_id: each for each in found}
    told = signs[written.staff.cast.struggling.id]
    assert Signal.MANY_RETURNS in told.signals
    assert told.helped
