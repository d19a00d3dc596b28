"""The Chromium that measurements and browser tests drive: found here, or installed where we may.

Nothing is downloaded by Playwright: its driver speaks to the browser that the system has.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

PROGRAMS: Final = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in containers; the pages are our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WITHOUT: Final = "WITHOUT_BROWSER"
REMEDY: Final = (
    "The browser tests need Chromium or Chrome. Install one (Debian: `apt-get install chromium`), "
    f"or run the other tests alone with {WITHOUT}=1."
)


def chromium_program() -> str:
    """Where the browser is. As root on Debian it is installed first; else `REMEDY` is raised."""
    found = _found()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (("update", "-q"), ("install", "-q", "-y", "chromium")):
            subprocess.run(["apt-get", *words], capture_output=True)
        found = _found()
    assert found is not None, REMEDY
    return found


@asynccontextmanager
async def running_chromium(*flags: str) -> AsyncGenerator[Browser]:
    """A browser with a profile of its own, closed at the end. `flags`: more of its options."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_program(),
            headless=False,  # the flag below asks for the headless mode that is a whole browser
            args=[*FLAGS, *flags],
        )
        try:
            yield browser
        finally:
            await browser.close()


def _found() -> str | None:
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)
