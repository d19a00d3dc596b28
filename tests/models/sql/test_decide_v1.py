"""The decision's function by itself: outcomes, sums, and a reporter who is moved meanwhile."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.tables.columns import new_id
from tests.builders import City, make_city, make_report, move_employee, submit

DECIDE = (
    "SELECT outcome, code, kind, approved, pending, content"
    " FROM decide_v1($1, 'Atasan', $2, $3::uuid[], $4::uuid[], $5)"
)


async def decided(
    connection: Any, actor_id: UUID, decision: str, *report_ids: UUID, reason: str = ""
) -> list[tuple[str, str | None]]:
    """Outcome and code of each."""
    rows = await connection.fetch(
        DECIDE, actor_id, decision, list(report_ids), [new_id() for _ in report_ids], reason
    )
    return [(row["outcome"], row["code"]) for row in rows]


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """The small city of the builders."""
    return await make_city(pool)


async def reported(pool: asyncpg.Pool, city: City, quantity: float = 2.0) -> UUID:
    """A report of Ani's."""
    report_id = new_id()
    await make_report(
        pool, city.ani, city.targets[city.ani], quantity=quantity, report_id=report_id
    )
    return report_id


async def pace(pool: asyncpg.Pool, city: City) -> tuple[float, float, int]:
    """Approved, pending, waiting of Ani's target."""
    row = await pool.fetchrow(
        "SELECT approved, pending, waiting FROM target_pace WHERE target_id = $1",
        city.targets[city.ani],
    )
    return tuple(row)  # type: ignore[return-value]


async def test_an_approval_moves_the_quantity_and_counts_once(
    pool: asyncpg.Pool, city: City
) -> None:
    one, two = await reported(pool, city), await reported(pool, city, 3)
    assert await decided(pool, city.clinic_head, "approve", one, uuid4(), one) == [
        ("applied", None),
        ("rejected", "unknown_report"),
        ("duplicate", None),
    ]
    assert await pace(pool, city) == (2.0, 3.0, 1)
    assert await decided(pool, city.clinic_head, "return", one, two, reason="bukti?") == [
        ("rejected", "already_decided"),
        ("applied", None),
    ]
    assert await pace(pool, city) == (2.0, 0.0, 0)
    assert await decided(pool, city.clinic_head, "approve", two) == [
        ("rejected", "report_not_open")
    ]
    assert await pool.fetchval("SELECT text FROM feedback WHERE report_id = $1", two) == "bukti?"


async def test_many_at_once_decide_one_report_once(pool: asyncpg.Pool, city: City) -> None:
    report_id = await reported(pool, city)
    outcomes = await asyncio.gather(
        *(decided(pool, city.clinic_head, "approve", report_id) for _ in range(8))
    )
    assert sorted(outcome for ((outcome, _),) in outcomes) == ["applied"] + ["duplicate"] * 7
    assert await pace(pool, city) == (2.0, 0.0, 0)
    assert await pool.fetchval("SELECT count(*) FROM feed WHERE kind = 'approval'") == 1


async def test_a_reporter_who_is_moved_meanwhile_is_decided_by_nobody_in_that_moment(
    pool: asyncpg.Pool, city: City
) -> None:
    report_id = await reported(pool, city)
    async with pool.acquire() as moving:
        transaction = moving.transaction()
        await transaction.start()
        await moving.execute(
            "SELECT FROM feed_shard WHERE shard IN (3, 5) ORDER BY shard FOR UPDATE"
        )
        await move_employee(moving, city.ani, city.roads)
        waiting = asyncio.create_task(decided(pool, city.clinic_head, "approve", report_id))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await transaction.commit()
    assert await waiting == [("rejected", "busy")]
    assert await pace(pool, city) == (0.0, 2.0, 1)
    assert await decided(pool, city.roads_head, "approve", report_id) == [("applied", None)]


async def test_each_return_is_counted_and_an_approval_leaves_the_count(
    pool: asyncpg.Pool, city: City
) -> None:
    report_id = await reported(pool, city)
    for quantity in (3, 4):
        await decided(pool, city.clinic_head, "return", report_id, reason="foto kurang")
        await decided(pool, city.clinic_head, "return", report_id, reason="dua kali")
        await submit(pool, "revise", city.ani, report_id=report_id, quantity=quantity)
    await decided(pool, city.clinic_head, "approve", report_id)
    row = await pool.fetchrow("SELECT status, returns FROM report WHERE id = $1", report_id)
    assert tuple(row) == ("approved", 2)
