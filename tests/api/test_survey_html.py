"""Pages of the survey: whole, readable aloud, and nothing that people wrote runs in them."""

from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from api.survey_html import (
    PAGE_POLICY,
    STYLE,
    WORDS,
    Filled,
    form_html,
    reply_html,
    thanks_html,
    word_html,
)
from mobile_contract.problems import LANGUAGES, Language
from mobile_contract.questions import loaded_questions
from models.rules.satisfaction import ELEMENTS, Element

POINT = {
    "code": "AAAA1111",
    "name": "Loket 1",
    "service_name": "Rawat jalan",
    "unit_name": "Puskesmas",
    "asks_visit_code": False,
}
ID = UUID(int=7)
EVIL = "<script>alert(1)</script>\"'&"


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def form(language: Language = "id", filled: Filled | None = None, **facts: Any) -> str:
    questions = loaded_questions()[language]
    return form_html(POINT | facts, questions, language, filled or Filled(ID))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_questions_with_four_answers_each(language: Language):
    page = Tags(form(language))
    radios = [each for each in page.of("input") if each["type"] == "radio"]
    assert [(each["name"], each["value"]) for each in radios] == [
        (element.value, str(value)) for element in ELEMENTS for value in range(1, 5)
    ]
    assert len(page.of("legend")) == len(page.of("fieldset")) == len(ELEMENTS) + 1
    assert page.of("html") == [{"lang": language}]
    assert page.of("form") == [{"method": "post", "action": f"AAAA1111?lang={language}"}]


def test_it_loads_one_stylesheet_and_runs_nothing():
    for page in (form(), thanks_html("id", ID), reply_html("id", ""), word_html("id", "a", "b")):
        tags = Tags(page)
        assert [each["rel"] for each in tags.of("link")] == ["stylesheet"]
        for tag, attributes in tags.found:
            assert tag not in ("script", "img", "iframe", "style")
            assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert "script-src" not in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
    assert "url(" not in STYLE


def test_what_was_filled_in_stays():
    filled = Filled(ID, {Element.TIME: 3}, "Baik\n<b>", "7K2M")
    page = Tags(form(filled=filled, asks_visit_code=True))
    checked = [each for each in page.of("input") if "checked" in each]
    assert [(each["name"], each["value"]) for each in checked] == [("time", "3")]
    assert [each["value"] for each in page.of("input") if each["type"] == "text"] == ["7K2M"]
    assert "Baik\n&lt;b&gt;</textarea>" in form(filled=filled)


def test_what_is_missing_is_marked_and_said():
    questions = loaded_questions()["id"]
    page = form_html(POINT, questions, "id", Filled(ID), missing=frozenset({Element.COST}))
    assert page.count('class="missing"') == 1
    assert WORDS["id"]["some_missing"] in page
    assert 'role="alert"' in page
    assert page.index(WORDS["id"]["missing"]) > page.index(questions[3].question)


def test_nothing_that_people_wrote_is_markup():
    point: dict[str, Any] = dict.fromkeys(("code", "name", "service_name", "unit_name"), EVIL)
    filled = Filled(ID, comment=EVIL, visit_code=EVIL)
    pages = [
        form(filled=filled, asks_visit_code=True, **point),
        form_html(POINT, [], "id", filled, problem=EVIL),
        reply_html("id", EVIL),
        word_html("id", EVIL, EVIL),
    ]
    assert all("<script>" not in page and not Tags(page).of("script") for page in pages)


def test_a_code_is_asked_for_only_where_it_is_needed():
    assert "visit_code" not in form()
    assert "visit_code" in form(asks_visit_code=True)


def test_thanks_name_the_receipt_and_where_the_reply_will_be():
    page = thanks_html("en", ID)
    assert str(ID) in page
    assert [each["href"] for each in Tags(page).of("a")] == [f"verdicts/{ID}?lang=en"]


def test_a_reply_is_shown_or_said_to_be_wanting():
    assert "Terima kasih, ditambah." in reply_html("id", "Terima kasih, ditambah.")
    assert WORDS["en"]["no_reply"] in reply_html("en", "")


def test_both_languages_have_the_same_words():
    assert WORDS["id"].keys() == WORDS["en"].keys()
