"""Every refusal has a status, words in both languages, and headers that a client can act on."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.problems import STATUS, fault_response, language_of, problem_response, refusal_of
from mobile_contract.problems import CATALOGUE, UNEXPECTED
from models.rules.refusals import (
    Busy,
    NotFound,
    Refusal,
    TooManyAttempts,
    all_refusals,
)

EVERY = sorted(all_refusals().items())


def test_every_refusal_has_a_status_and_nothing_else_has():
    assert set(STATUS) == set(all_refusals()) | {UNEXPECTED} == set(CATALOGUE)
    assert all(400 <= status < 600 for status in STATUS.values())


@pytest.mark.parametrize(("code", "refusal"), EVERY)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_refusal_is_a_whole_problem(code: str, refusal: type[Refusal], language: Any):
    status, headers, body = problem_response(refusal(), language)
    problem = json.loads(body)
    assert problem["type"] == f"urn:denyut:problem:{code}"
    assert problem["status"] == status == STATUS[code]
    assert problem["detail"] == problem["texts"][language]
    assert problem["texts"]["id"] != problem["texts"]["en"]
    assert problem["action"]["id"] != problem["action"]["en"]
    named = dict(headers)
    assert named[b"content-type"] == b"application/problem+json"
    assert named[b"content-language"] == language.encode()
    assert (b"www-authenticate" in named) is (status == 401)


@pytest.mark.parametrize(("wait_s", "header"), [(3, b"3"), (0.2, b"1"), (12.5, b"13")])
def test_a_wait_stands_in_the_header_too(wait_s: float, header: bytes):
    for refusal in (Busy(retry_after_s=wait_s), TooManyAttempts(retry_after_s=wait_s)):
        _, headers, body = problem_response(refusal)
        assert dict(headers)[b"retry-after"] == header
        assert json.loads(body)["retry_after_s"] == wait_s


def test_a_fault_of_ours_names_an_id_and_nothing_more():
    status, _, body = fault_response("0123abcd", "en")
    problem = json.loads(body)
    assert status == 500
    assert problem["code"] == UNEXPECTED
    assert problem["details"] == {"log_id": "0123abcd"}


def database_error(sqlstate: str | None, *, lost: bool = False) -> DBAPIError:
    cause: Any = SimpleNamespace(sqlstate=sqlstate)
    return DBAPIError("SELECT 1", {}, cause, connection_invalidated=lost)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(), "not_found"),
        (PoolTimeout(), "busy"),
        (ConnectionRefusedError(), "database_away"),
        (FileNotFoundError(), "database_away"),
        (TimeoutError(), "database_away"),
        (database_error("22021"), "forbidden_character"),
        (database_error("23505"), "conflict"),
        (database_error("23P01"), "conflict"),
        (database_error("23503"), "invalid_value"),
        (database_error("40P01"), "busy"),
        (database_error("55P03"), "busy"),
        (database_error("57014"), "busy"),
        (database_error("57P01"), "database_away"),
        (database_error("53100"), "database_away"),
        (database_error("25006"), "database_away"),
        (database_error("08006"), "database_away"),
        (database_error(None, lost=True), "database_away"),
        (database_error("42601"), None),
        (database_error(None), None),
        (ValueError("a fault of ours"), None),
    ],
)
def test_what_the_database_says_becomes_what_a_person_can_act_on(
    error: Exception, code: str | None
):
    refusal = refusal_of(error)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("header", "otherwise", "language"),
    [
        (None, None, "id"),
        ("", "en", "en"),
        ("en", None, "en"),
        ("en-US,en;q=0.9,id;q=0.8", None, "en"),
        ("en;q=0.2, id;q=0.9", None, "id"),
        ("in-ID", "en", "id"),
        ("min-ID, jv", "en", "en"),
        ("fr, de", None, "id"),
        ("en;q=0", None, "id"),
        ("en;q=zero", "id", "id"),
        ("EN", None, "en"),
    ],
)
def test_the_language_of_the_header_then_of_the_person_then_indonesian(
    header: str | None, otherwise: str | None, language: str
):
    assert language_of(header, otherwise) == language


@given(st.text())
def test_no_header_is_too_odd(header: str):
    assert language_of(header) in ("id", "en")
