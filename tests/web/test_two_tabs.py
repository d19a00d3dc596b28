"""Two tabs, and the newer one wants a newer database: it gets it at once, and the older goes on."""

from playwright.async_api import Page, expect

from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reporting import is_received, report, waits
from tests.web.town import Town

# What a newer app does first: opens the database as the next version, and keeps it open.
UPGRADES = """
() => new Promise((resolve) => {
  const asked = indexedDB.open('denyut', 2);
  const said = [];
  asked.onblocked = () => said.push('blocked');
  asked.onupgradeneeded = () => asked.result.createObjectStore('newer');
  asked.onsuccess = () => {
    globalThis.kept = asked.result;
    resolve([...said, ...asked.result.objectStoreNames]);
  };
})
"""


async def test_an_older_tab_lets_go_of_the_database_and_goes_on_with_what_became_of_it(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    mast.fall()
    await report(phone, "Sebelum")
    newer = await beside(phone)
    stores = await newer.evaluate(UPGRADES)
    assert set(stores) == {"answers", "drafts", "items", "newer", "photos"}  # and nothing blocked
    await report(phone, "Sesudah")
    await waits(phone, "Sebelum")
    mast.rise()
    await phone.page.evaluate("dispatchEvent(new Event('online'))")
    for note in ("Sebelum", "Sesudah"):
        await is_received(phone, note)
    rows = await town.reports_of(town.city.ani)
    assert sorted(row["note"] for row in rows) == ["Sebelum", "Sesudah"]
    assert phone.wrong == []


async def beside(phone: Phone) -> Page:
    """Another tab of the app, by which the first one is not moved."""
    page = await phone.context.new_page()
    await page.goto(phone.url + "/today")
    await expect(page.get_by_role("navigation")).to_be_visible()
    return page
