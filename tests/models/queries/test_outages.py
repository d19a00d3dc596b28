"""The outage ledger: what was captured in an outage, within its period, is excused."""

from datetime import UTC, datetime, timedelta
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
