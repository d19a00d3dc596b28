"""What units and people reported in a span: the same cost, however much was reported."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from models.queries.recount import differences, refilled
from models.queries.rollups import (
    OF_UNITS,
    TargetSums,
    as_of,
    counts_of_person,
    rollup_of,
    span_arguments,
    sums_of_targets,
)
from models.rules.quality import Counts
from models.tables.columns import new_id
from tests.builders import City, decide, make_city, make_report, make_target, submit
from tests.models.queries.test_rolling import roll

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZoneInfo("Asia/Jakarta")).date()
WEEK_AGO = TODAY - timedelta(days=7)


async def reported(pool: asyncpg.Pool) -> City:
    """Two reports of Ani (one approved), one each of Citra and of the head of the agency."""
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id, quantity=0.1)
    await decide(pool, city.clinic_head, report_id)
    for who in (city.ani, city.citra, city.health_head):
        await make_report(pool, who, city.targets[who], quantity=0.2)
    await roll(pool)
    return city


async def test_a_unit_is_shown_by_its_children_and_its_own_people(pool: asyncpg.Pool) -> None:
    city = await reported(pool)
    found = await rollup_of(pool, city.health, WEEK_AGO, TODAY)
    assert found is not None
    assert found.total.counts == Counts(reports=4, approved_reports=1, first_time=1)
    assert {each.unit_name: each.counts.reports for each in found.children} == {
        "Puskesmas": 2,
        "Farmasi": 1,
    }
    (own,) = found.own.indicators
    assert (own.counts.reports, own.approved, own.pending) == (1, 0.0, 0.2)
    assert (found.own.people, found.total.people) == (1, 6)
    clinic = found.children[-1]
    assert (clinic.people, clinic.indicators[0].approved, clinic.indicators[0].pending) == (
        3,
        0.1,
        0.2,
    )


async def test_children_and_own_people_make_up_the_whole(pool: asyncpg.Pool) -> None:
    city = await reported(pool)
    for unit in (city.city, city.health, city.clinic):
        found = await rollup_of(pool, unit, WEEK_AGO, TODAY)
        assert found is not None
        parts = [*found.children, found.own]
        assert sum((part.counts for part in parts), Counts()) == found.total.counts
        assert sum(part.people for part in parts) == found.total.people


async def test_a_unit_without_a_report_is_there_with_nothing(pool: asyncpg.Pool) -> None:
    city = await reported(pool)
    found = await rollup_of(pool, city.city, WEEK_AGO, TODAY)
    assert found is not None
    assert {each.unit_id: each.counts.reports for each in found.children} == {
        city.health: 4,
        city.works: 0,
    }
    assert await rollup_of(pool, uuid4(), WEEK_AGO, TODAY) is None


@pytest.mark.parametrize(("first", "last", "reports"), [(0, 0, 1), (-40, 0, 3), (-40, -1, 2)])
async def test_whole_months_and_days_beside_them_are_one_span(
    pool: asyncpg.Pool, first: int, last: int, reports: int
) -> None:
    city = await make_city(pool)
    for days in (0, 20, 35, 60):
        await submit(
            pool,
            "create",
            city.ani,
            report_id=new_id(),
            target_id=city.targets[city.ani],
            at=NOW - timedelta(days=days),
        )
    await roll(pool)
    span = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    found = await rollup_of(pool, city.clinic, *span)
    assert found is not None
    assert found.total.counts.reports == reports
    assert (await counts_of_person(pool, city.ani, *span)).reports == reports


async def test_a_target_is_summed_by_itself_and_one_without_reports_is_there(
    pool: asyncpg.Pool,
) -> None:
    city = await reported(pool)
    second = await make_target(pool, city.ani)
    sums = await sums_of_targets(pool, [city.targets[city.ani], second], WEEK_AGO, TODAY)
    assert sums == {
        city.targets[city.ani]: TargetSums(approved=0.1, pending=0.2, reports=2),
        second: TargetSums(),
    }
    assert await counts_of_person(pool, city.eka, WEEK_AGO, TODAY) == Counts()


async def test_measured_values_have_a_mean_and_are_never_shown_as_a_sum(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    waiting_time = await make_target(pool, city.ani, indicator="Waktu", unit_of_measure="hari")
    await pool.execute("UPDATE target SET aspect = 'time' WHERE id = $1", waiting_time)
    for days in (0.5, 1.0, 9.0):
        report_id = new_id()
        await make_report(pool, city.ani, waiting_time, report_id=report_id, quantity=days)
        if days < 2:
            await decide(pool, city.clinic_head, report_id)
    await make_report(pool, city.ani, city.targets[city.ani], quantity=3)
    await roll(pool)
    found = await rollup_of(pool, city.health, WEEK_AGO, TODAY)
    assert found is not None
    adds, measured = sorted(found.total.indicators, key=lambda each: each.indicator)
    assert (measured.is_measured, measured.mean) == (True, 0.75)
    assert (adds.is_measured, adds.mean, adds.pending) == (False, None, 3.0)
    async with pool.acquire() as connection:
        assert await differences(connection) == []


async def test_a_name_that_is_used_both_ways_adds_up(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    measured = await make_target(pool, city.ani)
    await pool.execute("UPDATE target SET aspect = 'quality' WHERE id = $1", measured)
    for target in (measured, city.targets[city.ani]):
        await make_report(pool, city.ani, target)
    await roll(pool)
    found = await rollup_of(pool, city.clinic, WEEK_AGO, TODAY)
    assert found is not None
    (both,) = found.total.indicators
    assert (both.counts.measured, both.counts.reports, both.is_measured) == (1, 2, False)


async def test_it_says_up_to_when_it_has_counted(pool: asyncpg.Pool) -> None:
    city = await reported(pool)
    assert await as_of(pool) >= NOW
    row = await make_report(pool, city.ani, city.targets[city.ani])
    assert await as_of(pool) == row.at
    found = await rollup_of(pool, city.clinic, WEEK_AGO, TODAY)
    assert found is not None
    assert (found.as_of, found.total.counts.reports) == (row.at, 2)


def rows_read(plan: dict[str, Any]) -> int:
    """Rows that the leaves of a plan read, those they dropped included."""
    below = plan.get("Plans", [])
    if below:
        return sum(rows_read(part) for part in below)
    loops = plan.get("Actual Loops", 1)
    return round(loops * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)))


MANY = """
    INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, quantity, activity_at,
                        captured_at, corrected_at, received_at, body_hash)
    SELECT gen_random_uuid(), p.employee_id, p.target_id, e.unit_id, 3, -g, 1, d.at, d.at, d.at,
           d.at, ''
      FROM target_pace p JOIN employee e ON e.id = p.employee_id,
           generate_series($1::int, $2::int) g,
           LATERAL (SELECT $3::timestamptz - interval '1 day' * (g % 20) AS at) d
"""


async def test_a_rollup_reads_the_same_rows_however_much_was_reported(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    span = span_arguments(TODAY - timedelta(days=40), TODAY)
    read = []
    for first, last in ((1, 70), (71, 1_400)):  # 14 people: about 1,000 reports, then 20,000
        await pool.execute(MANY, first, last, NOW)
        async with pool.acquire() as connection:
            await refilled(connection)
            await connection.execute("ANALYZE")
            answer = await connection.fetchval(
                f"EXPLAIN (ANALYZE, FORMAT JSON) {OF_UNITS}", [city.city, city.health], *span
            )
        read.append(rows_read(json.loads(answer)[0]["Plan"]))
    assert await pool.fetchval("SELECT count(*) FROM report") >= 19_000
    assert read[0] == read[1]
    assert read[0] > 0


def test_the_arguments_of_an_empty_edge_hold_no_day() -> None:
    months_from, months_until, *edges = span_arguments(date(2026, 1, 1), date(2026, 3, 31))
    assert (months_from, months_until) == (date(2026, 1, 1), date(2026, 4, 1))
    assert all(first > last for first, last in zip(edges[::2], edges[1::2], strict=True))
