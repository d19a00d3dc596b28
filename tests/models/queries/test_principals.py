"""What the database says of an access token: one question, today's rights."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from models.queries.principals import Standing, standing_of
from models.rules.access import Grant, Headship, Role
from tests.builders import (
    City,
    deactivate,
    make_assignment,
    make_city,
    make_employee,
    make_grant,
    make_head,
    make_job_title,
    make_session,
    make_token,
    revoke_session,
    session_of,
)
from tests.making.support import make_mentorship

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def standing(pool, token: str) -> Standing:
    found = await standing_of(pool, hashlib.sha256(token.encode()).digest())
    assert found is not None
    return found


async def test_an_employee_stands_where_they_work(pool, city):
    found = await standing(pool, await make_session(pool, city.ani, lifetime_s=600))
    assert found.person.employee_id == city.ani
    assert found.person.unit_path == (city.city, city.health, city.clinic)
    assert (found.unit_id, found.agency_id, found.shard) == (city.clinic, city.health, 3)
    assert (found.person.headships, found.person.grants) == ((), ())
    assert found.person.active
    assert not found.ended
    assert not found.asks_location
    assert (found.near_heads, found.boundary) == ((), None)
    assert abs(found.token_expires_at - found.now - timedelta(seconds=600)) < timedelta(seconds=60)


async def test_the_job_says_whether_a_report_may_carry_a_location(pool, city):
    job_title_id = await make_job_title(pool, asks_location=True)
    inspector = await make_employee(pool, city.roads, job_title_id=job_title_id)
    assert (await standing(pool, await make_session(pool, inspector))).asks_location


async def test_no_such_token_has_no_standing(pool):
    assert await standing_of(pool, b"\0" * 32) is None


async def test_refresh_and_void_tokens_open_nothing(pool, city):
    access = await make_session(pool, city.ani)
    await make_token(pool, await session_of(pool, access), "refresh", kind="refresh")
    assert await standing_of(pool, hashlib.sha256(b"refresh").digest()) is None
    await pool.execute("UPDATE session_token SET void = true")
    assert await standing_of(pool, hashlib.sha256(access.encode()).digest()) is None


async def test_a_token_ends_with_its_session_at_the_latest(pool, city):
    token = await make_session(pool, city.ani, lifetime_s=600)
    ends = datetime.now(UTC) + timedelta(seconds=60)
    await pool.execute("UPDATE session SET expires_at = $1", ends)
    assert (await standing(pool, token)).token_expires_at == ends


async def test_a_revoked_session_and_a_closed_account_are_ended(pool, city):
    token, other = await make_session(pool, city.ani), await make_session(pool, city.budi)
    await revoke_session(pool, token)
    await deactivate(pool, city.budi)
    assert (await standing(pool, token)).ended
    assert (await standing(pool, other)).ended
    assert not (await standing(pool, other)).person.active


async def test_a_head_heads_now_and_the_former_and_future_do_not(pool, city):
    await make_head(
        pool, city.roads, city.ani, valid_from=NOW - 900 * DAY, valid_to=NOW - 450 * DAY
    )
    await make_head(
        pool, city.pharmacy, city.ani, kind="acting", valid_from=NOW + DAY, valid_to=NOW + 3 * DAY
    )
    head = await standing(pool, await make_session(pool, city.clinic_head))
    former_and_future = await standing(pool, await make_session(pool, city.ani))
    assert head.person.headships == (Headship(city.clinic),)
    assert former_and_future.person.headships == ()
    assert former_and_future.boundary == NOW + DAY


async def test_an_acting_head_decides_and_the_definitive_one_reads(pool, city):
    ends = NOW + 2 * DAY
    await make_head(
        pool, city.clinic, city.budi, kind="acting", valid_from=NOW - DAY, valid_to=ends
    )
    acting = await standing(pool, await make_session(pool, city.budi))
    definitive = await standing(pool, await make_session(pool, city.clinic_head))
    assert acting.person.headships == (Headship(city.clinic, "acting"),)
    assert definitive.person.headships == (Headship(city.clinic, deciding=False),)
    assert acting.boundary == definitive.boundary == ends


async def test_the_definitive_head_decides_again_when_the_acting_one_has_left(pool, city):
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=NOW - DAY)
    await deactivate(pool, city.budi)
    found = await standing(pool, await make_session(pool, city.clinic_head))
    assert found.person.headships == (Headship(city.clinic),)


async def test_the_coming_of_an_acting_head_bounds_the_definitive_one(pool, city):
    await make_head(
        pool, city.clinic, city.budi, kind="acting", valid_from=NOW + DAY, valid_to=NOW + 2 * DAY
    )
    assert (await standing(pool, await make_session(pool, city.clinic_head))).boundary == NOW + DAY


async def test_roles_hold_until_they_are_revoked(pool, city):
    await make_grant(pool, city.hr, "administrator", city.works)
    await pool.execute("UPDATE role_grant SET revoked_at = now() WHERE role = 'administrator'")
    found = await standing(pool, await make_session(pool, city.hr))
    assert found.person.grants == (Grant(Role.HR, city.health),)


async def test_personal_assignments_count_while_they_are_valid(pool, city):
    ends = NOW + DAY
    await make_assignment(pool, city.dedi, city.clinic_head, valid_from=NOW - DAY, valid_to=ends)
    await make_assignment(pool, city.eka, city.clinic_head, valid_from=NOW - 2 * DAY, valid_to=NOW)
    supervisor = await standing(pool, await make_session(pool, city.clinic_head))
    employee = await standing(pool, await make_session(pool, city.dedi))
    assert supervisor.person.assigned == {city.dedi}
    assert employee.person.assigned == frozenset()
    assert supervisor.boundary == employee.boundary == ends


async def test_a_mentor_mentors_until_the_last_instant_of_it(pool, city):
    ends = NOW + DAY
    await make_mentorship(pool, city.ani, city.budi, valid_from=NOW - DAY, valid_to=ends)
    await make_mentorship(pool, city.citra, city.budi, valid_from=NOW - 2 * DAY, valid_to=NOW)
    await make_mentorship(pool, city.dedi, city.budi, valid_from=NOW + 2 * DAY)
    mentor = await standing(pool, await make_session(pool, city.budi))
    mentee = await standing(pool, await make_session(pool, city.ani))
    assert mentor.person.mentees == {city.ani}
    assert mentee.person.mentees == frozenset()
    assert (mentor.boundary, mentee.boundary) == (ends, None)


async def test_near_heads_are_the_other_heads_up_the_path(pool, city):
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=NOW - DAY)
    acting = await standing(pool, await make_session(pool, city.budi))
    near = {subject.employee_id: subject for subject in acting.near_heads}
    assert set(near) == {city.mayor, city.health_head, city.clinic_head}
    assert near[city.clinic_head].unit_path == (city.city, city.health, city.clinic)
    assert near[city.clinic_head].heads == {city.clinic}
