"""A cheap phone, as far as a computer can play one: a small screen, a slowed processor.

Measured is inside the page, by its own clock; what the driver takes to ask is in no figure. The
processor is slowed for pages; a service worker runs beside them unslowed. Flash, memory and radio
of a real phone are not played: `docs/field-test.md` says what is left to those.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, StorageState

SIZE: Final = (360, 640)
PATIENCE_MS: Final = 60_000
SESSION_STORE: Final = "denyut-session"  # of the app: who is signed in, and nothing else

# Notes when elements are first drawn and every long task, in ms from the page's beginning.
# `usable(element)`: when the page can first hear a tap on it and stays free for half a second; a
# long task is one of more than 50 ms.
WATCH: Final = """
globalThis.seen = {interactions: {}, tasks: []};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.interactionId) continue;
    const known = seen.interactions[entry.interactionId] ?? 0;
    seen.interactions[entry.interactionId] = Math.max(known, entry.duration);
  }
}).observe({type: 'event', durationThreshold: 16, buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    seen.tasks.push({began: entry.startTime, took: entry.duration});
  }
}).observe({type: 'longtask', buffered: true});
globalThis.drawn = (element) => new Promise((resolve) => {
  const look = () => document.querySelector(element)
    ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
    : requestAnimationFrame(look);
  look();
});
globalThis.usable = (element) => new Promise((resolve) => {
  const quietFor = 500;
  const free = (since) => {
    const busy = seen.tasks.filter(({began, took}) => began + took > since);
    const soon = busy.find(({began}) => began < since + quietFor);
    if (soon) free(soon.began + soon.took);
    else if (performance.now() < since + quietFor + 100) setTimeout(() => free(since), 50);
    else resolve(since);
  };
  drawn(element).then(free);
});
"""


@dataclass
class SlowPhone:
    """One browser profile with one tab. `url`: what it takes for the office."""

    context: BrowserContext
    page: Page
    url: str
    devtools: CDPSession

    @classmethod
    @asynccontextmanager
    async def switched_on(
        cls,
        browser: Browser,
        url: str,
        size: tuple[int, int] = SIZE,
        state: StorageState | None = None,
    ) -> AsyncGenerator[Self]:
        """A phone with nothing in its caches. `state`: what another one had in its stores."""
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=2 if size == SIZE else 1,
            is_mobile=size == SIZE,
            has_touch=size == SIZE,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            storage_state=state,
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            await context.add_init_script(WATCH)
            page = await context.new_page()
            yield cls(context, page, url, await context.new_cdp_session(page))
        finally:
            await context.close()

    async def slowed(self, times: float) -> None:
        """From now on the processor is so many times slower for the tab in front."""
        await self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    async def signed_in(self, nip: str, password: str, home: str) -> None:
        """By the sign-in screen, until the element `home` stands."""
        await self.page.goto(f"{self.url}/sign-in")
        await self.page.fill("input[name=nip]", nip)
        await self.page.fill("input[autocomplete=current-password]", password)
        await self.page.click("button[type=submit]")
        await self.page.wait_for_selector(home)

    async def remembered_session(self) -> StorageState:
        """What a phone keeps of its person, without anything that it keeps to show."""
        state = await self.context.storage_state(indexed_db=True)
        for origin in state.get("origins", []):
            only_session(origin)
        return state

    async def left_alone(self) -> None:
        """The app is on the phone whole, there is no signal, and the worker sleeps."""
        while not await self.page.evaluate("navigator.serviceWorker.controller !== null"):
            await self.page.wait_for_timeout(20)
        await self.page.wait_for_load_state("networkidle")
        await self.context.set_offline(True)  # before: a worker that sleeps does not hear it
        await self.devtools.send("ServiceWorker.enable")
        await self.devtools.send("ServiceWorker.stopAllWorkers")

    async def opened_anew(self) -> None:
        """The tab is closed, and an empty one stands in front."""
        old, self.page = self.page, await self.context.new_page()
        self.devtools = await self.context.new_cdp_session(self.page)
        await old.close()

    async def usable_ms(self, path: str, element: str) -> float:
        """Opens an address; how long until the element can be used."""
        await self.page.goto(self.url + path, wait_until="commit")
        return await self.page.evaluate("(element) => usable(element)", element)

    async def shown_ms(self, element: str) -> float:
        """When the element was drawn, on the same page."""
        return await self.page.evaluate("(element) => drawn(element)", element)

    async def interactions_ms(self) -> list[float]:
        """What each took, from the touch to the next picture; those under 16 ms are not told."""
        return list((await self.page.evaluate("seen.interactions")).values())

    async def long_tasks_ms(self) -> list[float]:
        """The tasks that took more than 50 ms since the page began."""
        return await self.page.evaluate("seen.tasks.map(({took}) => took)")

    async def forget_tasks(self) -> None:
        """Counts them from now on."""
        await self.page.evaluate("void (seen.tasks = [])")

    async def heap_bytes(self) -> int:
        """What JavaScript holds after its garbage is gone."""
        await self.devtools.send("HeapProfiler.enable")
        await self.devtools.send("HeapProfiler.collectGarbage")
        return int((await self.devtools.send("Runtime.getHeapUsage"))["usedSize"])


def only_session(origin: Mapping[str, Any]) -> None:
    """Leaves of an origin's databases that which says who is signed in."""
    databases = origin.get("indexedDB", [])
    databases[:] = [each for each in databases if each["name"] == SESSION_STORE]
