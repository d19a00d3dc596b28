"""What the doctor finds about the ways out."""

import json
from pathlib import Path
from typing import Any

import pytest

from denyut.channel_findings import channel_findings
from denyut.findings import Finding
from denyut.settings import Settings
from notifications.channels.web_push import WebPushOptions
from tests.standins.fcm import ServiceAccount
from tests.standins.smtp import SmtpStandIn

SENDER = "denyut@kota.example"


async def found(what: str, **given: Any) -> Finding:
    by_name = {finding.what: finding for finding in await channel_findings(Settings(**given))}
    assert set(by_name) == {"Web Push", "Firebase", "mail server"}
    for finding in by_name.values():
        assert bool(finding.remedy) == (finding.state != "ok"), finding
    return by_name[what]


async def test_nothing_that_is_not_set_up_is_wrong() -> None:
    assert {finding.state for finding in await channel_findings(Settings())} == {"ok"}


async def test_a_service_for_others_needs_a_contact_for_push_services() -> None:
    assert (await found("Web Push", host="0.0.0.0")).state == "warning"
    read = WebPushOptions(contact="mailto:it@kota.example")
    assert (await found("Web Push", host="0.0.0.0", web_push=read)).state == "ok"
    unread = WebPushOptions(contact="it@kota.example")
    assert (await found("Web Push", web_push=unread)).state == "wrong"


async def test_an_account_of_firebase_is_read(tmp_path: Path) -> None:
    account = tmp_path / "account.json"
    assert (await found("Firebase", fcm_credentials=account)).state == "wrong"
    account.write_text(json.dumps(ServiceAccount.made().json("http://127.0.0.1:1")))
    assert (await found("Firebase", fcm_credentials=account)).state == "ok"


async def test_a_mail_server_is_greeted_and_nothing_is_sent() -> None:
    async with SmtpStandIn.running(account=("denyut", "s3cret")) as mail:
        sound = mail.url.replace("//", "//denyut:s3cret@")
        finding = await found("mail server", smtp_url=sound, smtp_sender=SENDER)
        assert finding.state == "ok"
        refused = mail.url.replace("//", "//denyut:guess@")
        finding = await found("mail server", smtp_url=refused, smtp_sender=SENDER)
        assert finding.state == "wrong"
        assert "535" in finding.found
        assert "guess" not in finding.found
    assert mail.received == []
    gone = await found("mail server", smtp_url=mail.url, smtp_sender=SENDER)
    assert gone.state == "wrong"


@pytest.mark.parametrize("sender", [None, "Denyut"])
async def test_a_mail_server_without_a_sender_is_found(sender: str | None) -> None:
    finding = await found("mail server", smtp_url="smtp://localhost", smtp_sender=sender)
    assert finding.state == "wrong"
