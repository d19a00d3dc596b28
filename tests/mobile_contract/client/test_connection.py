"""A signed-in phone: one refresh at a time, lost answers survived, no secrets in addresses."""

import asyncio

import httpx
import pytest

from mobile_contract.client.captures import captured_report
from mobile_contract.client.connection import (
    SENT_AT,
    Connection,
    ConnectionOptions,
    Refused,
    SignInNeeded,
    Unreachable,
)
from mobile_contract.people import Tokens
from tests.mobile_contract.client.conftest import (
    DEVICE,
    NIP,
    NOON,
    PASSWORD,
    StandIn,
    connected,
    problem,
)

UNKNOWN_AGE = Tokens(access_token="old", refresh_token="refresh-1", expires_in=600)
REPORT = captured_report(DEVICE.id, 3, "Kunjungan rumah", captured_at=NOON)


async def test_a_sign_in_says_who_and_keeps_the_tokens(service: StandIn) -> None:
    kept: list[Tokens | None] = []
    connection = connected(service, on_tokens=kept.append)
    assert not connection.signed_in.is_set()
    signed_in = await connection.sign_in(NIP, PASSWORD)
    assert signed_in.employee.name == "Sari"
    assert connection.signed_in.is_set()
    assert [tokens and tokens.access_token for tokens in kept] == ["access-1"]
    await connection.submit(REPORT)
    assert service.seen[-1].headers["Authorization"] == "Bearer access-1"


async def test_a_first_password_signs_in_too(service: StandIn) -> None:
    await connected(service).activate(NIP, "K7Q2-M9XA", PASSWORD)
    (request,) = service.calls("/v1/activations")
    assert b"K7Q2-M9XA" in request.content


async def test_a_wrong_password_is_a_refusal_that_a_person_can_read(service: StandIn) -> None:
    connection = connected(service)
    with pytest.raises(Refused) as refused:
        await connection.sign_in(NIP, "salah")
    assert refused.value.problem.code == "wrong_credentials"
    assert not connection.signed_in.is_set()


async def test_every_request_tells_the_phones_clock_and_language(phone: Connection) -> None:
    receipt = await phone.submit(REPORT)
    assert receipt.id == REPORT.id


async def test_no_secret_ever_stands_in_an_address(service: StandIn, phone: Connection) -> None:
    await phone.submit(REPORT)
    service.access.clear()
    await phone.submit(REPORT)
    assert {SENT_AT.lower()} <= set(service.seen[-1].headers)
    assert service.seen[-1].headers[SENT_AT] == NOON.isoformat()
    assert service.seen[-1].headers["Accept-Language"] == "id"
    for request in service.seen:
        address = str(request.url)
        assert not any(secret in address for secret in ("access-", "refresh-", PASSWORD, NIP))


async def test_a_lost_answer_is_told_apart_and_sending_again_is_harmless(
    service: StandIn, phone: Connection
) -> None:
    service.lose = 1
    with pytest.raises(Unreachable):
        await phone.submit(REPORT)
    receipt = await phone.submit(REPORT)
    assert receipt.id == REPORT.id
    assert list(service.applied) == [REPORT.id]


async def test_many_requests_with_a_token_that_ended_refresh_it_once(
    service: StandIn, phone: Connection
) -> None:
    service.access.clear()
    reports = [captured_report(DEVICE.id, n, captured_at=NOON) for n in range(8)]
    receipts = await asyncio.gather(*(phone.submit(report) for report in reports))
    assert [receipt.id for receipt in receipts] == [report.id for report in reports]
    assert len(service.calls("/v1/sessions/refresh")) == 1


async def test_tokens_of_unknown_age_are_replaced_first(service: StandIn) -> None:
    service.pair()
    connection = connected(service, tokens=UNKNOWN_AGE)
    assert connection.signed_in.is_set()
    assert await connection.access_token() == "access-2"
    assert await connection.access_token() == "access-2"
    assert len(service.calls("/v1/sessions/refresh")) == 1


async def test_a_refresh_whose_answer_was_lost_is_repeated_and_logs_nobody_out(
    service: StandIn,
) -> None:
    service.pair()
    connection = connected(service, tokens=UNKNOWN_AGE)
    service.lose = 1
    with pytest.raises(Unreachable):
        await connection.access_token()
    assert connection.signed_in.is_set()
    assert await connection.access_token() == "access-3"


async def test_an_ended_session_asks_for_the_person_and_forgets_the_tokens(
    service: StandIn,
) -> None:
    kept: list[Tokens | None] = []
    connection = connected(service, on_tokens=kept.append)
    await connection.sign_in(NIP, PASSWORD)
    service.access.clear()
    service.ended = True
    with pytest.raises(SignInNeeded) as needed:
        await connection.submit(REPORT)
    assert needed.value.problem is not None
    assert needed.value.problem.code == "session_revoked"
    assert kept[-1] is None
    assert not connection.signed_in.is_set()
    with pytest.raises(SignInNeeded):
        await connection.access_token()


async def test_a_busy_service_says_when_to_come_back(service: StandIn, phone: Connection) -> None:
    service.refuse = [problem("busy", 503, retry_after_s=7)]
    with pytest.raises(Refused) as refused:
        await phone.submit(REPORT)
    assert refused.value.retry_after_s == 7
    assert refused.value.problem.retry == "later"


@pytest.mark.parametrize("content", [b"<html>Bad gateway</html>", b"", b'{"error": 1}'])
async def test_what_is_no_problem_of_ours_came_from_something_in_between(
    service: StandIn, phone: Connection, content: bytes
) -> None:
    service.refuse = [httpx.Response(502, content=content)]
    with pytest.raises(Unreachable):
        await phone.submit(REPORT)


async def test_a_portals_page_is_no_receipt(service: StandIn, phone: Connection) -> None:
    service.refuse = [httpx.Response(200, content=b"<html>Welcome to the hotel</html>")]
    with pytest.raises(Unreachable):
        await phone.submit(REPORT)


async def test_signing_out_ends_the_session_here_and_there(
    service: StandIn, phone: Connection
) -> None:
    await phone.sign_out()
    assert [request.method for request in service.seen] == ["DELETE"]
    assert not phone.signed_in.is_set()


async def test_a_connection_may_own_its_sockets() -> None:
    options = ConnectionOptions("http://127.0.0.1:9", DEVICE, timeout_s=2)
    async with Connection.opened(options) as connection:
        with pytest.raises(Unreachable):
            await connection.sign_in(NIP, PASSWORD)
