"""A rung is told in the commit that moves its row on, and only while it is as it was read."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.escalations import DueEscalation, Step, due_escalations, steps_claimed
from models.queries.slips import NewNotice
from models.tables.columns import new_id
from tests.builders import HEALTH_SHARD, City, make_city, move_employee

HOUR = timedelta(hours=1)


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


@pytest.fixture
async def due(connection: Any, city: City) -> DueEscalation:
    """Ani's target has slipped for the first time, and its first rung is due."""
    target_id = city.targets[city.ani]
    await connection.execute(
        "UPDATE target_pace SET state = 'slipped', slip_number = 1 WHERE target_id = $1", target_id
    )
    await connection.execute(
        "INSERT INTO escalation (target_id, slip_number, slipped_at, due_at)"
        " VALUES ($1, 1, clock_timestamp(), clock_timestamp() - interval '1 minute')",
        target_id,
    )
    (found,) = await due_escalations(connection, 10)
    return found


def told(due: DueEscalation, recipient_id: UUID, employee_id: UUID) -> Step:
    notice = NewNotice(
        new_id(),
        f"unanswered:{due.target_id}:1:{recipient_id}",
        recipient_id,
        "staff_unanswered",
        '{"a":1}',
        True,
        due.now,
    )
    return Step(due, 2, due.now + HOUR, employee_id, notice)


async def notices(connection: Any) -> int:
    return await connection.fetchval("SELECT count(*) FROM notice")


async def rung(connection: Any) -> int | None:
    return await connection.fetchval("SELECT rung FROM escalation")


async def test_only_what_is_due_is_found_the_longest_due_first(
    connection: Any, city: City, due: DueEscalation
) -> None:
    other, later = city.targets[city.budi], city.targets[city.citra]
    for target_id, minutes in ((other, -5), (later, 5)):
        await connection.execute(
            "INSERT INTO escalation (target_id, slip_number, slipped_at, due_at)"
            " VALUES ($1, 1, clock_timestamp(), clock_timestamp() + $2)",
            target_id,
            timedelta(minutes=minutes),
        )
    found = [each.target_id for each in await due_escalations(connection, 10)]
    assert found == [other, due.target_id]
    assert len(await due_escalations(connection, 1)) == 1


async def test_a_claim_moves_the_row_on_and_tells(
    connection: Any, city: City, due: DueEscalation
) -> None:
    step = told(due, city.clinic_head, city.ani)
    answer = await steps_claimed(connection, [step], {HEALTH_SHARD}, ())
    assert answer.target_ids == {due.target_id}
    assert [(event.kind, event.employee_id) for event in answer.events] == [
        ("notice", city.clinic_head)
    ]
    row = await connection.fetchrow("SELECT * FROM notice")
    assert (row["employee_id"], row["target_id"]) == (city.ani, due.target_id)
    assert await rung(connection) == 2
    again = await steps_claimed(connection, [step], {HEALTH_SHARD}, ())
    assert (again.target_ids, again.events) == (frozenset(), ())
    assert await notices(connection) == 1


async def test_without_a_next_rung_the_row_ends(
    connection: Any, city: City, due: DueEscalation
) -> None:
    last = replace(told(due, city.clinic_head, city.ani), next_rung=None, next_due_at=None)
    assert (await steps_claimed(connection, [last], {HEALTH_SHARD}, ())).events
    assert await rung(connection) is None


async def test_what_recovered_meanwhile_is_not_told(
    connection: Any, city: City, due: DueEscalation
) -> None:
    await connection.execute("UPDATE target_pace SET state = 'on_track'")
    step = told(due, city.clinic_head, city.ani)
    assert (await steps_claimed(connection, [step], {HEALTH_SHARD}, ())).events == ()
    assert await notices(connection) == 0


async def test_a_recipient_who_moved_is_asked_when_it_comes_again(
    connection: Any, city: City, due: DueEscalation
) -> None:
    await move_employee(connection, city.clinic_head, city.roads)
    step = told(due, city.clinic_head, city.ani)
    answer = await steps_claimed(connection, [step], {HEALTH_SHARD}, ())
    assert (answer.target_ids, answer.events) == (frozenset(), ())
    assert await rung(connection) == 1


async def test_of_two_at_once_one_tells(
    pool: asyncpg.Pool, connection: Any, city: City, due: DueEscalation
) -> None:
    async def claim() -> int:
        async with pool.acquire() as one:
            step = told(due, city.clinic_head, city.ani)
            return len((await steps_claimed(one, [step], {HEALTH_SHARD}, ())).events)

    assert sorted(await asyncio.gather(*(claim() for _ in range(4)))) == [0, 0, 0, 1]
    assert await notices(connection) == 1
