"""The words of a notice, from `texts/id.json` and `texts/en.json`.

Invariant: a push carries no personal detail, because `push` is given none. The inbox, which is
read after signing in, may name the indicator and the employee.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, Self, TypeAlias, get_args

from notifications.ladder import NoticeKind

Language: TypeAlias = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A title of a few words and a body of a sentence or two."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Details:
    """What the inbox may name. `employee` is read only in notices about one's staff."""

    indicator: str
    employee: str = ""


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    body: str
    push_title: str
    push_body: str


class Texts:
    """Every kind of notice in every language; built once by the wiring."""

    def __init__(self, wordings: Mapping[Language, Mapping[NoticeKind, _Wording]]) -> None:
        self._wordings = wordings

    @classmethod
    def loaded(cls) -> Self:
        """The texts of the package. Raises `KeyError` or `TypeError` if one is missing."""
        return cls({language: _read(language) for language in get_args(Language)})

    def inbox(self, kind: NoticeKind, language: Language, details: Details) -> Text:
        """The whole of it, for a reader who has signed in."""
        wording = self._wordings[language][kind]
        body = wording.body.format(indicator=details.indicator, employee=details.employee)
        return Text(wording.title, body)

    def push(self, kind: NoticeKind, language: Language) -> Text:
        """What may stand on a locked screen."""
        wording = self._wordings[language][kind]
        return Text(wording.push_title, wording.push_body)


def _read(language: Language) -> dict[NoticeKind, _Wording]:
    source = files("notifications").joinpath("texts", f"{language}.json")
    entries = json.loads(source.read_text(encoding="utf-8"))
    return {kind: _Wording(**entries[kind]) for kind in NoticeKind}
