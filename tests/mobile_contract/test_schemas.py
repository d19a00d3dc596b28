"""A schema accepts what the codec accepts, names the bounds judged later, forbids nothing new."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mobile_contract.live import Hello
from mobile_contract.reports import NewReport
from mobile_contract.schemas import (
    CLIENT_MESSAGES,
    HTTP_SHAPES,
    SERVER_MESSAGES,
    components,
    ref,
)

SCHEMAS = components([*HTTP_SHAPES, *CLIENT_MESSAGES, *SERVER_MESSAGES])
REPORT: dict[str, Any] = {
    "id": str(UUID(int=1)),
    "target_id": str(UUID(int=2)),
    "quantity": 4,
    "activity_at": "2026-11-02T08:00:00+07:00",
}


def validator(shape: type[Any]) -> Draft202012Validator:
    return Draft202012Validator({**ref(shape), "components": {"schemas": SCHEMAS}})


def refs(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"]} if "$ref" in schema else set()
        return own.union(*(refs(value) for value in schema.values()))
    if isinstance(schema, list):
        return set().union(*(refs(value) for value in schema))
    return set()


def test_every_shape_is_valid_and_every_reference_leads_somewhere() -> None:
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    assert {each.rpartition("/")[2] for each in refs(SCHEMAS)} <= set(SCHEMAS)


def test_the_order_does_not_depend_on_who_asks_first() -> None:
    again = components([*reversed(SERVER_MESSAGES), *CLIENT_MESSAGES, *HTTP_SHAPES])
    assert json.dumps(again) == json.dumps(SCHEMAS)


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"from_the_future": 1}, True),
        ({"quantity": -1}, False),
        ({"quantity": 1e7}, False),
        ({"quantity": "4"}, False),
        ({"note": "x" * 4_001}, False),
        ({"captured_at": None}, True),
        ({"location": {"latitude": -0.68, "longitude": 100.78, "accuracy_m": 12}}, True),
        ({"location": {"latitude": 91, "longitude": 100.78, "accuracy_m": 12}}, False),
    ],
)
def test_a_report_is_judged_as_the_service_judges_it(change: dict[str, Any], holds: bool) -> None:
    assert validator(NewReport).is_valid(REPORT | change) == holds


def test_a_message_has_its_type() -> None:
    hello = validator(Hello)
    assert hello.is_valid({"type": "hello", "token": "t"})
    assert not hello.is_valid({"type": "welcome", "token": "t"})
    assert not hello.is_valid({"token": "t"})


@given(st.floats(0, 1e6), st.text(max_size=50))
def test_whatever_we_encode_is_valid(quantity: float, note: str) -> None:
    report = msgspec.convert(REPORT | {"quantity": quantity, "note": note}, NewReport)
    assert validator(NewReport).is_valid(msgspec.json.decode(msgspec.json.encode(report)))


def test_a_shape_that_nobody_foresaw_is_not_described_wrongly() -> None:
    class Odd(msgspec.Struct):
        """Odd."""

        raw_bytes: bytes

    with pytest.raises(TypeError, match="no schema"):
        components([Odd])
