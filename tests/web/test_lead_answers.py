"""A supervisor's answers count once and none is lost; the card says the truth, whatever breaks."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from playwright.async_api import expect

from tests.builders import make_report, submit
from tests.web.leading import card, clinic_heads_phone, is_live, pressed
from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.town import Town

PRAISES = "SELECT count(*) FROM feedback WHERE report_id = $1 AND kind = 'praise'"
STATUS = "SELECT status FROM report WHERE id = $1"

KEPT_CARDS = """
() => new Promise((done) => {
  const opening = indexedDB.open('denyut');
  opening.onsuccess = () => {
    const asked = opening.result.transaction('answers').objectStore('answers').getAll();
    asked.onsuccess = () => {
      opening.result.close();
      const feeds = asked.result.filter(({key}) => key.endsWith(' live'));
      done(feeds.some(({value}) => value.states.some(({cards}) => cards.length > 0)));
    };
  };
})
"""


async def anis_report(town: Town, note: str) -> UUID:
    city = town.city
    row = await make_report(town.pool, city.ani, city.targets[city.ani], note=note, name="Ani")
    return await town.pool.fetchval(
        "SELECT id FROM report WHERE employee_id = $1 AND note = $2", row.employee_id, note
    )


async def events(town: Town, report_id: UUID, kind: str) -> int:
    """How often the feed tells of it."""
    return await town.pool.fetchval(
        "SELECT count(*) FROM feed WHERE kind = $2 AND content::jsonb->>'report_id' = $1::text",
        str(report_id),
        kind,
    )


async def shown_on(phone: Phone, note: str) -> Any:
    """The report's card in the feed."""
    found = card(phone, note)
    fresh = phone.button("lead.new", n=1)
    await expect(found.or_(fresh).first).to_be_visible()
    if await fresh.is_visible():
        await fresh.click()
    await expect(found).to_be_visible()
    return found


async def test_praise_counts_once_after_a_reload_and_from_another_phone(phones: Phones, town: Town):
    report_id = await anis_report(town, "Imunisasi di Kolok")
    head = await clinic_heads_phone(phones, town)
    await pressed(head, await shown_on(head, "Imunisasi di Kolok"), "lead.praise").click()
    await expect(pressed(head, card(head, "Imunisasi di Kolok"), "lead.praised")).to_be_visible()
    await head.page.reload()
    again = pressed(head, await shown_on(head, "Imunisasi di Kolok"), "lead.praised")
    await expect(again).to_be_disabled()

    other = await clinic_heads_phone(phones, town, language="en")
    await other.open("/waiting")  # this list does not know of praise
    waiting = card(other, "Imunisasi di Kolok")
    await pressed(other, waiting, "lead.praise").click()
    await expect(pressed(other, waiting, "lead.praised")).to_be_visible()
    assert await town.pool.fetchval(PRAISES, report_id) == 1
    assert head.wrong + other.wrong == []


async def test_what_one_tab_decides_the_other_shows(phones: Phones, town: Town):
    report_id = await anis_report(town, "Posyandu Melati")
    head = await clinic_heads_phone(phones, town)
    other = await head.context.new_page()
    await other.goto(head.url + "/waiting")
    await is_live(head, other)
    waiting = card(head, "Posyandu Melati", other)
    await expect(waiting).to_be_visible()
    await pressed(head, await shown_on(head, "Posyandu Melati"), "lead.approve").click()
    await expect(waiting.get_by_text(head.word("lead.approved"), exact=True)).to_be_visible()
    await expect(pressed(head, waiting, "lead.approve")).to_have_count(0)
    assert await town.pool.fetchval(STATUS, report_id) == "approved"
    assert await events(town, report_id, "approval") == 1


async def test_a_lost_answer_is_kept_and_counts_once(phones: Phones, town: Town, mast: Mast):
    report_id = await anis_report(town, "Jawaban hilang")
    head = await clinic_heads_phone(phones, town)
    report = await shown_on(head, "Jawaban hilang")
    await head.page.wait_for_load_state("networkidle")
    mast.lose_answers()
    await pressed(head, report, "lead.return").click()
    await report.get_by_label(head.word("lead.reason"), exact=True).fill("Sebut alamatnya.")
    await pressed(head, report, "lead.return_now").click()
    await town.becomes("SELECT status = 'returned' FROM report WHERE id = $1", report_id)
    mast.fall()
    await expect(report.get_by_text(head.word("lead.kept"))).to_be_visible()
    await expect(pressed(head, report, "lead.approve")).to_have_count(0)
    mast.rise()
    await expect(report.get_by_text(head.word("lead.kept"))).to_have_count(0)
    said = head.word("lead.status_returned", actor=head.word("lead.you"))
    await expect(report.get_by_text(said)).to_be_visible()
    assert await events(town, report_id, "return") == 1


