"""Shortly before the day closes, who has reported nothing is asked; others cost nothing."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.calendar_changes import leave_made
from models.queries.nudges import DueLook, due_looks
from models.queries.policies import unit_policy_set
from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, Calendar
from models.rules.manners import DEFAULT_POLICY, REACH, NoticePolicy, working_days_around
from notifications.nudges import NudgeOptions, Nudges, looks_of, next_look
from notifications.slips import SlipEngine
from tests.builders import City, make_report
from tests.notifications.city import Announced, contiguous, make_phone, make_slipping_target

NOW = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)  # Tuesday, 15:20 in Jakarta; it closes at 16:00
OPENS = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
PUSHING = NudgeOptions(push_kinds=frozenset({"fcm_token"}))


async def everybody_watched(connection: Any, pattern: str = "five_days") -> None:
    await connection.execute("UPDATE unit SET work_pattern = $1", pattern)
    await connection.execute(
        "INSERT INTO nudge (employee_id, due_at)"
        " SELECT id, clock_timestamp() - interval '1 minute' FROM employee"
        " ON CONFLICT (employee_id) DO UPDATE SET due_at = excluded.due_at"
    )


async def nudged(connection: Any, now: datetime = NOW) -> dict[UUID, Any]:
    """Whom the looks of this instant would nudge, with the notice's content."""
    looks = await looks_of(connection, await due_looks(connection, 100), now)
    return {
        look.seen.employee_id: json.loads(look.notice.content)
        for look in looks
        if look.notice is not None
    }


async def reported(connection: Any, employee_id: UUID, target_id: UUID, at: datetime) -> None:
    await make_report(connection, employee_id, target_id)
    await connection.execute(
        "UPDATE report SET activity_at = $2, received_at = $2 WHERE employee_id = $1",
        employee_id,
        at,
    )


async def test_who_has_reported_today_is_left_alone(connection: Any, city: City) -> None:
    await everybody_watched(connection)
    await reported(connection, city.ani, city.targets[city.ani], NOW - timedelta(hours=6))
    await reported(connection, city.budi, city.targets[city.budi], NOW - timedelta(hours=20))
    found = await nudged(connection)
    assert city.ani not in found
    assert city.budi in found
    assert found[city.budi]["notice_kind"] == "nudge"
    assert datetime.fromisoformat(found[city.budi]["closes_at"]) == datetime(
        2026, 11, 24, 9, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "now",
    [NOW - timedelta(minutes=10), NOW + timedelta(minutes=40), NOW + timedelta(days=4)],
    ids=["too early", "closed", "Saturday"],
)
async def test_outside_the_last_minutes_of_a_working_day_nobody_is_asked(
    connection: Any, city: City, now: datetime
) -> None:
    await everybody_watched(connection)
    assert await nudged(connection, now) == {}


async def test_leave_other_zones_and_finished_work_are_left_alone(
    connection: Any, city: City
) -> None:
    await everybody_watched(connection)
    await leave_made(connection, city.ani, (NOW.date(), NOW.date()), "annual", "")
    await connection.execute(
        "UPDATE unit SET zone = 'Asia/Jayapura' WHERE id = ANY ($1::uuid[])",
        [city.works, city.roads],
    )
    await connection.execute(
        "UPDATE target_pace SET state = 'achieved' WHERE employee_id = $1", city.budi
    )
    found = await nudged(connection)
    assert found.keys().isdisjoint({city.ani, city.budi, city.dedi, city.eka})
    assert city.citra in found
    two_hours_ago = NOW - timedelta(hours=2)
    assert set(await nudged(connection, two_hours_ago)) >= {city.dedi, city.eka}


async def test_a_unit_takes_the_nudge_out_or_moves_it(connection: Any, city: City) -> None:
    await everybody_watched(connection)
    await unit_policy_set(connection, city.clinic, {"rungs_off": ["nudge"]}, city.hr)
    await unit_policy_set(connection, city.pharmacy, {"nudge_before_close_minutes": 15}, city.hr)
    found = await nudged(connection)
    assert found.keys().isdisjoint({city.ani, city.budi, city.citra})
    assert city.dedi in found


async def test_each_person_is_asked_once_a_day_and_the_look_moves_on(
    pool: asyncpg.Pool, connection: Any, city: City, announced: Announced
) -> None:
    """The city of these tests works round the clock: the day closes at midnight."""
    await everybody_watched(connection, "always")
    always_near = {"nudge_before_close_minutes": 240}
    await unit_policy_set(connection, city.city, always_near, city.hr)
    phone = await make_phone(connection, city.ani, "a")
    engines = [Nudges(pool, announced, PUSHING) for _ in range(3)]
    await asyncio.gather(*(engine.settle() for engine in engines))
    made = sum(engine.notices_made for engine in engines)
    people = await connection.fetchval("SELECT count(*) FROM employee")
    # In the last four hours of Jakarta's day everybody is asked, at other times nobody is.
    hour = (datetime.now(UTC) + timedelta(hours=7)).hour
    assert made == (people if hour >= 20 else 0)
    assert await due_looks(connection, 100) == []
    await connection.execute("UPDATE nudge SET due_at = clock_timestamp()")
    await engines[0].settle()
    assert await connection.fetchval("SELECT count(*) FROM notice") == made
    assert await connection.fetchval("SELECT count(*) FROM delivery WHERE device_id = $1",
                                     phone) == bool(made)  # fmt: skip
    assert await contiguous(connection)


async def test_a_new_target_has_its_employees_days_watched(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    assert await connection.fetchval("SELECT count(*) FROM nudge") == 0
    await make_slipping_target(connection, city.ani)
    await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    rows = await connection.fetch("SELECT employee_id FROM nudge")
    assert [row["employee_id"] for row in rows] == [city.ani]


async def test_who_has_no_work_is_not_watched_any_more(
    pool: asyncpg.Pool, connection: Any, city: City, announced: Announced
) -> None:
    await everybody_watched(connection)
    await connection.execute("UPDATE target_pace SET state = 'achieved'")
    engine = Nudges(pool, announced, NudgeOptions(batch=4))
    await engine.settle()
    assert await connection.fetchval("SELECT count(*) FROM nudge") == 0
    assert engine.notices_made == 0


async def test_it_goes_round_by_itself(
    pool: asyncpg.Pool, connection: Any, city: City, announced: Announced
) -> None:
    await everybody_watched(connection)
    engine = Nudges(pool, announced, NudgeOptions(poll_s=0.01))
    async with engine.running(), asyncio.timeout(30):
        while await due_looks(connection, 1):
            await asyncio.sleep(0.01)
    assert engine.failures == 0


def test_the_next_look_is_at_the_next_day_that_is_not_looked_at_now() -> None:
    days = working_days_around(Calendar("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS), NOW)
    tomorrow = datetime(2026, 11, 25, 8, 15, tzinfo=UTC)
    assert next_look(days, DEFAULT_POLICY, NOW) == tomorrow
    assert next_look(days, DEFAULT_POLICY, OPENS) == tomorrow - timedelta(days=1)
    assert next_look(days, NoticePolicy(nudge_before_close_minutes=15), NOW) == (
        tomorrow - timedelta(days=1) + timedelta(minutes=30)
    )
    assert next_look((), DEFAULT_POLICY, NOW) == NOW + REACH


async def test_somebody_unknown_ends_their_row(connection: Any, city: City) -> None:
    looks = await looks_of(connection, [DueLook(UUID(int=5), NOW, NOW, True)], NOW)
    assert [(look.next_due_at, look.notice) for look in looks] == [(None, None)]
