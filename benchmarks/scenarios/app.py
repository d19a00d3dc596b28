"""The app on a cheap phone: how soon it can be used, how it answers a finger, how a feed runs.

The real service with a town and the app as it is shipped, a Chromium whose processor is slowed,
and a thin line between the two. "Interactive": the main control of the screen (the Report button
of Today, the button of the sign-in screen) stands, can be tapped, and no task of more than 50 ms
follows within half a second; counted from the opening of the address. "Cold": nothing of the app
is on the phone, and of somebody who is signed in only that they are. How a supervisor's
feed fills is told in `feed_filling.py`.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.async_api import Browser

from api.passwords import Hasher, HasherOptions
from benchmarks import doorstep, lighthouse
from benchmarks.chromium import running_chromium
from benchmarks.feed_filling import Filling, filled
from benchmarks.figures import Figure, Goal
from benchmarks.rig import Rig, Served
from benchmarks.slow_phone import SlowPhone
from benchmarks.thin_line import SLOW_4G, THIN, Line, ThinLine
from benchmarks.town import Town
from denyut.web_build import built, checkout_web

TOWN = Town(agencies=1, sections=2, people=20, targets=4)
CLERK = 3  # neither head nor anything else
HEAD = TOWN.section_head(2)
DOOR_WORDS = "sandi untuk mengukur"
CHEAP = HasherOptions(memory_kib=8, passes=1)  # signing in is not measured
DOOR = "button[type=submit]"
BUTTON = ".today .thumb .primary"  # the Report button of Today
TARGET_CARD = ".today article"
LEAST_MS = 16.0  # what Event Timing does not tell counts as this
SENTENCE = "Kunjungan rumah di Talawi, ibu dan bayi sehat. "
SYNC = "/v1/sync"
MB, KB = 1_000_000, 1_024
PAGES = {"sign-in": "/sign-in", "Today": "/today"}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done."""

    taps: int = 20
    walks: int = 3  # through the screens at the bottom
    reports: int = 10  # of one outbox
    feed: Filling = field(default_factory=Filling)
    lines: Sequence[tuple[Line, float, float]] = ((SLOW_4G, 4, 2_000), (THIN, 6, 5_000))
    """Each with how many times slower the processor is, and the gate in ms."""
    with_lighthouse: bool = True


