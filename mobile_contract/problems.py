"""Problems on the wire (RFC 9457): the catalogue of codes and the words a person reads.

A code, its retry policy and its meaning are a promise to every phone in the field; the words stand
in `texts/id.json` and `texts/en.json`. Invariant: every refusal of `models.rules.refusals` has an
entry here and words in both languages. HTTP statuses are not decided here but in `api/problems.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import ceil
from typing import Any, Literal, Self, get_args

import msgspec

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Retry = Literal["never", "later", "after_sign_in", "after_change"]
RETRY_MEANINGS: Mapping[Retry, str] = {
    "never": "The same request will never succeed. Keep the item, show the text, do not resend.",
    "later": "Send the same request again after `retry_after_s`, or with growing random pauses.",
    "after_sign_in": "Refresh the session or sign in, then send the same request. Delete nothing.",
    "after_change": "A person or the app must change something in the request first.",
}

UNEXPECTED = "unexpected"  # the one code that is a fault of ours and no refusal


class ProblemTexts(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    id: str
    en: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details. `title` and `detail` are in the caller's language.

    `texts` is the detail and `action` the next step, each in both languages, so that a phone can
    show them long after it asked. `field` names the member of the request that is meant. `retry` is
    one of RETRY_MEANINGS; a client reads a word that it does not know as `later`.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    texts: ProblemTexts
    action: ProblemTexts
    retry: str
    retry_after_s: float | None = None
    field: str | None = None
    details: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What an app's programmer must know of a code."""

    retry: Retry
    meaning: str


_ENTRIES: tuple[tuple[str, Retry, str], ...] = (
    # what was sent cannot be read
    ("malformed", "after_change", "The body or message cannot be decoded; nothing was done."),
    ("body_too_large", "after_change", "More bytes than the route takes: `limit_bytes`."),
    ("note_too_long", "after_change", "A text is longer than `limit_characters`."),
    ("forbidden_character", "after_change", "A text holds NUL or half a character."),
    ("quantity_out_of_range", "after_change", "Negative, not a number, or absurdly large."),
    ("invalid_value", "after_change", "`field` has a value that it cannot have."),
    ("invalid_nip", "after_change", "Not 18 digits that begin with a birth date."),
    ("too_many_items", "after_change", "More items than `limit` in one request; split it."),
    ("invalid_cursor", "after_change", "Forget the cursor and take a snapshot."),
    ("method_not_allowed", "never", "The address does not take this method."),
    # reports and targets
    ("unknown_target", "never", "No target has this id."),
    ("not_your_target", "never", "The target belongs to somebody else."),
    ("period_closed", "never", "Captured after the period's appraisal was decided."),
    ("report_conflict", "never", "This id was used with another body; the first one stands."),
    ("outdated_base", "after_change", "The report has a newer version: `latest`."),
    ("unknown_report", "never", "No report has this id, or not yet."),
    ("report_not_open", "never", "The report's `state` does not permit this step."),
    ("already_decided", "never", "Somebody has decided on this report already."),
    ("reason_required", "after_change", "This step needs a reason in words."),
    ("location_not_asked", "after_change", "The job's policy asks for no location."),
    # the performance cycle
    ("agreement_not_open", "never", "The agreement's `state` does not permit this step."),
    ("appraisal_not_open", "never", "The appraisal's `state` does not permit this step."),
    ("objection_too_late", "never", "The days in which one may object ended with `last_day`."),
    ("element_missing", "after_change", "One of the nine answers is wanting: `field`."),
    ("visit_code_invalid", "after_change", "The visit code is unknown, used or expired."),
    ("export_not_ready", "later", "The file is being made, or failed: `state`."),
    ("export_expired", "never", "The file is gone; ask for a new one."),
    # photos
    ("file_too_large", "never", "The file has more bytes than `limit_bytes`."),
    ("quota_spent", "later", "Enough was uploaded for one day; wait `retry_after_s`."),
    ("offset_mismatch", "after_change", "The upload stands at `offset`; go on from there."),
    ("chunk_damaged", "later", "The chunk was changed on the way; send it again."),
    ("digest_mismatch", "after_change", "Not the file it was announced as; begin at offset 0."),
    ("image_unreadable", "never", "No JPEG, PNG or WebP photo, or broken, or more than that."),
    ("image_too_large", "after_change", "More pixels than `limit_pixels`; make it smaller."),
    ("photo_lost", "never", "The photo came, and its file is no longer in the store."),
    ("storage_away", "later", "The store of photos is away; nothing was confirmed."),
    # who is asking
    ("not_signed_in", "after_sign_in", "No valid access token came with the request."),
    ("wrong_credentials", "after_change", "NIP and password do not belong together."),
    ("too_many_attempts", "later", "Too many attempts; wait `retry_after_s`."),
    ("session_expired", "after_sign_in", "The access token ran out; refresh the session."),
    ("session_revoked", "after_sign_in", "The session was ended; a password is needed."),
    ("refresh_reused", "after_sign_in", "An old refresh token came back; sign in anew."),
    ("activation_invalid", "after_change", "The code is wrong, used or expired."),
    ("password_too_weak", "after_change", "The new password is short or easily guessed."),
    ("not_allowed", "never", "The caller has no right to this."),
    ("wider_role", "never", "The person holds a role that the caller does not hold as widely."),
    ("not_found", "never", "There is no such thing, or none that the caller may know of."),
    ("conflict", "after_change", "The change contradicts what is stored."),
    # the live feed
    ("topic_not_allowed", "never", "The topic lies outside of what the caller may see today."),
    ("too_many_topics", "after_change", "More topics on one connection than `limit`."),
    ("origin_not_allowed", "never", "The page that opened this connection is not ours."),
    ("hello_expected", "after_change", "The first message must be `hello`, within 5 s."),
    # not now
    ("busy", "later", "The queue is full; nothing was stored. Wait `retry_after_s`."),
    ("database_away", "later", "The database is away; nothing was confirmed."),
    (UNEXPECTED, "later", "A fault of the service; nothing was confirmed."),
)

