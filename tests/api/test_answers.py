"""Whatever is declined leaves as a problem: bodies, fields, queries, and the database's word."""

from typing import Any

import httpx
import pytest

from api.answers import refusal_of_validation
from tests.api.conftest import Signed
from tests.builders import City


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"nul\x00", b"null"])
async def test_a_body_that_is_no_object_is_malformed(
    client: httpx.AsyncClient, city: City, signed: Signed, content: bytes
):
    headers = await signed(city.ani) | {"content-type": "application/json"}
    answer = await client.patch("/v1/me", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_the_first_wrong_field_is_named_by_its_path():
    refusal = refusal_of_validation(
        [
            {"type": "uuid_parsing", "loc": ("body", "device", "id")},
            {"type": "missing", "loc": ("body", "nip")},
        ]
    )
    assert (refusal.code, refusal.details) == ("invalid_value", {"field": "device.id"})


@pytest.mark.parametrize(
    ("error", "code", "details"),
    [
        ({"type": "json_invalid", "loc": ("body", 3)}, "malformed", {}),
        ({"type": "missing", "loc": ("body",)}, "malformed", {}),
        (
            {"type": "missing", "loc": ("body", "nip")},
            "invalid_value",
            {"field": "nip", "reason": "missing"},
        ),
        (
            {"type": "forbidden_character", "loc": ("body", "a", 0, "b")},
            "forbidden_character",
            {"field": "a.0.b"},
        ),
        (
            {"type": "string_too_long", "loc": ("body", "name"), "ctx": {"max_length": 9}},
            "note_too_long",
            {"field": "name", "limit_characters": 9},
        ),
        (
            {"type": "int_parsing", "loc": ("query", "limit")},
            "invalid_value",
            {"field": "limit"},
        ),
    ],
)
def test_each_kind_of_error_has_its_refusal(error: Any, code: str, details: Any):
    refusal = refusal_of_validation([error])
    assert (refusal.code, refusal.details) == (code, details)
