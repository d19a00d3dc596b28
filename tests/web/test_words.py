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
