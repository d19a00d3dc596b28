"""Which events of the past a viewer may see today."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from realtime.principals import PrincipalOptions, Principals
from realtime.sight import Sight
from tests.builders import (
    City,
    deactivate,
    end_head,
    make_city,
    make_head,
    make_notice,
    make_report,
    make_session,
    move_employee,
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def sight(pool, employee_id, now=NOW) -> Sight:
    principals = Principals(pool, PrincipalOptions(), fresh=lambda: False)
    found = await principals.principal(await make_session(pool, employee_id))
    return Sight(found.person, now, ZoneInfo("Asia/Jakarta"))


async def sees(pool, employee_id, rows, now=NOW) -> bool:
    """Whether all of the rows are seen; never only some."""
    found = await (await sight(pool, employee_id, now)).seen(pool, rows)
    assert found in ([], list(rows))
    return bool(found)


async def test_the_line_hr_and_the_person_see_and_nobody_else(pool, city):
    rows = [await make_report(pool, city.ani, city.targets[city.ani])]
    seeing = {name for name, each in city.people.items() if await sees(pool, each, rows)}
    assert seeing == {"ani", "clinic_head", "health_head", "mayor", "hr", "city_hr"}


async def test_a_personal_notice_is_for_its_person_alone(pool, city):
    rows = [await make_notice(pool, city.ani)]
    assert await sees(pool, city.ani, rows)
    assert not await sees(pool, city.clinic_head, rows)
    assert not await sees(pool, city.hr, rows)


async def test_a_heads_own_reports_go_up_past_the_other_head(pool, city):
    rows = [await make_report(pool, city.clinic_head, city.targets[city.clinic_head])]
    await make_head(pool, city.clinic, city.budi, kind="acting", valid_from=NOW - DAY)
    assert not await sees(pool, city.budi, rows)
    assert await sees(pool, city.health_head, rows)


async def test_what_a_head_reported_stays_hidden_from_their_successor(pool, city):
    rows = [await make_report(pool, city.clinic_head, city.targets[city.clinic_head])]
    after = datetime.now(UTC)
    await end_head(pool, city.clinic, after)
    await make_head(pool, city.clinic, city.budi, valid_from=after)
    await move_employee(pool, city.clinic_head, city.roads)
    assert not await sees(pool, city.budi, rows)
    assert await sees(pool, city.roads_head, rows)  # the running period, after the transfer


async def test_after_a_transfer_both_heads_see_the_running_period(pool, city):
    rows = [await make_report(pool, city.ani, city.targets[city.ani])]
    await move_employee(pool, city.ani, city.roads)
    assert await sees(pool, city.clinic_head, rows)
    assert await sees(pool, city.roads_head, rows)


async def test_years_later_the_new_head_no_longer_sees_what_was_elsewhere(pool, city):
    rows = [await make_report(pool, city.ani, city.targets[city.ani])]
    await move_employee(pool, city.ani, city.roads)
    later = NOW + 400 * DAY
    assert await sees(pool, city.clinic_head, rows, later)
    assert not await sees(pool, city.roads_head, rows, later)


async def test_the_year_turns_in_the_viewers_zone(pool, city):
    made = await make_report(pool, city.ani, city.targets[city.ani])
    await move_employee(pool, city.ani, city.roads)
    new_year_in_jakarta = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    rows = [replace(made, at=new_year_in_jakarta - timedelta(seconds=1))]
    assert await sees(pool, city.roads_head, rows, new_year_in_jakarta - timedelta(seconds=1))
    assert not await sees(pool, city.roads_head, rows, new_year_in_jakarta)


async def test_a_closed_account_sees_nothing(pool, city):
    rows = [await make_report(pool, city.ani, city.targets[city.ani])]
    eyes = await sight(pool, city.ani)
    await deactivate(pool, city.ani)
    closed = replace(eyes, viewer=replace(eyes.viewer, active=False))
    assert await closed.seen(pool, rows) == []
