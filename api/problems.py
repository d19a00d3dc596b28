"""Refusals as HTTP: the one place that knows which status a refusal has, and its headers.

Invariant: every code of `models.rules.refusals` has a status here, and an error that nobody
foresaw says nothing about the inside but an id to find it by.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mobile_contract.problems import UNEXPECTED, Language, Problem, Problems
from models.rules.refusals import (
    Busy,
    Conflict,
    DatabaseAway,
    ForbiddenCharacter,
    InvalidValue,
    Refusal,
)

Headers = list[tuple[bytes, bytes]]

STATUS: Final[Mapping[str, int]] = {
    "malformed": 400,
    "body_too_large": 413,
    "note_too_long": 422,
    "forbidden_character": 422,
    "quantity_out_of_range": 422,
    "invalid_value": 422,
    "invalid_nip": 422,
    "too_many_items": 422,
    "invalid_cursor": 400,
    "method_not_allowed": 405,
    "unknown_target": 422,
    "not_your_target": 403,
    "period_closed": 409,
    "report_conflict": 409,
    "outdated_base": 409,
    "unknown_report": 404,
    "report_not_open": 409,
    "already_decided": 409,
    "reason_required": 422,
    "location_not_asked": 422,
    "agreement_not_open": 409,
    "appraisal_not_open": 409,
    "objection_too_late": 409,
    "element_missing": 422,
    "visit_code_invalid": 422,
    "export_not_ready": 409,
    "export_expired": 410,
    "file_too_large": 413,
    "quota_spent": 429,
    "offset_mismatch": 409,
    "chunk_damaged": 422,
    "digest_mismatch": 422,
    "image_unreadable": 422,
    "image_too_large": 422,
    "photo_lost": 410,
    "storage_away": 503,
    "not_signed_in": 401,
    "wrong_credentials": 401,
    "too_many_attempts": 429,
    "session_expired": 401,
    "session_revoked": 401,
    "refresh_reused": 401,
    "activation_invalid": 401,
    "password_too_weak": 422,
    "not_allowed": 403,
    "wider_role": 403,
    "not_found": 404,
    "conflict": 409,
    "topic_not_allowed": 403,
    "too_many_topics": 422,
    "origin_not_allowed": 403,
    "hello_expected": 400,
    "busy": 503,
    "database_away": 503,
    UNEXPECTED: 500,
}

AWAY_RETRY_S = 5  # a restart of PostgreSQL takes a few seconds
BUSY_RETRY_S = 2  # a queue or a lock empties faster than that

_ENCODER = msgspec.json.Encoder()

# PostgreSQL's error classes and codes, for what no check of ours caught first.
_BY_SQLSTATE: Final[Mapping[str, type[Refusal]]] = {
    "22021": ForbiddenCharacter,  # a NUL inside a text
    "22P05": ForbiddenCharacter,
    "23503": InvalidValue,  # names a row that is not there
    "23505": Conflict,
    "23514": InvalidValue,
    "23P01": Conflict,  # overlaps in time
}
_BUSY_SQLSTATES: Final = frozenset({"40001", "40P01", "55P03", "57014", "53300"})
_AWAY_CLASSES: Final = ("08", "57P", "53", "58", "25006")  # also full, broken, or a standby


@cache
def _problems() -> Problems:
    """The words, read from the package once; they never change while a process lives."""
    return Problems.loaded()


def problem_of(refusal: Refusal, language: Language = "id") -> Problem:
    """The problem details of a refusal."""
    return _problems().problem(refusal.code, STATUS[refusal.code], language, refusal.details)


def problem_response(refusal: Refusal, language: Language = "id") -> tuple[int, Headers, bytes]:
    """Status, headers and body of a refusal, for FastAPI and plain ASGI alike."""
    return _response(problem_of(refusal, language), language)


def fault_response(log_id: str, language: Language = "id") -> tuple[int, Headers, bytes]:
    """The same for a fault of ours; `log_id` is what support looks for in the log."""
    details = {"log_id": log_id}
    return _response(
        _problems().problem(UNEXPECTED, STATUS[UNEXPECTED], language, details), language
    )


def _response(problem: Problem, language: Language) -> tuple[int, Headers, bytes]:
    headers: Headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-language", language.encode()),
        (b"cache-control", b"no-store"),
    ]
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if problem.retry_after_s is not None:
        headers.append((b"retry-after", str(math.ceil(problem.retry_after_s)).encode()))
    return problem.status, headers, _ENCODER.encode(problem)


def refusal_of(error: Exception) -> Refusal | None:
    """What an error of the database means to the person who asked; None: a fault of ours."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, PoolTimeout):
        return Busy(retry_after_s=BUSY_RETRY_S)
    if isinstance(error, OSError):  # no such socket, refused, timed out: only the database has one
        return DatabaseAway(retry_after_s=AWAY_RETRY_S)
    if not isinstance(error, DBAPIError):
        return None
    sqlstate = str(getattr(error.orig, "sqlstate", None) or "")
    if sqlstate in _BUSY_SQLSTATES:
        return Busy(retry_after_s=BUSY_RETRY_S)
    if error.connection_invalidated or sqlstate.startswith(_AWAY_CLASSES):
        return DatabaseAway(retry_after_s=AWAY_RETRY_S)
    known = _BY_SQLSTATE.get(sqlstate)
    return known() if known else None


def language_of(accept_language: str | None, otherwise: str | None = None) -> Language:
    """The language a person reads best of the two that there are.

    `accept_language` is the request's header; `otherwise` what is known of the person.
    """
    best: tuple[float, Language] | None = None
    for part in (accept_language or "")[:200].split(","):
        tag, _, parameters = part.strip().partition(";")
        name = tag.strip().lower().split("-")[0]
        language: Language | None = "id" if name in ("id", "in") else "en" if name == "en" else None
        weight = _weight(parameters)
        if language and weight > 0 and (best is None or weight > best[0]):
            best = weight, language
    if best:
        return best[1]
    return "en" if otherwise == "en" else "id"


def _weight(parameters: str) -> float:
    """The q of one language range; 1 without, 0 when it cannot be read."""
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
