"""The published documents: OpenAPI, AsyncAPI, the error catalogue, and the limits.

They stand in `published/`, are served as they stand, and are made from the code that the service
runs with; a test compares both. `write_published` makes them anew.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from mobile_contract.asyncapi import asyncapi
from mobile_contract.live import SHARDS
from mobile_contract.openapi import openapi
from mobile_contract.people import MAX_ITEMS
from mobile_contract.problems import CATALOGUE, LANGUAGES, RETRY_MEANINGS, Problems
from mobile_contract.reports import (
    MAX_NOTE_CHARACTERS,
    MAX_QUANTITY,
    MAX_REPORT_BYTES,
    MAX_SYNC_BYTES,
    MAX_SYNC_ITEMS,
    MAX_UNPACKED_BYTES,
)
from mobile_contract.reviews import MAX_DECISIONS
from mobile_contract.words import (
    MAX_CODE_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_PASSWORD_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    MAX_TOKEN_CHARACTERS,
)

Document = dict[str, Any]

_LIMITS: tuple[tuple[str, float, str, str], ...] = (
    ("report_body", MAX_REPORT_BYTES, "bytes", "The body of POST /v1/reports."),
    ("sync_body", MAX_SYNC_BYTES, "bytes", "The body of POST /v1/sync."),
    ("packed_body", MAX_UNPACKED_BYTES, "bytes", "What a body in gzip may be once unpacked."),
    ("sync_items", MAX_SYNC_ITEMS, "items", "Items of one POST /v1/sync."),
    ("note", MAX_NOTE_CHARACTERS, "characters", "A report's note, a withdrawal's reason."),
    ("quantity", MAX_QUANTITY, "units of measure", "A report's quantity; its target may say less."),
    ("decisions", MAX_DECISIONS, "reports", "Reports of one POST /v1/approvals."),
    ("named_items", MAX_ITEMS, "items", "Things that one other request names."),
    ("text", MAX_TEXT_CHARACTERS, "characters", "A reason, a feedback, a next step."),
    ("name", MAX_NAME_CHARACTERS, "characters", "A name, a decree, an indicator."),
    ("code", MAX_CODE_CHARACTERS, "characters", "A NIP as typed, an activation code."),
    ("password", MAX_PASSWORD_CHARACTERS, "characters", "A password."),
    ("token", MAX_TOKEN_CHARACTERS, "characters", "A refresh token."),
    ("shards", SHARDS, "shards", "A position modulo this is the shard that a topic lies in."),
)


def documents(ordinary: Mapping[str, Any], statuses: Mapping[str, int]) -> dict[str, Document]:
    """Every document by its file name.

    `ordinary`: FastAPI's description of its routes; `statuses`: the HTTP status of each code.
    """
    return {
        "openapi.json": openapi(ordinary, statuses),
        "asyncapi.json": asyncapi(),
        "errors.json": errors(statuses),
        "limits.json": limits(),
    }


def errors(statuses: Mapping[str, int]) -> Document:
    """The error catalogue: for each code what it means, what to do, and the words for a person."""
    problems = Problems.loaded()
    return {
        "about": "Every code of a problem. `texts` and `action` are for the person, without the "
        "facts that a real answer adds.",
        "retry": dict(RETRY_MEANINGS),
        "errors": [
            {
                "code": code,
                "type": f"urn:denyut:problem:{code}",
                "status": statuses[code],
                "retry": entry.retry,
                "meaning": entry.meaning,
                "title": {each: problems.title(code, each) for each in LANGUAGES},
                "texts": {each: problems.detail(code, each, {}) for each in LANGUAGES},
                "action": {each: problems.action(code, each) for each in LANGUAGES},
            }
            for code, entry in CATALOGUE.items()
        ],
    }


def limits() -> Document:
    """What a request may hold at most."""
    return {
        "about": "Bounds of requests. What goes beyond is refused with a code of its own.",
        "limits": [
            {"name": name, "value": value, "unit": unit, "meaning": meaning}
            for name, value, unit, meaning in _LIMITS
        ],
    }


def as_text(document: Document) -> str:
    """A document as it stands in its file."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def published(name: str) -> str:
    """A published document as text. Raises FileNotFoundError for a name that is none."""
    source = files("mobile_contract").joinpath("published", name)
    return source.read_text(encoding="utf-8")


def write_published(
    ordinary: Mapping[str, Any], statuses: Mapping[str, int], folder: Path | None = None
) -> list[str]:
    """Writes every document anew, into the package unless told otherwise; names what changed."""
    target = folder or Path(str(files("mobile_contract").joinpath("published")))
    changed: list[str] = []
    for name, document in documents(ordinary, statuses).items():
        path, text = target / name, as_text(document)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
