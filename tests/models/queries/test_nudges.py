"""A look finds whose day closes now; a nudge is made in the commit that moves the look on."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.nudges import DueLook, Look, due_looks, looks_claimed, reported_since
from models.queries.slips import NewNotice
from models.tables.columns import new_id
from tests.builders import HEALTH_SHARD, City, make_city, make_report, move_employee

HOUR = timedelta(hours=1)


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def watch(connection: Any, employee_id: UUID, away: timedelta = -HOUR) -> None:
    await connection.execute(
        "INSERT INTO nudge (employee_id, due_at) VALUES ($1, clock_timestamp() + $2)",
        employee_id,
        away,
    )


async def look(connection: Any, employee_id: UUID) -> DueLook:
    await watch(connection, employee_id)
    (found,) = await due_looks(connection, 10)
    return found


def nudged(due: DueLook) -> Look:
    notice = NewNotice(
        new_id(), f"nudge:today:{due.employee_id}", due.employee_id, "nudge", '{"a":1}', True,
        due.now,
    )  # fmt: skip
    return Look(due, due.now + 24 * HOUR, notice)


async def test_only_what_is_due_is_found(connection: Any, city: City) -> None:
    await watch(connection, city.ani)
    await watch(connection, city.budi, HOUR)
    found = await due_looks(connection, 10)
    assert [(each.employee_id, each.has_work) for each in found] == [(city.ani, True)]


async def test_who_has_nothing_left_to_do_has_no_work(connection: Any, city: City) -> None:
    await connection.execute(
        "UPDATE target_pace SET state = 'achieved' WHERE employee_id = $1", city.ani
    )
    await connection.execute("UPDATE employee SET active = false WHERE id = $1", city.budi)
    await watch(connection, city.ani)
    await watch(connection, city.budi)
    assert not any(each.has_work for each in await due_looks(connection, 10))


async def test_who_has_reported_since_then_is_known(connection: Any, city: City) -> None:
    now = datetime.now(UTC)
    await make_report(connection, city.ani, city.targets[city.ani])
    row = await make_report(connection, city.budi, city.targets[city.budi])
    people = {city.ani: now - HOUR, city.budi: now - HOUR, city.citra: now - HOUR}
    assert await reported_since(connection, people) == {city.ani, city.budi}
    assert await reported_since(connection, {city.ani: now + HOUR}) == frozenset()
    assert await reported_since(connection, {}) == frozenset()
    await connection.execute("UPDATE report SET status = 'withdrawn' WHERE employee_id = $1",
                             row.employee_id)  # fmt: skip
    assert await reported_since(connection, people) == {city.ani}


async def test_what_came_in_today_of_an_earlier_day_counts(connection: Any, city: City) -> None:
    await make_report(connection, city.ani, city.targets[city.ani])
    await connection.execute("UPDATE report SET activity_at = activity_at - interval '3 days'")
    since = datetime.now(UTC) - HOUR
    assert await reported_since(connection, {city.ani: since}) == {city.ani}


async def test_a_claim_moves_the_look_on_and_nudges_once(connection: Any, city: City) -> None:
    due = await look(connection, city.ani)
    claimed, events = await looks_claimed(connection, [nudged(due)], {HEALTH_SHARD}, ())
    assert (claimed, [event.employee_id for event in events]) == (1, [city.ani])
    row = await connection.fetchrow("SELECT * FROM notice")
    assert (row["employee_id"], row["target_id"]) == (city.ani, None)
    assert await due_looks(connection, 10) == []
    assert await looks_claimed(connection, [nudged(due)], {HEALTH_SHARD}, ()) == (0, ())


async def test_a_day_is_nudged_once_whoever_looks_again(connection: Any, city: City) -> None:
    due = await look(connection, city.ani)
    await looks_claimed(connection, [nudged(due)], {HEALTH_SHARD}, ())
    await connection.execute("UPDATE nudge SET due_at = clock_timestamp()")
    (again,) = await due_looks(connection, 10)
    assert await looks_claimed(connection, [nudged(again)], {HEALTH_SHARD}, ()) == (1, ())


async def test_without_a_next_look_the_row_ends_and_needs_no_shard(
    connection: Any, city: City
) -> None:
    due = await look(connection, city.ani)
    assert await looks_claimed(connection, [Look(due)], (), ()) == (1, ())
    assert await connection.fetchval("SELECT count(*) FROM nudge") == 0


async def test_who_has_moved_is_looked_at_again(connection: Any, city: City) -> None:
    due = await look(connection, city.ani)
    await move_employee(connection, city.ani, city.roads)
    assert await looks_claimed(connection, [nudged(due)], {HEALTH_SHARD}, ()) == (0, ())
    assert len(await due_looks(connection, 10)) == 1
