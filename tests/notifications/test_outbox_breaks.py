"""Whatever dies, freezes or disappears on the way: each push is sent, and settled once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from notifications.channels.addresses import FCM
from notifications.channels.channel import Later, Outcome, ProviderRefuses, Push, Sent
from notifications.outbox import (
    Outbox,
    OutboxOptions,
)
from tests.builders import City
from tests.notifications.city import make_phone
from tests.notifications.sending import (
    AT_ONCE,
    TEXTS,
    lease_runs_out,
    only_delivery,
    sent_all,
    slip,
)


async def test_a_sender_that_dies_leaves_its_deliveries_to_the_next(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)

    class KilledError(BaseException):
        pass

    async def killed(pushes: Sequence[Push]) -> list[Outcome]:
        raise KilledError

    with pytest.raises(KilledError):
        await Outbox(pool, FCM, killed, TEXTS, AT_ONCE).send_due()
    other = Outbox(pool, FCM, sent_all, TEXTS, AT_ONCE)
    assert await other.send_due() == 0  # the lease still runs
    await lease_runs_out(connection)
    assert await other.send_due() == 1
    row = await only_delivery(connection)
    assert (row["state"], row["attempts"]) == ("sent", 2)


async def test_a_sender_that_froze_past_its_lease_settles_nothing(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    thaw, frozen = asyncio.Event(), asyncio.Event()

    async def freezes(pushes: Sequence[Push]) -> list[Outcome]:
        frozen.set()
        await thaw.wait()
        return [Later(None, "too late") for _ in pushes]

    first = Outbox(pool, FCM, freezes, TEXTS, AT_ONCE)
    sleeper = asyncio.create_task(first.send_due())
    await frozen.wait()
    await lease_runs_out(connection)
    await Outbox(pool, FCM, sent_all, TEXTS, AT_ONCE).send_due()
    thaw.set()
    await sleeper
    row = await only_delivery(connection)
    assert (row["state"], row["outcome"]) == ("sent", "m")
    assert first.leases_lost == 1


async def test_a_send_that_would_overrun_its_lease_is_broken_off(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)

    async def never(pushes: Sequence[Push]) -> list[Outcome]:
        await asyncio.Event().wait()
        return []

    slow = Outbox(pool, FCM, never, TEXTS, OutboxOptions(lease_s=0.05, settle_s=0.01))
    assert await slow.send_due() == 1
    assert slow.sends_broken_off == 1
    assert (await only_delivery(connection))["state"] == "queued"


async def test_a_push_that_kills_every_sender_ends(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    await connection.execute("UPDATE delivery SET attempts = 4")
    seen: list[Push] = []

    async def remembers(pushes: Sequence[Push]) -> list[Outcome]:
        seen.extend(pushes)
        return [Sent("m") for _ in pushes]

    await Outbox(pool, FCM, remembers, TEXTS, AT_ONCE).send_due()
    assert seen == []
    assert (await only_delivery(connection))["state"] == "failed"


async def test_a_phone_that_signed_out_gets_nothing(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    await connection.execute("DELETE FROM device")
    outbox = Outbox(pool, FCM, sent_all, TEXTS, AT_ONCE)
    await outbox.send_due()
    assert (await only_delivery(connection))["state"] == "dropped"
    assert outbox.outcomes == {"dropped": 1}


async def test_somebody_who_left_gets_nothing(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    await connection.execute("UPDATE employee SET active = false WHERE id = $1", city.ani)
    await Outbox(pool, FCM, sent_all, TEXTS, AT_ONCE).send_due()
    assert (await only_delivery(connection))["state"] == "dropped"


async def test_a_notice_of_a_newer_version_is_not_guessed_at(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    await connection.execute("UPDATE notice SET kind = 'invented_later'")
    await Outbox(pool, FCM, sent_all, TEXTS, AT_ONCE).send_due()
    row = await only_delivery(connection)
    assert row["state"] == "failed"
    assert "invented_later" in row["outcome"]


async def test_a_stop_lets_a_send_finish(connection: Any, city: City, pool: asyncpg.Pool) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slow(pushes: Sequence[Push]) -> list[Outcome]:
        begun.set()
        await finish.wait()
        return [Sent("m") for _ in pushes]

    async with Outbox(pool, FCM, slow, TEXTS, OutboxOptions(stop_s=30.0)).running():
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, finish.set)
    assert (await only_delivery(connection))["state"] == "sent"


@pytest.mark.parametrize("error", [asyncpg.CannotConnectNowError("starting"), KeyError("ours")])
async def test_what_fails_is_tried_again(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)
    outbox = Outbox(pool, FCM, sent_all, TEXTS, OutboxOptions(pause_s=0.01, poll_s=0.01))
    real = outbox.send_due

    async def fails_once() -> int:
        monkeypatch.setattr(outbox, "send_due", real)
        raise error

    monkeypatch.setattr(outbox, "send_due", fails_once)
    async with outbox.running(), asyncio.timeout(30):
        while outbox.outcomes["Sent"] == 0:
            await asyncio.sleep(0.01)
    assert outbox.failures == 1


async def test_the_age_of_what_waits_is_seen_while_the_provider_is_held(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "phone")
    await slip(pool, connection, city.ani)

    async def refused(pushes: Sequence[Push]) -> list[Outcome]:
        return [ProviderRefuses("no") for _ in pushes]

    outbox = Outbox(pool, FCM, refused, TEXTS, OutboxOptions(poll_s=0.01, look_every_s=0.0))
    async with outbox.running(), asyncio.timeout(30):
        while "refused" not in (await only_delivery(connection))["outcome"]:
            await asyncio.sleep(0.01)
        await connection.execute(
            "UPDATE delivery SET due_at = clock_timestamp() - interval '1 hour'"
        )
        while outbox.overdue_s < 3600:
            await asyncio.sleep(0.01)
