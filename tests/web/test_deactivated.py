"""Somebody's account is closed while their phone holds reports: it says so, and keeps them."""

from playwright.async_api import expect

from tests.web.desk import Desks
from tests.web.mast import Mast
from tests.web.phone import PASSWORD, Phones
from tests.web.reporting import is_received, report, waits
from tests.web.town import Town


async def test_a_closed_account_keeps_its_reports_and_sends_them_when_it_is_open_again(
    phones: Phones, desks: Desks, town: Town, mast: Mast
) -> None:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    mast.fall()
    await report(phone, "Sebelum ditutup")
    hr = await desks(town.city.hr)
    anis_account = f"/v1/people/{town.city.ani}"
    await hr.patch(anis_account, {"active": False, "reason": "SK mutasi"})
    mast.rise()
    await expect(phone.page.get_by_text(phone.word("connection.signed_out"))).to_be_visible()
    await waits(phone, "Sebelum ditutup")
    await report(phone, "Sesudah ditutup")

    await phone.open("/sign-in")
    page = phone.page
    safe = phone.word("sign_in.safe", n=2).split(" | ")[-1]
    await expect(page.get_by_text(safe)).to_be_visible()
    await page.get_by_label(phone.word("sign_in.password"), exact=True).fill(PASSWORD)
    await phone.button("sign_in.go").click()
    # The door tells nobody which accounts exist; it says who can help.
    await expect(page.get_by_role("alert")).to_contain_text("bagian kepegawaian")
    await phone.button("sign_in.later").click()
    for note in ("Sebelum ditutup", "Sesudah ditutup"):
        await waits(phone, note)
    assert await town.reports_of(town.city.ani) == []

    await hr.patch(anis_account, {"active": True, "reason": "SK mutasi"})
    await phone.sign_in(await town.nip(town.city.ani))
    for note in ("Sebelum ditutup", "Sesudah ditutup"):
        await is_received(phone, note)
    assert len(await town.reports_of(town.city.ani)) == 2
