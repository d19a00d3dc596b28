"""What a rule asks of an answer, it asks strictly."""

from uuid import UUID

import httpx
import msgspec
import pytest

from mobile_contract.client.connection import Unreachable
from mobile_contract.conformance.subject import Answer, Broken
from mobile_contract.problems import Problems
from tests.mobile_contract.conformance.conftest import broken, subject_of, yes

PROBLEMS = Problems.loaded()
KIND = {"Content-Type": "application/problem+json"}


def told(code: str, http_status: int, **changes: object) -> Answer:
    said = msgspec.to_builtins(PROBLEMS.problem(code, http_status, "id", {})) | changes
    return Answer(httpx.Response(http_status, headers=KIND, content=msgspec.json.encode(said)))


def test_a_whole_problem_is_read() -> None:
    assert told("period_closed", 409).problem("period_closed").retry == "never"


@pytest.mark.parametrize(
    "answer",
    [
        told("not_found", 404),
        told("period_closed", 409, status=404),
        told("period_closed", 409, retry="later"),
        told("period_closed", 409, texts={"id": "Sudah ditutup.", "en": ""}),
        told("period_closed", 409, action=None),
        Answer(httpx.Response(409, json={"code": "period_closed"})),
        Answer(httpx.Response(409, headers=KIND, content=b"<html>")),
    ],
)
def test_half_a_problem_is_none(answer: Answer) -> None:
    with pytest.raises(Broken):
        answer.problem("period_closed")


def test_a_status_and_a_body_are_what_was_asked_for() -> None:
    answer = Answer(httpx.Response(201, json={"id": 1}))
    assert answer.expect(201).json() == {"id": 1}
    with pytest.raises(Broken, match="expected 200, got 201"):
        answer.expect(200)
    with pytest.raises(Broken, match="no JSON"):
        Answer(httpx.Response(200, text="Selamat datang")).json()


def test_reports_are_new_and_remembered_so_that_they_can_be_taken_back() -> None:
    subject = subject_of(yes)
    first, second = subject.new_report(), subject.new_report(quantity=7)
    assert second["quantity"] == 7
    assert subject.made == [UUID(first["id"]), UUID(second["id"])]


async def test_an_outbox_has_as_many_results_as_items() -> None:
    def forgetful(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("refresh"):
            return yes(request)
        return httpx.Response(200, json={"results": []})

    with pytest.raises(Broken, match="1 mutations got 0 results"):
        await subject_of(forgetful).synced({})
    with pytest.raises(Broken):
        await subject_of(broken).synced({})


async def test_a_service_that_does_not_answer_is_unreachable() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    with pytest.raises(Unreachable):
        await subject_of(away).post("/v1/reports", {}, None)
