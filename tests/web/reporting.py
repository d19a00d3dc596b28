"""What people do with reports on their phones, and where they read what became of them."""

from playwright.async_api import Locator, Page, expect

from tests.web.phone import Phone


async def typed(phone: Phone, note: str, quantity: str = "3", page: Page | None = None) -> Page:
    """Opens the report screen by its navigation and fills it in; the person has one target."""
    page = page or phone.page
    await (
        page.get_by_role("navigation")
        .get_by_role("link", name=phone.word("nav.report"), exact=True)
        .click()
    )
    again = page.get_by_role("button", name=phone.word("report.another"), exact=True)
    amount = page.get_by_label(phone.word("report.how_much", unit="kali"), exact=True)
    await expect(again.or_(amount)).to_be_visible()
    if await again.is_visible():
        await again.click()
    await amount.fill(quantity)
    await page.get_by_label(phone.word("report.note"), exact=True).fill(note)
    return page


async def report(phone: Phone, note: str, quantity: str = "3", page: Page | None = None) -> None:
    """Makes a report, until the screen says that the phone has it."""
    page = await typed(phone, note, quantity, page)
    await save_button(phone, page).click()
    await expect(page.get_by_role("heading", name=phone.word("report.thanks"))).to_be_visible()


def save_button(phone: Phone, page: Page | None = None) -> Locator:
    return (page or phone.page).get_by_role("button", name=phone.word("report.save"), exact=True)


async def outbox(phone: Phone, page: Page | None = None) -> Page:
    """Goes to the outbox, by the badge or the navigation, without loading anything anew."""
    page = page or phone.page
    await page.evaluate(
        "history.pushState(null, '', '/outbox'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    await expect(page.get_by_role("heading", name=phone.word("outbox.title"))).to_be_visible()
    return page


def card(page: Page, note: str) -> Locator:
    """The card of the report with this note."""
    return page.locator(".card").filter(has_text=note)


async def is_received(phone: Phone, note: str, page: Page | None = None) -> None:
    """Waits until the outbox says of it: received, with its number."""
    page = await outbox(phone, page)
    said = phone.word("outbox.received", receipt="")
    await expect(card(page, note).get_by_text(said)).to_be_visible()


async def waits(phone: Phone, note: str, page: Page | None = None) -> None:
    """The outbox says that it is on this phone, and nothing better."""
    page = await outbox(phone, page)
    here = card(page, note)
    await expect(here).to_be_visible()
    await expect(here.get_by_text(phone.word("outbox.received", receipt=""))).not_to_be_visible()