@dataclass(slots=True)
class Figures:
    """One row each, in the order of the table; a row comes into being with its first value."""

    rows: dict[str, Figure] = field(default_factory=dict)

    def add(self, metric: str, unit: str, value: float, goal: Goal | None = None) -> None:
        """The value of one round."""
        row = self.rows.setdefault(metric, Figure("app", metric, unit, goal))
        row.values.append(value)

    def newest(self) -> str:
        """The last value of each row, so that a round that breaks loses none of those before it."""
        return "; ".join(f"{row.metric} {row.values[-1]:.4g}" for row in self.rows.values())


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Each round with browsers of its own."""
    size, found, web = size or Size(), Figures(), checkout_web()
    if web is None:
        raise RuntimeError("the app is measured from a checkout, where it can be built")
    folder = await asyncio.to_thread(built, web)
    await may_sign_in(rig)
    environment = {
        "DENYUT_WEB_DIR": str(folder),
        "DENYUT_HASHER__MEMORY_KIB": str(CHEAP.memory_kib),
        "DENYUT_HASHER__PASSES": str(CHEAP.passes),
        # One clerk signs in on new phones all the time, which nobody else may do so often.
        "DENYUT_ATTEMPTS__ACCOUNT_FROM_STRANGERS": "10000",
    }
    async with rig.service(environment) as service:
        for number in range(rounds):
            if size.with_lighthouse:
                await lighthouse_round(found, rig, service, number)
            async with running_chromium() as browser, ThinLine.standing(service.port) as line:
                await starts(found, browser, line, size)
                await fingers(found, browser, line, size)
                await wire(found, browser, line, size)
                people = (nip(CLERK), nip(TOWN.section_head(1)), DOOR_WORDS)
                seen_ms = await doorstep.report_seen_ms(browser, service.url, *people)
                found.add(
                    "report, from the tap to the head's screen", "ms", seen_ms, at_most(1_000)
                )
                await feed(found, browser, service, rig, size.feed, 1)
                if number == rounds - 1:  # without a gate, and as long as everything else
                    await feed(found, browser, service, rig, size.feed, 4)
            print(f"  round {number + 1}: {found.newest()}", flush=True)
    return list(found.rows.values())


async def may_sign_in(rig: Rig) -> None:
    """Everybody of the town has the same password."""
    hasher = Hasher(CHEAP)
    try:
        stored = await hasher.hashed(DOOR_WORDS)
    finally:
        hasher.close()
    async with rig.connected() as connection:
        await connection.execute(
            "INSERT INTO account (employee_id, password_hash, activated_at)"
            " SELECT id, $1, clock_timestamp() FROM employee ON CONFLICT (employee_id) DO UPDATE"
            " SET password_hash = EXCLUDED.password_hash",
            stored,
        )


async def lighthouse_round(found: Figures, rig: Rig, service: Served, number: int) -> None:
    """Lighthouse's three scores for the sign-in screen, and for Today of somebody signed in."""
    async with lighthouse.profile(rig.folder / f"profile-{number}") as (context, port):
        for name, path in PAGES.items():
            page = await context.new_page()
            phone = SlowPhone(context, page, service.url, await context.new_cdp_session(page))
            if name == "Today":
                await phone.signed_in(nip(CLERK), DOOR_WORDS, TARGET_CARD)
            await page.goto("about:blank")
            scores = await lighthouse.scores(service.url + path, port)
            for category, score in scores.by_category.items():
                least = lighthouse.LEAST[category]
                metric = f"Lighthouse {category}, {name}"
                found.add(metric, "of 100", score, Goal("at_least", least))
            for said in scores.found_wanting:
                print(f"  {name}: {said}", flush=True)
            await page.close()


async def starts(found: Figures, browser: Browser, line: ThinLine, size: Size) -> None:
    """Cold over two lines, both screens; then from the phone alone."""
    for at, times, limit_ms in size.lines:
        how = f"{at.name}, CPU ×{times:g}"
        goal = Goal("at_most", limit_ms)
        door_ms = await door_start_ms(browser, line, times, at)
        found.add(f"interactive, sign-in, {how}", "ms", door_ms, goal)
        usable_ms, shown_ms = await cold_start_ms(browser, line, times, at)
        found.add(f"interactive, Today, {how}", "ms", usable_ms, goal)
        found.add(f"targets on Today, {how}", "ms", shown_ms)
    found.add(
        "warm start offline, CPU ×6", "ms", await warm_start_ms(browser, line), at_most(1_500)
    )


async def door_start_ms(browser: Browser, line: ThinLine, times: float, at: Line) -> float:
    """Somebody opens the address for the first time in their life."""
    line.becomes(at)
    async with SlowPhone.switched_on(browser, line.url) as phone:
        await phone.slowed(times)
        return await phone.usable_ms("/", DOOR)


async def cold_start_ms(
    browser: Browser, line: ThinLine, times: float, at: Line
) -> tuple[float, float]:
    """Somebody who is signed in opens Today: when it can be used, and when targets are shown."""
    line.becomes(None)
    async with SlowPhone.switched_on(browser, line.url) as before:
        await before.signed_in(nip(CLERK), DOOR_WORDS, TARGET_CARD)
        state = await before.remembered_session()
    async with SlowPhone.switched_on(browser, line.url, state=state) as phone:
        line.becomes(at)
        await phone.slowed(times)
        usable_ms = await phone.usable_ms("/today", BUTTON)
        return usable_ms, await phone.shown_ms(TARGET_CARD)


