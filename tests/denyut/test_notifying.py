"""A test notice goes the real way to each device, and tells what happened there."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from denyut.notifying import Nobody, trial_made, trial_sent
from models.rules.refusals import InvalidNip
from notifications.channels.channel import FcmToken, Gone, Later, Outcome, Push, Sent
from notifications.outbox import Outbox, OutboxOptions
from notifications.texts import Texts
from tests.builders import City, make_city, random_nip
from tests.notifications.city import make_phone

TEXTS = Texts.loaded()


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def nip_of(connection: Any, employee_id: UUID) -> str:
    return await connection.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)


def outbox(pool: asyncpg.Pool, outcomes: dict[str, Outcome]) -> Outbox:
    async def send(pushes: Sequence[Push]) -> list[Outcome]:
        targets = [push.target for push in pushes]
        return [outcomes[each.value] for each in targets if isinstance(each, FcmToken)]

    async def never(_connection: Any, deliveries: Sequence[Any]) -> list[Any]:
        raise AssertionError("manners are not asked about a test")

    return Outbox(pool, "fcm", send, TEXTS, OutboxOptions(), never)


async def test_each_device_has_its_own_word(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    for address in ("good", "dead"):
        device_id = await make_phone(connection, city.ani, address)
        await connection.execute("UPDATE device SET name = $2 WHERE id = $1", device_id, address)
    browser = await make_phone(connection, city.ani, "{}", kind="web_push")
    await connection.execute("UPDATE device SET name = 'browser' WHERE id = $1", browser)
    trial = await trial_made(connection, await nip_of(connection, city.ani), ["fcm"])
    assert trial.unreached == {"browser": "this installation has no channel for web_push"}
    sender = outbox(pool, {"good": Sent("m1"), "dead": Gone("UNREGISTERED")})
    arrivals = await trial_sent(pool, [sender], trial, 30.0)
    assert {each.device: (each.state, each.outcome) for each in arrivals} == {
        "good": ("sent", "m1"),
        "dead": ("failed", "gone: UNREGISTERED"),
    }
    assert await connection.fetchval("SELECT kind FROM notice") == "test"
    assert await connection.fetchval("SELECT count(*) FROM feed WHERE kind = 'notice'") == 1


async def test_what_others_wait_for_is_left_to_the_service(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.budi, "budis")
    await trial_made(connection, await nip_of(connection, city.budi), ["fcm"])
    await make_phone(connection, city.ani, "anis")
    trial = await trial_made(connection, await nip_of(connection, city.ani), ["fcm"])
    await trial_sent(pool, [outbox(pool, {"anis": Sent("m")})], trial, 30.0)
    states = await connection.fetch("SELECT state FROM delivery ORDER BY made_at")
    assert [row["state"] for row in states] == ["queued", "sent"]


async def test_a_provider_that_does_not_answer_is_waited_for_so_long(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "slow")
    trial = await trial_made(connection, await nip_of(connection, city.ani), ["fcm"])
    (arrival,) = await trial_sent(pool, [outbox(pool, {"slow": Later(None, "503")})], trial, 0.5)
    assert (arrival.state, arrival.outcome, arrival.steps) == ("queued", "503", ("retried: 503",))


async def test_nobody_gets_no_test(connection: Any, city: City) -> None:
    with pytest.raises(Nobody):
        await trial_made(connection, random_nip(), ["fcm"])
    with pytest.raises(InvalidNip):
        await trial_made(connection, "12", ["fcm"])
