"""A transfer moves the person and their running targets; what happened stays where it happened."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from models.queries.transfers import transferred
from models.rules.refusals import Busy
from tests.builders import make_city, make_report


async def test_person_placement_and_pace_go_and_the_past_stays(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    before = await make_report(pool, city.ani, city.targets[city.ani])
    (event,) = await transferred(pool, {city.ani: city.roads}, "rotasi")
    assert (event.kind, event.unit_id, event.shard) == ("target_changed", city.roads, 5)
    open_row = await pool.fetchrow(
        "SELECT e.unit_id, p.unit_id AS placed FROM employee e JOIN placement p"
        " ON p.employee_id = e.id AND p.valid_to IS NULL WHERE e.id = $1",
        city.ani,
    )
    assert tuple(open_row) == (city.roads, city.roads)
    pace = await pool.fetchrow(
        "SELECT shard, stale FROM target_pace WHERE employee_id = $1", city.ani
    )
    assert tuple(pace) == (5, True)
    kept = await pool.fetchval(
        "SELECT unit_id FROM feed WHERE shard = $1 AND seq = $2", before.shard, before.seq
    )
    assert kept == city.clinic
    after = await make_report(pool, city.ani, city.targets[city.ani])
    assert (after.shard, after.unit_id) == (5, city.roads)


async def test_who_is_there_already_stays_untouched(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    assert await transferred(pool, {city.ani: city.clinic}) == []
    assert await transferred(pool, {}) == []
    placements = "SELECT count(*) FROM placement WHERE employee_id = $1"
    assert await pool.fetchval(placements, city.ani) == 1


async def test_crossed_transfers_while_reports_come_in_lose_nothing(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    target_id = city.targets[city.ani]

    async def moves() -> None:
        for unit_id in (city.roads, city.clinic) * 5:
            async with pool.acquire() as connection, connection.transaction():
                await transferred(connection, {city.ani: unit_id, city.dedi: unit_id})

    async def reports() -> int:
        done = 0
        for _ in range(30):
            with suppress(AssertionError):  # `retry`: she moved in that moment; a phone sends again
                await make_report(pool, city.ani, target_id)
                done += 1
        assert done > 0
        return done

    _, done = await asyncio.gather(moves(), reports())
    pace = await pool.fetchrow(
        "SELECT p.pending, p.shard, u.shard AS home FROM target_pace p"
        " JOIN employee e ON e.id = p.employee_id JOIN unit u ON u.id = e.unit_id"
        " WHERE p.target_id = $1",
        target_id,
    )
    assert tuple(pace) == (done, 3, 3)
    heads = await pool.fetch("SELECT shard, head FROM feed_shard WHERE head > 0")
    for row in heads:
        written = "SELECT count(*) FROM feed WHERE shard = $1"
        assert await pool.fetchval(written, row["shard"]) == row["head"]


async def test_two_moves_of_one_person_leave_one_open_placement(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)

    async def move(unit_id: object) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await transferred(connection, {city.ani: unit_id})  # type: ignore[dict-item]

    answers = await asyncio.gather(move(city.roads), move(city.pharmacy), return_exceptions=True)
    assert all(answer is None or isinstance(answer, Busy) for answer in answers)
    rows = await pool.fetch(
        "SELECT unit_id FROM placement WHERE employee_id = $1 AND valid_to IS NULL", city.ani
    )
    unit_id = await pool.fetchval("SELECT unit_id FROM employee WHERE id = $1", city.ani)
    assert [row["unit_id"] for row in rows] == [unit_id]


@pytest.mark.parametrize("days", [1, 400])
async def test_ended_targets_go_along_without_a_word(pool: asyncpg.Pool, days: int) -> None:
    city = await make_city(pool)
    ended = datetime.now(UTC) - timedelta(days=days)
    await pool.execute(
        "UPDATE target_pace SET period_end = $2 WHERE employee_id = $1", city.ani, ended
    )
    assert await transferred(pool, {city.ani: city.roads}) == []
    shard = await pool.fetchval("SELECT shard FROM target_pace WHERE employee_id = $1", city.ani)
    assert shard == 5
