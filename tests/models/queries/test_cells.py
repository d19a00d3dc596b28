"""The counters in SQL say what the pure rules say."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.queries.cells import CELL, COUNTED, by_month, by_unit, cells, rounded
from models.rules.calendars import TimeRange
from models.rules.flags import ReportFlag
from models.rules.quality import Promptness, promptness
from models.tables.columns import new_id
from tests.builders import make_city, make_report

JAKARTA = ZoneInfo("Asia/Jakarta")
HOURS = st.integers(0, 96)


async def test_the_columns_are_those_of_the_table(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    (cell,) = await pool.fetch(cells("report r", "24"))
    assert tuple(cell.keys()) == CELL
    assert list(cell["unit_path"]) == [city.city, city.health, city.clinic]
    days = await pool.fetch(by_unit(f"({cells('report r', '24')})"))
    assert {day["unit_id"] for day in days} == set(cell["unit_path"])
    every = by_unit(f"({cells('report r', '24')})")
    months = await pool.fetch(by_month(f"({every})"))
    assert {month["month"].day for month in months} == {1}
    assert tuple(months[0].keys())[4:] == COUNTED


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(HOURS, HOURS, HOURS, st.sampled_from([0, 4, 64]), st.sampled_from([1, 24, 48]))
async def test_late_and_excused_are_what_the_rule_says(
    pool: asyncpg.Pool, after: int, out_from: int, out_for: int, flags: int, within_h: int
) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    activity = datetime(2026, 11, 3, 4, 30, tzinfo=UTC)
    day_end = datetime.combine(activity.astimezone(JAKARTA).date() + timedelta(days=1), time.min)
    corrected = activity + timedelta(hours=after)
    start = activity + timedelta(hours=out_from)
    outage = TimeRange(start, start + timedelta(hours=out_for + 1))
    await pool.execute("DELETE FROM outage")
    await pool.execute(
        "INSERT INTO outage (id, starts_at, ends_at, reason) VALUES ($1, $2, $3, '')",
        *(new_id(), outage.start, outage.end),
    )
    await pool.execute(
        "UPDATE report SET activity_at = $2, corrected_at = $3, flags = $4 WHERE id = $1",
        *(report_id, activity, corrected, flags),
    )
    (cell,) = await pool.fetch(
        cells("(SELECT * FROM report WHERE id = $1) r", "$2::float8"), report_id, within_h
    )
    told = promptness(
        flags,
        day_end.replace(tzinfo=JAKARTA),
        corrected,
        [outage],
        timedelta(hours=within_h),
    )
    assert Promptness(bool(cell["late"]), bool(cell["excused"])) == told
    assert ReportFlag(flags) in (ReportFlag(0), ReportFlag.LATE, ReportFlag.OUTAGE)


async def test_what_came_after_the_closing_counts_when_it_is_approved(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani], quantity=2)
    await pool.execute("UPDATE report SET flags = $1", int(ReportFlag.AFTER_CLOSING))
    (waiting,) = await pool.fetch(cells("report r", "24"))
    assert (waiting["reports"], waiting["pending"], waiting["approved"]) == (1, 0, 0)
    await pool.execute("UPDATE report SET status = 'approved'")
    (counted,) = await pool.fetch(cells("report r", "24"))
    assert (counted["pending"], counted["approved"]) == (0, 2)


async def test_the_day_is_the_work_units_own(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    midnight_in_jayapura = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)
    await pool.execute("UPDATE report SET activity_at = $1", midnight_in_jayapura)
    days = []
    for zone in ("Asia/Jakarta", "Asia/Jayapura"):
        await pool.execute("UPDATE unit SET zone = $2 WHERE id = $1", city.clinic, zone)
        (cell,) = await pool.fetch(cells("report r", "24"))
        days.append(cell["on_day"].day)
    assert days == [3, 4]


async def test_sums_have_six_decimals(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval(f"SELECT {rounded('0.1::float8 + 0.2::float8')}") == 0.3
