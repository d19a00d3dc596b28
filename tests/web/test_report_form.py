"""The report screen and a returned report: few taps, nothing typed is lost, nothing is hidden."""

from uuid import uuid4

from playwright.async_api import expect

from tests.builders import make_target
from tests.web.desk import Desks
from tests.web.mast import Mast
from tests.web.phone import Phones
from tests.web.reporting import card, is_received, report
from tests.web.town import Town


async def test_a_target_that_is_reached_still_takes_reports(phones: Phones, town: Town):
    await town.pool.execute(
        "UPDATE target_pace SET approved = 120, state = 'achieved' WHERE target_id = $1",
        town.city.targets[town.city.ani],
    )
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await report(phone, "Masih bekerja")
    await is_received(phone, "Masih bekerja")


async def test_a_repeated_activity_takes_three_taps_and_a_chosen_target_its_last_amount(
    phones: Phones, town: Town
):
    city = town.city
    await make_target(town.pool, city.ani)
    phone = await phones()
    await phone.sign_in(await town.nip(city.ani))
    await phone.has_targets()
    page = phone.page
    await page.get_by_role("link", name=phone.word("today.report"), exact=True).click()
    target = page.get_by_role("radio").first
    await target.check()
    amount = page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True)
    await amount.fill("4")
    await page.get_by_label(phone.word("report.note"), exact=True).fill("Kunjungan pagi")
    await phone.button("report.save").click()
    await is_received(phone, "Kunjungan pagi")

    await phone.open("/today")
    await page.get_by_role("link", name=phone.word("today.report"), exact=True).click()  # one
    await page.get_by_role("button", name="Kunjungan pagi").click()  # two
    await phone.button("report.save").click()  # three
    await expect(page.get_by_role("heading", name=phone.word("report.thanks"))).to_be_visible()

    await phone.button("report.another").click()
    await page.get_by_role("radio").first.check()
    await expect(amount).to_have_value("4")
    assert {row["quantity"] for row in await town.reports_of(city.ani)} == {4}


async def test_a_returned_report_is_mended_beside_its_reason_without_losing_a_word(
    phones: Phones, town: Town, desks: Desks, mast: Mast
):
    phone, desk = await phones(), await desks(town.city.clinic_head)
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.served_by_worker()
    await phone.has_targets()
    await report(phone, "Rapat")
    await is_received(phone, "Rapat")
    (row,) = await town.reports_of(town.city.ani)
    body = {"feedback_id": str(uuid4()), "reason": "Di mana?", "base_version": 1}
    await desk.post(f"/v1/reports/{row['id']}/return", body)
    page = phone.page
    await expect(card(page, "Di mana?")).to_be_visible()  # in the outbox, by itself
    await phone.open("/today")
    await page.get_by_role("link", name=phone.word("outbox.mend"), exact=True).click()
    await expect(page.get_by_text("Di mana?").first).to_be_visible()
    note = page.get_by_label(phone.word("report.note"), exact=True)
    await note.fill("Rapat di Talawi, 12 orang")
    await page.wait_for_timeout(300)  # a person stops typing before the battery is empty
    await page.reload()
    await expect(note).to_have_value("Rapat di Talawi, 12 orang")
    mast.fall()
    await phone.no_signal()
    await phone.button("report_page.save").click()
    await expect(page.get_by_role("heading", name=phone.word("outbox.title"))).to_be_visible()
    await page.go_back()
    await expect(page.get_by_text(phone.word("outbox.saved")).first).to_be_visible()
    await expect(note).not_to_be_visible()
    mast.rise()
    await phone.signal()
    await expect(page.get_by_text(phone.word("status.revised")).first).to_be_visible()
    (row,) = await town.reports_of(town.city.ani)
    assert row["note"] == "Rapat di Talawi, 12 orang"


async def test_the_target_that_somebody_came_from_is_the_one_that_is_chosen(
    phones: Phones, town: Town
):
    city = town.city
    other = await make_target(town.pool, city.ani)
    phone = await phones()
    await phone.sign_in(await town.nip(city.ani))
    await phone.has_targets()
    await phone.open("/report")
    note = phone.page.get_by_label(phone.word("report.note"), exact=True)
    await note.fill("Setengah jadi")
    await phone.open(f"/targets/{other}")
    await phone.page.get_by_role("link", name=phone.word("target.report"), exact=True).click()
    await expect(note).to_have_value("Setengah jadi")
    await phone.page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True).fill("1")
    await phone.button("report.save").click()
    await is_received(phone, "Setengah jadi")
    (row,) = await town.reports_of(city.ani)
    assert row["target_id"] == other
    assert phone.wrong == []
