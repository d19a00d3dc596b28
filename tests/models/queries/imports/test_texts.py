"""Every error has words in both languages, and its words name its facts."""

import re
from pathlib import Path

import pytest

from models.queries.imports import texts
from models.queries.imports.table import RowError
from models.queries.imports.texts import CODES, message

FACTS = {
    "value": "SD-9",
    "known": "a, b",
    "limit": "500",
    "other": "4",
    "since": "2026-01-01",
    "until": "…",
    "why": "conflict",
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_both_languages_say_it_with_the_same_facts(code: str) -> None:
    error = RowError(3, "nip", code, FACTS)
    indonesian, english = message(error, "id"), message(error, "en")
    assert indonesian != english
    for fact in FACTS.values():
        assert (fact in indonesian) == (fact in english)


def test_every_code_that_is_raised_has_words() -> None:
    folder = Path(texts.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    raised = set(re.findall(r'BadCell\(\s*"?\w+"?,\s*"(\w+)"', source))
    raised |= set(re.findall(r'RowError\([^()]*?"(\w+)"(?:, (?:facts|\{)[^()]*)?\)', source))
    assert raised >= {"unknown_unit", "duplicate_row", "overlap", "unit_in_use"}
    assert raised <= CODES
