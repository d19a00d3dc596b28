"""Everybody can use every screen: axe finds nothing, in both languages and in every theme."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from denyut.web_build import built, checkout_web
from tests.denyut.demo.processes import demo_process
from tests.web.axe import axe_source, violations
from tests.web.phone import SMALL, WIDE, Language, Phone
from tests.web.screens import Screen, screens

NOTHING = "0190a000-0000-7000-8000-000000000000"
SETTLED_MS = 300  # what is drawn after the last answer has been drawn by then


@pytest.fixture(scope="module")
def introduction(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Any]]:
    """The demo city with nobody's phone but ours, and who signs in as whom."""
    folder, web = tmp_path_factory.mktemp("demo"), checkout_web()
    assert web is not None
    app = str(built(web))
    with demo_process(folder, "--json", "--phones", "0", DENYUT_WEB_DIR=app) as demo:
        yield demo.introduction()


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_source()


def fills(introduction: Mapping[str, Any]) -> dict[str, str]:
    """What stands for the names in addresses; an id of nothing shows how a screen says so."""
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
    with httpx.Client(base_url=introduction["url"]) as client:
        token = client.post("/v1/sessions", json=body).json()["access_token"]
        answer = client.get(path, headers={"authorization": f"Bearer {token}"})
    told = answer.json() if answer.status_code == httpx.codes.OK else []
    items = told.get("items", []) if isinstance(told, dict) else told
    return items[0]["id"] if items else NOTHING


async def looked_at(phone: Phone, screen: Screen, address: str, axe: str) -> list[str]:
    await phone.open(address)
    await phone.page.wait_for_load_state("networkidle")
    await phone.page.wait_for_timeout(SETTLED_MS)
    wrong = await violations(phone.page, axe)
    assert phone.page.url.startswith(phone.url + address.split("?")[0]), phone.page.url
    return [f"{screen.pattern}: {line}" for line in wrong]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("theme", "text"), [("light", "usual"), ("dark", "largest")])
async def test_axe_finds_nothing_on_any_screen(
    browser: Browser,
    introduction: Mapping[str, Any],
    axe: str,
    language: Language,
    theme: str,
    text: str,
):
    wrong: list[str] = []
    filled = fills(introduction)
    for who, size, person in (
        ("nobody", SMALL, None),
        ("staff", SMALL, introduction["employee"]),
        ("lead", WIDE, introduction["supervisor"]),
    ):
        url = introduction["url"]
        async with Phone.switched_on(browser, url, language=language, size=size) as phone:
            looks = json.dumps({"denyut.theme": theme, "denyut.text": text})
            await phone.context.add_init_script(f"Object.assign(localStorage, {looks})")
            if person is not None:
                await phone.sign_in(person["nip"], person["password"])
            for screen in screens():
                if screen.who == who:
                    address = screen.address(filled)
                    wrong += await looked_at(phone, screen, address, axe)
            wrong += phone.wrong
    assert wrong == []
