"""What the ledger counts for those who run the service."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.deliveries import Settlement, claimed_deliveries, settled
from models.queries.ledger import (
    dead_letters,
    deliveries_of_notice,
    disabled_addresses,
    opened,
    recipient_of,
    refusal_of_us,
    steps_of,
)
from models.rules.refusals import NotFound
from tests.builders import City, make_city
from tests.models.queries.test_deliveries import queue


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def end_with(connection: Any, **changes: Any) -> UUID:
    """Claims the only delivery and settles it so; its notice."""
    lease = uuid4()
    (each,) = await claimed_deliveries(connection, "fcm", lease, 60.0, 10)
    usual = {"state": "failed", "outcome": "why", "what": "failed"}
    assert await settled(connection, lease, [Settlement(each.id, **(usual | changes))]) == 1
    return each.notice_id


async def test_every_settlement_leaves_a_step(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    notice_id = await end_with(connection, state="queued", outcome="503", what="retried")
    await end_with(connection, state="sent", outcome="m", what="sent")
    (row,) = await deliveries_of_notice(connection, notice_id)
    steps = await steps_of(connection, [row["id"]])
    assert [(step["what"], step["detail"]) for step in steps] == [("retried", "503"), ("sent", "m")]
    assert await steps_of(connection, []) == []
    assert await recipient_of(connection, notice_id) == city.ani
    assert await recipient_of(connection, uuid4()) is None


async def test_a_dead_letter_is_kept_once_with_what_it_held(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    await end_with(connection, letter='{"kind": "slip"}', outcome="bad payload: x")
    assert await dead_letters(connection, 60.0) == 1
    row = await connection.fetchrow("SELECT payload, reason FROM dead_letter")
    assert (row["payload"], row["reason"]) == ('{"kind": "slip"}', "bad payload: x")


async def test_an_address_of_another_project_is_counted(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    assert await disabled_addresses(connection) == 0
    await end_with(connection, address="disable", push_kind="fcm_token", push_target="a")
    assert await disabled_addresses(connection) == 1


async def test_a_refusal_is_told_while_something_waits_for_it(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    await end_with(connection, state="queued", what="held", outcome="refused: no", counted=False)
    assert await refusal_of_us(connection, "fcm") == "refused: no"
    assert await refusal_of_us(connection, "web_push") is None
    await end_with(connection, state="sent", outcome="m", what="sent")
    assert await refusal_of_us(connection, "fcm") is None


async def test_only_the_recipient_opens(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    row = await connection.fetchrow("SELECT notice_id, device_id FROM delivery")
    with pytest.raises(NotFound):
        await opened(connection, row["notice_id"], city.budi, row["device_id"])
    assert await opened(connection, row["notice_id"], city.ani, row["device_id"]) == "applied"
    assert await opened(connection, row["notice_id"], city.ani, row["device_id"]) == "duplicate"
    assert await opened(connection, row["notice_id"], city.ani, uuid4()) == "duplicate"
