"""Wordings: enough of them, in both languages, with room for what comes next."""

from string import Formatter

import pytest

from mobile_contract.guidance import WordingKind
from mobile_contract.problems import LANGUAGES, Language
from mobile_contract.wordings import KINDS, PLACEHOLDERS, wordings
from models.rules.feedback import FeedbackKind

ENOUGH = 5


def named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def texts(kind: WordingKind, language: Language) -> list[str]:
    return [each.text for each in wordings() if (each.kind, each.language) == (kind, language)]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_enough_in_both_languages(kind: WordingKind) -> None:
    counts = {len(texts(kind, language)) for language in LANGUAGES}
    assert len(counts) == 1
    assert counts.pop() >= ENOUGH


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_only_a_wording_that_asks_for_change_has_a_next_step(
    kind: WordingKind, language: Language
) -> None:
    for text in texts(kind, language):
        assert named_in(text) <= set(PLACEHOLDERS)
        assert ("next_step" in named_in(text)) == FeedbackKind(kind).asks_for_change, text


def test_both_languages_fill_in_the_same_and_none_stands_twice() -> None:
    everything = wordings()
    assert len({each.text for each in everything}) == len(everything)
    for kind in KINDS:
        for here, there in zip(texts(kind, "id"), texts(kind, "en"), strict=True):
            assert named_in(here) == named_in(there)
