"""A mentor captures a report for somebody: it is theirs, it is one, and everybody sees by whom."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Route, expect

from tests.web.desk import Desks
from tests.web.phone import Phone, Phones
from tests.web.town import Town


async def budi_mentors_ani(desks: Desks, town: Town) -> None:
    desk = await desks(town.city.clinic_head)
    since = datetime.now(UTC) - timedelta(minutes=5)
    body = {
        "employee_id": str(town.city.ani),
        "mentor_id": str(town.city.budi),
        "valid_from": since.isoformat(),
    }
    await desk.post("/v1/mentorships", body)


async def name_of(town: Town, who: object) -> str:
    return await town.pool.fetchval("SELECT name FROM employee WHERE id = $1", who)


async def at_the_form(phone: Phone, name: str) -> None:
    """From More, as a mentor finds it."""
    await phone.open("/more")
    await phone.page.get_by_role("link", name=phone.word("more.mentor"), exact=True).click()
    report_for = phone.word("mentor.report_for", name=name)
    await phone.page.get_by_role("link", name=report_for, exact=True).click()
    await expect(phone.button("mentor.send")).to_be_visible()


async def fills_in(phone: Phone, note: str) -> None:
    amount = phone.page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True)
    await amount.fill("2")
    await phone.page.get_by_label(phone.word("report.note"), exact=True).fill(note)


async def test_a_mentor_reports_for_somebody_and_whoever_reads_it_sees_the_mentor(
    phones: Phones, town: Town, desks: Desks
):
    await budi_mentors_ani(desks, town)
    ani, budi = [await name_of(town, who) for who in (town.city.ani, town.city.budi)]
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.budi))
    await at_the_form(phone, ani)
    await fills_in(phone, "Dicatat pendamping")
    await phone.button("mentor.send").click()
    await expect(phone.page.get_by_text(phone.word("mentor.received", name=ani))).to_be_visible()

    assert await town.reports_of(town.city.budi) == []
    (report,) = await town.reports_of(town.city.ani)
    assert report["note"] == "Dicatat pendamping"

    hers = await phones()
    await hers.sign_in(await town.nip(town.city.ani))
    await hers.open(f"/reports/{report['id']}")
    captured_by = hers.word("report_page.reported_by", name=budi)
    await expect(hers.page.get_by_text(captured_by)).to_be_visible()
    await hers.open("/first-week")
    await expect(hers.page.get_by_text(hers.word("mentor.yours", name=budi))).to_be_visible()
    await hers.open("/more")
    await expect(hers.page.get_by_role("link", name=hers.word("more.month"))).to_be_visible()
    none = hers.page.get_by_role("link", name=hers.word("more.mentor"), exact=True)
    await expect(none).not_to_be_visible()
    assert phone.wrong == hers.wrong == []


async def test_an_answer_that_was_lost_makes_no_second_report_even_in_a_new_tab(
    phones: Phones, town: Town, desks: Desks
):
    await budi_mentors_ani(desks, town)
    ani = await name_of(town, town.city.ani)
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.budi))
    await at_the_form(phone, ani)
    await fills_in(phone, "Jawaban hilang")
    await phone.page.route("**/v1/mentees/*/reports", arrives_and_says_nothing)
    await phone.button("mentor.send").click()
    await expect(phone.page.get_by_role("alert")).to_be_visible()
    assert len(await town.reports_of(town.city.ani)) == 1
    await phone.page.unroute("**/v1/mentees/*/reports")
    await phone.page.reload()
    note = phone.page.get_by_label(phone.word("report.note"), exact=True)
    await expect(note).to_have_value("Jawaban hilang")
    await phone.button("mentor.send").click()
    await expect(phone.page.get_by_text(phone.word("mentor.received", name=ani))).to_be_visible()
    assert len(await town.reports_of(town.city.ani)) == 1


async def arrives_and_says_nothing(route: Route) -> None:
    await route.fetch()
    await route.abort()
