"""Nobody has the app open: the browser wakes it when there is signal, and the outbox goes, once."""

from playwright.async_api import CDPSession

from tests.web.mast import Mast
from tests.web.phone import Phones
from tests.web.reporting import is_received, report
from tests.web.test_worker import registered
from tests.web.town import Town

TAG = "denyut-outbox"
REGISTERED = "navigator.serviceWorker.ready.then(({sync}) => sync.getTags())"


async def woken(devtools: CDPSession, url: str, registration: str) -> None:
    """As the browser does when it believes that there is signal."""
    await devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": url, "registrationId": registration, "tag": TAG, "lastChance": False},
    )


async def test_with_every_tab_closed_the_outbox_goes_out_once(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    mast.fall()
    await report(phone, "Tab sudah ditutup")
    await report(phone, "Yang kedua")
    assert await phone.page.evaluate(REGISTERED) == [TAG]  # for ever, as long as something waits
    app, phone.page = phone.page, await phone.context.new_page()
    devtools = await phone.context.new_cdp_session(phone.page)
    await app.close()
    registration = await registered(devtools)
    mast.rise()
    await woken(devtools, phone.url, registration)
    await town.until_reported(town.city.ani, 2)
    await woken(devtools, phone.url, registration)

    await phone.open("/outbox")
    for note in ("Tab sudah ditutup", "Yang kedua"):
        await is_received(phone, note)
    rows = await town.reports_of(town.city.ani)
    assert sorted(row["note"] for row in rows) == ["Tab sudah ditutup", "Yang kedua"]
