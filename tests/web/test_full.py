"""A phone without room, by the browser's own quota: what it says, what is safe, what goes on."""

from collections import Counter
from typing import Any

from playwright.async_api import expect

from tests.standins.photos import noise
from tests.web.mast import Mast
from tests.web.phone import Phone, Phones
from tests.web.reporting import card, is_received, outbox, report, save_button, typed, waits
from tests.web.room import Room
from tests.web.town import Town

KEPT = "Sebelum penuh"
LATER = "Ponsel penuh"
TEXT_ROOM_BYTES = 30_000  # a text fits into it, a photo does not


async def small_phone(phones: Phones, town: Town) -> tuple[Phone, Room]:
    """Ani's phone, which has the whole app and room for little else."""
    phone = await phones()
    room = await Room.scarce(phone)
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()
    await phone.served_by_worker()
    return phone, room


async def notes(town: Town) -> Counter[str]:
    return Counter(row["note"] for row in await town.reports_of(town.city.ani))


async def test_a_full_phone_says_so_sends_what_it_has_and_loses_no_word(
    phones: Phones, town: Town, mast: Mast
) -> None:
    phone, room = await small_phone(phones, town)
    mast.fall()
    await report(phone, KEPT)
    await typed(phone, "")
    await room.filled()
    note = phone.page.get_by_label(phone.word("report.note"), exact=True)
    await note.fill(LATER)
    full = phone.page.get_by_text(phone.word("report.full"))
    await expect(full).to_be_visible()  # already as the draft cannot be kept
    await save_button(phone).click()
    await expect(full).to_be_visible()
    await expect(note).to_have_value(LATER)
    await waits(phone, KEPT)
    await expect(phone.page.get_by_text(phone.word("outbox.full"))).to_be_visible()

    mast.rise()  # still full, and what is safe goes all the same
    await town.until_reported(town.city.ani, 1)
    await outbox(phone)
    await expect(card(phone.page, KEPT)).to_have_count(0)
    assert await notes(town) == Counter([KEPT])

    await room.freed()
    await typed_again(phone)
    await expect(note).to_have_value(LATER)
    await save_button(phone).click()
    await is_received(phone, LATER)
    assert await notes(town) == Counter([KEPT, LATER])


async def typed_again(phone: Phone) -> None:
    """Back to the report screen, as by its navigation."""
    await (
        phone.page.get_by_role("navigation")
        .get_by_role("link", name=phone.word("nav.report"), exact=True)
        .click()
    )


async def test_a_photo_that_does_not_fit_is_said_and_the_text_goes(
    phones: Phones, town: Town
) -> None:
    phone, room = await small_phone(phones, town)
    page = await typed(phone, "Tanpa foto dulu")
    await room.filled(TEXT_ROOM_BYTES)
    file: Any = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": noise(1_600, 1_200)}
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text(phone.word("photo.full"))).to_be_visible()
    first = page.get_by_role("img", name=phone.word("photo.number", n=1), exact=True)
    await expect(first).to_have_count(0)
    await save_button(phone).click()
    await town.until_reported(town.city.ani, 1)

    await room.freed()
    await typed(phone, "Sekarang dengan foto")
    await page.locator("input[type=file]").set_input_files(file)
    await expect(first).to_be_visible()
    await save_button(phone).click()
    await is_received(phone, "Sekarang dengan foto")
    await town.until_photos(1)
    assert await notes(town) == Counter(["Tanpa foto dulu", "Sekarang dengan foto"])
