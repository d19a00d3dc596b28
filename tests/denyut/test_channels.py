"""The ways out of an installation follow its settings, and its key outlives a restart."""

import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from denyut.channels import emails, opened_channels
from denyut.settings import Settings
from denyut.wiring import running_service
from notifications.channels.addresses import EMAIL, FCM, WEB_PUSH
from notifications.channels.mail_server import MailServerError
from notifications.channels.vapid import ContactUnusable, KeyUnreadable
from notifications.channels.web_push import WebPushOptions
from tests.builders import make_city
from tests.standins.fcm import ServiceAccount


async def test_a_browser_can_always_be_reached_and_by_the_same_key(pool: asyncpg.Pool) -> None:
    async with opened_channels(Settings(), pool) as first:
        assert set(first.senders) == {WEB_PUSH}
        assert first.push_kinds == {"web_push"}
    async with opened_channels(Settings(), pool) as second:
        assert second.push_key == first.push_key


async def test_what_is_set_up_is_opened(pool: asyncpg.Pool, tmp_path: Path) -> None:
    credentials = tmp_path / "account.json"
    credentials.write_text(json.dumps(ServiceAccount.made().json("http://127.0.0.1:1")))
    settings = Settings(
        fcm_credentials=credentials,
        smtp_url="smtp://localhost",
        smtp_sender="denyut@kota.example",
    )
    async with opened_channels(settings, pool) as channels:
        assert set(channels.senders) == {FCM, WEB_PUSH, EMAIL}
        assert channels.push_kinds == {"fcm_token", "fcm_installation", "web_push", "email"}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"smtp_url": "smtp://localhost"}, MailServerError),
        ({"smtp_url": "mail", "smtp_sender": "denyut@kota.example"}, MailServerError),
        ({"smtp_url": "smtp://localhost", "smtp_sender": "Denyut"}, MailServerError),
        ({"web_push": WebPushOptions(contact="it@kota.example")}, ContactUnusable),
    ],
)
async def test_what_is_set_up_wrongly_is_told_at_the_start(
    pool: asyncpg.Pool, given: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        async with opened_channels(Settings(**given), pool):
            pass


async def test_a_key_that_was_damaged_is_told_at_the_start(pool: asyncpg.Pool) -> None:
    await pool.execute("INSERT INTO vapid_key (private_pem) VALUES ('damaged')")
    with pytest.raises(KeyUnreadable):
        async with opened_channels(Settings(), pool):
            pass


async def test_e_mail_is_not_guessed() -> None:
    with pytest.raises(MailServerError, match="DENYUT_SMTP_SENDER"):
        await emails(Settings())


async def test_the_public_half_is_told_and_the_private_half_by_no_answer(
    database: str, pool: asyncpg.Pool
) -> None:
    await make_city(pool)
    async with running_service(Settings(database_url=database)) as service:
        transport = httpx.ASGITransport(service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://denyut") as client:
            answer = await client.get("/v1/push/key")
    assert answer.json()["kinds"] == ["web_push"]
    async with opened_channels(Settings(), pool) as channels:
        assert answer.json()["public_key"] == channels.push_key
    assert set(answer.json()) == {"public_key", "kinds"}
