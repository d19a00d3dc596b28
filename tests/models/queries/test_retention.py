"""Old notices go with all that hangs on them, oldest first, as many as asked for and no more."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.queries.retention import (
    DELIVERIES,
    LETTERS,
    NOTICES,
    deliveries_forgotten,
    letters_forgotten,
    notices_forgotten,
)
from tests.builders import make_city


def id_of(at: datetime) -> UUID:
    """An id as it would have been made then."""
    return UUID(f"{int(at.timestamp() * 1000):012x}7{uuid4().hex[13:]}")


async def make_notice(connection: Any, recipient_id: UUID, days: int, letter: bool = False) -> UUID:
    """A notice so many days old, with a delivery, a step and perhaps a letter of that day."""
    at = datetime.now(UTC) - timedelta(days=days)
    notice_id, delivery_id = id_of(at), uuid4()
    await connection.execute(
        "INSERT INTO notice (id, key, recipient_id, kind, content, made_at)"
        " VALUES ($1::uuid, $1::uuid::text, $2, 'slip', '{}', $3)",
        notice_id,
        recipient_id,
        at,
    )
    await connection.execute(
        "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel, state, made_at)"
        " VALUES ($1, $2, $3, $4, 'fcm', 'failed', $5)",
        delivery_id,
        notice_id,
        recipient_id,
        uuid4(),
        at,
    )
    await connection.execute(
        "INSERT INTO delivery_event (delivery_id, at, what) VALUES ($1, $2, 'failed')",
        delivery_id,
        at,
    )
    if letter:
        await connection.execute(
            "INSERT INTO dead_letter (delivery_id, at, payload, reason) VALUES ($1, $2, '{}', '')",
            delivery_id,
            at,
        )
    return notice_id


async def left(connection: Any) -> dict[str, int]:
    tables = ("notice", "delivery", "delivery_event", "dead_letter")
    return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in tables}


async def test_a_delivery_goes_with_its_steps_and_its_letter(pool: Any) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        await make_notice(connection, city.ani, 401, letter=True)
        await make_notice(connection, city.ani, 399, letter=True)
        assert await deliveries_forgotten(connection, 400, 10) == 1
        assert await left(connection) == {
            "notice": 2,
            "delivery": 1,
            "delivery_event": 1,
            "dead_letter": 1,
        }


async def test_a_notice_waits_for_its_deliveries(pool: Any) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        await make_notice(connection, city.ani, 600)
        assert await notices_forgotten(connection, 550, 10) == 0
        await deliveries_forgotten(connection, 400, 10)
        assert await notices_forgotten(connection, 550, 10) == 1
        assert (await left(connection))["notice"] == 0


async def test_letters_go_before_their_deliveries(pool: Any) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        await make_notice(connection, city.ani, 91, letter=True)
        await make_notice(connection, city.ani, 89, letter=True)
        assert await letters_forgotten(connection, 90, 10) == 1
        counts = await left(connection)
        assert (counts["dead_letter"], counts["delivery"]) == (1, 2)


async def test_no_more_than_asked_for_and_the_oldest_first(pool: Any) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        ids = [await make_notice(connection, city.ani, days) for days in (410, 430, 420)]
        assert await deliveries_forgotten(connection, 400, 2) == 2
        kept = await connection.fetchval("SELECT notice_id FROM delivery")
        assert kept == ids[0]


async def test_an_old_looking_id_of_today_is_not_old(pool: Any) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        notice_id = await make_notice(connection, city.ani, 600)
        await connection.execute("UPDATE notice SET made_at = clock_timestamp()")
        assert await deliveries_forgotten(connection, 400, 10) == 0
        await connection.execute("DELETE FROM delivery_event")
        await connection.execute("DELETE FROM delivery")
        assert await notices_forgotten(connection, 550, 10) == 0
        assert await connection.fetchval("SELECT id FROM notice") == notice_id


async def test_what_somebody_holds_is_left_for_the_next_time(pool: Any) -> None:
    async with pool.acquire() as connection, pool.acquire() as other:
        city = await make_city(connection)
        await make_notice(connection, city.ani, 401)
        async with other.transaction():
            await other.execute("SELECT 1 FROM delivery FOR UPDATE")
            assert await deliveries_forgotten(connection, 400, 10) == 0
        assert await deliveries_forgotten(connection, 400, 10) == 1


@pytest.mark.parametrize(
    ("question", "index"),
    [(DELIVERIES, "delivery_once"), (NOTICES, "notice_pkey"), (LETTERS, "dead_letter_at")],
)
async def test_the_old_ones_are_found_by_index(pool: Any, question: str, index: str) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET enable_seqscan = off")
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {question}", 400, 500)
        assert f'"Index Name": "{index}"' in plan
        assert any("Index Cond" in node for node in _nodes(json.loads(plan)[0]["Plan"], index))


def _nodes(node: dict[str, Any], index: str) -> list[dict[str, Any]]:
    below = [found for child in node.get("Plans", ()) for found in _nodes(child, index)]
    return [node, *below] if node.get("Index Name") == index else below
