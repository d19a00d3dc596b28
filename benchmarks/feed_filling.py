"""A supervisor's feed fills: 2,000 reports at 20 a second, while its reader lets them in.

They scroll, too, and let the new ones in every five seconds. Invariant: whatever is told about the
page is told of one that holds all of them; a feed that lost some is an error, not a figure.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from benchmarks import phones
from benchmarks.load import connected, open_loop
from benchmarks.rig import Rig, Served
from benchmarks.slow_phone import SlowPhone
from benchmarks.town import Town

FEED = "nav [aria-current=page]"
FRESH = ".fresh button"
# When the oldest card came that the list shows at its end, in seconds.
OLDEST_S = """new Promise((resolve) => {
  document.querySelector('.fresh button')?.click();
  let left = 10;
  const down = () => {
    scrollTo(0, 1e9);
    if (left--) return setTimeout(down, 100);
    const last = [...document.querySelectorAll('.long-row time')].at(-1);
    resolve(Date.parse(last?.dateTime) / 1000);
  };
  down();
})"""


@dataclass(frozen=True, slots=True)
class Filling:
    """What comes in, and how often its reader looks."""

    items: int = 2_000
    events_per_s: float = 20.0
    shown_every_s: float = 5.0  # the person lets the new ones in

    @property
    def lasts_s(self) -> float:
        """From the first to the last, in seconds."""
        return self.items / self.events_per_s


@dataclass(frozen=True, slots=True)
class Filled:
    """What it was like: tasks of more than 50 ms, and the heap at the end."""

    tasks_ms: Sequence[float]
    heap_bytes: float


async def filled(
    browser: Browser,
    service: Served,
    rig: Rig,
    filling: Filling,
    head: int,
    sign_in: tuple[str, str],
    slower: float,
) -> Filled:
    """The feed of the head with this number, who signs in with NIP and password.

    Raises RuntimeError where the feed does not hold every report at the end.
    """
    async with SlowPhone.switched_on(browser, service.url) as phone:
        await phone.signed_in(*sign_in, FEED)
        await phone.page.goto(f"{service.url}/feed")
        await phone.page.wait_for_selector(".connection.live")
        await phone.slowed(slower)
        await phone.page.wait_for_timeout(1_000)
        await phone.forget_tasks()
        await asyncio.gather(
            reported(service, rig.town, head, filling), looked_at(phone.page, filling)
        )
        await phone.page.wait_for_timeout(1_000)
        seen = Filled(await phone.long_tasks_ms(), await phone.heap_bytes())
        held = await since(rig, await phone.page.evaluate(OLDEST_S))
    if held < filling.items:
        raise RuntimeError(f"the feed reaches back over {held} of {filling.items} reports")
    return seen


async def since(rig: Rig, oldest_s: float) -> int:
    """How many reports have come since a moment (Unix time), and just before it."""
    async with rig.connected() as connection:
        since_then = "received_at > to_timestamp($1) - interval '10 ms'"
        return (
            await connection.fetchval(f"SELECT count(*) FROM report WHERE {since_then}", oldest_s)
            or 0
        )


async def reported(service: Served, town: Town, head: int, filling: Filling) -> None:
    """The head's people report at a steady pace."""
    first, last = head + 1, head + town.people - 1
    make = phones.singles(town, (first - 1) * town.targets + 1, last * town.targets)
    async with connected(service.port, 4) as callers:
        (await open_loop(callers, make, filling.events_per_s, filling.lasts_s)).whole()


async def looked_at(page: Page, filling: Filling) -> None:
    """The new ones are let in every few seconds, and the list is scrolled down a little."""
    for _ in range(round(filling.lasts_s / filling.shown_every_s)):
        await asyncio.sleep(filling.shown_every_s * 0.75)
        await page.evaluate(f"document.querySelector('{FRESH}')?.click()")
        await asyncio.sleep(filling.shown_every_s * 0.25)
        await page.evaluate("scrollBy(0, 1_500)")
