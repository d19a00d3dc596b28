"""Nothing that a phone called saved is lost, and nothing arrives twice, whatever breaks between."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from playwright.async_api import expect

from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reporting import card, is_received, report, waits
from tests.web.town import Town

SYNC = "/v1/sync"
TEN_REPORTS_BYTES = 5 * 1024


async def anis_phone(phones: Phones, town: Town, **options: object) -> Phone:
    phone = await phones(**options)
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    return phone


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await happened():
            await asyncio.sleep(0.05)


async def arrived(town: Town, *notes: str, employee_id: UUID | None = None) -> None:
    """Each of these reports is in the office once, and no other."""
    rows = await town.reports_of(employee_id or town.city.ani)
    assert Counter(row["note"] for row in rows) == Counter(notes)


async def test_a_report_goes_and_its_number_comes_back(phones: Phones, town: Town):
    phone = await anis_phone(phones, town)
    await report(phone, "Penyuluhan di Talawi")
    await is_received(phone, "Penyuluhan di Talawi")
    await arrived(town, "Penyuluhan di Talawi")
    assert phone.wrong == []


async def test_what_was_reported_without_signal_goes_by_itself_later(
    phones: Phones, town: Town, mast: Mast
):
    phone = await anis_phone(phones, town)
    mast.fall()
    await phone.no_signal()
    await report(phone, "Di lembah")
    await report(phone, "Di hutan")
    await waits(phone, "Di lembah")
    assert await town.reports_of(town.city.ani) == []
    mast.rise()
    await phone.signal()
    await is_received(phone, "Di lembah")
    await is_received(phone, "Di hutan")
    await arrived(town, "Di lembah", "Di hutan")


async def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_doubles(
    phones: Phones, town: Town, mast: Mast
):
    phone = await anis_phone(phones, town)
    mast.lose_answers()
    await report(phone, "Jawaban hilang")

    async def is_committed() -> bool:
        return len(await town.reports_of(town.city.ani)) == 1

    await until(is_committed)
    await waits(phone, "Jawaban hilang")
    mast.fall()
    mast.rise()
    await is_received(phone, "Jawaban hilang")
    await arrived(town, "Jawaban hilang")


async def test_two_tabs_send_each_report_once(phones: Phones, town: Town, mast: Mast):
    phone = await anis_phone(phones, town)
    other = await phone.context.new_page()
    await other.goto(phone.url + "/today")
    await expect(other.get_by_role("navigation")).to_be_visible()
    mast.fall()
    await report(phone, "Dari tab satu")
    await report(phone, "Dari tab dua", page=other)
    sent_before = len(mast.sent_to(SYNC))
    mast.rise()
    await is_received(phone, "Dari tab satu", other)
    await is_received(phone, "Dari tab dua")
    await arrived(town, "Dari tab satu", "Dari tab dua")
    bodies = [each for each in mast.sent_to(SYNC)[sent_before:] if each.method == "POST"]
    assert len(bodies) <= 2
    await phone.page.close()
    phone.page = other
    await report(phone, "Tab pertama ditutup")
    await is_received(phone, "Tab pertama ditutup")


async def test_an_ended_session_pauses_the_sending_and_deletes_nothing(phones: Phones, town: Town):
    phone = await anis_phone(phones, town)
    await town.pool.execute(
        "UPDATE session SET revoked_at = clock_timestamp(), revoked_reason = 'test'"
        " WHERE employee_id = $1",
        town.city.ani,
    )
    await town.pool.fetchval("SELECT bump_rights_v1($1)", [town.city.ani])
    await expect(
        phone.page.get_by_text(phone.word("connection.signed_out"), exact=True)
    ).to_be_visible()
    await report(phone, "Sesi sudah berakhir")
    await waits(phone, "Sesi sudah berakhir")
    await phone.sign_in(await town.nip(town.city.ani))
    await is_received(phone, "Sesi sudah berakhir")
    await arrived(town, "Sesi sudah berakhir")


async def test_an_item_that_the_office_refuses_is_put_aside_and_the_others_go(
    phones: Phones, town: Town, mast: Mast
):
    phone = await anis_phone(phones, town)
    mast.fall()
    await report(phone, "Tahun depan")
    await report(phone, "Hari ini")
    await phone.page.evaluate(SPOIL, "Tahun depan")
    mast.rise()
    await is_received(phone, "Hari ini")
    aside = card(phone.page, "Tahun depan")
    await expect(aside.get_by_text(phone.word("outbox.quarantined"))).to_be_visible()
    await arrived(town, "Hari ini")


async def test_a_clock_a_year_off_reports_the_day_that_it_is(
    phones: Phones, town: Town, mast: Mast
):
    for years in (-1, 1):
        phone = await phones()
        await phone.context.add_init_script(WRONG_CLOCK % (years * 365 * 86_400_000))
        await phone.sign_in(await town.nip(town.city.ani))
        await phone.has_targets()
        mast.fall()
        await report(phone, f"Jam meleset {years} tahun")
        mast.rise()
        await is_received(phone, f"Jam meleset {years} tahun")
    await arrived(town, "Jam meleset -1 tahun", "Jam meleset 1 tahun")
    off = await town.pool.fetch(
        "SELECT FROM report WHERE activity_at NOT BETWEEN clock_timestamp() - interval '1 hour'"
        " AND clock_timestamp() + interval '1 minute'"
    )
    assert off == []


async def test_ten_reports_weigh_little_on_the_wire(phones: Phones, town: Town, mast: Mast):
    phone = await anis_phone(phones, town)
    mast.fall()
    notes = [f"Kunjungan rumah ke-{number}, ibu dan bayi sehat" for number in range(10)]
    for note in notes:
        await report(phone, note)
    sent_before = len(mast.sent_to(SYNC))
    mast.rise()
    for note in notes:
        await is_received(phone, note)
    sent = mast.sent_to(SYNC)[sent_before:]
    assert sum(each.total_bytes for each in sent) <= TEN_REPORTS_BYTES, sent
    await arrived(town, *notes)


# What a phone would keep that was tampered with, or written by an app with a fault.
SPOIL = """
(note) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('denyut');
  opening.onsuccess = () => {
    const change = opening.result.transaction('items', 'readwrite');
    change.objectStore('items').openCursor().onsuccess = ({target: {result: cursor}}) => {
      if (!cursor) return;
      if (cursor.value.part.note === note) {
        cursor.update({...cursor.value, part: {...cursor.value.part, quantity: -5}});
      }
      cursor.continue();
    };
    change.oncomplete = () => (opening.result.close(), resolve());
    change.onerror = reject;
  };
})
"""
WRONG_CLOCK = """
(() => {
  const off = %d, Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + off); }
    static now() { return Right.now() + off; }
  };
})()
"""
