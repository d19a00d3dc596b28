"""The app that lives on the phone: it starts without signal, and is woken by a push."""

import asyncio
import json
from typing import Any

from playwright.async_api import CDPSession, expect

from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reporting import is_received, report, waits
from tests.web.town import Town

SHOWN = """
async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map(({title, body, tag}) => ({title, body, tag}));
}
"""
TAPPED = """
async () => {
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent('notificationclick', {notification}));
}
"""


async def kept_phone(phones: Phones, town: Town) -> Phone:
    """Ani's phone, which has the whole app."""
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    return phone


async def test_from_the_valley_to_the_office_and_back(phones: Phones, town: Town, mast: Mast):
    """Offline, loaded anew, online, received, on the supervisor's screen, praised, and told so."""
    phone = await kept_phone(phones, town)
    head = await phones()
    await head.sign_in(await town.nip(town.city.clinic_head))
    await expect(head.page.get_by_text(head.word("connection.live"), exact=True)).to_be_visible()
    await phone.no_signal()
    await phone.page.reload()
    await report(phone, "Imunisasi di Kolok Mudik")
    await phone.page.reload()
    await waits(phone, "Imunisasi di Kolok Mudik")
    assert await town.reports_of(town.city.ani) == []

    await phone.signal()
    await is_received(phone, "Imunisasi di Kolok Mudik")
    fresh = head.button("lead.new", n=1)
    shown = head.page.get_by_role("article").filter(has_text="Imunisasi di Kolok Mudik")
    await expect(fresh.or_(shown).first).to_be_visible()
    if await fresh.is_visible():
        await fresh.click()
    await shown.get_by_role("button", name=head.word("lead.praise"), exact=True).click()
    await expect(
        shown.get_by_role("button", name=head.word("lead.praised"), exact=True)
    ).to_be_visible()

    await phone.open("/feedback")
    await expect(
        phone.page.get_by_text(phone.word("lead.praise_text", indicator="Kunjungan"))
    ).to_be_visible()
    assert phone.wrong + head.wrong == []


async def test_a_push_is_shown_once_and_opens_its_screen(phones: Phones, town: Town):
    phone = await kept_phone(phones, town)
    await phone.context.grant_permissions(["notifications"], origin=phone.url)
    devtools = await phone.context.new_cdp_session(phone.page)
    registration = await registered(devtools)
    push = {
        "title": "Umpan balik",
        "body": "Ada umpan balik baru.",
        "tag": "t1",
        "data": {"kind": "feedback", "screen": "feedback"},
    }
    for _ in range(2):
        await devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": phone.url, "registrationId": registration, "data": json.dumps(push)},
        )
    await phone.until(f"({SHOWN})().then((shown) => shown.length > 0)")
    assert await phone.page.evaluate(SHOWN) == [
        {"title": "Umpan balik", "body": "Ada umpan balik baru.", "tag": "t1"}
    ]
    (worker,) = phone.context.service_workers
    await worker.evaluate(TAPPED)
    await phone.page.wait_for_url("**/feedback**")


async def registered(devtools: CDPSession) -> str:
    """What the browser calls the worker of this page."""
    known: list[dict[str, Any]] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    await devtools.send("ServiceWorker.enable")
    async with asyncio.timeout(10):
        while not known:
            await asyncio.sleep(0.02)
    return known[-1]["registrationId"]