async def warm_start_ms(browser: Browser, line: ThinLine) -> float:
    """The app is opened again without signal, and shows the targets that it kept."""
    line.becomes(None)
    async with SlowPhone.switched_on(browser, line.url) as phone:
        await phone.signed_in(nip(CLERK), DOOR_WORDS, TARGET_CARD)
        await phone.left_alone()
        await phone.opened_anew()
        await phone.slowed(6)
        return await phone.usable_ms("/today", TARGET_CARD)


async def fingers(found: Figures, browser: Browser, line: ThinLine, size: Size) -> None:
    """A report is typed, then the screens are walked through: from key or tap to the picture."""
    line.becomes(None)
    async with SlowPhone.switched_on(browser, line.url) as phone:
        page = phone.page
        await phone.signed_in(nip(CLERK), DOOR_WORDS, TARGET_CARD)
        await page.tap(BUTTON)
        await page.wait_for_selector("textarea")
        await phone.slowed(6)
        await page.tap("input[type=radio]")
        await page.tap("textarea")
        await page.keyboard.type(SENTENCE, delay=80)
        more = page.locator(".stepper button").last
        for _ in range(size.taps):
            await more.tap()
        doors = page.locator("nav a")
        walked = await doors.count() * size.walks
        for number in range(walked):
            await doors.nth(number % await doors.count()).tap()
            await page.wait_for_timeout(200)
        await page.wait_for_timeout(500)
        told = await phone.interactions_ms()
    acts = len(SENTENCE) + 2 + size.taps + walked
    quick = [LEAST_MS] * max(acts - len(told), 0)
    found.add("key or tap to picture, p95, CPU ×6", "ms", p95([*told, *quick]), at_most(100))


async def wire(found: Figures, browser: Browser, line: ThinLine, size: Size) -> None:
    """Reports that were made without signal go out together; everything of it is weighed."""
    line.becomes(None)
    async with SlowPhone.switched_on(browser, line.url) as phone:
        page = phone.page
        await phone.signed_in(nip(CLERK), DOOR_WORDS, TARGET_CARD)
        await page.tap(BUTTON)
        await phone.context.set_offline(True)
        for number in range(size.reports):
            await page.check("input[type=radio]")
            await page.fill(".stepper input", str(number + 1))
            await page.fill("textarea", f"{SENTENCE}Yang ke-{number + 1}.")
            await page.tap(".report .thumb button")
            await page.tap("main button.primary[type=button]")
        before_bytes = line.carried_bytes[SYNC]
        await phone.context.set_offline(False)
        await page.wait_for_selector("header .unsent", state="detached")
        sent_bytes = line.carried_bytes[SYNC] - before_bytes
    found.add(f"{size.reports} reports on the wire", "KB", sent_bytes / KB, at_most(5))


async def feed(
    found: Figures, browser: Browser, service: Served, rig: Rig, filling: Filling, slower: float
) -> None:
    """A supervisor's feed fills. Gates stand on an unslowed processor."""
    gated = slower == 1
    how = f"{filling.items:,} in the feed" + ("" if gated else f", CPU ×{slower:g}, last round")
    seen = await filled(browser, service, rig, filling, HEAD, (nip(HEAD), DOOR_WORDS), slower)
    found.add(
        f"tasks over 50 ms, {how}", "tasks", len(seen.tasks_ms), at_most(0) if gated else None
    )
    found.add(f"longest of them, {how}", "ms", max(seen.tasks_ms, default=0.0))
    found.add(f"heap, {how}", "MB", seen.heap_bytes / MB, at_most(60) if gated else None)


def nip(employee: int) -> str:
    """What the employee with this number signs in with."""
    return f"19800101{employee:010d}"


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * 0.95) - 1]


def at_most(limit: float) -> Goal:
    """A gate from above."""
    return Goal("at_most", limit)
