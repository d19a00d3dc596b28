"""Bodies are bounded, answers carry careful headers, and no fault shows its inside."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from api.guard import Guard, RequestMetrics
from api.parts import ApiOptions, Parts
from tests.api.conftest import Signed, client_of
from tests.builders import City

SMALL = ApiOptions(max_body_bytes=200, import_body_bytes=2_000)


def guarded(app: Any) -> httpx.AsyncClient:
    guard = Guard(app, SMALL, RequestMetrics(CollectorRegistry()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://denyut.test")


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body."""
    got, more = b"", True
    while more:
        message = await receive()
        got, more = got + message.get("body", b""), message.get("more_body", False)
    body = str(len(got)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def test_careful_headers_and_a_request_id_are_on_every_answer():
    async with guarded(echo) as client:
        answer = await client.get("/v1/me")
        other = await client.get("/v1/me")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] != other.headers["x-request-id"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-123_DEF.45", True), ("short", False), ("x" * 65, False), ("a b c d e f g", False)],
)
async def test_a_sound_request_id_of_a_proxy_is_kept(given: str, kept: bool):
    async with guarded(echo) as client:
        answer = await client.get("/v1/me", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept


@pytest.mark.parametrize(
    ("path", "size_bytes", "status"),
    [
        ("/v1/people", 200, 200),
        ("/v1/people", 201, 413),
        ("/v1/imports", 2_000, 200),
        ("/v1/imports/units", 2_001, 413),
        ("/v1/importsomething", 201, 413),
    ],
)
async def test_an_announced_body_over_the_limit_is_not_read(
    path: str, size_bytes: int, status: int
):
    async with guarded(echo) as client:
        answer = await client.post(path, content=b"x" * size_bytes)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "body_too_large"
        assert answer.json()["details"]["limit_bytes"] in (200, 2_000)


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 50


async def test_an_unannounced_body_is_cut_off_through_the_framework_too(
    parts: Parts, city: City, signed: Signed
):
    async with client_of(parts, options=SMALL) as client:
        answer = await client.patch(
            "/v1/me",
            content=chunks(100),
            headers=await signed(city.ani) | {"content-type": "application/json"},
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_fault_is_answered_with_the_id_to_find_it_by(capsys: pytest.CaptureFixture[str]):
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret inside")

    async with guarded(broken) as client:
        answer = await client.get("/v1/me", headers={"accept-language": "en"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "unexpected")
    assert problem["details"]["log_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    logged = capsys.readouterr()
    assert problem["details"]["log_id"] in logged.out + logged.err


async def test_what_broke_after_the_answer_began_is_left_to_the_server():
    async def half(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("too late")

    async with guarded(half) as client:
        with pytest.raises(RuntimeError, match="too late"):
            await client.get("/v1/me")


async def test_other_protocols_pass_through():
    passed: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    guard: Any = Guard(app, SMALL, RequestMetrics(CollectorRegistry()))
    await guard({"type": "lifespan"}, None, None)
    assert passed == ["lifespan"]
