"""A photo on a phone: made small, sent after its report, and seen by whoever may see the report."""

import asyncio
import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import expect

from tests.builders import decide
from tests.standins.photos import PLACE, photo
from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.town import Town

MOST_BYTES = 150_000
NOTE = "Penyuluhan dengan foto"


async def anis_phone(phones: Phones, town: Town) -> Phone:
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    return phone


async def picked(phone: Phone, data: bytes) -> None:
    """Opens the report screen, fills it in, and picks a photo."""
    page = phone.page
    link = page.get_by_role("navigation").get_by_role("link", name=phone.word("nav.report"))
    await link.click()
    await page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True).fill("3")
    await page.get_by_label(phone.word("report.note"), exact=True).fill(NOTE)
    file: Any = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": data}
    await page.locator("input[type=file]").set_input_files(file)
    await expect(
        page.get_by_role("img", name=phone.word("photo.number", n=1), exact=True)
    ).to_be_visible()


async def save(phone: Phone) -> None:
    page = phone.page
    await page.get_by_role("button", name=phone.word("report.save"), exact=True).click()
    await expect(page.get_by_role("heading", name=phone.word("report.thanks"))).to_be_visible()


async def row_of(town: Town) -> Any:
    """The photo that the office has, as soon as it has one beside a report."""
    async with asyncio.timeout(30):
        while True:
            row = await town.pool.fetchrow(
                "SELECT a.*, e.report_id FROM attachment a"
                " JOIN report_evidence e ON e.reference = encode(a.sha256, 'hex')"
                " WHERE a.state = 'ready'"
            )
            if row:
                return row
            await asyncio.sleep(0.05)


async def is_seen(phone: Phone) -> None:
    """The picture itself has been fetched and decoded."""
    shown = phone.page.get_by_role("img", name=phone.word("photo.number", n=1), exact=True)
    await expect(shown).to_be_visible()
    await expect(shown).not_to_have_js_property("naturalWidth", 0)


async def test_it_is_made_small_sent_and_seen_by_the_supervisor(
    phones: Phones, town: Town, tmp_path: Path
) -> None:
    phone = await anis_phone(phones, town)
    await picked(phone, photo(3_000, 2_000))
    await save(phone)
    row = await row_of(town)
    assert row["size_bytes"] <= MOST_BYTES
    assert (row["width"], row["height"]) == (853, 1_280)  # upright, as the camera was held
    (full,) = (tmp_path / "photos").rglob("full")
    assert PLACE.encode() not in full.read_bytes()
    with Image.open(io.BytesIO(full.read_bytes())) as kept:
        assert not kept.getexif()
    await phone.open(f"/reports/{row['report_id']}")
    await is_seen(phone)
    head = await phones()
    await head.sign_in(await town.nip(town.city.clinic_head))
    await head.open(f"/reports/{row['report_id']}")
    await is_seen(head)
    assert phone.wrong == head.wrong == []


async def test_without_signal_it_is_kept_and_goes_by_itself_later(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone = await anis_phone(phones, town)
    await picked(phone, photo(1_600, 1_200))
    mast.fall()
    await phone.no_signal()
    await save(phone)
    assert await town.pool.fetchval("SELECT count(*) FROM attachment") == 0
    mast.rise()
    await phone.signal()
    assert (await row_of(town))["report_id"] == (await town.reports_of(town.city.ani))[0]["id"]


async def test_a_photo_that_should_not_be_there_is_taken_off(phones: Phones, town: Town) -> None:
    phone = await anis_phone(phones, town)
    await picked(phone, photo(1_600, 1_200))
    await save(phone)
    row = await row_of(town)
    await phone.open(f"/reports/{row['report_id']}")
    await is_seen(phone)
    shown = phone.page.get_by_role("img", name=phone.word("photo.number", n=1), exact=True)
    await shown.click()
    await phone.button("photo.take_off").click()
    await phone.button("photo.take_off_yes").click()
    await expect(shown).not_to_be_visible()
    assert await town.pool.fetchval("SELECT count(*) FROM report_evidence") == 0

    await picked(phone, photo(1_600, 1_200, colour="navy"))
    await save(phone)
    row = await row_of(town)
    await decide(town.pool, town.city.clinic_head, row["report_id"])
    await phone.open(f"/reports/{row['report_id']}")
    await is_seen(phone)
    await shown.click()
    await expect(phone.button("app.close")).to_be_visible()
    await expect(phone.button("photo.take_off")).not_to_be_visible()
    assert phone.wrong == []


async def test_a_file_that_is_no_photo_is_refused_in_words(phones: Phones, town: Town) -> None:
    phone = await anis_phone(phones, town)
    await (
        phone.page.get_by_role("navigation")
        .get_by_role("link", name=phone.word("nav.report"))
        .click()
    )
    file: Any = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}
    await phone.page.locator("input[type=file]").set_input_files(file)
    await expect(phone.page.get_by_text(phone.word("photo.unreadable"))).to_be_visible()
