"""A slip without an answer climbs: one working day, the supervisor; three, the one above."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.escalations import DueEscalation, Step
from models.queries.notices import mark_acknowledged
from models.queries.policies import unit_policy_set
from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, Calendar, DateRange
from models.rules.manners import DEFAULT_POLICY, NoticePolicy, Rung
from models.rules.worktime import Timetable
from notifications.escalations import EscalationOptions, Escalations, due_at, next_step
from notifications.ladder import Unanswered
from notifications.slips import SlipEngine
from tests.builders import City, end_head, make_report
from tests.notifications.city import (
    Announced,
    contiguous,
    make_phone,
    make_slipping_target,
    notices,
    pace_of,
)

PUSHING = EscalationOptions(push_kinds=frozenset({"fcm_token"}))
SARI, HEAD = UUID(int=2), UUID(int=3)


@pytest.fixture
def escalations(pool: asyncpg.Pool, announced: Announced) -> Escalations:
    return Escalations(pool, announced, PUSHING)


async def days_pass(connection: Any, days: float) -> None:
    """The slip began earlier, and its row is due; the city works round the clock."""
    await connection.execute(
        "UPDATE escalation SET slipped_at = slipped_at - make_interval(secs => $1),"
        " due_at = clock_timestamp()",
        days * 86_400,
    )


async def kinds(connection: Any, target_id: UUID) -> list[tuple[str, UUID]]:
    return [each for each in await notices(connection, target_id) if "unanswered" in each[0]]


async def row(connection: Any) -> Any:
    return await connection.fetchrow("SELECT * FROM escalation")


async def test_a_slip_begins_to_climb_and_a_recovery_ends_it(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    found = await row(connection)
    assert (found["target_id"], found["slip_number"], found["rung"]) == (target_id, 1, 1)
    await make_report(connection, city.ani, target_id, quantity=40.0)
    await engine_of_slips.settle()
    assert await row(connection) is None


async def test_the_lower_bound_becomes_the_instant_and_nobody_hears(
    connection: Any, city: City, engine_of_slips: SlipEngine, escalations: Escalations
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await days_pass(connection, 0.5)
    await escalations.settle()
    found = await row(connection)
    assert found["due_at"] - found["slipped_at"] == timedelta(days=1)
    assert await kinds(connection, target_id) == []


async def test_after_one_day_the_supervisor_and_after_three_the_one_above(
    connection: Any,
    city: City,
    engine_of_slips: SlipEngine,
    escalations: Escalations,
    announced: Announced,
) -> None:
    phone = await make_phone(connection, city.clinic_head, "h")
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await days_pass(connection, 1.01)
    for _ in range(3):
        await escalations.settle()
    assert await kinds(connection, target_id) == [("staff_unanswered", city.clinic_head)]
    found = await row(connection)
    assert (found["rung"], found["due_at"] - found["slipped_at"]) == (2, timedelta(days=3))
    assert await connection.fetchval("SELECT device_id FROM delivery") == phone
    content = json.loads(announced.rows[-1].content)
    assert (content["employee_name"], content["slip_number"]) == ("Ani", 1)
    assert content["needed"] > 0

    await days_pass(connection, 2)
    for _ in range(3):
        await escalations.settle()
    assert await kinds(connection, target_id) == [
        ("staff_unanswered", city.clinic_head),
        ("staff_unanswered_above", city.health_head),
    ]
    assert await row(connection) is None
    assert escalations.notices_made == 2
    assert await contiguous(connection)


async def test_the_end_is_told_to_everybody_who_was_asked(
    connection: Any, city: City, engine_of_slips: SlipEngine, escalations: Escalations
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await days_pass(connection, 3.01)
    await escalations.settle()
    await escalations.settle()
    await make_report(connection, city.ani, target_id, quantity=40.0)
    await engine_of_slips.settle()
    told = set(await notices(connection, target_id))
    assert {each for each in told if "recovery" in each[0]} == {
        ("recovery", city.ani),
        ("staff_recovery", city.clinic_head),
        ("staff_recovery", city.health_head),
    }


async def test_who_takes_note_ends_it_and_the_employees_own_note_does_not(
    connection: Any, city: City, engine_of_slips: SlipEngine, escalations: Escalations
) -> None:
    mine = await make_slipping_target(connection, city.ani)
    theirs = await make_slipping_target(connection, city.budi)
    await engine_of_slips.settle()
    for target_id, kind in ((mine, "staff_slip"), (theirs, "slip")):
        notice = await connection.fetchrow(
            "SELECT id, recipient_id FROM notice WHERE target_id = $1 AND kind = $2",
            target_id,
            kind,
        )
        await mark_acknowledged(connection, notice["id"], notice["recipient_id"])
    await days_pass(connection, 1.01)
    await escalations.settle()
    assert await kinds(connection, mine) == []
    assert await kinds(connection, theirs) == [("staff_unanswered", city.clinic_head)]
    assert await connection.fetchval("SELECT count(*) FROM escalation") == 1


async def test_a_unit_without_the_first_rung_goes_on_to_the_second(
    connection: Any, city: City, engine_of_slips: SlipEngine, escalations: Escalations
) -> None:
    await unit_policy_set(connection, city.health, {"rungs_off": ["unanswered"]}, city.hr)
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await days_pass(connection, 3.01)
    await escalations.settle()
    await escalations.settle()
    assert await kinds(connection, target_id) == [("staff_unanswered_above", city.health_head)]


async def test_where_nobody_decides_nobody_is_asked(
    connection: Any, city: City, engine_of_slips: SlipEngine, escalations: Escalations
) -> None:
    for unit in (city.clinic, city.health, city.city):
        await end_head(connection, unit, datetime.now(UTC))
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await days_pass(connection, 4)
    for _ in range(3):
        await escalations.settle()
    assert await kinds(connection, target_id) == []
    assert await row(connection) is None


async def test_two_engines_tell_each_rung_once(
    pool: asyncpg.Pool, connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    targets = [await make_slipping_target(connection, city.ani) for _ in range(20)]
    await engine_of_slips.settle()
    await days_pass(connection, 3.01)
    engines = [Escalations(pool, Announced(), EscalationOptions(batch=3)) for _ in range(3)]
    for _ in range(4):
        await asyncio.gather(*(engine.settle() for engine in engines))
    for target_id in targets:
        assert await kinds(connection, target_id) == [
            ("staff_unanswered", city.clinic_head),
            ("staff_unanswered_above", city.health_head),
        ]
    assert sum(engine.notices_made for engine in engines) == 40
    assert await contiguous(connection)


async def test_it_climbs_by_itself(
    pool: asyncpg.Pool, connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await days_pass(connection, 1.01)
    engine = Escalations(pool, Announced(), EscalationOptions(poll_s=0.01))
    async with engine.running(), asyncio.timeout(30):
        while engine.notices_made == 0:
            await asyncio.sleep(0.01)
    assert await kinds(connection, target_id) == [("staff_unanswered", city.clinic_head)]
    assert engine.failures == 0
    assert (await pace_of(connection, target_id))["state"] == "slipped"


# --- rules ------------------------------------------------------------------------------------

OFFICE = Calendar("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS)
THURSDAY = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta


def due(now: datetime, rung: int = 1) -> DueEscalation:
    return DueEscalation(UUID(int=1), 1, rung, THURSDAY, THURSDAY, now)


def test_the_weekend_and_leave_stop_the_clock() -> None:
    later = THURSDAY + timedelta(days=20)
    assert due_at(THURSDAY, 1, OFFICE, later) == THURSDAY + timedelta(days=1)
    assert due_at(THURSDAY, 3, OFFICE, later) == THURSDAY + timedelta(days=5)
    away = Calendar(
        *("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS),
        leave=(DateRange(date(2026, 11, 27), date(2026, 11, 30)),),
    )
    assert due_at(THURSDAY, 1, away, later) == THURSDAY + timedelta(days=5)


@given(
    st.integers(0, 30 * 24 * 60).map(lambda minute: THURSDAY + timedelta(minutes=minute)),
    st.integers(1, 5),
)
def test_it_is_due_when_so_many_working_days_are_over(slipped_at: datetime, days: int) -> None:
    at = due_at(slipped_at, days, OFFICE, slipped_at)
    timetable = Timetable(OFFICE, slipped_at - timedelta(days=5), slipped_at + timedelta(days=30))
    back: datetime | None = at
    for _ in range(days):
        assert back is not None
        back = timetable.working_day_before(back)
    start = timetable.next_working_instant(slipped_at)
    assert back is not None
    assert start is not None
    assert timetable.seconds_between(back, start) <= 1


def test_the_steps() -> None:
    early, late = THURSDAY + timedelta(hours=5), THURSDAY + timedelta(days=1)
    waits = next_step(due(early), DEFAULT_POLICY, OFFICE, SARI, HEAD)
    assert isinstance(waits, Step)
    assert (waits.next_rung, waits.next_due_at) == (1, late)
    asked = next_step(due(late), DEFAULT_POLICY, OFFICE, SARI, HEAD)
    assert asked == Unanswered(UUID(int=1), 1, HEAD, False, late)
    nobody = next_step(due(late), DEFAULT_POLICY, OFFICE, SARI, None)
    assert isinstance(nobody, Step)
    assert (nobody.next_rung, nobody.next_due_at) == (2, THURSDAY + timedelta(days=5))
    off = NoticePolicy(rungs_off=frozenset({Rung.UNANSWERED_ABOVE}))
    end = next_step(due(late, rung=2), off, OFFICE, SARI, HEAD)
    assert isinstance(end, Step)
    assert end.next_rung is None
    assert next_step(due(late), DEFAULT_POLICY, None, SARI, HEAD) == Step(due(late))
