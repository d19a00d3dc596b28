"""A whole service pushes to a browser and to a mailbox, with the key that it tells everybody."""

import asyncio

import asyncpg
import httpx

from denyut.notifying import trial_made
from denyut.settings import Settings
from denyut.wiring import running_service
from notifications.channels.addresses import EMAIL, WEB_PUSH
from notifications.channels.web_push import WebPushOptions
from notifications.outbox import OutboxOptions
from tests.builders import make_city
from tests.notifications.city import make_phone
from tests.standins.smtp import SmtpStandIn
from tests.standins.web_push import WebPushStandIn

NEAR = WebPushOptions(contact="mailto:it@kota.example", near_endpoints=True)


async def test_a_test_notice_reaches_the_browser_and_the_mailbox_of_a_person(
    database: str, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE target_pace SET state = 'slipped', stale = false")  # no other news
    async with SmtpStandIn.running() as mail, WebPushStandIn.running() as service:
        settings = Settings(
            database_url=database,
            web_push=NEAR,
            smtp_url=mail.url,
            smtp_sender="denyut@kota.example",
            outbox=OutboxOptions(poll_s=0.02),
        )
        async with running_service(settings) as denyut, asyncio.timeout(30):
            transport = httpx.ASGITransport(denyut.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://denyut") as client:
                offer = (await client.get("/v1/push/key")).json()
            assert offer["kinds"] == ["email", "web_push"]
            service.key = offer["public_key"]  # what the browser is subscribed with
            async with pool.acquire() as connection:
                subscription = service.subscribed("redmi")
                await make_phone(connection, city.ani, subscription, kind="web_push")
                await make_phone(connection, city.ani, "ani@kota.example", kind="email")
                nip = await connection.fetchval("SELECT nip FROM employee WHERE id = $1", city.ani)
                trial = await trial_made(connection, nip, [WEB_PUSH, EMAIL])
            while not (service.delivered and mail.received):
                await asyncio.sleep(0.01)
    (push,) = service.delivered
    (letter,) = mail.received
    assert push.shown is not None
    assert push.shown["data"]["notice_id"] == str(trial.notice_id)
    assert letter.recipients == ("ani@kota.example",)
    assert letter.message["Subject"] == push.shown["title"]
    assert "Ani" not in letter.text + str(push.shown)
