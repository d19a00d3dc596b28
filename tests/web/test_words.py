"""What the app says: both languages have every sentence, and no screen holds one of its own."""

import json
import re
from pathlib import Path

import pytest

from tests.web.apps import sources

LANGUAGES = ("id", "en")
FILL = re.compile(r"\{\w+\}")
KEY = re.compile(r"""\bt\(\s*'([a-z_0-9.]+)'""")
# Text between tags, and attributes that people hear or read, as sentences written there.
BETWEEN_TAGS = re.compile(r">\s*([A-Za-zÀ-ÿ][^<>{}=;()]*[a-zà-ÿ])\s*</")
READ_OUT = re.compile(r"""\b(?:aria-label|title|placeholder|alt|label|hint)=["']([^"']+)["']""")
# The parts of the words: what the routes of screens name, and the beginnings of keys.
LOADED = re.compile(r"import\('([^']+)'\)")
SELDOM = re.compile(r"SELDOM[^[]*\[([^\]]*)\]")
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}/[^'"]+)['"]""")
NAMED_IN_THEMSELVES = {"Bahasa / Language"}  # whoever reads neither must find their own


def words(language: str) -> dict[str, str]:
    path = sources() / "src" / "words" / f"{language}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def screens() -> list[Path]:
    found = (sources() / "src").rglob("*.tsx")
    return sorted(path for path in found if not path.name.endswith(".test.tsx"))


def test_both_languages_say_the_same_things() -> None:
    indonesian, english = (words(language) for language in LANGUAGES)
    assert set(indonesian) == set(english)
    differ = [
        key
        for key in indonesian
        if set(FILL.findall(indonesian[key])) != set(FILL.findall(english[key]))
    ]
    assert differ == [], "the same things are filled in"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_and_one_and_many_are_two(language: str) -> None:
    for key, text in words(language).items():
        assert text == text.strip() != "", key
        assert text.count(" | ") <= 1, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_in_order_and_names_a_thing_once(language: str) -> None:
    text = (sources() / "src" / "words" / f"{language}.json").read_text(encoding="utf-8")
    keys = [key for key, _ in json.JSONDecoder(object_pairs_hook=list).decode(text)]
    assert len(keys) == len(set(keys)), sorted({key for key in keys if keys.count(key) > 1})


def test_every_word_that_is_asked_for_is_there() -> None:
    known = set(words("id"))
    asked = {
        key for path in (sources() / "src").rglob("*.ts*") for key in KEY.findall(path.read_text())
    }
    assert asked - known == set()


def test_no_screen_holds_a_sentence_of_its_own() -> None:
    literal = [
        f"{path.relative_to(sources())}: {text}"
        for path in screens()
        for pattern in (BETWEEN_TAGS, READ_OUT)
        for text in pattern.findall(path.read_text(encoding="utf-8"))
        if text not in NAMED_IN_THEMSELVES
    ]
    assert literal == []


def test_words_that_come_later_are_said_only_where_they_were_waited_for() -> None:
    """A screen that is opened every day says none that it would have to wait for."""
    web = sources()
    listed = SELDOM.search((web / "making" / "word_parts.ts").read_text())
    assert listed
    seldom = re.compile(rf"['`]({'|'.join(re.findall(r'[a-z]+', listed[1]))})\.[a-z$]")
    routes = web / "src" / "app" / "routes.ts"
    first = [web / "src" / "main.tsx"]
    for line in routes.read_text().split(" path: ")[1:]:
        if "words: 'seldom'" not in line:
            first += [source(routes.parent / named) for named in LOADED.findall(line)]
    assert len(first) > 10
    early = {
        path: found
        for path in reached(first, but=routes)
        if (found := seldom.findall(path.read_text()))
    }
    assert early == {}


def reached(first: list[Path], but: Path) -> set[Path]:
    """Whatever these import, at once or later; the list of screens leads to all of them."""
    waiting, seen = list(first), set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path != but:
            waiting += [
                source(path.parent / named)
                for named in IMPORTED.findall(path.read_text())
                if not named.endswith((".css", ".words", ".json", "/schema"))
            ]
    return seen


def source(named: Path) -> Path:
    """The file that an import means."""
    found = [named.resolve().with_name(named.name + suffix) for suffix in (".ts", ".tsx")]
    return next(path for path in found if path.is_file())
