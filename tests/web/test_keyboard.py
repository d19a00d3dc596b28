"""Everything can be done without touching or pointing: by keys, and by ear."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.web.phone import PASSWORD, Language, Phone, Phones
from tests.web.reporting import report
from tests.web.town import Town

MOST_TABS = 40
FOCUSED = "document.activeElement"
HAS_FOCUS = f"(each) => each === {FOCUSED}"


async def tabbed_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until it has focus."""
    for _ in range(MOST_TABS):
        if await wanted.count() and await wanted.evaluate(HAS_FOCUS):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {wanted}")


async def typed_into(phone: Phone, key: str, text: str, **fills: str) -> None:
    """Goes to the field with this label by Tab, and types."""
    await tabbed_to(phone.page, phone.page.get_by_label(phone.word(key, **fills), exact=True))
    await phone.page.keyboard.type(text)


async def pressed(phone: Phone, wanted: Locator, key: str = "Enter") -> None:
    await expect(wanted).to_be_visible()
    await tabbed_to(phone.page, wanted)
    await phone.page.keyboard.press(key)


async def has_focus(wanted: Locator) -> None:
    await expect(wanted).to_be_focused()


def link(phone: Phone, key: str) -> Locator:
    menu = phone.page.get_by_role("navigation")
    return menu.get_by_role("link", name=phone.word(key), exact=True)


def heading(phone: Phone, key: str) -> Locator:
    return phone.page.get_by_role("heading", level=1, name=phone.word(key), exact=True)


async def signed_in(phone: Phone, town: Town) -> None:
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.has_targets()


@pytest.mark.parametrize("language", ["id", "en"])
async def test_from_signing_in_to_a_saved_report_by_keys_alone(
    phones: Phones, town: Town, language: Language
) -> None:
    phone = await phones(language=language)
    page = phone.page
    await phone.open("/sign-in")
    await expect(heading(phone, "sign_in.title")).to_be_visible()
    mine = {"id": "Bahasa Indonesia", "en": "English"}[language]
    await pressed(phone, page.get_by_role("button", name=mine, exact=True), "Space")
    await page.evaluate("document.activeElement.blur()")
    await typed_into(phone, "sign_in.nip", await town.nip(town.city.ani))
    await typed_into(phone, "sign_in.password", PASSWORD)
    await page.keyboard.press("Enter")

    await has_focus(page.get_by_role("heading", level=1))
    await phone.has_targets()
    await pressed(phone, link(phone, "nav.report"))
    await has_focus(heading(phone, "report.title"))
    await typed_into(phone, "report.how_much", "3", unit="kali")
    await typed_into(phone, "report.note", "Tanpa sentuhan")
    await pressed(phone, phone.button("report.save"))

    await has_focus(heading(phone, "report.thanks"))
    state = page.get_by_role("main").get_by_role("status")
    await expect(state.filter(has_text=phone.word("outbox.received", receipt=""))).to_be_visible()
    arrived = await town.reports_of(town.city.ani)
    assert [each["note"] for each in arrived] == ["Tanpa sentuhan"]
    assert phone.wrong == []


async def test_the_first_tab_leads_past_what_is_on_every_screen(phones: Phones, town: Town) -> None:
    phone = await phones()
    await signed_in(phone, town)
    await phone.open("/today")
    await phone.has_targets()
    await phone.page.keyboard.press("Tab")
    skip = phone.page.get_by_role("link", name=phone.word("app.skip"), exact=True)
    await has_focus(skip)
    await expect(skip).to_be_in_viewport()
    await phone.page.keyboard.press("Enter")
    await has_focus(phone.page.get_by_role("main"))
    await phone.page.keyboard.press("Tab")
    assert await phone.page.evaluate(f"{FOCUSED}.closest('main') !== null")


async def test_each_screen_is_announced_by_its_heading_and_its_title(
    phones: Phones, town: Town
) -> None:
    phone = await phones()
    await signed_in(phone, town)
    assert not await phone.page.evaluate(f"{FOCUSED} === document.body")
    for key, title in (("nav.inbox", "inbox.title"), ("nav.outbox", "outbox.title")):
        await pressed(phone, link(phone, key))
        await has_focus(heading(phone, title))
        assert await phone.page.title() == f"{phone.word(title)} · Denyut"
    await phone.page.go_back()
    await has_focus(heading(phone, "inbox.title"))


