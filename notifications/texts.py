"""The words of a notice, from `texts/id.json`, `texts/en.json` and `texts/wanting.json`.

Invariant: a push carries no personal detail, because `push` is given none. The inbox, which is
read after signing in, may name the indicator and the employee and say what is wanting.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal, Self, TypeAlias, get_args
from zoneinfo import ZoneInfo

from notifications.ladder import RELIEF_KINDS, NoticeKind

Language: TypeAlias = Literal["id", "en"]

DIGEST = "digest"
"""Not a kind of notice: what stands on the screen for several that go out as one push."""

TIMES: tuple[tuple[int, str], ...] = ((11, "morning"), (14, "noon"), (18, "afternoon"))
"""Until which local hour a time of day has its name; the rest is evening."""


@dataclass(frozen=True, slots=True)
class Text:
    """A title of a few words and a body of a sentence or two."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Details:
    """What the inbox may name. `employee` is read only in notices about one's staff.

    `wanting` is the word of `pace_refresh.Wanting`, with the amount in `unit` and, if there is
    one, the local time until which it helps. `subject`: a title, a period, a unit.
    """

    indicator: str
    employee: str = ""
    wanting: str = ""
    amount: float | None = None
    unit: str = ""
    by: datetime | None = None
    subject: str = ""


def details_of(content: Mapping[str, Any], employee_name: str | None = None) -> Details:
    """The details in a notice's content; what another version wrote or left out is left out."""
    amount, by = content.get("needed"), content.get("needed_by")
    zone = ZoneInfo(str(content.get("zone") or "UTC"))
    return Details(
        indicator=str(content.get("indicator", "")),
        employee=str(content.get("employee_name") or employee_name or ""),
        wanting=str(content.get("wanting", "")),
        amount=float(amount) if isinstance(amount, int | float) else None,
        unit=str(content.get("unit_of_measure", "")),
        by=datetime.fromisoformat(by).astimezone(zone) if isinstance(by, str) else None,
        subject=str(content.get("subject", "")),
    )


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    body: str
    push_title: str
    push_body: str


class Texts:
    """Every kind of notice in every language; built once by the wiring."""

    def __init__(
        self,
        wordings: Mapping[Language, Mapping[NoticeKind, _Wording]],
        digests: Mapping[Language, Text],
        wanting: Mapping[Language, Mapping[str, Any]],
    ) -> None:
        self._wordings = wordings
        self._digests = digests
        self._wanting = wanting

    @classmethod
    def loaded(cls) -> Self:
        """The texts of the package. Raises `KeyError` or `TypeError` if one is missing."""
        languages: tuple[Language, ...] = get_args(Language)
        return cls(
            {language: _read(language) for language in languages},
            {language: _digest(language) for language in languages},
            _json("wanting"),
        )

    def inbox(self, kind: NoticeKind, language: Language, details: Details) -> Text:
        """The whole of it, for a reader who has signed in."""
        wording = self._wordings[language][kind]
        body = wording.body.format(
            indicator=details.indicator, employee=details.employee, subject=details.subject
        )
        more = "" if kind in RELIEF_KINDS else self.wanting(language, details)
        return Text(wording.title, f"{body} {more}" if more else body)

    def wanting(self, language: Language, details: Details) -> str:
        """What is wanting in plain words ("6 visits more by Friday noon."); nothing: ""."""
        phrases = self._wanting[language]
        if details.wanting in ("limit", "measured"):
            return phrases[details.wanting]
        if details.wanting != "more" or details.amount is None or details.amount <= 0:
            return ""
        amount = _amount(details.amount, language)
        if details.by is None:
            return phrases["more"].format(amount=amount, unit=details.unit)
        return phrases["more_by"].format(
            amount=amount,
            unit=details.unit,
            day=phrases["days"][details.by.weekday()],
            time=phrases["times"][_time_of_day(details.by)],
        )

    def push(self, kind: NoticeKind, language: Language) -> Text:
        """What may stand on a locked screen."""
        wording = self._wordings[language][kind]
        return Text(wording.push_title, wording.push_body)

    def digest(self, language: Language, count: int) -> Text:
        """What may stand there for `count` notices that go out as one push."""
        text = self._digests[language]
        return Text(text.title.format(count=count), text.body.format(count=count))


def _amount(amount: float, language: Language) -> str:
    """Rounded up, so that it is enough: whole from one on, below in tenths."""
    exact = round(amount, 6)  # 6.0000000001 is six
    if exact > 1:
        return str(math.ceil(exact))
    tenths = math.ceil(round(exact * 10, 5)) / 10
    text = f"{tenths:g}"
    return text.replace(".", ",") if language == "id" else text


def _time_of_day(at: datetime) -> str:
    return next((name for until, name in TIMES if at.hour < until), "evening")


def _read(language: Language) -> dict[NoticeKind, _Wording]:
    entries = _json(language)
    return {kind: _Wording(**entries[kind]) for kind in NoticeKind}


def _digest(language: Language) -> Text:
    entry = _json(language)[DIGEST]
    return Text(entry["push_title"], entry["push_body"])


def _json(name: str) -> dict[Any, Any]:
    source = files("notifications").joinpath("texts", f"{name}.json")
    return json.loads(source.read_text(encoding="utf-8"))
