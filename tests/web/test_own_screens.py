"""What belongs to one person and follows them: what they have read, and how the app speaks."""

import asyncio
import re

from playwright.async_api import Page, expect

from tests.web.mast import Mast
from tests.web.phone import PASSWORD, Phone, Phones
from tests.web.town import Town

READ = re.compile(r'"mutation_id":"([^"]+)","op":"inbox.read"')
NOTICE = """
INSERT INTO notice (id, kind, recipient_id, key, content, made_at)
VALUES (gen_random_uuid(), 'test', $1, 'own-screens', '{}', clock_timestamp())
"""


async def goes(page: Page, path: str) -> None:
    """To a screen of the app, without loading anything anew."""
    await page.evaluate(
        f"history.pushState(null, '', '{path}'); dispatchEvent(new PopStateEvent('popstate'))"
    )


async def inbox(phone: Phone) -> None:
    await phone.open("/inbox")
    await expect(phone.page.get_by_role("main").get_by_role("article").first).to_be_visible()


async def test_a_notice_that_was_read_without_signal_stays_read_and_is_told_once(
    phones: Phones, town: Town, mast: Mast
):
    await town.pool.execute(NOTICE, town.city.ani)
    phone = await phones()
    await phone.sign_in(await town.nip(town.city.ani))
    await phone.served_by_worker()
    await inbox(phone)
    new = phone.page.get_by_text(phone.word("inbox.new"), exact=True)
    await expect(new).to_be_visible()
    mast.fall()
    await phone.no_signal()
    await phone.button("inbox.read").click()
    await expect(new).not_to_be_visible()
    await expect(phone.page.locator("a.unsent")).to_be_visible()  # the phone has it for good
    await phone.page.reload()
    await expect(phone.page.get_by_role("main").get_by_role("article").first).to_be_visible()
    await expect(new).not_to_be_visible()
    await expect(phone.button("inbox.read")).not_to_be_visible()
    told: set[str] = set()  # the same word may go twice, where its answer was lost
    phone.page.on("request", lambda request: told.update(READ.findall(request.post_data or "")))
    mast.rise()
    await phone.signal()
    async with asyncio.timeout(30):
        while not await town.pool.fetchval(
            "SELECT read_at FROM notice WHERE recipient_id = $1", town.city.ani
        ):
            await asyncio.sleep(0.05)
    await phone.page.reload()
    await expect(phone.page.get_by_role("main").get_by_role("article").first).to_be_visible()
    await expect(new).not_to_be_visible()
    assert len(told) == 1


async def test_a_new_phone_speaks_as_the_account_says_and_a_choice_reaches_the_office(
    phones: Phones, town: Town
):
    await town.pool.execute("UPDATE employee SET language = 'en' WHERE id = $1", town.city.ani)
    phone = await phones(language="id")
    await phone.open("/sign-in")
    await phone.page.get_by_label(phone.word("sign_in.nip"), exact=True).fill(
        await town.nip(town.city.ani)
    )
    await phone.page.get_by_label(phone.word("sign_in.password"), exact=True).fill(PASSWORD)
    await phone.button("sign_in.go").click()
    phone.language = "en"
    await expect(
        phone.page.get_by_role("heading", name=phone.word("today.targets"))
    ).to_be_visible()
    await expect(phone.page.locator("#broken")).not_to_be_visible()  # it is not
    await goes(phone.page, "/settings")
    await phone.page.get_by_role("button", name="Bahasa Indonesia").click()
    phone.language = "id"
    await expect(
        phone.page.get_by_role("heading", name=phone.word("more.settings"))
    ).to_be_visible()
    async with asyncio.timeout(10):
        while (
            await town.pool.fetchval("SELECT language FROM employee WHERE id = $1", town.city.ani)
            != "id"
        ):
            await asyncio.sleep(0.05)
    await phone.open("/today")
    await expect(
        phone.page.get_by_role("heading", name=phone.word("today.targets"))
    ).to_be_visible()
    assert phone.wrong == []
