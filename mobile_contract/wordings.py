"""Constructive wordings to begin from, as `texts/wordings.json` keeps them in both languages.

Invariant: a wording speaks of the work and never of the person's worth; one that asks for a change
leaves room for its next step.
"""

import json
from importlib.resources import files
from typing import get_args

from mobile_contract.guidance import Wording, WordingKind
from mobile_contract.problems import LANGUAGES

KINDS: tuple[WordingKind, ...] = get_args(WordingKind)
PLACEHOLDERS = ("indicator", "next_step")
"""What a screen fills in; nothing else stands in braces."""


def wordings() -> tuple[Wording, ...]:
    """Every wording in every language, by kind, in the order of the file."""
    source = files("mobile_contract").joinpath("texts", "wordings.json")
    written = json.loads(source.read_text(encoding="utf-8"))
    return tuple(
        Wording(kind=kind, language=language, text=each[language])
        for kind in KINDS
        for each in written[kind]
        for language in LANGUAGES
    )
