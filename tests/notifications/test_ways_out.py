"""From a slip to a browser and to a mailbox: the outbox over the real Web Push and e-mail."""

import ssl
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from notifications.channels.addresses import EMAIL, PUSH_KINDS, WEB_PUSH
from notifications.channels.channel import SendPushes, display_tag
from notifications.channels.email import EmailOptions, Emails
from notifications.channels.mail_server import MailServer
from notifications.channels.vapid import VapidKey
from notifications.channels.web_push import WebPushes, WebPushOptions
from notifications.outbox import Outbox
from notifications.slips import SlipEngine, SlipOptions
from tests.builders import City
from tests.notifications.city import Announced, make_phone, make_slipping_target
from tests.notifications.sending import (
    AT_ONCE,
    TEXTS,
    deliveries,
    lease_runs_out,
    only_delivery,
)
from tests.standins.smtp import HANG_UP, SmtpStandIn
from tests.standins.web_push import (
    ANOTHER_KEY_GOOGLE,
    ANSWER_LOST,
    BAD_TOKEN,
    QUOTA_EXCEEDED,
    UNSUBSCRIBED,
    Reply,
    WebPushStandIn,
)

SERVED = frozenset[str]().union(*PUSH_KINDS.values())
MAILBOX = "ani@kota.example"


@pytest.fixture
async def service() -> AsyncGenerator[WebPushStandIn]:
    async with WebPushStandIn.running() as running:
        yield running


@pytest.fixture
async def browsers(pool: asyncpg.Pool) -> AsyncGenerator[Outbox]:
    """The outbox of Web Push."""
    async with WebPushes.opened(VapidKey.made(), WebPushOptions(near_endpoints=True)) as pushes:
        yield outbox_of(pool, WEB_PUSH, pushes.send)


@pytest.fixture
async def mail() -> AsyncGenerator[SmtpStandIn]:
    async with SmtpStandIn.running() as running:
        yield running


@pytest.fixture
def letters(pool: asyncpg.Pool, mail: SmtpStandIn) -> Outbox:
    """The outbox of e-mail."""
    server, tls = MailServer.read(mail.url), ssl.create_default_context()
    return outbox_of(pool, EMAIL, Emails(server, "denyut@kota.example", EmailOptions(), tls).send)


def outbox_of(pool: asyncpg.Pool, channel: str, send: SendPushes) -> Outbox:
    return Outbox(pool, channel, send, TEXTS, AT_ONCE)


async def slip(pool: asyncpg.Pool, connection: Any, employee_id: UUID) -> None:
    await make_slipping_target(connection, employee_id)
    await SlipEngine(pool, Announced(), SlipOptions(push_kinds=SERVED)).settle()


async def emptied(outbox: Outbox) -> None:
    while await outbox.send_due():
        pass


# --- browsers ---------------------------------------------------------------------------------


async def test_a_browser_shows_a_slip_once_and_nothing_personal(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    service: WebPushStandIn,
    browsers: Outbox,
) -> None:
    await make_phone(connection, city.ani, service.subscribed("redmi"), kind="web_push")
    service.answers("redmi", ANSWER_LOST)
    await slip(pool, connection, city.ani)
    await emptied(browsers)
    row = await only_delivery(connection)
    assert (row["channel"], row["state"], row["attempts"]) == ("web_push", "sent", 2)
    shown = [each.shown for each in service.delivered]
    assert shown[0] == shown[1]  # sent again after the lost answer, under the tag of the first
    assert shown[0] is not None
    assert shown[0]["tag"] == display_tag(row["key"])
    assert shown[0]["title"] == "Ada target yang tertinggal"
    assert shown[0]["data"]["notice_id"] == str(row["notice_id"])
    assert "Ani" not in str(shown)


async def test_a_browser_that_unsubscribed_is_forgotten(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    service: WebPushStandIn,
    browsers: Outbox,
) -> None:
    await make_phone(connection, city.ani, service.subscribed("redmi"), kind="web_push")
    service.answers("redmi", UNSUBSCRIBED)
    await slip(pool, connection, city.ani)
    await emptied(browsers)
    assert (await only_delivery(connection))["state"] == "failed"
    assert await connection.fetchval("SELECT count(push_target) FROM device") == 0


async def test_what_a_service_says_never_stops_the_settling(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    service: WebPushStandIn,
    browsers: Outbox,
) -> None:
    await make_phone(connection, city.ani, service.subscribed("redmi"), kind="web_push")
    service.answers("redmi", Reply(400, "no\0, never"))
    await slip(pool, connection, city.ani)
    await browsers.send_due()
    assert (await only_delivery(connection))["state"] == "failed"


