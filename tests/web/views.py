"""Views that no address leads to: something was opened, refused, kept, or is missing."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from playwright.async_api import Route

from tests.web.phone import Phone

SETTLED = """
document.querySelector('h1') !== null && document.querySelector('h1') !== window.left
  && !document.querySelector('.skeleton, [role=status][aria-label]')
"""
MOVE = """
(to) => {
  window.left = document.querySelector('h1');
  history.pushState(null, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}
"""
ELSEWHERE = "/nowhere"  # leaving and coming back draws a screen anew


@dataclass(frozen=True)
class Ground:
    """Whom and what the views are about."""

    fills: dict[str, str]
    employee: dict[str, Any]
    supervisor: dict[str, Any]


Show: TypeAlias = Callable[[Phone, Ground], Awaitable[None]]


@dataclass(frozen=True)
class View:
    """`opens`: what `openings.py` found and this view shows, as `lead/bulk.tsx Bulk.open`."""

    name: str
    show: Show
    opens: tuple[str, ...] = ()


async def turn_to(phone: Phone, address: str) -> None:
    """Goes there as a link does, without loading anew, until the screen stands."""
    if phone.page.url == phone.url + address:
        await phone.page.evaluate(MOVE, ELSEWHERE)
        await phone.until(SETTLED)
    await phone.page.evaluate(MOVE, address)
    await phone.until(SETTLED)


async def answers(phone: Phone, path: str, change: Callable[[Any], Any]) -> None:
    """From now on the office's answers to these addresses are changed on their way."""

    async def changed(route: Route) -> None:
        if route.request.method != "GET":
            return await route.abort()
        answer = await route.fetch()
        told = change(await answer.json()) if answer.ok else await answer.json()
        return await route.fulfill(response=answer, body=json.dumps(told))

    await phone.page.route(f"**{path}", changed)


async def cut(phone: Phone, path: str = "/v1/**") -> None:
    """From now on nobody answers at these addresses."""
    await phone.page.route(f"**{path}", lambda route: route.abort())


async def told(phone: Phone, path: str, answer: Any) -> None:
    """From now on this is the office's answer at these addresses."""
    await phone.page.route(f"**{path}", lambda route: route.fulfill(json=answer))


async def refused(phone: Phone) -> None:
    """From now on the office takes nothing, and says why."""
    texts = {"id": "Sudah diputuskan orang lain.", "en": "Somebody else has decided it."}
    action = {"id": "Muat ulang daftarnya.", "en": "Load the list again."}
    problem = {"code": "conflict", "status": 409, "texts": texts, "action": action}
    problem["retry"] = "never"

    async def answered(route: Route) -> None:
        if route.request.method == "GET":
            return await route.fallback()
        return await route.fulfill(status=409, json=problem)

    await phone.page.route("**/v1/**", answered)


async def mended(phone: Phone) -> None:
    """The office itself answers everything again."""
    await phone.page.unroute_all()


async def written(phone: Phone, key: str, text: str = "Sudah dibicarakan", **fills: Any) -> None:
    """Fills in the field with this label."""
    await phone.page.get_by_label(phone.word(key, **fills)).first.fill(text)
