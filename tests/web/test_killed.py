"""The app is killed at each step of saving and sending: nothing is lost, and nothing is doubled.

The steps are not written down here: a run that nobody disturbs tells them. Whoever opens the app
again finds their report on its way, or what they had typed and taken.
"""

import asyncio
from collections import Counter
from typing import Any

import pytest
from playwright.async_api import expect

from tests.standins.photos import photo
from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reaper import Reaper
from tests.web.reporting import is_received, save_button
from tests.web.town import Town

FIRST = "00. tanpa gangguan"
WRITTEN, PHOTO_KEPT = "drafts put, committed", "photos add waiting, committed"
SAVED, SENT = "photos put waiting, committed", "POST sync begun"
# What the phone's database has, once all that was begun is over; of photos, how many.
STORED = """
() => new Promise((resolve) => {
  const opening = indexedDB.open('denyut');
  opening.onsuccess = () => {
    const reading = opening.result.transaction(['items', 'drafts', 'photos']);
    const asked = (store, how) => reading.objectStore(store)[how]();
    const [items, drafts] = ['items', 'drafts'].map((store) => asked(store, 'getAll'));
    const photos = asked('photos', 'count');
    reading.oncomplete = () => {
      opening.result.close();
      resolve({
        notes: items.result.map(({part}) => part.note),
        amounts: drafts.result.map(({quantity}) => quantity),
        photos: photos.result,
      });
    };
  };
})
"""
TYPED = f"({STORED})().then(({{amounts}}) => amounts.includes('3'))"
ALL_GONE = f"({STORED})().then(({{photos}}) => photos === 0)"


@pytest.mark.parametrize("half", ["as it saves", "as it sends"])
async def test_whenever_the_app_is_killed_the_report_and_its_photo_arrive_once(
    phones: Phones, town: Town, mast: Mast, half: str
) -> None:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    reaper = await Reaper.of(phone, mast)
    await reaper.reopened("/report")
    await begun(reaper)
    await reported(phone, FIRST, 0)
    await town.until_photos(1)
    await phone.until(ALL_GONE)
    await is_received(phone, FIRST)
    steps = await reaper.steps()
    assert {WRITTEN, PHOTO_KEPT, SAVED, SENT} <= {*steps}, steps
    middle = steps.index(SENT)
    fatal = steps[:middle] if half == "as it saves" else steps[middle:]
    notes = [FIRST, *(f"{number:02}. {step}" for number, step in enumerate(fatal, start=1))]
    for number, step in enumerate(fatal, start=1):
        await reaper.reopened("/report", step)
        await begun(reaper)
        dying = asyncio.ensure_future(reported(phone, notes[number], number))
        await reaper.reap()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        await reaper.reopened("/report")
        if notes[number] not in (await phone.page.evaluate(STORED))["notes"]:
            done = steps[: steps.index(step) + 1]
            await said_again(phone, notes[number], number, WRITTEN in done, PHOTO_KEPT in done)
        await town.until_reported(town.city.ani, number + 1)
        await town.until_photos(number + 1)
        await phone.until(ALL_GONE)
    for note in notes:
        await is_received(phone, note)
    rows = await town.reports_of(town.city.ani)
    assert Counter(row["note"] for row in rows) == Counter(notes)
    each = await town.pool.fetch("SELECT count(*) FROM report_evidence GROUP BY report_id")
    assert [row["count"] for row in each] == [1] * len(rows)
    assert phone.wrong == []


async def begun(reaper: Reaper) -> None:
    """The amount is typed and kept; what comes next counts."""
    phone = reaper.phone
    amount = phone.page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True)
    await amount.fill("3")
    await phone.until(TYPED)
    await reaper.armed()


async def reported(phone: Phone, note: str, number: int) -> None:
    """The rest of a report, with a photo of its own, until it is called saved."""
    await phone.page.get_by_label(phone.word("report.note"), exact=True).fill(note)
    await taken(phone, number)
    await save_button(phone).click()
    thanks = phone.page.get_by_role("heading", name=phone.word("report.thanks"))
    await expect(thanks).to_be_visible()


async def taken(phone: Phone, number: int) -> None:
    """A photo that is like no other."""
    data = photo(400, 300 + number)
    file: Any = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": data}
    await phone.page.locator("input[type=file]").set_input_files(file)
    first = phone.page.get_by_role("img", name=phone.word("photo.number", n=1), exact=True)
    await expect(first).to_be_visible()


async def said_again(phone: Phone, note: str, number: int, is_kept: bool, has_photo: bool) -> None:
    """The person finds what they had typed and taken, completes it, and saves."""
    page = phone.page
    field = page.get_by_label(phone.word("report.note"), exact=True)
    if is_kept:
        await expect(field).to_have_value(note)
    first = page.get_by_role("img", name=phone.word("photo.number", n=1), exact=True)
    if has_photo:
        await expect(first).to_be_visible()
    await page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True).fill("3")
    await field.fill(note)
    if not await first.count():
        await taken(phone, number)
    await save_button(phone).click()