async def test_a_browser_of_another_key_is_disabled_until_it_subscribes_anew(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    service: WebPushStandIn,
    browsers: Outbox,
) -> None:
    await make_phone(connection, city.ani, service.subscribed("redmi"), kind="web_push")
    service.answers("redmi", ANOTHER_KEY_GOOGLE)
    await slip(pool, connection, city.ani)
    await emptied(browsers)
    device = await connection.fetchrow("SELECT * FROM device")
    assert device["push_target"] is not None
    assert device["push_disabled_reason"].startswith("wrong sender: ")


async def test_a_service_that_asks_for_time_gets_it(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    service: WebPushStandIn,
    browsers: Outbox,
) -> None:
    await make_phone(connection, city.ani, service.subscribed("redmi"), kind="web_push")
    service.answers("redmi", QUOTA_EXCEEDED)  # Retry-After: 60
    await slip(pool, connection, city.ani)
    await emptied(browsers)
    wait_s = await connection.fetchval(
        "SELECT extract(epoch FROM due_at - clock_timestamp()) FROM delivery"
    )
    assert 30 < wait_s <= 66


async def test_a_service_that_refuses_us_does_not_silence_the_others(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    service: WebPushStandIn,
    browsers: Outbox,
) -> None:
    """Anybody may have a push service of their own, and may have it refuse everything."""
    async with WebPushStandIn.running() as refusing:
        await make_phone(connection, city.ani, refusing.subscribed("odd"), kind="web_push")
        await make_phone(connection, city.ani, service.subscribed("redmi"), kind="web_push")
        refusing.answers("odd", BAD_TOKEN)
        await slip(pool, connection, city.ani)
        assert await browsers.send_due() == 2
    assert sorted(row["state"] for row in await deliveries(connection)) == ["queued", "sent"]
    assert len(service.delivered) == 1


# --- mailboxes --------------------------------------------------------------------------------


async def test_mail_waits_for_the_quarter_hour_and_is_one_letter(
    connection: Any, city: City, pool: asyncpg.Pool, mail: SmtpStandIn, letters: Outbox
) -> None:
    await make_phone(connection, city.ani, MAILBOX, kind="email")
    for _ in range(2):
        await slip(pool, connection, city.ani)
    due = [row["due_at"] for row in await deliveries(connection)]
    assert all(at.minute % 15 == at.second == at.microsecond == 0 for at in due)
    await lease_runs_out(connection)
    await emptied(letters)
    (received,) = mail.received
    assert received.recipients == (MAILBOX,)
    assert received.message["Subject"] == "Ada target yang tertinggal (+1)"
    assert "Ani" not in received.text
    rows = await deliveries(connection)
    assert {row["state"] for row in rows} == {"sent"}
    assert {row["outcome"] for row in rows} == {received.message["Message-ID"]}


async def test_more_than_a_few_are_counted_and_not_listed(
    connection: Any, city: City, pool: asyncpg.Pool, mail: SmtpStandIn, letters: Outbox
) -> None:
    await make_phone(connection, city.ani, MAILBOX, kind="email")
    for _ in range(5):
        await slip(pool, connection, city.ani)
    await lease_runs_out(connection)
    await emptied(letters)
    (received,) = mail.received
    assert "5" in received.text


async def test_a_letter_whose_answer_was_lost_comes_again_as_the_same_one(
    connection: Any, city: City, pool: asyncpg.Pool, mail: SmtpStandIn, letters: Outbox
) -> None:
    await make_phone(connection, city.ani, MAILBOX, kind="email")
    mail.answers("LETTER", HANG_UP)
    await slip(pool, connection, city.ani)
    for _ in range(2):
        await lease_runs_out(connection)
        await letters.send_due()
    first, second = mail.received
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert (await only_delivery(connection))["state"] == "sent"


async def test_what_is_tried_again_waits_for_a_quarter_hour_too(
    connection: Any, city: City, pool: asyncpg.Pool, mail: SmtpStandIn, letters: Outbox
) -> None:
    await make_phone(connection, city.ani, MAILBOX, kind="email")
    mail.answers("RCPT", "450 4.2.0 greylisted")
    await slip(pool, connection, city.ani)
    await lease_runs_out(connection)
    await letters.send_due()
    row = await only_delivery(connection)
    assert row["state"] == "queued"
    due = row["due_at"]
    assert due.minute % 15 == due.second == due.microsecond == 0


async def test_a_mailbox_that_does_not_exist_is_forgotten(
    connection: Any, city: City, pool: asyncpg.Pool, mail: SmtpStandIn, letters: Outbox
) -> None:
    await make_phone(connection, city.ani, MAILBOX, kind="email")
    mail.answers("RCPT", "550 5.1.1 no such user")
    await slip(pool, connection, city.ani)
    await lease_runs_out(connection)
    await emptied(letters)
    assert (await only_delivery(connection))["state"] == "failed"
    assert await connection.fetchval("SELECT count(push_target) FROM device") == 0
