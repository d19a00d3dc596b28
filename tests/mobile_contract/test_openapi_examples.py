"""Whoever builds a client finds for every body and every answer an example that is true to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.app import ROUTERS
from api.docs import route_description
from api.problems import STATUS
from mobile_contract.openapi import openapi

JSON = "application/json"
DOCUMENT = openapi(route_description(ROUTERS), STATUS)


def said(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON body and every JSON answer of success, with the name of its place."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            places = {"body": operation.get("requestBody", {})} | {
                status: answer
                for status, answer in operation["responses"].items()
                if status.startswith("2")
            }
            for place, what in places.items():
                if JSON in what.get("content", {}):
                    yield f"{method} {path} {place}", what["content"][JSON]


def has_example(document: dict[str, Any], schema: Any, met: set[str]) -> bool:
    """Whether an example stands in the schema or in what it is made of."""
    if not isinstance(schema, dict):
        return False
    if "example" in schema or "examples" in schema:
        return True
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name in met:
            return False
        met.add(name)
        return has_example(document, document["components"]["schemas"][name], met)
    inner = [*schema.get("properties", {}).values(), schema.get("items")]
    inner += [schema.get("additionalProperties")]
    inner += [each for kind in ("anyOf", "oneOf", "allOf") for each in schema.get(kind, [])]
    return any(has_example(document, each, met) for each in inner)


def without_example(document: dict[str, Any]) -> list[str]:
    """The places in which a reader finds no example at all."""
    return [
        place
        for place, media in said(document)
        if "example" not in media
        and "examples" not in media
        and not has_example(document, media.get("schema"), set())
    ]


def examples_with_schemas(document: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every example with the name of its place and the schema that it must be true to."""
    for place, media in said(document):
        for name, each in media.get("examples", {}).items():
            yield f"{place} {name}", each["value"], media["schema"]
        if "example" in media:
            yield place, media["example"], media["schema"]
    for name, schema in document["components"]["schemas"].items():
        for each in schema.get("examples", []):
            yield name, each, {"$ref": f"#/components/schemas/{name}"}
        for field, described in schema.get("properties", {}).items():
            for each in described.get("examples", []):
                yield f"{name}.{field}", each, described


EXAMPLES = list(examples_with_schemas(DOCUMENT))


def test_every_body_and_every_answer_has_an_example() -> None:
    assert len(list(said(DOCUMENT))) > 200
    assert without_example(DOCUMENT) == []


def test_every_example_is_true_to_its_schema() -> None:
    assert len(EXAMPLES) > 300  # or the search is broken
    wrong = [
        f"{place}: {error.message}"
        for place, value, schema in EXAMPLES
        for error in Draft202012Validator(
            {"$ref": "#/schema", "schema": schema, "components": DOCUMENT["components"]},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        ).iter_errors(value)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": "string"}, False),
        ({"$ref": "#/components/schemas/Ring"}, False),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Named"}}, True),
        ({"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Named"}]}, True),
        ({}, False),
    ],
)
def test_an_example_is_found_wherever_it_stands_and_nowhere_else(
    schema: dict[str, Any], found: bool
) -> None:
    ring = {"properties": {"next": {"$ref": "#/components/schemas/Ring"}}}
    named = {"properties": {"name": {"type": "string", "examples": ["Ani Rahma"]}}}
    document: dict[str, Any] = {
        "paths": {"/x": {"get": {"responses": {"200": {"content": {JSON: {"schema": schema}}}}}}},
        "components": {"schemas": {"Ring": ring, "Named": named}},
    }
    assert without_example(document) == ([] if found else ["get /x 200"])
