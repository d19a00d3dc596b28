"""A person with the app open in a browser: what they can do, in the words of the screens.

Everything is found as a person finds it: by its role and its words, in the language spoken.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

Language = Literal["id", "en"]
NAMES = {"id": "Bahasa Indonesia", "en": "English"}  # of languages, each in itself
PASSWORD = "delapan kuda hijau berlari"
WORDS = Path(__file__).parents[2] / "web" / "src" / "words"
SMALL = (360, 640)
WIDE = (1280, 800)
PATIENCE_MS = 15_000


@dataclass
class Phone:
    """One browser with its own storage. `page` is the tab in front."""

    context: BrowserContext
    page: Page
    url: str
    language: Language
    wrong: list[str]
    """What the pages complained of: uncaught errors and refused resources."""

    @classmethod
    @asynccontextmanager
    async def switched_on(
        cls,
        browser: Browser,
        url: str,
        *,
        language: Language = "id",
        size: tuple[int, int] = SMALL,
        **options: Any,
    ) -> AsyncGenerator["Phone"]:
        """A phone that nobody has used yet. `options`: more of the browser's context."""
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="id-ID" if language == "id" else "en-GB",
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",
            has_touch=size == SMALL,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        wrong: list[str] = []
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        try:
            yield cls(context, await context.new_page(), url, language, wrong)
        finally:
            await context.close()

    def word(self, key: str, **fills: Any) -> str:
        """The words of a key, as this phone says them."""
        said: str = json.loads((WORDS / f"{self.language}.json").read_text())[key]
        for name, value in fills.items():
            said = said.replace("{" + name + "}", str(value))
        return said

    async def open(self, path: str = "/") -> None:
        """Opens an address of the app in the tab in front."""
        await self.page.goto(self.url + path)

    async def sign_in(self, nip: str, password: str = PASSWORD) -> None:
        """By the sign-in screen, in this phone's language, until the first screen stands."""
        await self.open("/sign-in")
        await self.page.get_by_role("button", name=NAMES[self.language], exact=True).click()
        await self.page.get_by_label(self.word("sign_in.nip"), exact=True).fill(nip)
        await self.page.get_by_label(self.word("sign_in.password"), exact=True).fill(password)
        await self.page.get_by_role("button", name=self.word("sign_in.go"), exact=True).click()
        await self.page.wait_for_url(lambda url: not url.endswith(("/sign-in", "/")))
        await expect(self.page.get_by_role("navigation")).to_be_visible()

    async def has_targets(self) -> None:
        """Waits until Today has come whole, and the phone has kept it."""
        await expect(
            self.page.get_by_text(self.word("connection.live"), exact=True)
        ).to_be_visible()
        await expect(self.page.get_by_role("main").get_by_role("article").first).to_be_visible()
        await self.page.wait_for_load_state("networkidle")

    def button(self, key: str, **fills: Any) -> Locator:
        """The button with these words."""
        return self.page.get_by_role("button", name=self.word(key, **fills), exact=True)

    async def no_signal(self) -> None:
        """The phone itself knows that it has no signal."""
        await self.context.set_offline(True)

    async def signal(self) -> None:
        """The phone's own radio works again."""
        await self.context.set_offline(False)

    async def served_by_worker(self) -> None:
        """Waits until the service worker has everything and answers for the app."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await self.until("navigator.serviceWorker.controller !== null")

    async def until(self, expression: str) -> None:
        """Waits until it is true. The page's own policy lets nobody evaluate inside of it."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while not await self.page.evaluate(expression):
                await asyncio.sleep(0.02)


Phones: TypeAlias = Callable[..., Awaitable[Phone]]
"""Switches a phone on, as `Phone.switched_on` does; it is off again when the test is over."""
