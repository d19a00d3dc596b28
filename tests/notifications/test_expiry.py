"""No delivery waits for ever: a provider that refuses us for days is given up, push by push."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from models.rules.manners import Defer, Verdict
from notifications.channels.addresses import FCM
from notifications.channels.channel import Outcome, ProviderRefuses, Push
from notifications.expiry import Expiry, ExpiryOptions
from notifications.outbox import Outbox
from tests.builders import City
from tests.notifications.city import DAY, ago, make_phone
from tests.notifications.sending import AT_ONCE, TEXTS, only_delivery, slip


async def refused_all(pushes: Sequence[Push]) -> list[Outcome]:
    return [ProviderRefuses("THIRD_PARTY_AUTH_ERROR") for _ in pushes]


async def a_push_is_refused(pool: asyncpg.Pool, connection: Any, city: City) -> None:
    await make_phone(connection, city.ani, "anis-phone")
    await slip(pool, connection, city.ani)
    await Outbox(pool, FCM, refused_all, TEXTS, AT_ONCE).send_due()


async def days_pass(connection: Any, days: int) -> None:
    await connection.execute(
        "UPDATE delivery SET held_since = held_since - make_interval(days => $1)", days
    )


async def test_a_provider_that_refuses_us_keeps_a_push_for_days_and_no_longer(
    pool: asyncpg.Pool, connection: Any, city: City
) -> None:
    await a_push_is_refused(pool, connection, city)
    expiry = Expiry(pool, ExpiryOptions())
    await days_pass(connection, 2)
    await expiry.settle()
    assert (await only_delivery(connection))["state"] == "queued"
    await days_pass(connection, 2)
    await expiry.settle()
    row = await only_delivery(connection)
    assert (row["state"], row["attempts"]) == ("failed", 0)
    assert row["outcome"] == "expired: refused: THIRD_PARTY_AUTH_ERROR"
    assert expiry.pushes_expired == 1
    steps = await connection.fetch("SELECT what FROM delivery_event ORDER BY at")
    assert [step["what"] for step in steps] == ["held", "failed"]
    assert await connection.fetchval("SELECT count(*) FROM dead_letter") == 1
    assert (
        await connection.fetchval("SELECT count(*) FROM notice WHERE recipient_id = $1", city.ani)
        == 1
    )


async def test_nights_in_between_do_not_begin_it_anew(
    pool: asyncpg.Pool, connection: Any, city: City
) -> None:
    await a_push_is_refused(pool, connection, city)
    began = (await only_delivery(connection))["held_since"]

    async def night(_connection: Any, due: Sequence[Any]) -> list[Verdict]:
        return [Defer(ago(-DAY), "hours") for _ in due]

    await connection.execute("UPDATE delivery SET due_at = clock_timestamp()")
    await Outbox(pool, FCM, refused_all, TEXTS, AT_ONCE, night).send_due()
    assert (await only_delivery(connection))["first_due_at"] is None
    await connection.execute("UPDATE delivery SET due_at = clock_timestamp()")
    await Outbox(pool, FCM, refused_all, TEXTS, AT_ONCE).send_due()
    assert (await only_delivery(connection))["held_since"] == began


async def test_it_works_while_its_block_runs(
    pool: asyncpg.Pool, connection: Any, city: City
) -> None:
    await a_push_is_refused(pool, connection, city)
    await days_pass(connection, 4)
    async with Expiry(pool, ExpiryOptions()).running() as expiry:
        while not expiry.pushes_expired:
            await asyncio.sleep(0.01)
    assert expiry.failures == 0


def test_a_push_is_given_some_time() -> None:
    with pytest.raises(ValueError, match="some time"):
        ExpiryOptions(after_s=0)
