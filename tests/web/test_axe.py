"""Everybody can use every screen, and whatever is opened on it.

Nothing for axe to find in any theme, nothing smaller than a finger, nothing wider than a phone,
whatever the language and the size of the text.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from benchmarks.chromium import running_chromium
from denyut.web_build import built, checkout_web
from tests.denyut.demo.processes import demo_process
from tests.web.axe import axe_source
from tests.web.looks import Looks
from tests.web.opened_lead import LEAD_VIEWS
from tests.web.opened_staff import STAFF_VIEWS
from tests.web.openings import openings
from tests.web.phone import SMALL, WIDE, Language, Phone
from tests.web.screens import Who, screens
from tests.web.views import Ground, View, cut, mended, turn_to

NOTHING = "0190a000-0000-7000-8000-000000000000"
LANGUAGES = ("id", "en")
# A newer app waits: nothing is installed in these tests, so the browser's part is played.
NEWER = """
navigator.serviceWorker.register = async () => ({
  waiting: {postMessage() {}}, addEventListener() {}, update: async () => {},
});
"""
PLANTED = """
const plant = (name, style, words) => {
  const bad = document.createElement(name);
  bad.style.cssText = style;
  bad.textContent = words;
  document.querySelector('main').append(bad);
};
plant('button', 'width: 20px; height: 20px; padding: 0; outline: none', '');
plant('p', 'color: #aaa; width: 900px', 'abc');
"""
# They are asked for with what they are about, whatever the screen says of its own.
ABOUT_SOMETHING = (
    "/targets/:id",
    "/people/:id",
    "/reports/:id",
    "/appraisals/:id",
    "/lead/appraisals/:id",
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Ground]]:
    """Where the demo city is served, with nobody's phone but ours, and whom it is about."""
    folder, web = tmp_path_factory.mktemp("demo"), checkout_web()
    assert web is not None
    app = str(built(web))
    with demo_process(folder, "--json", "--phones", "0", DENYUT_WEB_DIR=app) as demo:
        introduction = demo.introduction()
        employee, supervisor = introduction["employee"], introduction["supervisor"]
        yield introduction["url"], Ground(fills(introduction), employee, supervisor)


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    """As on a phone, whose scroll bars take no room."""
    async with running_chromium("--hide-scrollbars") as running:
        yield running


def fills(introduction: Mapping[str, Any]) -> dict[str, str]:
    """What stands for the names in addresses."""
    employee, supervisor = introduction["employee"], introduction["supervisor"]
    return {
        "/people/:id id": employee["employee_id"],
        "/rollup/:id id": supervisor["unit_id"],
        "/targets/:id id": first_id(introduction, employee, "/v1/me/targets"),
        "/mentees/:id id": NOTHING,
        "/reports/:id id": first_id(introduction, employee, "/v1/reports"),
        "/appraisals/:id id": first_id(introduction, employee, "/v1/me/appraisals"),
        "/lead/appraisals/:id id": first_id(introduction, supervisor, "/v1/appraisals"),
    }


def first_id(introduction: Mapping[str, Any], person: Mapping[str, Any], path: str) -> str:
    """The first thing that a list of somebody's holds."""
    body = {
        "nip": person["nip"],
        "password": person["password"],
        "device": {"id": NOTHING, "name": "axe", "platform": "web"},
    }
    with httpx.Client(base_url=introduction["url"], timeout=30) as client:
        token = client.post("/v1/sessions", json=body).json()["access_token"]
        told = client.get(path, headers={"authorization": f"Bearer {token}"}).json()
    items = told["items"] if isinstance(told, dict) else told
    return items[0]["id"]


@asynccontextmanager
async def looking(
    browser: Browser, ground: tuple[str, Ground], axe: str, language: Language, who: Who
) -> AsyncGenerator[tuple[Looks, Ground]]:
    """Somebody's phone, on which views are looked at; nothing may be wrong at the end."""
    url, about = ground
    people = {"staff": about.employee, "lead": about.supervisor}
    plain = Phone.switched_on(browser, url, language=language, service_workers="block")
    async with plain as phone:
        if person := people.get(who):
            await phone.sign_in(person["nip"], person["password"])
        else:
            await phone.open("/sign-in")
        await expect(phone.page.get_by_role("heading").first).to_be_visible()
        looks = Looks(phone, axe)
        yield looks, about
        assert looks.seen
        assert looks.wrong + phone.wrong == []


