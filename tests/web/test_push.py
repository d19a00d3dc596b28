"""Notices outside of the app: refused, they change nothing; tapped, they lead to their screen."""

import json

from playwright.async_api import CDPSession, expect

from tests.web.phone import PASSWORD, Phone, Phones
from tests.web.reporting import is_received, report
from tests.web.test_handover import leaves
from tests.web.test_worker import SHOWN, TAPPED, registered
from tests.web.town import Town

PUSH = {
    "title": "Umpan balik",
    "body": "Ada umpan balik baru.",
    "tag": "t1",
    "data": {"kind": "feedback", "screen": "feedback"},
}


async def anis_phone(phones: Phones, town: Town) -> Phone:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    return phone


async def test_whoever_refuses_notices_is_told_so_and_works_on(phones: Phones, town: Town):
    phone = await anis_phone(phones, town)
    browser = phone.context.browser
    assert browser is not None
    devtools = await phone.context.new_cdp_session(phone.page)
    told = await devtools.send("Target.getTargetInfo")
    await devtools.send(
        "Browser.setPermission",
        {
            "permission": {"name": "notifications"},
            "setting": "denied",
            "origin": phone.url,
            "browserContextId": told["targetInfo"]["browserContextId"],
        },
    )
    await phone.open("/settings/notices")
    await expect(phone.page.get_by_text(phone.word("notices.push_blocked"))).to_be_visible()
    await expect(phone.button("notices.turn_on")).to_have_count(0)
    choice = phone.page.get_by_role("switch").first
    await expect(choice).to_be_visible()
    await report(phone, "Tanpa pemberitahuan")
    await is_received(phone, "Tanpa pemberitahuan")
    addresses = await town.pool.fetchval(
        "SELECT count(*) FROM device WHERE push_target IS NOT NULL"
    )
    assert addresses == 0
    assert phone.wrong == []


async def notified(phone: Phone) -> None:
    """A push has come and is shown."""
    await phone.context.grant_permissions(["notifications"], origin=phone.url)
    devtools: CDPSession = await phone.context.new_cdp_session(phone.page)
    registration = await registered(devtools)
    await devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": phone.url, "registrationId": registration, "data": json.dumps(PUSH)},
    )
    await phone.until(f"({SHOWN})().then((shown) => shown.length > 0)")


async def tapped(phone: Phone) -> None:
    (worker,) = phone.context.service_workers
    await worker.evaluate(TAPPED)


async def test_a_notice_tapped_after_the_session_has_ended_opens_its_screen(
    phones: Phones, town: Town
):
    phone = await anis_phone(phones, town)
    await notified(phone)
    await town.signed_out(town.city.ani)
    await expect(phone.page.get_by_text(phone.word("connection.signed_out"))).to_be_visible()
    await tapped(phone)
    await phone.page.wait_for_url("**/feedback**")
    heading = phone.page.get_by_role("heading", name=phone.word("inbox.title"), exact=True)
    await expect(heading).to_be_visible()


async def test_a_notice_tapped_where_nobody_is_signed_in_leads_there_by_the_door(
    phones: Phones, town: Town
):
    phone = await anis_phone(phones, town)
    await notified(phone)
    await leaves(phone)
    await tapped(phone)
    await expect(phone.button("sign_in.go")).to_be_visible()
    page = phone.page
    nip = await town.nip(town.city.ani)
    await page.get_by_label(phone.word("sign_in.nip"), exact=True).fill(nip)
    await page.get_by_label(phone.word("sign_in.password"), exact=True).fill(PASSWORD)
    await phone.button("sign_in.go").click()
    await page.wait_for_url("**/feedback")
