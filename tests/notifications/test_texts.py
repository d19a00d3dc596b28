"""Both languages say everything; a push says nothing that a stranger may not read."""

import json
from importlib.resources import files
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.ladder import NoticeKind
from notifications.texts import Details, Language, Texts

LANGUAGES: tuple[Language, ...] = get_args(Language)
PUSH_TITLE_MAX = 50  # characters that a small phone shows before it cuts
PUSH_BODY_MAX = 120


def entries(language: Language) -> dict[str, dict[str, str]]:
    text = files("notifications").joinpath("texts", f"{language}.json").read_text("utf-8")
    return json.loads(text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.loaded()


def test_the_languages_share_their_keys_and_hold_every_kind() -> None:
    shapes = [
        {kind: sorted(wording) for kind, wording in entries(language).items()}
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1]
    assert set(shapes[0]) == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_the_languages_name_the_same_things(kind: NoticeKind) -> None:
    named = [places(entries(language)[kind]["body"]) for language in LANGUAGES]
    expected = {"indicator", "employee"} if kind.startswith("staff_") else {"indicator"}
    assert named == [expected, expected]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NoticeKind)
def test_a_push_is_short_and_has_no_place_for_a_detail(
    texts: Texts, kind: NoticeKind, language: Language
) -> None:
    push = texts.push(kind, language)
    assert places(push.title) == places(push.body) == set()
    assert 0 < len(push.title) <= PUSH_TITLE_MAX
    assert 0 < len(push.body) <= PUSH_BODY_MAX


@given(st.sampled_from(NoticeKind), st.sampled_from(LANGUAGES), st.text(), st.text())
def test_the_inbox_shows_names_just_as_they_are_written(
    texts: Texts, kind: NoticeKind, language: Language, indicator: str, employee: str
) -> None:
    body = texts.inbox(kind, language, Details(indicator, employee)).body
    assert indicator in body
    assert not kind.startswith("staff_") or employee in body


def test_the_languages_differ(texts: Texts) -> None:
    for kind in NoticeKind:
        assert texts.push(kind, "id") != texts.push(kind, "en")