CATALOGUE: Mapping[str, CatalogueEntry] = {
    code: CatalogueEntry(retry, meaning) for code, retry, meaning in _ENTRIES
}


class Problems:
    """Makes problems from codes; built once, with the words of the package."""

    def __init__(self, words: Mapping[Language, Mapping[str, str]]) -> None:
        self._words = words

    @classmethod
    def loaded(cls) -> Self:
        """With the words of `texts/`."""
        return cls({language: _read(language) for language in LANGUAGES})

    def problem(
        self, code: str, status: int, language: Language, details: Mapping[str, object]
    ) -> Problem:
        """The problem of a refusal's code and details; `status` is the HTTP status it travels with.

        Raises `KeyError` for a code that the catalogue does not have.
        """
        facts = dict(details)
        retry_after_s = facts.pop("retry_after_s", None)
        field = facts.pop("field", None)
        return Problem(
            type=f"urn:denyut:problem:{code}",
            title=self._words[language][f"problem.{code}.title"],
            status=status,
            code=code,
            detail=self.detail(code, language, details),
            texts=ProblemTexts(*(self.detail(code, each, details) for each in LANGUAGES)),
            action=ProblemTexts(*(self.action(code, each) for each in LANGUAGES)),
            retry=CATALOGUE[code].retry,
            retry_after_s=float(retry_after_s) if isinstance(retry_after_s, int | float) else None,
            field=None if field is None else str(field),
            details=facts,
        )

    def title(self, code: str, language: Language) -> str:
        """A few words: what kind of problem it is."""
        return self._words[language][f"problem.{code}.title"]

    def detail(self, code: str, language: Language, details: Mapping[str, object]) -> str:
        """What happened and what is safe; with the facts, where the caller gave them all."""
        words = self._words[language]
        more = words.get(f"problem.{code}.more")
        detail = words[f"problem.{code}.detail"]
        if more is None:
            return detail
        said = {name: self._said(value, language) for name, value in details.items()}
        try:
            return f"{detail} {more.format_map(said)}"
        except KeyError:
            return detail

    def action(self, code: str, language: Language) -> str:
        """What to do next."""
        return self._words[language][f"problem.{code}.action"]

    def _said(self, value: object, language: Language) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            grouped = f"{ceil(value):,}"
            return grouped.replace(",", ".") if language == "id" else grouped
        return self._words[language].get(f"word.{value}", str(value))


def _read(language: Language) -> dict[str, str]:
    source = files("mobile_contract").joinpath("texts", f"{language}.json")
    return json.loads(source.read_text(encoding="utf-8"))