async def test_a_return_without_signal_survives_the_page_and_goes_by_itself(
    phones: Phones, town: Town, mast: Mast
):
    report_id = await anis_report(town, "Di lembah")
    head = await clinic_heads_phone(phones, town)
    await head.served_by_worker()
    report = await shown_on(head, "Di lembah")
    await head.until(f"({KEPT_CARDS})()")
    mast.fall()
    await head.no_signal()
    await pressed(head, report, "lead.return").click()
    await report.get_by_label(head.word("lead.reason"), exact=True).fill("Sebut desanya.")
    await pressed(head, report, "lead.return_now").click()
    await expect(report.get_by_text(head.word("lead.kept"))).to_be_visible()
    await head.page.reload()
    await expect(card(head, "Di lembah").get_by_text(head.word("lead.kept"))).to_be_visible()
    assert await town.pool.fetchval(STATUS, report_id) == "received"

    mast.rise()
    await head.signal()
    await town.becomes("SELECT status = 'returned' FROM report WHERE id = $1", report_id)
    await expect(head.page.get_by_text(head.word("lead.kept"))).to_have_count(0)
    reason = "SELECT text FROM feedback WHERE report_id = $1"
    assert await town.pool.fetchval(reason, report_id) == "Sebut desanya."
    assert await events(town, report_id, "return") == 1
    assert head.wrong == []


async def test_nobody_approves_without_signal_what_is_changed_meanwhile(
    phones: Phones, town: Town, mast: Mast
):
    report_id = await anis_report(town, "Sebelum diubah")
    head = await clinic_heads_phone(phones, town)
    report = await shown_on(head, "Sebelum diubah")
    mast.fall()
    await pressed(head, report, "lead.approve").click()
    await expect(report.get_by_text(head.word("lead.kept"))).to_be_visible()
    ani = town.city.ani
    await submit(town.pool, "revise", ani, report_id=report_id, quantity=9, note="Sesudah diubah")
    mast.rise()
    changed = card(head, "Sesudah diubah")
    await expect(changed.get_by_text(head.word("lead.changed_since"))).to_be_visible()
    assert await town.pool.fetchval(STATUS, report_id) == "revised"
    await pressed(head, changed, "lead.approve").click()
    await town.becomes("SELECT status = 'approved' FROM report WHERE id = $1", report_id)


async def test_of_many_at_once_each_has_its_own_result(phones: Phones, town: Town):
    """One is withdrawn while the dialog is open: it says so, and the others are approved."""
    ids = {note: await anis_report(town, note) for note in ("Satu", "Dua", "Tiga")}
    head = await clinic_heads_phone(phones, town)
    await head.open("/waiting")
    await head.page.get_by_role("button", name=many(head, "lead.bulk", 3)).click()
    dialog = head.page.get_by_role("dialog")
    await expect(dialog.get_by_role("checkbox")).to_have_count(3)
    await submit(town.pool, "withdraw", town.city.ani, report_id=ids["Dua"], at=datetime.now(UTC))
    await dialog.get_by_role("button", name=many(head, "lead.bulk_approve", 3)).click()
    await expect(dialog.get_by_text(many(head, "lead.bulk_done", 2))).to_be_visible()
    await expect(dialog.get_by_text(head.word("lead.bulk_failed", n=1))).to_be_visible()
    await expect(dialog.get_by_text(head.word("lead.approved"), exact=True)).to_have_count(2)
    statuses = {note: await town.pool.fetchval(STATUS, each) for note, each in ids.items()}
    assert statuses == {"Satu": "approved", "Dua": "withdrawn", "Tiga": "approved"}
    await dialog.get_by_role("button", name=head.word("app.close")).last.click()
    await expect(card(head, "Dua").get_by_text(head.word("lead.not_done"))).to_be_visible()
    assert head.wrong == []


def many(phone: Phone, key: str, n: int) -> str:
    """The words for several, or for one."""
    one, *several = phone.word(key).split(" | ")
    return (several[0] if several and n != 1 else one).replace("{n}", str(n))
