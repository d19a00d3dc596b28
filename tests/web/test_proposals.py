"""Staff propose another goal, ask for a word, and see what became of both."""

from uuid import uuid4

from playwright.async_api import Locator, expect

from tests.web.desk import Desks
from tests.web.phone import Phone, Phones
from tests.web.town import Town


def card(phone: Phone, text: str) -> Locator:
    return phone.page.locator(".card").filter(has_text=text)


async def at_the_target(phone: Phone) -> None:
    """From Today by its name."""
    await phone.open("/today")
    await phone.page.get_by_role("main").get_by_role("article").first.get_by_role("link").click()
    await expect(phone.button("target.propose")).to_be_visible()


async def proposes(phone: Phone, quantity: str, why: str) -> None:
    await phone.button("target.propose").click()
    dialog = phone.page.get_by_role("dialog")
    amount = dialog.get_by_label(phone.word("proposal.quantity", unit="kali"), exact=True)
    await amount.fill(quantity)
    await dialog.get_by_label(phone.word("proposal.why"), exact=True).fill(why)
    await dialog.get_by_role("button", name=phone.word("proposal.send")).click()
    await expect(dialog).not_to_be_visible()
    await expect(card(phone, why).get_by_text(phone.word("proposal.open"))).to_be_visible()


async def test_a_change_is_proposed_declined_with_a_reason_taken_back_and_agreed(
    phones: Phones, town: Town, desks: Desks
):
    city = town.city
    phone, desk = await phones(), await desks(city.clinic_head)
    await phone.sign_in(await town.nip(city.ani))
    await at_the_target(phone)

    await proposes(phone, "6", "Cuti dua minggu")
    (waiting,) = await desk.get("/v1/target-proposals")
    path = f"/v1/target-proposals/{waiting['id']}/decision"
    await desk.post(path, {"decision": "decline", "reason": "Masih bisa dibagi"})
    declined = card(phone, "Cuti dua minggu")
    await expect(declined.get_by_text(phone.word("proposal.declined"))).to_be_visible()
    await expect(declined.get_by_text("Masih bisa dibagi")).to_be_visible()

    await proposes(phone, "5", "Salah ketik")
    await (
        card(phone, "Salah ketik")
        .get_by_role("button", name=phone.word("proposal.withdraw"))
        .click()
    )
    withdrawn = phone.word("proposal.withdrawn")
    await expect(card(phone, "Salah ketik").get_by_text(withdrawn)).to_be_visible()

    await proposes(phone, "7", "Tugas bertambah")
    (waiting,) = await desk.get("/v1/target-proposals")
    path = f"/v1/target-proposals/{waiting['id']}/decision"
    await desk.post(path, {"decision": "agree", "reason": ""})
    agreed = phone.word("proposal.agreed")
    await expect(card(phone, "Tugas bertambah").first.get_by_text(agreed)).to_be_visible()
    await expect(phone.page.get_by_text("50 dari 7 kali", exact=True)).to_be_visible()
    assert phone.wrong == []


async def test_a_new_target_is_proposed_and_counts_once_it_is_agreed(
    phones: Phones, town: Town, desks: Desks
):
    city = town.city
    phone, desk = await phones(), await desks(city.clinic_head)
    await phone.sign_in(await town.nip(city.ani))
    await phone.open("/agreement")
    await phone.button("proposal.new_title").click()
    dialog = phone.page.get_by_role("dialog")
    await dialog.get_by_label(phone.word("proposal.indicator"), exact=True).fill("Kunjungan rumah")
    await dialog.get_by_label(phone.word("proposal.unit"), exact=True).fill("kunjungan")
    await dialog.get_by_label(phone.word("proposal.why"), exact=True).fill("Wilayah bertambah")
    await dialog.get_by_role("button", name=phone.word("proposal.send")).click()
    await expect(card(phone, "Kunjungan rumah")).to_be_visible()
    (waiting,) = await desk.get("/v1/target-proposals")
    path = f"/v1/target-proposals/{waiting['id']}/decision"
    await desk.post(path, {"decision": "agree", "reason": "Setuju"})
    await phone.open("/today")
    await expect(phone.page.get_by_role("link", name="Kunjungan rumah", exact=True)).to_be_visible()
    assert phone.wrong == []


async def test_a_word_is_asked_for_on_a_target_and_the_answer_is_read(
    phones: Phones, town: Town, desks: Desks
):
    city = town.city
    phone, desk = await phones(), await desks(city.clinic_head)
    await phone.sign_in(await town.nip(city.ani))
    await at_the_target(phone)
    await phone.button("feedback.ask").click()
    dialog = phone.page.get_by_role("dialog")
    question = dialog.get_by_label(phone.word("feedback.question_label"), exact=True)
    await question.fill("Apakah arah saya sudah benar?")
    await dialog.get_by_role("button", name=phone.word("app.send")).click()
    asked = card(phone, "Apakah arah saya sudah benar?")
    await expect(asked.get_by_text(phone.word("feedback.asked"))).to_be_visible()
    (request,) = await desk.get("/v1/feedback-requests")
    body = {
        "id": str(uuid4()),
        "kind": "praise",
        "text": "Sudah, teruskan",
        "request_id": request["id"],
    }
    await desk.post(f"/v1/targets/{request['target_id']}/feedback", body)
    await expect(phone.page.get_by_text("Sudah, teruskan")).to_be_visible()
    await expect(asked).not_to_be_visible()
    assert phone.wrong == []
