"""What no provider takes ends after days; what waits for its person, or is being sent, does not."""

import json
from typing import Any
from uuid import uuid4

import pytest

from models.queries.expiry import EXPIRE, expired
from tests.builders import City, make_city
from tests.models.queries.test_retention import make_notice

DAYS = 3 * 86_400.0
CHANNELS = ("fcm", "web_push", "email")


async def queued(connection: Any, city: City, **changes: str) -> None:
    """One delivery, due now. `changes`: column → SQL."""
    await make_notice(connection, city.ani, 30)
    await connection.execute("DELETE FROM delivery_event")
    sets = {"state": "'queued'", "due_at": "clock_timestamp()"} | changes
    assignments = ", ".join(f"{column} = {value}" for column, value in sets.items())
    await connection.execute(f"UPDATE delivery SET {assignments} WHERE state = 'failed'")


def ago(days: float) -> str:
    return f"clock_timestamp() - interval '{days * 24} hours'"


async def test_what_was_held_for_days_ends_with_its_last_word(pool: Any) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        await queued(
            connection,
            city,
            held_since=ago(3.1),
            first_due_at=ago(0.1),
            outcome="'refused: THIRD_PARTY_AUTH_ERROR'",
        )
        assert await expired(connection, CHANNELS, DAYS, 10) == 1
        row = await connection.fetchrow("SELECT * FROM delivery")
        said = "expired: refused: THIRD_PARTY_AUTH_ERROR"
        assert (row["state"], row["outcome"], row["lease_id"]) == ("failed", said, None)
        assert row["settled_at"] is not None
        step = await connection.fetchrow("SELECT * FROM delivery_event")
        assert (step["what"], step["detail"]) == ("failed", said)
        letter = await connection.fetchrow("SELECT * FROM dead_letter")
        assert letter["reason"] == said
        assert json.loads(letter["payload"])["kind"] == "slip"
        assert await connection.fetchval("SELECT count(*) FROM notice") == 1
        assert await expired(connection, CHANNELS, DAYS, 10) == 0


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_nobody_claims_ends_too(pool: Any, channel: str) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        await queued(connection, city, channel=f"'{channel}'", due_at=ago(3.1))
        assert await expired(connection, CHANNELS, DAYS, 10) == 1
        assert await connection.fetchval("SELECT outcome FROM delivery") == (
            f"expired: nobody carries {channel}"
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"held_since": ago(2.9), "first_due_at": ago(9)},  # not for long enough
        {"held_since": ago(9), "due_at": "clock_timestamp() + interval '1 day'"},  # on leave
        {"due_at": ago(2.9)},
        {
            "held_since": ago(9),
            "first_due_at": ago(9),
            "lease_id": f"'{uuid4()}'",
            "due_at": "clock_timestamp() + interval '1 minute'",
        },  # somebody is sending it
        {"state": "'sent'", "held_since": ago(9), "first_due_at": ago(9), "due_at": ago(9)},
    ],
)
async def test_the_rest_is_left_alone(pool: Any, changes: dict[str, str]) -> None:
    async with pool.acquire() as connection:
        await queued(connection, await make_city(connection), **changes)
        before = await connection.fetchrow("SELECT * FROM delivery")
        assert await expired(connection, CHANNELS, DAYS, 10) == 0
        assert await connection.fetchrow("SELECT * FROM delivery") == before


async def test_no_more_than_asked_for_and_nobody_is_waited_for(pool: Any) -> None:
    async with pool.acquire() as connection, pool.acquire() as other:
        city = await make_city(connection)
        for days in (5, 7, 6):
            await queued(connection, city, held_since=ago(days), first_due_at=ago(0.1))
        assert await expired(connection, CHANNELS, DAYS, 1) == 1
        ended = await connection.fetchval("SELECT held_since FROM delivery WHERE state = 'failed'")
        assert ended == await connection.fetchval("SELECT min(held_since) FROM delivery")
        async with other.transaction():
            await other.execute("SELECT 1 FROM delivery FOR UPDATE")
            assert await expired(connection, CHANNELS, DAYS, 10) == 0
        assert await expired(connection, CHANNELS, DAYS, 10) == 2


async def test_they_are_found_by_index(pool: Any) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET enable_seqscan = off")
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {EXPIRE}", list(CHANNELS), 1.0, 5)
        assert '"Index Name": "delivery_held"' in plan
        assert '"Index Name": "delivery_due"' in plan
