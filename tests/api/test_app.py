"""The dispatcher: hot paths pass the framework by; everything declined is a problem of ours."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from api.app import create_app, route_description
from api.parts import ApiOptions, Parts
from tests.api.conftest import client_of


class Noted:
    """An ASGI endpoint that notes what reached it."""

    def __init__(self) -> None:
        self.reached: list[tuple[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append((scope["type"], scope["path"]))
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 201, "headers": []})
            await send({"type": "http.response.body", "body": b""})


async def test_hot_posts_go_straight_to_the_intake(parts: Parts):
    intake = Noted()
    async with client_of(parts, intake=intake) as client:
        for path in ("/v1/reports", "/v1/sync"):
            assert (await client.post(path, content=b"{}")).status_code == 201
        assert (await client.get("/v1/sync")).status_code in (404, 405)
    assert intake.reached == [("http", "/v1/reports"), ("http", "/v1/sync")]


async def test_the_live_socket_goes_straight_to_the_gateway(parts: Parts):
    live = Noted()
    app: Any = create_app(replace(parts, live=live))
    await app({"type": "websocket", "path": "/v1/live", "headers": []}, None, None)
    assert live.reached == [("websocket", "/v1/live")]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/v1/me/", 404, "not_found"),
        ("PUT", "/v1/me", 405, "method_not_allowed"),
        ("GET", "/openapi.json", 404, "not_found"),
    ],
)
async def test_what_is_not_there_is_said_as_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
):
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    if status == 405:
        assert "GET" in answer.headers["allow"]


async def test_other_origins_are_not_let_in_unless_configured(parts: Parts):
    asked = {"origin": "https://elsewhere.test", "access-control-request-method": "GET"}
    async with client_of(parts, registry=CollectorRegistry()) as client:
        closed = await client.options("/v1/me", headers=asked)
    assert "access-control-allow-origin" not in closed.headers
    options = ApiOptions(cors_origins=("https://elsewhere.test",))
    async with client_of(parts, options=options) as client:
        opened = await client.options("/v1/me", headers=asked)
    assert opened.headers["access-control-allow-origin"] == "https://elsewhere.test"
    assert "access-control-allow-credentials" not in opened.headers


async def test_a_configured_origin_reaches_the_hot_paths_too(parts: Parts):
    options = ApiOptions(cors_origins=("https://elsewhere.test",))
    async with client_of(parts, options=options, intake=Noted()) as client:
        for origin, allowed in (("https://elsewhere.test", True), ("https://evil.test", False)):
            answer = await client.post("/v1/reports", headers={"origin": origin}, content=b"{}")
            assert ("access-control-allow-origin" in answer.headers) is allowed


def test_every_route_is_explained_and_every_list_is_bounded():
    for path, methods in route_description()["paths"].items():
        for method, operation in methods.items():
            assert operation.get("description"), (method, path)
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "limit":
                    assert parameter["schema"]["maximum"] <= 1_000, path


async def test_nothing_but_signing_in_and_health_answers_strangers(parts: Parts):
    open_to_all = {"/live", "/ready", "/v1/sessions", "/v1/sessions/refresh", "/v1/activations"}
    open_to_all.add("/v1/push/key")  # a browser needs it before anybody has signed in
    open_to_all |= {"/v1/survey/{code}", "/v1/verdicts/{receipt}"}  # citizens have no account
    open_to_all.add("/v1/verify/{code}")  # whoever holds a printed document may check it
    async with client_of(parts) as client:
        for path, methods in route_description()["paths"].items():
            for method in methods:
                address = path.replace("{", "").replace("}", "")
                answer = await client.request(method.upper(), address)
                if path not in open_to_all:
                    assert answer.status_code == 401, (method, path)
