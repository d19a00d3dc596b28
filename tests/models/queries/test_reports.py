"""Questions about reports: pages by key, what was before, and decisions in the order asked."""

from datetime import UTC, datetime, timedelta

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.reports import (
    ReportFilter,
    decided,
    lock_shards_of,
    report_changes,
    report_row,
    reports_page,
)
from models.tables.columns import new_id
from tests.builders import make_city, make_report, submit


async def test_a_page_begins_after_its_key_even_between_equal_instants(pool: asyncpg.Pool) -> None:
    city, at = await make_city(pool), datetime.now(UTC)
    ids = [new_id() for _ in range(5)]
    for report_id in ids:
        await submit(
            pool, "create", city.ani, report_id=report_id, target_id=city.targets[city.ani], at=at
        )
    wanted, seen, after = ReportFilter(city.ani), [], None
    while rows := await reports_page(pool, wanted, after, 2):
        seen += [row["id"] for row in rows]
        after = rows[-1]["activity_at"], rows[-1]["id"]
    assert seen == sorted(ids, reverse=True)


async def test_units_of_then_narrow_a_page(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    for units, found in (([city.health], 1), ([city.clinic], 1), ([city.pharmacy], 0), ([], 0)):
        wanted = ReportFilter(city.ani, below=units)
        assert len(await reports_page(pool, wanted, None, 10)) == found


async def test_a_report_reads_with_its_names_and_its_past(pool: asyncpg.Pool) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], quantity=2, report_id=report_id)
    later = datetime.now(UTC) + timedelta(minutes=1)
    await submit(pool, "revise", city.ani, report_id=report_id, quantity=5, at=later)
    row = await report_row(pool, report_id)
    assert row is not None
    assert (row["employee_name"], row["indicator"], row["quantity"]) == ("Ani", "Kunjungan", 5.0)
    (change,) = await report_changes(pool, report_id)
    assert (change["kind"], change["version"], change["quantity_before"]) == ("revision", 2, 2.0)
    assert await report_row(pool, new_id()) is None


async def test_decisions_keep_their_order_and_only_what_applied_has_an_event(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city, report_id, unknown = await make_city(pool), new_id(), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    asked = [unknown, report_id, report_id]
    async with AsyncSession(engine) as session, session.begin():
        await lock_shards_of(session, asked)
        results = await decided(session, (city.clinic_head, "Kepala"), "approve", asked)
    assert [result.report_id for result in results] == asked
    outcomes = [(result.outcome, result.code, result.event is None) for result in results]
    assert outcomes == [
        ("rejected", "unknown_report", True),
        ("applied", None, False),
        ("duplicate", None, True),
    ]


async def test_the_counter_of_waiting_reports_follows_every_step(pool: asyncpg.Pool) -> None:
    city, ids = await make_city(pool), [new_id() for _ in range(3)]
    target_id, actor = city.targets[city.ani], (city.clinic_head, "Kepala")

    async def waiting() -> int:
        return await pool.fetchval(
            "SELECT waiting FROM target_pace WHERE target_id = $1", target_id
        )

    for report_id in ids:
        await make_report(pool, city.ani, target_id, report_id=report_id)
    assert await waiting() == 3
    await decided(pool, actor, "approve", ids[:1])
    await decided(pool, actor, "return", ids[1:2], "kurang")
    assert await waiting() == 1
    await submit(pool, "revise", city.ani, report_id=ids[1], quantity=2)
    assert await waiting() == 2
    await submit(pool, "revise", city.ani, report_id=ids[1], quantity=3)
    await submit(pool, "withdraw", city.ani, report_id=ids[2])
    assert await waiting() == 1
    await decided(pool, actor, "approve", ids)
    assert await waiting() == 0
