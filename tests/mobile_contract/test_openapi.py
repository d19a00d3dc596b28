"""The hot routes and the ordinary ones are one document, in which each name means one thing."""

import copy
import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from mobile_contract.openapi import openapi
from mobile_contract.problems import CATALOGUE

STATUSES = dict.fromkeys(CATALOGUE, 400) | {
    "busy": 503,
    "database_away": 503,
    "unexpected": 500,
    "unknown_target": 422,  # a status for which the framework has a description of its own
    "note_too_long": 422,
}
CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
ORDINARY: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "x", "version": "0"},
    "paths": {
        "/v1/reports": {
            "get": {
                "responses": {
                    "200": {"description": "A page."},
                    "422": {
                        "description": "Validation Error",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/HTTPValidationError"}
                            }
                        },
                    },
                }
            }
        },
        "/v1/feed": {"get": {"parameters": [CURSOR], "responses": {"200": {"description": ""}}}},
    },
    "components": {"schemas": {"HTTPValidationError": {"type": "object"}}},
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi(ORDINARY, STATUSES)


def test_it_is_a_valid_document(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_a_path_may_have_ordinary_and_hot_operations(document: dict[str, Any]) -> None:
    assert set(document["paths"]["/v1/reports"]) == {"get", "post"}
    assert set(document["paths"]) == {"/v1/reports", "/v1/sync", "/v1/feed"}


def test_a_route_that_encodes_by_itself_keeps_its_parameters_and_gains_its_answer(
    document: dict[str, Any],
) -> None:
    feed = document["paths"]["/v1/feed"]["get"]
    assert feed["parameters"] == [CURSOR]
    assert "FeedSnapshot" in str(feed["responses"]["200"])


def test_every_operation_may_answer_with_a_problem_and_nothing_of_the_framework_shows(
    document: dict[str, Any],
) -> None:
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["default"]["$ref"] == "#/components/responses/Problem"
    assert "HTTPValidationError" not in str(document)


def test_a_hot_route_names_the_codes_it_refuses_with(document: dict[str, Any]) -> None:
    responses = document["paths"]["/v1/reports"]["post"]["responses"]
    said = {
        code: status
        for status, response in responses.items()
        for code in re.findall(r"`([a-z_]+)`", response.get("description", ""))
        if code in CATALOGUE
    }
    expected = {
        *("malformed", "body_too_large", "note_too_long", "forbidden_character"),
        *("quantity_out_of_range", "invalid_value", "unknown_target", "not_your_target"),
        *("period_closed", "report_conflict", "busy", "database_away", "unexpected"),
        *("not_signed_in", "session_expired", "session_revoked"),
    }
    assert said == {code: str(STATUSES[code]) for code in expected}


def test_an_ordinary_route_that_gives_a_receipt_says_so_with_an_example() -> None:
    ordinary = copy.deepcopy(ORDINARY)
    path = "/v1/reports/{report_id}/withdrawal"
    blank = {"201": {"description": "", "content": {"application/json": {"schema": {}}}}}
    ordinary["paths"][path] = {"post": {"responses": blank}}
    answers = openapi(ordinary, STATUSES)["paths"][path]["post"]["responses"]
    for status in ("200", "201"):
        said = answers[status]["content"]["application/json"]
        assert said["schema"] == {"$ref": "#/components/schemas/Receipt"}
        assert said["examples"]["receipt"]["value"]["receipt"]


def test_what_was_given_is_not_changed() -> None:
    before = copy.deepcopy(ORDINARY)
    openapi(ORDINARY, STATUSES)
    assert before == ORDINARY


def test_a_name_that_means_two_things_is_found() -> None:
    twice = copy.deepcopy(ORDINARY)
    twice["components"]["schemas"]["Receipt"] = {"type": "string"}
    with pytest.raises(ValueError, match="Receipt"):
        openapi(twice, STATUSES)
