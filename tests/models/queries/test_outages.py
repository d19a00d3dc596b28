"""The outage ledger: what was captured in an outage, within its period, is excused."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from models.queries.outages import outage_recorded, outages
from models.rules.flags import ReportFlag
from models.tables.columns import new_id
from tests.builders import make_city, make_report

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def late_report(pool: asyncpg.Pool, captured: datetime, period_end: datetime) -> UUID:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await pool.execute(
        "UPDATE report SET flags = $2, corrected_at = $3 WHERE id = $1",
        report_id,
        int(ReportFlag.LATE | ReportFlag.CLOCK_WRONG),
        captured,
    )
    await pool.execute(
        "UPDATE target SET period_end = $2 WHERE id = $1", city.targets[city.ani], period_end
    )
    return report_id


@pytest.mark.parametrize(
    ("captured", "period_end", "excused"),
    [
        (NOW - 2 * HOUR, NOW - HOUR, True),
        (NOW - 4 * HOUR, NOW - HOUR, False),  # before the outage
        (NOW, NOW - HOUR, False),  # its end does not belong to it
        (NOW - HOUR, NOW - 2 * HOUR, False),  # after the period's end: late all the same
    ],
)
async def test_late_reports_that_are_there_already(
    pool: asyncpg.Pool, captured: datetime, period_end: datetime, excused: bool
) -> None:
    report_id = await late_report(pool, captured, period_end)
    await outage_recorded(pool, (NOW - 3 * HOUR, NOW), "listrik padam", None)
    flags = ReportFlag(await pool.fetchval("SELECT flags FROM report WHERE id = $1", report_id))
    wanted = ReportFlag.OUTAGE if excused else ReportFlag.LATE
    assert flags == wanted | ReportFlag.CLOCK_WRONG


async def test_the_ledger_is_read_the_latest_first(pool: asyncpg.Pool) -> None:
    for hours in (30, 10, 20):
        start = NOW - hours * HOUR
        await outage_recorded(pool, (start, start + HOUR), str(hours), None)
    assert [row["reason"] for row in await outages(pool)] == ["10", "20", "30"]


async def due_days(pool: asyncpg.Pool) -> set[tuple[UUID, date]]:
    return {tuple(row) for row in await pool.fetch("SELECT employee_id, on_day FROM rollup_due")}


async def test_what_had_to_wait_for_the_service_is_counted_anew(pool: asyncpg.Pool) -> None:
    city, waited, in_time = await make_city(pool), new_id(), new_id()
    for who, report_id in ((city.ani, waited), (city.budi, in_time)):
        await make_report(pool, who, city.targets[who], report_id=report_id)
    activity = datetime(2026, 11, 2, 4, tzinfo=UTC)
    for report_id, hours in ((waited, 50), (in_time, 2)):
        await pool.execute(
            "UPDATE report SET activity_at = $2, corrected_at = $3 WHERE id = $1",
            *(report_id, activity, activity + hours * HOUR),
        )
    await outage_recorded(pool, (activity + HOUR, activity + 20 * HOUR), "padam", None)
    assert await due_days(pool) == {(city.ani, date(2026, 11, 2))}


async def test_an_entry_says_whether_a_person_or_the_heartbeat_made_it(pool: asyncpg.Pool) -> None:
    row = await outage_recorded(pool, (NOW - HOUR, NOW), "mati", None, source="heartbeat")
    assert row["source"] == "heartbeat"
    await outage_recorded(pool, (NOW - 5 * HOUR, NOW - 4 * HOUR), "padam", None)
    assert [each["source"] for each in await outages(pool)] == ["heartbeat", "administrator"]
