"""A newer app comes while the outbox is full: nothing is lost, nothing is doubled, it is taken."""

from collections import Counter
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.standins.service_process import ServiceProcess
from tests.web.mast import Mast
from tests.web.newer import newer_build, replaced
from tests.web.phone import Phone, Phones
from tests.web.reporting import is_received, report, save_button, typed, waits
from tests.web.town import Town

VERSION = """
async () => (await indexedDB.databases()).find(({name}) => name === 'denyut').version
"""
FORGETS_FILES = "async () => { for (const name of await caches.keys()) await caches.delete(name); }"


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another build than the one that the phones have."""
    return newer_build(tmp_path_factory.mktemp("newer"))


async def anis_phone(phones: Phones, town: Town) -> Phone:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    return phone


def installed(service: ServiceProcess, folder: Path, newer: Path) -> None:
    """The office goes over to the newer build."""
    service.kill()
    replaced(folder, newer)
    service.start()


async def runs_newer(page: Page) -> None:
    await expect(page.locator("body")).to_have_attribute("data-app", "newer")


async def test_a_full_outbox_and_a_draft_go_over_to_a_build_of_other_files_and_another_database(
    phones: Phones,
    town: Town,
    mast: Mast,
    service: ServiceProcess,
    app_folder: Path,
    newer: Path,
) -> None:
    phone = await anis_phone(phones, town)
    beside = await phone.context.new_page()
    await beside.goto(phone.url + "/outbox")
    await phone.page.bring_to_front()
    mast.lose_answers()
    await report(phone, "Diterima, tanpa jawaban")
    await town.until_reported(town.city.ani, 1)
    mast.fall()
    await report(phone, "Belum dikirim")
    await report(phone, "Yang ketiga")
    await typed(phone, "Masih diketik", "7")
    await town.signed_out(town.city.ani)  # so that nothing goes meanwhile
    installed(service, app_folder, newer)
    mast.rise()

    await phone.page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.update())")
    await phone.button("app.take_newer").click()
    for page in (phone.page, beside):
        await runs_newer(page)
    field = phone.page.get_by_label(phone.word("report.note"), exact=True)
    await expect(field).to_have_value("Masih diketik")
    await save_button(phone).click()
    thanks = phone.page.get_by_role("heading", name=phone.word("report.thanks"))
    await expect(thanks).to_be_visible()
    assert await phone.page.evaluate(VERSION) == 2

    notes = ["Diterima, tanpa jawaban", "Belum dikirim", "Yang ketiga", "Masih diketik"]
    for note in notes:
        await waits(phone, note)
    await phone.sign_in(await town.nip(town.city.ani))
    for note in notes:
        await is_received(phone, note)
    rows = await town.reports_of(town.city.ani)
    assert Counter(row["note"] for row in rows) == Counter(notes)
    assert phone.wrong == []


async def test_a_screen_whose_file_is_gone_costs_no_draft_and_leads_to_the_newer_app(
    phones: Phones,
    town: Town,
    mast: Mast,
    service: ServiceProcess,
    app_folder: Path,
    newer: Path,
) -> None:
    phone = await anis_phone(phones, town)
    mast.fall()
    await report(phone, "Belum dikirim")
    await typed(phone, "Masih diketik", "7")
    await phone.page.evaluate(FORGETS_FILES)  # as a phone does that needs the room
    devtools = await phone.context.new_cdp_session(phone.page)
    await devtools.send("Network.clearBrowserCache")
    await town.signed_out(town.city.ani)
    installed(service, app_folder, newer)
    mast.rise()

    links = phone.page.get_by_role("navigation")
    await links.get_by_role("link", name=phone.word("nav.more"), exact=True).click()
    again = phone.button("app.again")
    await expect(phone.page.get_by_text(phone.word("app.broken"))).to_be_visible()
    await again.click()
    await expect(again).to_be_visible()
    await again.click()
    await runs_newer(phone.page)
    await links.get_by_role("link", name=phone.word("nav.report"), exact=True).click()
    field = phone.page.get_by_label(phone.word("report.note"), exact=True)
    await expect(field).to_have_value("Masih diketik")
    await waits(phone, "Belum dikirim")
