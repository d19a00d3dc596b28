"""The guide has a chapter for each reader in both languages, and each call in it exists."""

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from api.app import HOT_POSTS, LIVE, ROUTERS
from mobile_contract.documents import limits
from mobile_contract.problems import CATALOGUE

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
CHAPTERS = ("employee", "supervisor", "hr")
LANGUAGES = ("id", "en")
MOST_LINES = 120
CALL = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE|WS) /[^`\s]*)`")
LINK = re.compile(r"\]\(([^)#]+)\)")
EVERY = [f"{chapter}.{language}" for chapter in CHAPTERS for language in LANGUAGES]


def written(name: str) -> str:
    return (GUIDE / f"{name}.md").read_text(encoding="utf-8")


def served() -> set[str]:
    routes = {
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    return routes | {f"POST {path}" for path in HOT_POSTS} | {f"WS {LIVE}"}


@pytest.mark.parametrize("name", EVERY)
def test_a_chapter_is_short_and_its_calls_and_links_exist(name: str) -> None:
    text = written(name)
    assert len(text.splitlines()) <= MOST_LINES
    calls = set(CALL.findall(text))
    assert calls
    assert calls <= served()
    assert all((GUIDE / link).is_file() for link in LINK.findall(text))


def test_what_builders_of_phones_are_told_exists_too() -> None:
    text = written("other-phones")
    calls = set(CALL.findall(text))
    assert len(calls) > 5
    assert calls <= served() | {"GET /v1/attachments/{sha256}?report={id}&size=thumb"}
    assert all((GUIDE / link).is_file() for link in LINK.findall(text))
    codes = set(re.findall(r"`([a-z]+_[a-z_]+)`", text))
    names = {row["name"] for row in limits()["limits"]} | {"push_kind", "limit_bytes"}
    assert codes <= set(CATALOGUE) | names


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_say_the_same(chapter: str) -> None:
    indonesian, english = (written(f"{chapter}.{language}") for language in LANGUAGES)
    assert set(CALL.findall(indonesian)) == set(CALL.findall(english))
    shapes = [
        [line[:2] for line in text.splitlines() if line.startswith(("#", "|", "- "))]
        for text in (indonesian, english)
    ]
    assert shapes[0] == shapes[1]
