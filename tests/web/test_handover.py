"""One phone, two people: what the office told the first is gone, what it does not have stays."""

from playwright.async_api import expect

from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reporting import card, is_received, outbox, report, waits
from tests.web.town import Town

KEPT = """
async () => {
  const opening = indexedDB.open('denyut');
  const db = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const all = (name) => new Promise((resolve) => {
    const asked = db.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  const [items, answers] = [await all('items'), await all('answers')];
  db.close();
  return {
    items: items.map((item) => [item.owner, item.part.note, item.state]),
    answers: answers.map((answer) => answer.owner),
  };
}
"""


async def leaves(phone: Phone) -> None:
    await phone.open("/more")
    await phone.button("more.sign_out").click()
    await (
        phone.page.get_by_role("alert")
        .get_by_role("button", name=phone.word("more.sign_out"), exact=True)
        .click()
    )
    await phone.page.wait_for_url("**/sign-in")


async def test_the_next_person_finds_nothing_of_the_first_who_loses_nothing(
    phones: Phones, town: Town, mast: Mast
):
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    await report(phone, "Sudah diterima")
    await is_received(phone, "Sudah diterima")
    mast.fall()
    await report(phone, "Belum terkirim")
    await waits(phone, "Belum terkirim")
    await leaves(phone)
    mast.rise()

    await phone.sign_in(await town.nip(town.city.budi))
    await phone.has_targets()
    page = await outbox(phone)
    await expect(card(page, "Belum terkirim")).to_have_count(0)
    kept = await page.evaluate(KEPT)
    ani, budi = str(town.city.ani), str(town.city.budi)
    assert [item for item in kept["items"] if item[0] == ani] == [[ani, "Belum terkirim", "saved"]]
    assert set(kept["answers"]) == {budi}
    await leaves(phone)

    await phone.sign_in(await town.nip(town.city.ani))
    await is_received(phone, "Belum terkirim")
    rows = await town.reports_of(town.city.ani)
    assert sorted(row["note"] for row in rows) == ["Belum terkirim", "Sudah diterima"]
    assert await town.reports_of(town.city.budi) == []


async def test_a_report_is_sent_as_nobody_but_whoever_made_it(
    phones: Phones, town: Town, mast: Mast
):
    """Ani's session dies while hers are on the phone; Budi takes the phone and reports."""
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    mast.lose_answers()
    await report(phone, "Ani, tanpa jawaban")
    await town.until_reported(town.city.ani, 1)
    mast.fall()
    await report(phone, "Ani, belum dikirim")
    await town.signed_out(town.city.ani)
    mast.rise()
    await phone.sign_in(await town.nip(town.city.budi))
    await phone.has_targets()
    await report(phone, "Budi, dari ponsel Ani")
    await is_received(phone, "Budi, dari ponsel Ani")
    await leaves(phone)
    assert len(await town.reports_of(town.city.ani)) == 1

    await phone.sign_in(await town.nip(town.city.ani))
    notes = ["Ani, belum dikirim", "Ani, tanpa jawaban"]
    for note in notes:
        await is_received(phone, note)
    assert sorted(row["note"] for row in await town.reports_of(town.city.ani)) == notes
    rows = await town.reports_of(town.city.budi)
    assert [row["note"] for row in rows] == ["Budi, dari ponsel Ani"]
    assert phone.wrong == []
