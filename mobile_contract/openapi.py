"""The OpenAPI 3.1 document: the ordinary routes as FastAPI describes them, and the hot ones.

Invariant: no shape is described twice. A name that both sides use must mean the same, every route
may answer with a problem, and examples are the golden ones that the tests replay.
"""

import copy
from collections.abc import Mapping
from typing import Any

from mobile_contract.golden import shape_examples
from mobile_contract.live import FeedPage, FeedSnapshot
from mobile_contract.problems import CATALOGUE, Problem
from mobile_contract.reports import NewReport, Receipt
from mobile_contract.schemas import HTTP_SHAPES, Schema, components, ref
from mobile_contract.sync import SyncRequest, SyncResponse

ABOUT = """\
Field staff report what they do; their supervisors see it within the second.

Times are RFC 3339 with an offset. Clients ignore fields and words that they do not know. Every
refusal is a problem detail (RFC 9457) with a stable `code`, a text in Indonesian and English, and
what to do next; all codes stand in `/v1/errors`. `Accept-Language` chooses `id` or `en` for `title`
and `detail`. 429 and 503 carry `Retry-After` in seconds. The live feed, `WS /v1/live`, is described
in `/v1/asyncapi.json`."""

SENT_AT: Schema = {
    "name": "Denyut-Sent-At",
    "in": "header",
    "description": "The phone's clock at the moment of sending, to correct the times it captured.",
    "schema": {"type": "string", "format": "date-time"},
}
PACKED: Schema = {
    "name": "Content-Encoding",
    "in": "header",
    "description": "`gzip` when the body is packed: one member, of at most 1 MiB unpacked (and no "
    "more than the route takes anyway). Another word, or a body that is no whole gzip, is "
    "`malformed` with the field `content-encoding`; more is `body_too_large`, with `limit_bytes`.",
    "schema": {"type": "string", "enum": ["identity", "gzip"], "default": "identity"},
}
PACKS: Schema = {
    "Content-Encoding": {
        "description": "`gzip` when the answer has 1,000 bytes or more and `Accept-Encoding` "
        "names it; refusals are never packed.",
        "schema": {"type": "string"},
    }
}
BEARER = "HTTPBearer"
_FRAMEWORKS_OWN = ("HTTPValidationError", "ValidationError")
_WITH_RECEIPT = (
    "/v1/mentees/{person_id}/reports",
    "/v1/reports/{report_id}/revisions",
    "/v1/reports/{report_id}/withdrawal",
)
"""Ordinary routes that answer a POST with a receipt, encoded as the hot ones encode it."""
_ALWAYS = ("not_signed_in", "session_expired", "session_revoked", "database_away", "unexpected")


def openapi(ordinary: Mapping[str, Any], statuses: Mapping[str, int]) -> Schema:
    """The whole document.

    `ordinary` is FastAPI's description of its routes, `statuses` the HTTP status of each code of
    the catalogue. Raises ValueError when a name means two things.
    """
    document: Schema = copy.deepcopy(dict(ordinary))
    document["openapi"] = "3.1.0"
    document["info"] = {
        "title": "Denyut",
        "version": "1",
        "description": ABOUT,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in _FRAMEWORKS_OWN:
        schemas.pop(name, None)
    for name, schema in components(HTTP_SHAPES).items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"{name} means one thing in pydantic and another in msgspec")
    parts["schemas"] = dict(sorted(schemas.items()))
    parts["responses"] = {"Problem": _problem_response()}
    parts.setdefault("securitySchemes", {})[BEARER] = {
        "type": "http",
        "scheme": "bearer",
        "description": "The access token of `POST /v1/sessions`; it lasts ten minutes.",
    }
    for operations in document.setdefault("paths", {}).values():
        for operation in operations.values():
            operation["responses"].pop("422", None)  # the framework's own, which nobody ever gets
    for path, operations in _hot_paths(statuses).items():
        known = document["paths"].setdefault(path, {})
        for method, operation in operations.items():  # parameters stay as FastAPI judges them
            known[method] = known.get(method, {}) | operation
    for path in _WITH_RECEIPT:
        if path in document["paths"]:
            answers = document["paths"][path]["post"]["responses"]
            answers |= _receipts("It was done before.")
    document["paths"] = dict(sorted(document["paths"].items()))
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", {"$ref": "#/components/responses/Problem"})
    return document


