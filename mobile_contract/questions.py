"""What citizens are asked: nine questions with four answers in words, from worst to best.

The words stand in `texts/survey.json` and are the same on the page, in an app and on paper.
Invariant: every element has a question and exactly four answers in both languages.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from mobile_contract.problems import LANGUAGES, Language
from models.rules.satisfaction import ELEMENTS, Element


@dataclass(frozen=True, slots=True)
class Question:
    """One of the nine; `answers` say in words what 1, 2, 3 and 4 mean."""

    element: Element
    question: str
    answers: Sequence[str]


def loaded_questions() -> Mapping[Language, Sequence[Question]]:
    """Every question by language, in the order in which they are asked."""
    source = files("mobile_contract").joinpath("texts", "survey.json")
    words = json.loads(source.read_text("utf-8"))
    return {
        language: [Question(element, **words[language][element.value]) for element in ELEMENTS]
        for language in LANGUAGES
    }
