"""From a slip to a push on a phone, through the real firebase-admin and a stand-in for Google."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from models.rules.manners import Send, Verdict
from notifications.channels.addresses import FCM, FCM_PUSH_KINDS
from notifications.channels.channel import Outcome, Push, display_tag
from notifications.channels.fcm import Fcm
from notifications.outbox import (
    Outbox,
    OutboxOptions,
    longest_send_s,
)
from notifications.slips import SlipEngine, SlipOptions
from tests.builders import City, make_report
from tests.notifications.city import Announced, make_phone, make_slipping_target
from tests.notifications.sending import (
    AT_ONCE,
    TEXTS,
    deliveries,
    lease_runs_out,
    only_delivery,
    sent_all,
    slip,
)
from tests.standins.fcm import (
    ANSWER_LOST,
    INVALID_ARGUMENT,
    QUOTA_EXCEEDED,
    SENDER_ID_MISMATCH,
    THIRD_PARTY_AUTH_ERROR,
    UNAVAILABLE,
    UNREGISTERED,
    FcmStandIn,
)


@pytest.fixture
def outbox(pool: asyncpg.Pool, fcm: Fcm) -> Outbox:
    return Outbox(pool, FCM, fcm.send, TEXTS, AT_ONCE)


# --- the walk ---------------------------------------------------------------------------------


async def test_a_slip_reaches_each_phone_once_and_says_nothing_personal(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    await make_phone(connection, city.ani, "anis-phone")
    await make_phone(connection, city.clinic_head, "heads-phone", kind="fcm_installation")
    await connection.execute("UPDATE employee SET language = 'en' WHERE id = $1", city.clinic_head)
    target_id = await slip(pool, connection, city.ani)
    await lease_runs_out(connection)  # the supervisor's waits for the quarter hour
    while await outbox.send_due():
        pass

    by_address = {each.address: each.message for each in google.delivered}
    assert len(google.delivered) == 2
    own, staff = by_address["anis-phone"], by_address["heads-phone"]
    assert own["notification"]["title"] == "Ada target yang tertinggal"
    assert staff["notification"]["title"] == "A target in your unit has slipped"
    assert own["data"]["target_id"] == str(target_id)
    assert (own["data"]["screen"], staff["data"]["screen"]) == ("target", "staff_target")
    for row in await deliveries(connection):
        assert (row["state"], row["attempts"], row["lease_id"]) == ("sent", 1, None)
        assert row["outcome"].startswith("projects/")
        message = own if row["employee_id"] == city.ani else staff
        assert message["android"]["notification"]["tag"] == display_tag(row["key"])
        assert message["data"]["notice_id"] == str(row["notice_id"])
    assert "Ani" not in str(own) + str(staff)
    assert "Kunjungan" not in str(own) + str(staff)
    assert outbox.outcomes == {"Sent": 2}


async def test_both_tasks_together_deliver_a_slip_and_its_recovery(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, fcm: Fcm
) -> None:
    await make_phone(connection, city.ani, "anis-phone")
    outbox = Outbox(pool, FCM, fcm.send, TEXTS, OutboxOptions(poll_s=0.02))
    options = SlipOptions(push_kinds=FCM_PUSH_KINDS, poll_s=0.02)
    engine = SlipEngine(pool, Announced(), options)
    async with outbox.running(), engine.running(), asyncio.timeout(30):
        target_id = await make_slipping_target(connection, city.ani)
        while len(google.delivered) < 1:
            await asyncio.sleep(0.01)
        await make_report(connection, city.ani, target_id, quantity=40.0)
        while len(google.delivered) < 2:
            await connection.execute(  # what waits for the quarter hour
                "UPDATE delivery SET due_at = clock_timestamp()"
                " WHERE state = 'queued' AND lease_id IS NULL AND due_at > clock_timestamp()"
            )
            await asyncio.sleep(0.01)
    assert [each.message["data"]["kind"] for each in google.delivered] == ["slip", "recovery"]


async def test_outboxes_at_the_same_time_send_each_push_once(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, fcm: Fcm
) -> None:
    for number in range(40):
        await make_phone(connection, city.ani, f"phone-{number}")
    await slip(pool, connection, city.ani)
    options = OutboxOptions(batch=7)
    outboxes = [Outbox(pool, FCM, fcm.send, TEXTS, options) for _ in range(3)]

    async def emptied(outbox: Outbox) -> None:
        while await outbox.send_due():
            pass

    await asyncio.gather(*(emptied(outbox) for outbox in outboxes))
    assert sorted(each.address for each in google.received) == sorted(
        f"phone-{number}" for number in range(40)
    )
    assert {row["state"] for row in await deliveries(connection)} == {"sent"}


# --- what a provider may answer ---------------------------------------------------------------


async def test_an_unregistered_address_is_forgotten(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    device_id = await make_phone(connection, city.ani, "old")
    google.answers("old", UNREGISTERED)
    await slip(pool, connection, city.ani)
    await outbox.send_due()
    row = await only_delivery(connection)
    assert row["state"] == "failed"
    assert row["outcome"].startswith("gone: ")
    device = await connection.fetchrow("SELECT * FROM device WHERE id = $1", device_id)
    assert (device["push_kind"], device["push_target"]) == (None, None)
    assert await outbox.send_due() == 0


async def test_an_address_that_changed_during_the_send_is_kept(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, fcm: Fcm
) -> None:
    device_id = await make_phone(connection, city.ani, "old")
    google.answers("old", UNREGISTERED)

    async def renewed_meanwhile(pushes: Sequence[Push]) -> list[Outcome]:
        outcomes = await fcm.send(pushes)
        await connection.execute("UPDATE device SET push_target = 'new' WHERE id = $1", device_id)
        return outcomes

    await slip(pool, connection, city.ani)
    await Outbox(pool, FCM, renewed_meanwhile, TEXTS, AT_ONCE).send_due()
    assert await connection.fetchval("SELECT push_target FROM device") == "new"


async def test_two_people_on_one_phone_lose_a_dead_address_together(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    device_id = await make_phone(connection, city.ani, "shared")
    await connection.execute(
        "INSERT INTO device (id, employee_id, push_kind, push_target)"
        " VALUES ($1, $2, 'fcm_token', 'shared')",
        device_id,
        city.budi,
    )
    google.answers("shared", UNREGISTERED)
    await slip(pool, connection, city.ani)
    await outbox.send_due()
    assert await connection.fetchval("SELECT count(push_target) FROM device") == 0


async def test_an_address_of_another_project_is_disabled(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    await make_phone(connection, city.ani, "foreign")
    google.answers("foreign", SENDER_ID_MISMATCH)
    await slip(pool, connection, city.ani)
    await outbox.send_due()
    device = await connection.fetchrow("SELECT * FROM device")
    assert device["push_target"] == "foreign"
    assert device["push_disabled_reason"].startswith("wrong sender: ")
    await slip(pool, connection, city.ani)
    assert len(await deliveries(connection)) == 1


async def test_a_bad_payload_ends_and_its_address_stays(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    await make_phone(connection, city.ani, "phone")
    google.answers("phone", INVALID_ARGUMENT)
    await slip(pool, connection, city.ani)
    await outbox.send_due()
    assert (await only_delivery(connection))["state"] == "failed"
    assert await connection.fetchval("SELECT push_target FROM device") == "phone"


async def test_a_lost_answer_is_tried_again_under_the_same_tag(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    await make_phone(connection, city.ani, "phone")
    google.answers("phone", ANSWER_LOST)
    await slip(pool, connection, city.ani)
    while await outbox.send_due():
        pass
    row = await only_delivery(connection)
    assert (row["state"], row["attempts"]) == ("sent", 2)
    first, second = google.delivered
    assert (
        first.message["android"]["notification"]["tag"]
        == second.message["android"]["notification"]["tag"]
        == display_tag(row["key"])
    )


async def test_a_provider_that_asks_for_time_gets_it(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    await make_phone(connection, city.ani, "phone")
    google.answers("phone", QUOTA_EXCEEDED)  # Retry-After: 60
    await slip(pool, connection, city.ani)
    assert await outbox.send_due() == 1
    assert await outbox.send_due() == 0
    row = await only_delivery(connection)
    assert (row["state"], row["lease_id"], row["settled_at"]) == ("queued", None, None)
    assert row["due_at"] > row["made_at"]
    wait_s = await connection.fetchval(
        "SELECT extract(epoch FROM due_at - clock_timestamp()) FROM delivery"
    )
    assert 30 < wait_s <= 66


async def test_what_never_gets_through_is_given_up_with_its_reason(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, outbox: Outbox
) -> None:
    await make_phone(connection, city.ani, "phone")
    google.answers("phone", *[UNAVAILABLE] * 20)
    await slip(pool, connection, city.ani)
    while await outbox.send_due():
        pass
    row = await only_delivery(connection)
    assert (row["state"], row["attempts"], len(google.received)) == ("failed", 4, 4)
    assert "given up after 4 attempts" in row["outcome"]
    assert row["settled_at"] is not None


async def test_a_provider_that_refuses_us_is_left_alone_and_costs_no_attempt(
    connection: Any, city: City, pool: asyncpg.Pool, google: FcmStandIn, fcm: Fcm
) -> None:
    await make_phone(connection, city.ani, "phone")
    google.answers("phone", THIRD_PARTY_AUTH_ERROR)
    await slip(pool, connection, city.ani)
    held = Outbox(pool, FCM, fcm.send, TEXTS, OutboxOptions())
    assert await held.send_due() == 1
    row = await only_delivery(connection)
    assert (row["state"], row["attempts"]) == ("queued", 0)
    await connection.execute("UPDATE delivery SET due_at = clock_timestamp()")
    assert await held.send_due() == 0  # nothing at all goes out while it is held
    assert held.outcomes == {"ProviderRefuses": 1}
    assert await Outbox(pool, FCM, fcm.send, TEXTS, AT_ONCE).send_due() == 1
    assert (await only_delivery(connection))["state"] == "sent"


# --- sizes ------------------------------------------------------------------------------------


def test_the_default_lease_outlasts_the_longest_send() -> None:
    options = OutboxOptions()
    longest_s = longest_send_s(options.batch, max_in_flight=100, http_timeout_s=10.0)
    assert longest_s == 70.0  # a claim may bring a tenth more
    assert options.lease_s - options.settle_s > longest_s
    assert longest_send_s(1, 100, 10.0) == 20.0


def test_a_lease_that_leaves_no_time_is_refused(pool: asyncpg.Pool) -> None:
    with pytest.raises(ValueError, match="lease"):
        Outbox(pool, FCM, sent_all, TEXTS, OutboxOptions(lease_s=5.0, settle_s=5.0))


async def test_a_push_lives_no_longer_than_the_recheck_says(
    connection: Any, city: City, pool: asyncpg.Pool
) -> None:
    await make_phone(connection, city.ani, "anis-phone")
    await slip(pool, connection, city.ani)
    sent: list[Push] = []

    async def taken(pushes: Sequence[Push]) -> list[Outcome]:
        sent.extend(pushes)
        return await sent_all(pushes)

    async def until_the_day_closes(_connection: Any, due: Sequence[Any]) -> list[Verdict]:
        return [Send(ttl_s=2700) for _ in due]

    await Outbox(pool, FCM, taken, TEXTS, AT_ONCE, until_the_day_closes).send_due()
    assert [push.ttl_s for push in sent] == [2700]