def _hot_paths(statuses: Mapping[str, int]) -> Schema:
    return {
        "/v1/reports": {
            "post": {
                "tags": ["reports"],
                "operationId": "submit_report",
                "summary": "One report",
                "description": "Answered only after the commit. The same id with the same body "
                "again is safe and gives the same receipt, packed or not.",
                "security": [{BEARER: []}],
                "parameters": [SENT_AT, PACKED],
                "requestBody": {
                    "required": True,
                    **_json(NewReport, "report", "report_of_few_words"),
                },
                "responses": _receipts("It was here already.")
                | _problems(
                    statuses,
                    "malformed",
                    "body_too_large",
                    "note_too_long",
                    "forbidden_character",
                    "quantity_out_of_range",
                    "invalid_value",
                    "unknown_target",
                    "not_your_target",
                    "period_closed",
                    "report_conflict",
                    "busy",
                ),
            }
        },
        "/v1/sync": {
            "post": {
                "tags": ["reports"],
                "operationId": "sync_outbox",
                "summary": "The outbox of a phone",
                "description": "Up to 50 items, a result for each in their order; one bad item "
                "never sinks the rest. Only `applied` and `duplicate` take an item out of the "
                "outbox. `retry` and `blocked` stay and go again later; `conflict` and `rejected` "
                "are put aside with their problem and never sent again; a word that you do not "
                "know stays, too. On a bad signal send it packed, with `Content-Encoding: gzip`.",
                "security": [{BEARER: []}],
                "parameters": [SENT_AT, PACKED],
                "requestBody": {"required": True, **_json(SyncRequest, "outbox")},
                "responses": {
                    "200": {
                        "description": "A result for each item, and what changed since the cursor.",
                        "headers": PACKS,
                        **_json(SyncResponse, "outbox_results"),
                    }
                }
                | _problems(
                    statuses,
                    "malformed",
                    "body_too_large",
                    "too_many_items",
                    "invalid_cursor",
                    "busy",
                ),
            }
        },
        "/v1/feed": {
            "get": {
                "tags": ["feed"],
                "operationId": "read_feed",
                "summary": "The feed as it stands, or what came after a cursor",
                "description": "Without a cursor a snapshot: each topic's newest cards. With one "
                "the frames after it, in order; `more`: ask again at once.",
                "security": [{BEARER: []}],
                "responses": {
                    "200": {
                        "description": "A snapshot, or a page of frames.",
                        "content": {
                            "application/json": {
                                "schema": {"anyOf": [ref(FeedSnapshot), ref(FeedPage)]},
                                "examples": _examples("feed_snapshot", "feed_page"),
                            }
                        },
                    }
                }
                | _problems(statuses, "invalid_cursor", "topic_not_allowed"),
            }
        },
    }


def _receipts(again: str) -> Schema:
    """The two answers of success of a route that gives a receipt; `again`: what a 200 means."""
    receipt = _json(Receipt, "receipt")
    return {
        "201": {"description": "Received for good.", **receipt},
        "200": {"description": again, **receipt},
    }


def _json(shape: type[Any], *examples: str) -> Schema:
    return {
        "content": {"application/json": {"schema": ref(shape), "examples": _examples(*examples)}}
    }


def _examples(*names: str) -> Schema:
    known = shape_examples()
    return {name: {"value": known[name].value} for name in names}


def _problems(statuses: Mapping[str, int], *codes: str) -> Schema:
    """The problem responses of a route, by status, each naming its codes."""
    by_status: dict[int, list[str]] = {}
    for code in (*codes, *_ALWAYS):
        by_status.setdefault(statuses[code], []).append(code)
    return {
        str(status): {
            "description": "\n".join(f"- `{code}`: {CATALOGUE[code].meaning}" for code in said),
            "content": {"application/problem+json": {"schema": ref(Problem)}},
        }
        for status, said in sorted(by_status.items())
    }


def _problem_response() -> Schema:
    examples = _examples("problem_in_indonesian", "problem_with_facts", "problem_busy")
    return {
        "description": "A refusal, with what to do next.",
        "headers": {
            "Retry-After": {
                "description": "On 429 and 503: seconds until it is worth another try.",
                "schema": {"type": "integer"},
            }
        },
        "content": {"application/problem+json": {"schema": ref(Problem), "examples": examples}},
    }
