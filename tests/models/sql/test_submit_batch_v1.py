"""The intake's function by itself: outcomes, progress, numbers, and what it never does."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from mobile_contract.reports import NewReport, Revision, Withdrawal
from models.tables.columns import new_id
from realtime.captures import creation, revision, withdrawal
from realtime.submission import IntakeItem, ItemResult, submitted
from tests.builders import City, decide, make_city, make_target
from tests.realtime.test_captures import reporter

TIMEOUT_S = 30.0


def item(
    employee_id: UUID,
    target_id: UUID,
    *,
    report_id: UUID | None = None,
    quantity: float = 1.0,
    note: str = "",
    activity_at: datetime | None = None,
    captured_at: datetime | None = None,
) -> IntakeItem:
    """A new report of this employee, captured now unless said otherwise."""
    now = datetime.now(UTC)
    report = NewReport(
        report_id or new_id(),
        target_id,
        quantity,
        activity_at or now,
        note,
        captured_at or now,
    )
    return by(employee_id, creation(report, reporter(), None, now))


def by(employee_id: UUID, made: IntakeItem) -> IntakeItem:
    """The same item from this employee."""
    return replace(made, employee_id=employee_id)


def revised(employee_id: UUID, report_id: UUID, quantity: float, base: int | None = None) -> Any:
    """A revision by this employee."""
    body = Revision(report_id, quantity, datetime.now(UTC), "revisi", base)
    return by(employee_id, revision(uuid4(), body, reporter()))


def withdrawn(employee_id: UUID, report_id: UUID, base: int | None = None) -> IntakeItem:
    """A withdrawal by this employee."""
    return by(employee_id, withdrawal(uuid4(), Withdrawal(report_id, "salah", base), reporter()))


async def results(pool: asyncpg.Pool, *items: IntakeItem) -> list[ItemResult]:
    """Commits a batch."""
    async with pool.acquire() as connection:
        return (await submitted(connection, items, TIMEOUT_S))[0]


async def pace(pool: asyncpg.Pool, target_id: UUID) -> tuple[float, float, int, int]:
    """Approved, pending, observations, waiting."""
    row = await pool.fetchrow(
        "SELECT approved, pending, observations, waiting FROM target_pace WHERE target_id = $1",
        target_id,
    )
    return tuple(row)  # type: ignore[return-value]


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """The small city of the builders."""
    async with pool.acquire() as connection:
        return await make_city(connection)


async def test_a_report_gets_a_receipt_an_event_and_moves_its_target(
    pool: asyncpg.Pool, city: City
) -> None:
    target = city.targets[city.ani]
    async with pool.acquire() as connection:
        (result,), (event,) = await submitted(
            connection, [item(city.ani, target, quantity=3)], TIMEOUT_S
        )
    assert (result.outcome, result.status, result.version) == ("applied", "received", 1)
    assert (result.receipt_shard, result.receipt_seq) == (event.shard, event.seq)
    assert event.kind == "report"
    assert event.unit_path == [city.city, city.health, city.clinic]
    assert event.agency_id == city.health
    assert (event.goal, event.approved, event.pending) == (100.0, 0.0, 3.0)
    assert '"indicator":"Kunjungan","unit_of_measure":"kali","version":1' in event.content
    assert await pace(pool, target) == (0.0, 3.0, 1, 1)


async def test_the_same_report_again_is_a_duplicate_with_the_same_receipt(
    pool: asyncpg.Pool, city: City
) -> None:
    sent = item(city.ani, city.targets[city.ani])
    (first,) = await results(pool, sent)
    again = await results(pool, sent, sent)
    assert [result.outcome for result in again] == ["duplicate", "duplicate"]
    assert {(result.receipt_shard, result.receipt_seq) for result in again} == {
        (first.receipt_shard, first.receipt_seq)
    }
    assert await pace(pool, city.targets[city.ani]) == (0.0, 1.0, 1, 1)


async def test_twice_in_one_batch_is_once(pool: asyncpg.Pool, city: City) -> None:
    sent = item(city.ani, city.targets[city.ani])
    other = item(city.ani, city.targets[city.ani], report_id=sent.report_id, quantity=7)
    got = await results(pool, sent, sent, other)
    assert [result.outcome for result in got] == ["applied", "duplicate", "conflict"]
    assert got[2].code == "report_conflict"
    assert got[2].receipt_seq is None
    assert await pace(pool, city.targets[city.ani]) == (0.0, 1.0, 1, 1)


async def test_an_id_of_somebody_else_tells_nothing_of_their_report(
    pool: asyncpg.Pool, city: City
) -> None:
    sent = item(city.ani, city.targets[city.ani])
    await results(pool, sent)
    stolen = item(city.dedi, city.targets[city.dedi], report_id=sent.report_id)
    (result,) = await results(pool, stolen)
    assert (result.outcome, result.code, result.status) == ("conflict", "report_conflict", None)


async def test_bad_items_do_not_sink_good_ones(pool: asyncpg.Pool, city: City) -> None:
    target = city.targets[city.ani]
    async with pool.acquire() as connection:
        narrow = await make_target(connection, city.ani, max_quantity=5)
        closed = await make_target(connection, city.ani)
        await connection.execute(
            "UPDATE target SET closed_at = now() - interval '1 day' WHERE id = $1", closed
        )
    got = await results(
        pool,
        item(city.ani, target),
        item(city.ani, uuid4()),
        item(city.ani, city.targets[city.budi]),
        item(city.ani, narrow, quantity=6),
        item(city.ani, closed),
        item(city.budi, city.targets[city.budi]),
    )
    assert [(result.outcome, result.code) for result in got] == [
        ("applied", None),
        ("rejected", "unknown_target"),
        ("rejected", "not_your_target"),
        ("rejected", "quantity_out_of_range"),
        ("rejected", "period_closed"),
        ("applied", None),
    ]
    assert await pool.fetchval("SELECT count(*) FROM report") == 2
    assert await pool.fetchval("SELECT sum(head) FROM feed_shard") == 2


async def test_captured_before_the_closing_and_arrived_after_waits_for_the_supervisor(
    pool: asyncpg.Pool, city: City
) -> None:
    target = city.targets[city.ani]
    await pool.execute(
        "UPDATE target SET closed_at = now() - interval '1 hour',"
        " period_end = now() - interval '1 day' WHERE id = $1",
        target,
    )
    captured_at = datetime.now(UTC) - timedelta(days=2)
    sent = item(city.ani, target, quantity=4, captured_at=captured_at, activity_at=captured_at)
    (result,) = await results(pool, sent)
    assert (result.outcome, result.flags) == ("applied", 4 | 8)
    assert await pace(pool, target) == (0.0, 0.0, 0, 1)
    async with pool.acquire() as connection:
        await decide(connection, city.clinic_head, sent.report_id)
    assert await pace(pool, target) == (4.0, 0.0, 1, 0)


async def test_what_was_captured_in_a_recorded_outage_is_not_late(
    pool: asyncpg.Pool, city: City
) -> None:
    target = city.targets[city.ani]
    await pool.execute(
        "UPDATE target SET period_end = now() - interval '1 hour' WHERE id = $1", target
    )
    away = datetime.now(UTC) - timedelta(hours=2)  # before the period's end
    await pool.execute(
        "INSERT INTO outage (id, starts_at, ends_at, reason) VALUES ($1, $2, $3, 'listrik')",
        uuid4(),
        away - timedelta(minutes=10),
        away + timedelta(minutes=10),
    )
    in_outage, late = await results(
        pool,
        item(city.ani, target, captured_at=away, activity_at=away),
        item(
            city.ani,
            target,
            captured_at=away - timedelta(hours=1),
            activity_at=away - timedelta(days=40),
        ),
    )
    assert in_outage.flags == 64
    assert late.flags == 4 | 16


async def test_a_revision_replaces_and_a_withdrawal_takes_back(
    pool: asyncpg.Pool, city: City
) -> None:
    target, sent = city.targets[city.ani], item(city.ani, city.targets[city.ani], quantity=2)
    change, undo = revised(city.ani, sent.report_id, 5, 1), withdrawn(city.ani, sent.report_id, 2)
    got = await results(pool, sent, change)
    assert [(result.outcome, result.status, result.version) for result in got] == [
        ("applied", "received", 1),  # each as it left the report, also within one batch
        ("applied", "revised", 2),
    ]
    assert await pace(pool, target) == (0.0, 5.0, 1, 1)
    (again,) = await results(pool, change)
    assert (again.outcome, again.version) == ("duplicate", 2)
    (taken,) = await results(pool, undo)
    assert (taken.outcome, taken.status, taken.version) == ("applied", "withdrawn", 3)
    assert await pace(pool, target) == (0.0, 0.0, 0, 0)
    (late,) = await results(pool, revised(city.ani, sent.report_id, 9))
    assert (late.outcome, late.code) == ("rejected", "report_not_open")
    kinds = await pool.fetch("SELECT kind FROM feed ORDER BY seq")
    assert [row["kind"] for row in kinds] == ["report", "revision", "withdrawal"]


async def test_a_change_that_arrives_before_its_report_waits(
    pool: asyncpg.Pool, city: City
) -> None:
    sent = item(city.ani, city.targets[city.ani])
    change = revised(city.ani, sent.report_id, 5)
    (early,) = await results(pool, change)
    assert (early.outcome, early.code) == ("blocked", "unknown_report")
    assert [result.outcome for result in await results(pool, sent, change)] == ["applied"] * 2


async def test_an_outdated_base_and_a_reused_mutation_are_conflicts(
    pool: asyncpg.Pool, city: City
) -> None:
    sent = item(city.ani, city.targets[city.ani])
    change = revised(city.ani, sent.report_id, 5, 1)
    await results(pool, sent, change)
    stale = revised(city.ani, sent.report_id, 6, 1)
    reused = by(
        city.ani,
        revision(
            change.mutation_id,
            Revision(sent.report_id, 8.0, datetime.now(UTC), "lain", None),
            reporter(),
        ),
    )
    foreign = revised(city.dedi, sent.report_id, 6)
    got = await results(pool, stale, reused, foreign)
    assert [(result.outcome, result.code) for result in got] == [
        ("conflict", "outdated_base"),
        ("conflict", "report_conflict"),
        ("rejected", "unknown_report"),
    ]


async def test_a_returned_report_counts_again_once_it_is_revised(
    pool: asyncpg.Pool, city: City
) -> None:
    target, sent = city.targets[city.ani], item(city.ani, city.targets[city.ani], quantity=2)
    await results(pool, sent)
    async with pool.acquire() as connection:
        await decide(connection, city.clinic_head, sent.report_id, "return", "mana buktinya?")
    assert await pace(pool, target) == (0.0, 0.0, 0, 0)
    (result,) = await results(pool, revised(city.ani, sent.report_id, 3))
    assert result.outcome == "applied"
    assert await pace(pool, target) == (0.0, 3.0, 1, 1)


async def test_numbers_are_contiguous_in_commit_order_under_writers_of_every_kind(
    pool: asyncpg.Pool, city: City
) -> None:
    """Writers in two shards at once, some abort, some are poison; readers never see a gap."""
    staff = [city.ani, city.budi, city.dedi, city.eka]
    seen: dict[int, int] = {}
    done = asyncio.Event()

    async def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            batch = [item(who, city.targets[who]) for who in chance.choices(staff, k=5)]
            kind = chance.random()
            async with pool.acquire() as connection:
                if kind < 0.2:
                    aborted = connection.transaction()
                    await aborted.start()
                    await submitted(connection, batch, TIMEOUT_S)
                    await aborted.rollback()
                elif kind < 0.4:
                    poison = replace(batch[0], report_id=new_id(), note="\0")
                    with pytest.raises(asyncpg.CharacterNotInRepertoireError):
                        await submitted(connection, [*batch, poison], TIMEOUT_S)
                else:
                    await submitted(connection, batch, TIMEOUT_S)
                    await decide(connection, city.clinic_head, batch[0].report_id)

    async def read() -> None:
        while not done.is_set():
            for row in await pool.fetch("SELECT shard, head FROM feed_shard WHERE head > 0"):
                shard, head = row["shard"], row["head"]
                after = seen.get(shard, 0)
                rows = await pool.fetch(
                    "SELECT seq FROM feed WHERE shard = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
                    shard,
                    after,
                    head,
                )
                assert [row["seq"] for row in rows] == list(range(after + 1, head + 1))
                seen[shard] = head

    reader = asyncio.create_task(read())
    try:
        await asyncio.gather(*(write(seed) for seed in range(6)))
    finally:
        done.set()
        await reader
    heads = dict(await pool.fetch("SELECT shard, head FROM feed_shard WHERE head > 0"))
    counts = dict(await pool.fetch("SELECT shard, count(*) FROM feed GROUP BY shard"))
    assert heads == counts
    assert await pool.fetchval("SELECT count(*) FROM report") == await pool.fetchval(
        "SELECT count(*) FROM feed WHERE kind = 'report'"
    )


READ = """
    SELECT sum(seq_scan)::int AS scans, sum(coalesce(idx_tup_fetch, 0))::int AS fetched
      FROM pg_stat_xact_user_tables WHERE relname IN ('report', 'feed')
"""


async def test_a_plan_made_on_empty_tables_still_serves_full_ones(city, pool):
    """The plan is made once; if it read a table through, every batch would cost all before it."""
    async with pool.acquire() as connection:
        await connection.execute("VACUUM ANALYZE report, feed")
        batches = [[item(city.ani, city.targets[city.ani]) for _ in range(20)] for _ in range(12)]
        await submitted(connection, batches[0], TIMEOUT_S)
        async with connection.transaction():
            before = await connection.fetchrow(READ)
            for batch in batches[1:]:
                await submitted(connection, batch, TIMEOUT_S)
            after = await connection.fetchrow(READ)
    assert after["scans"] == before["scans"]
    assert after["fetched"] - before["fetched"] <= 2 * 20 * len(batches)
