"""How soon supervisors answer, over real reports, questions, headships, leave and outages."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.outages import outage_recorded
from models.queries.requests import NewRequest, request_answered, request_made
from models.queries.responses import responses_of, zone_of
from models.tables.columns import new_id
from tests.builders import (
    City,
    decide,
    end_head,
    make_city,
    make_head,
    make_leave,
    make_report,
    submit,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 24, 16, tzinfo=JAKARTA)  # a Tuesday, at the end of the working day
PERIOD = datetime(2026, 11, 1, tzinfo=JAKARTA), datetime(2026, 12, 1, tzinfo=JAKARTA)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=JAKARTA)


async def reported(pool: asyncpg.Pool, city: City, since: datetime) -> UUID:
    """A report of ani's that came in at this instant."""
    report_id = new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await pool.execute("UPDATE report SET received_at = $2 WHERE id = $1", report_id, since)
    return report_id


async def decided(
    pool: asyncpg.Pool, city: City, since: datetime, until: datetime, decision: str = "approve"
) -> UUID:
    report_id = await reported(pool, city, since)
    await decide(pool, city.clinic_head, report_id, decision, "Tempatnya?")
    await pool.execute("UPDATE report SET decided_at = $2 WHERE id = $1", report_id, until)
    return report_id


async def test_decisions_and_answers_are_timed_in_working_hours(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool, NOW)
    await decided(pool, city, at(23, 8), at(23, 10))
    await decided(pool, city, at(23, 15), at(24, 9), "return")  # a night between: 1 + 1.5 hours
    await decided(pool, city, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC))
    question = NewRequest(new_id(), city.ani, city.clinic_head, "Apa dulu?", period="2026-11")
    await request_made(pool, question)
    await request_answered(pool, question.id, city.ani)
    await pool.execute(
        "UPDATE feedback_request SET made_at = $2, answered_at = $3 WHERE id = $1",
        *(question.id, at(24, 8), at(24, 12)),
    )
    async with AsyncSession(engine) as session:
        found = await responses_of(session, city.clinic_head, PERIOD, NOW)
    assert (found.times.answered, found.times.median_hours, found.times.p90_hours) == (3, 2.5, 4.0)
    assert (found.times.waiting, found.times.oldest_waiting_hours) == (0, None)
    nobody = await responses_of(pool, city.health_head, PERIOD, NOW)
    assert (nobody.times.answered, nobody.times.median_hours) == (0, None)


async def test_leave_and_outages_stop_the_clock(pool: asyncpg.Pool) -> None:
    city = await make_city(pool, NOW)
    await decided(pool, city, at(23, 8), at(24, 12))
    before = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert before.times.median_hours == 11.5
    await outage_recorded(pool, (at(24, 9), at(24, 11)), "listrik", None)
    outage = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert outage.times.median_hours == 9.5
    await make_leave(pool, city.clinic_head, date(2026, 11, 23), date(2026, 11, 23))
    away = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert away.times.median_hours == 2.5


async def test_what_waits_is_theirs_to_decide_and_nobody_elses(pool: asyncpg.Pool) -> None:
    city = await make_city(pool, NOW)
    await reported(pool, city, at(24, 9))
    waiting = await reported(pool, city, at(23, 13))
    await request_made(
        pool, NewRequest(new_id(), city.budi, city.clinic_head, "Apa?", period="2026-11")
    )
    await pool.execute("UPDATE feedback_request SET made_at = $1", at(24, 15))
    found = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert (found.times.waiting, found.requests_open) == (3, 1)
    assert found.times.oldest_waiting_hours == 10.5
    above = await responses_of(pool, city.health_head, PERIOD, NOW)
    assert (above.times.waiting, above.requests_open) == (0, 0)
    await pool.execute("UPDATE report SET status = 'withdrawn' WHERE id = $1", waiting)
    left = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert (left.times.waiting, left.times.oldest_waiting_hours) == (2, 6.0)


async def test_a_revision_waits_from_when_it_was_made(pool: asyncpg.Pool) -> None:
    city = await make_city(pool, NOW)
    report_id = await decided(pool, city, at(2, 8), at(2, 9), "return")
    await submit(pool, "revise", city.ani, report_id=report_id, quantity=2)
    await pool.execute("UPDATE report_change SET made_at = $1", at(24, 13))
    found = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert (found.times.waiting, found.times.oldest_waiting_hours) == (1, 3.0)


async def test_an_acting_head_is_not_late_by_what_waited_before(pool: asyncpg.Pool) -> None:
    city = await make_city(pool, NOW)
    await reported(pool, city, at(2, 8))
    await end_head(pool, city.clinic, at(24, 8))
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=at(24, 8))
    found = await responses_of(pool, city.citra, PERIOD, NOW)
    assert (found.times.waiting, found.times.oldest_waiting_hours) == (1, 7.0)
    before = await responses_of(pool, city.clinic_head, PERIOD, NOW)
    assert before.times.waiting == 0


async def test_a_zone_is_that_of_the_unit(pool: asyncpg.Pool) -> None:
    city = await make_city(pool, NOW - timedelta(days=1))
    assert await zone_of(pool, city.ani) == "Asia/Jakarta"
    assert await zone_of(pool, new_id()) is None
