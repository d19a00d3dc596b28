"""What is known before a push goes out: its reason, its phone's day, what the phone heard."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.rechecks import Facts, facts_of, sent_since
from models.tables.columns import new_id
from tests.builders import City, make_city

HOUR = timedelta(hours=1)
RELIEFS, SLIPS = ["recovery"], ["slip"]


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def make_delivery(
    connection: Any,
    recipient_id: UUID,
    device_id: UUID,
    kind: str = "slip",
    *,
    target_id: UUID | None = None,
    slip_number: int | None = 1,
    state: str = "queued",
    ago: timedelta = timedelta(0),
    leased: bool = False,
    digest_id: UUID | None = None,
) -> UUID:
    """A notice and its way to one phone."""
    notice_id, delivery_id = new_id(), new_id()
    content = {} if slip_number is None else {"slip_number": slip_number}
    await connection.execute(
        "INSERT INTO notice (id, key, recipient_id, kind, target_id, content)"
        " VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)",
        notice_id,
        str(notice_id),
        recipient_id,
        kind,
        target_id,
        json.dumps(content),
    )
    settled_at = None if state == "queued" else datetime.now(UTC) - ago
    await connection.execute(
        "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel, state, settled_at,"
        " lease_id, digest_id) VALUES ($1, $2, $3, $4, 'fcm', $5, $6, $7, $8)",
        delivery_id,
        notice_id,
        recipient_id,
        device_id,
        state,
        settled_at,
        new_id() if leased else None,
        digest_id,
    )
    return delivery_id


async def fact(connection: Any, delivery_id: UUID, *others: UUID) -> Facts:
    return (await facts_of(connection, [delivery_id, *others], RELIEFS, SLIPS))[delivery_id]


async def test_the_target_stands_beside_the_slip_it_was_told_of(
    connection: Any, city: City
) -> None:
    target_id = city.targets[city.ani]
    await connection.execute(
        "UPDATE target_pace SET state = 'slipped', slip_number = 2, stale = true"
        " WHERE target_id = $1",
        target_id,
    )
    facts = await fact(
        connection, await make_delivery(connection, city.ani, new_id(), target_id=target_id)
    )
    assert (facts.state, facts.slips, facts.slip_number, facts.stale) == ("slipped", 2, 1, True)
    assert (facts.employee_id, facts.kind, facts.channel) == (city.ani, "slip", "fcm")
    assert (facts.noted, facts.withdrawn, facts.heard, facts.in_flight) == (False,) * 4
    assert facts.last_alike_at is None


async def test_a_notice_about_no_target_has_no_state(connection: Any, city: City) -> None:
    delivery_id = await make_delivery(connection, city.ani, new_id(), "nudge", slip_number=None)
    facts = await fact(connection, delivery_id)
    assert (facts.target_id, facts.state, facts.slip_number, facts.stale) == (
        None, None, None, False,
    )  # fmt: skip
    assert await facts_of(connection, [new_id()], RELIEFS, SLIPS) == {}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("read_at", (True, False)),
        ("acknowledged_at", (True, False)),
        ("withdrawn_at", (False, True)),
    ],
)
async def test_reading_noting_and_withdrawing_are_seen(
    connection: Any, city: City, column: str, expected: tuple[bool, bool]
) -> None:
    delivery_id = await make_delivery(connection, city.ani, new_id())
    await connection.execute(f"UPDATE notice SET {column} = clock_timestamp()")
    facts = await fact(connection, delivery_id)
    assert (facts.noted, facts.withdrawn) == expected


async def test_the_last_alike_is_of_the_same_kind_target_and_phone(
    connection: Any, city: City
) -> None:
    phone, target_id = new_id(), city.targets[city.ani]
    now = datetime.now(UTC)
    for kind, device_id, about, hours in (
        ("slip", phone, target_id, 3),
        ("slip", phone, target_id, 5),
        ("at_risk", phone, target_id, 1),
        ("slip", new_id(), target_id, 1),
        ("slip", phone, city.targets[city.budi], 1),
    ):
        await make_delivery(
            connection, city.ani, device_id, kind, target_id=about, state="sent", ago=hours * HOUR
        )
    delivery_id = await make_delivery(connection, city.ani, phone, target_id=target_id)
    last = (await fact(connection, delivery_id)).last_alike_at
    assert last is not None
    assert timedelta(hours=2.9) < now - last < timedelta(hours=3.1)


async def test_a_relief_knows_whether_its_phone_heard_of_the_slip(
    connection: Any, city: City
) -> None:
    heard, deaf, target_id = new_id(), new_id(), city.targets[city.ani]
    slip = {"target_id": target_id, "slip_number": 1}
    await make_delivery(connection, city.ani, heard, "slip", state="sent", **slip)
    await make_delivery(connection, city.ani, deaf, "slip", state="dropped", **slip)
    for device_id, number, expected in ((heard, 1, True), (deaf, 1, False), (heard, 2, False)):
        relief = await make_delivery(
            connection, city.ani, device_id, "recovery", target_id=target_id, slip_number=number
        )
        assert (await fact(connection, relief)).heard is expected


async def test_a_slip_that_somebody_is_sending_just_now_is_in_flight(
    connection: Any, city: City
) -> None:
    phone, target_id = new_id(), city.targets[city.ani]
    slip = await make_delivery(
        connection, city.ani, phone, "slip", target_id=target_id, leased=True
    )
    relief = await make_delivery(connection, city.ani, phone, "recovery", target_id=target_id)
    assert (await fact(connection, relief)).in_flight
    assert not (await fact(connection, relief, slip)).in_flight  # it is ours, and judged with it


async def test_a_phones_day_counts_a_digest_as_one_push(connection: Any, city: City) -> None:
    phone, other, digest = new_id(), new_id(), new_id()
    for _ in range(4):
        await make_delivery(connection, city.ani, phone, state="sent", digest_id=digest)
    for _ in range(2):
        await make_delivery(connection, city.ani, phone, state="sent")
    await make_delivery(connection, city.ani, phone, state="sent", ago=9 * HOUR)
    await make_delivery(connection, city.ani, phone, state="failed")
    since = datetime.now(UTC) - 8 * HOUR
    found = await sent_since(connection, [(city.ani, phone, since), (city.ani, other, since)])
    assert found == {(city.ani, phone): 3}
