"""A delivery has one sender at a time, and only that one may say what became of it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries import deliveries
from models.queries.deliveries import Settlement, claimed_deliveries, overdue_s, settled
from models.tables.columns import new_id
from tests.builders import City, make_city


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def queue(
    connection: Any, employee_id: UUID, count: int = 1, channel: str = "fcm", address: str = "a"
) -> None:
    """Deliveries of one notice to `count` phones of a person."""
    notice_id = new_id()
    await connection.execute(
        "INSERT INTO notice (id, key, recipient_id, kind) VALUES ($1, $2, $3, 'slip')",
        notice_id,
        str(notice_id),
        employee_id,
    )
    for _ in range(count):
        device_id = new_id()
        await connection.execute(
            "INSERT INTO device (id, employee_id, push_kind, push_target)"
            " VALUES ($1, $2, 'fcm_token', $3)",
            device_id,
            employee_id,
            address,
        )
        await connection.execute(
            "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel)"
            " VALUES ($1, $2, $3, $4, $5)",
            new_id(),
            notice_id,
            employee_id,
            device_id,
            channel,
        )


async def test_what_is_claimed_is_not_claimed_again_while_the_lease_runs(
    connection: Any, city: City
) -> None:
    await queue(connection, city.ani, 3)
    first = await claimed_deliveries(connection, "fcm", uuid4(), 60.0, 2)
    second = await claimed_deliveries(connection, "fcm", uuid4(), 60.0, 2)
    assert (len(first), len(second)) == (2, 1)
    assert {each.id for each in first}.isdisjoint(each.id for each in second)
    assert await claimed_deliveries(connection, "fcm", uuid4(), 60.0, 2) == []
    one = first[0]
    assert (one.attempts, one.kind, one.language, one.push_kind, one.push_target) == (
        1, "slip", "id", "fcm_token", "a",
    )  # fmt: skip


async def test_a_lease_that_is_over_gives_the_delivery_to_the_next(
    connection: Any, city: City
) -> None:
    await queue(connection, city.ani)
    dead, alive = uuid4(), uuid4()
    (first,) = await claimed_deliveries(connection, "fcm", dead, 0.0, 10)
    (again,) = await claimed_deliveries(connection, "fcm", alive, 60.0, 10)
    assert (again.id, again.attempts) == (first.id, 2)
    assert await settled(connection, dead, [Settlement(first.id, "failed", "late", "failed")]) == 0
    assert await settled(connection, alive, [Settlement(first.id, "sent", "m", "sent")]) == 1
    row = await connection.fetchrow("SELECT * FROM delivery")
    assert (row["state"], row["outcome"], row["lease_id"]) == ("sent", "m", None)
    assert row["settled_at"] is not None


async def test_a_claim_skips_what_another_is_claiming(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await queue(connection, city.ani, 2)
    async with pool.acquire() as other, other.transaction():
        held = await claimed_deliveries(other, "fcm", uuid4(), 60.0, 1)
        free = await claimed_deliveries(connection, "fcm", uuid4(), 60.0, 10)
    assert {held[0].id, free[0].id} == {
        row["id"] for row in await connection.fetch("SELECT id FROM delivery")
    }


async def test_channels_do_not_take_each_others(connection: Any, city: City) -> None:
    await queue(connection, city.ani, channel="web_push")
    assert await claimed_deliveries(connection, "fcm", uuid4(), 60.0, 10) == []
    assert await overdue_s(connection, "fcm") == 0.0
    assert await overdue_s(connection, "web_push") > 0.0


async def test_what_is_queued_again_is_due_when_its_wait_is_over(
    connection: Any, city: City
) -> None:
    await queue(connection, city.ani, 2)
    lease = uuid4()
    soon, later = await claimed_deliveries(connection, "fcm", lease, 60.0, 10)
    await settled(
        connection,
        lease,
        [
            Settlement(soon.id, "queued", "503", "retried", 0.0),
            Settlement(later.id, "queued", "refused", "held", 3600.0, counted=False),
        ],
    )
    (again,) = await claimed_deliveries(connection, "fcm", uuid4(), 60.0, 10)
    assert (again.id, again.attempts) == (soon.id, 2)
    row = await connection.fetchrow("SELECT * FROM delivery WHERE id = $1", later.id)
    assert (row["attempts"], row["state"], row["settled_at"]) == (0, "queued", None)
    assert row["due_at"] > datetime.now(UTC)


@pytest.mark.parametrize("address", ["forget", "disable"])
async def test_an_address_is_judged_only_while_it_is_the_one_that_was_used(
    connection: Any, city: City, address: Any
) -> None:
    await queue(connection, city.ani, address="old")
    await queue(connection, city.budi, address="old")
    lease = uuid4()
    claimed = await claimed_deliveries(connection, "fcm", lease, 60.0, 10)
    await connection.execute(
        "UPDATE device SET push_target = 'new' WHERE employee_id = $1", city.budi
    )
    await settled(
        connection,
        lease,
        [
            Settlement(
                each.id,
                "failed",
                "why",
                "failed",
                address=address,
                push_kind="fcm_token",
                push_target="old",
            )
            for each in claimed
        ],
    )
    devices = {
        row["employee_id"]: (row["push_target"], row["push_disabled_reason"])
        for row in await connection.fetch("SELECT * FROM device")
    }
    assert devices[city.budi] == ("new", None)
    assert devices[city.ani] == ((None, None) if address == "forget" else ("old", "why"))


async def test_finding_reads_the_index_of_what_is_due(connection: Any, city: City) -> None:
    await connection.execute("SET enable_seqscan = off")
    indexes = {"delivery_due": deliveries.NEVER_TRIED, "delivery_waiting": deliveries.NOT_THROUGH}
    for index, question in indexes.items():
        asked = question.replace("$1", "'fcm'")
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {asked}"))
        assert index in plan
        assert "Sort" not in plan