async def test_a_dialog_keeps_focus_and_gives_it_back(phones: Phones, town: Town) -> None:
    phone = await phones()
    await signed_in(phone, town)
    page = phone.page
    await pressed(phone, link(phone, "nav.inbox"))
    await pressed(phone, page.get_by_role("link", name=phone.word("inbox.feedback"), exact=True))
    opener = phone.button("feedback.ask")
    await pressed(phone, opener)
    dialog = page.get_by_role("dialog", name=phone.word("feedback.ask"), exact=True)
    await expect(dialog).to_be_visible()
    for _ in range(8):  # more than there is in it
        inside = f"{FOCUSED} === document.body || {FOCUSED}.closest('dialog') !== null"
        assert await page.evaluate(inside)
        await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(dialog).not_to_be_visible()
    await has_focus(opener)


async def test_a_tap_on_the_edge_of_a_dialog_loses_nothing(phones: Phones, town: Town) -> None:
    phone = await phones()
    await signed_in(phone, town)
    await phone.open("/feedback")
    await phone.button("feedback.ask").click()
    await phone.page.get_by_label(phone.word("feedback.question_label")).fill("Mana dahulu?")
    dialog = phone.page.get_by_role("dialog")
    await dialog.click(position={"x": 6, "y": 6})
    await expect(dialog.get_by_role("textbox")).to_have_value("Mana dahulu?")
    await phone.page.mouse.click(5, 5)  # beside it: closed, as everywhere
    await expect(dialog).not_to_be_visible()


async def test_focus_never_falls_off_the_page(phones: Phones, town: Town) -> None:
    """What had it goes away: whatever came in its place has it, or what led there."""
    phone = await phones()
    await signed_in(phone, town)
    page = phone.page
    await pressed(phone, link(phone, "nav.more"))
    leave, stay = phone.button("more.sign_out"), phone.button("app.cancel")
    await pressed(phone, leave)
    await has_focus(page.get_by_role("alert"))
    await pressed(phone, stay)
    await has_focus(leave)


async def test_what_is_switched_off_while_it_works_has_focus_again(
    phones: Phones, town: Town
) -> None:
    phone = await phones()
    await signed_in(phone, town)
    await pressed(phone, link(phone, "nav.report"))
    save = phone.button("report.save")
    await pressed(phone, save)
    switch = "(button, off) => { button.disabled = off; }"
    await save.evaluate(switch, True)
    await phone.until(f"{FOCUSED} === document.body")
    await save.evaluate(switch, False)
    await has_focus(save)


async def test_nothing_moves_for_whoever_asked_for_that(phones: Phones, town: Town) -> None:
    phone = await phones()  # whose system asks for less motion
    await signed_in(phone, town)
    moving = "document.getAnimations().length"
    assert await phone.page.evaluate(moving) == 0
    await pressed(phone, link(phone, "nav.report"))
    await has_focus(heading(phone, "report.title"))
    assert await phone.page.evaluate(moving) == 0


async def test_what_came_in_is_said_without_being_pushed_on_anybody(
    phones: Phones, town: Town
) -> None:
    """New cards wait behind a button, which is announced; the list stays as it is."""
    boss, staff = await phones(), await phones()
    await signed_in(staff, town)
    await report(staff, "yang pertama")
    await boss.sign_in(await town.nip(town.city.clinic_head))
    await expect(boss.page.get_by_role("article").first).to_be_visible()
    before = await boss.page.get_by_role("article").count()
    await report(staff, "yang kedua")
    fresh = boss.page.locator(".fresh[role=status]").get_by_role("button")
    await expect(fresh).to_be_visible()
    assert await boss.page.get_by_role("article").count() == before
    await pressed(boss, fresh)
    await expect(boss.page.get_by_text("yang kedua")).to_be_visible()
