"""The words of support, as `texts/support.json` keeps them in both languages.

Invariant: every signal has an offer and every caveat a sentence; an offer asks, it never blames.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Self

from mobile_contract.problems import Language


class SupportWords:
    """What is said beside signals and differences; read once."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words

    @classmethod
    def loaded(cls) -> Self:
        """The words of the package."""
        source = files("mobile_contract").joinpath("texts", "support.json")
        return cls(json.loads(source.read_text(encoding="utf-8")))

    def purpose(self, language: Language) -> str:
        """What a list of signals is for, and what it is not."""
        return self._words["purpose"][language]

    def offer(self, signal: str, language: Language) -> str:
        """Words to begin an offer with. Raises KeyError for an unknown signal."""
        return self._words["offer"][signal][language]

    def caveat(self, code: str, language: Language) -> str:
        """Why a difference may mean less than it seems. Raises KeyError for an unknown code."""
        return self._words["caveat"][code][language]