async def every_screen(looks: Looks, about: Ground, who: Who) -> None:
    for screen in screens():
        if screen.who == who:
            await turn_to(looks.phone, screen.address(about.fills))
            await looks.at(screen.pattern)


async def every_view(looks: Looks, about: Ground, views: Sequence[View]) -> None:
    for view in views:
        await view.show(looks.phone, about)
        await looks.at(view.name)
        await mended(looks.phone)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whoever_is_not_signed_in(
    browser: Browser, ground: tuple[str, Ground], axe: str, language: Language
) -> None:
    async with looking(browser, ground, axe, language, "nobody") as (looks, about):
        await every_screen(looks, about, "nobody")


async def test_what_is_wrong_would_be_found(
    browser: Browser, ground: tuple[str, Ground], axe: str
) -> None:
    async with looking(browser, ground, axe, "id", "nobody") as (looks, _):
        await looks.phone.page.evaluate(PLANTED)
        await looks.at("a bad screen")
        found, looks.wrong = "\n".join(looks.wrong), []
    for fault in (
        "light: button-name",
        "sunlight: color-contrast",
        "dark, no ring: <button",
        "largest text, small for a finger: 20 by 20",
        "usual text, too wide for 320: <p",
    ):
        assert fault in found, (fault, found)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_staff(
    browser: Browser, ground: tuple[str, Ground], axe: str, language: Language
) -> None:
    async with looking(browser, ground, axe, language, "staff") as (looks, about):
        await every_screen(looks, about, "staff")
        await every_view(looks, about, STAFF_VIEWS)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_supervisors(
    browser: Browser, ground: tuple[str, Ground], axe: str, language: Language
) -> None:
    async with looking(browser, ground, axe, language, "lead") as (looks, about):
        await every_screen(looks, about, "lead")
        await at_a_desk(looks, about)
        await every_view(looks, about, LEAD_VIEWS)


async def at_a_desk(looks: Looks, about: Ground) -> None:
    """The same screens with room beside them, while a newer app is offered."""
    phone = looks.phone
    await phone.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    await phone.context.add_init_script(NEWER)
    await phone.open("/feed")
    await expect(phone.button("app.take_newer")).to_be_visible()
    for screen in screens():
        if screen.who == "lead":
            await turn_to(phone, screen.address(about.fills))
            await looks.as_it_is(f"{screen.pattern} at a desk")
    await phone.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["staff", "lead"])
async def test_a_screen_without_its_data_says_so_and_what_to_do(
    browser: Browser, ground: tuple[str, Ground], axe: str, language: Language, who: Who
) -> None:
    """Neither signal nor anything kept; then an id of nothing, which the office refuses."""
    async with looking(browser, ground, axe, language, who) as (looks, about):
        phone = looks.phone
        for screen in screens():
            if screen.who == who and screen.pattern in ABOUT_SOMETHING:
                for cause in ("no signal", "no such thing"):
                    ids = about.fills
                    if cause == "no signal":
                        await cut(phone)
                    else:
                        ids = dict.fromkeys(ids, NOTHING)
                    await turn_to(phone, screen.address(ids))
                    await expect(phone.button("app.again")).to_be_visible()
                    lost = phone.page.get_by_text(phone.word("asked.nothing_lost"))
                    await expect(lost).to_be_visible()
                    await looks.at(f"{screen.pattern} with {cause}")
                    await mended(phone)


def test_whatever_can_be_opened_is_looked_at() -> None:
    views = (*STAFF_VIEWS, *LEAD_VIEWS)
    shown = {opening for view in views for opening in view.opens} | SEEN_WITH_THEIR_SCREEN
    unseen = openings() - shown
    assert not unseen, (
        f"{sorted(unseen)}: say how they are opened, as a View in tests/web/opened_staff.py or "
        "opened_lead.py, so that they are looked at in both languages and every theme"
    )
    assert shown <= openings(), sorted(shown - openings())


# They decide what a screen shows when it is simply opened, or say that its code did not come.
SEEN_WITH_THEIR_SCREEN = {"staff/notices.tsx Push.state", "app/screen.tsx Loaded.state"}
