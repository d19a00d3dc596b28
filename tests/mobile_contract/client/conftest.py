"""A service of a few lines that keeps the contract's promises, and loses answers when told to."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from mobile_contract.client.connection import Connection, ConnectionOptions
from mobile_contract.people import DeviceInfo, Employee, SignedIn, Tokens
from mobile_contract.problems import Problems
from mobile_contract.reports import NewReport, Receipt
from mobile_contract.sync import SyncMutation, SyncRequest, SyncResponse, SyncResult

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
NIP, PASSWORD = "199001012015032001", "hujan di ladang"
DEVICE = DeviceInfo(id=UUID(int=5), name="HP Sari", platform="android")
PROBLEMS = Problems.loaded()


def problem(code: str, status: int, **details: object) -> httpx.Response:
    said = PROBLEMS.problem(code, status, "en", details)
    headers = {"Content-Type": "application/problem+json"}
    if said.retry_after_s is not None:
        headers["Retry-After"] = str(int(said.retry_after_s))
    return httpx.Response(status, headers=headers, content=msgspec.json.encode(said))


class StandIn:
    """Tokens that rotate, reports by id, a result for each mutation.

    `lose`: so many answers are lost after the work was done. `refuse`: what to answer instead of
    doing anything, for so many requests. `outcomes`: for the mutations named, else they apply.
    """

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.lose = 0
        self.refuse: list[httpx.Response] = []
        self.outcomes: dict[UUID, SyncResult] = {}
        self.applied: dict[UUID, SyncMutation] = {}
        self.batches: list[list[UUID]] = []
        self.snapshots: list[Callable[[], bytes]] = []
        self._numbers = itertools.count(1)
        self._refresh: dict[str, str | None] = {}  # token → its unused successor
        self.access: set[str] = set()
        self.ended = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.refuse.pop(0) if self.refuse else self._answer(request)
        if self.lose:
            self.lose -= 1
            raise httpx.ReadTimeout("the answer was lost", request=request)
        return answer

    def calls(self, path: str) -> list[httpx.Request]:
        return [each for each in self.seen if each.url.path == path]

    def pair(self) -> dict[str, Any]:
        number = next(self._numbers)
        self.access.add(f"access-{number}")
        self._refresh[f"refresh-{number}"] = None
        return {
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": 600,
        }

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path in ("/v1/sessions", "/v1/activations"):
            return self._sign_in(msgspec.json.decode(request.content))
        if path == "/v1/sessions/refresh":
            return self._refreshed(msgspec.json.decode(request.content)["refresh_token"])
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.access:
            return problem("session_expired", 401)
        if path == "/v1/reports":
            report = msgspec.json.decode(request.content, type=NewReport)
            again = report.id in self.applied
            self.applied[report.id] = SyncMutation(report.id, "report.create")
            return httpx.Response(
                200 if again else 201, content=msgspec.json.encode(self._receipt(report.id))
            )
        if path == "/v1/sync":
            return self._sync(msgspec.json.decode(request.content, type=SyncRequest))
        if path == "/v1/feed":
            return httpx.Response(200, content=self.snapshots[0]())
        if path == "/v1/sessions/current":
            return httpx.Response(204)
        return problem("not_found", 404)

    def _sign_in(self, body: dict[str, Any]) -> httpx.Response:
        if body["nip"] != NIP or body["password"] != PASSWORD:
            return problem("wrong_credentials", 401)
        employee = Employee(
            id=UUID(int=1), nip=NIP, name="Sari", unit_id=UUID(int=2), unit_name="SD 1"
        )
        answer = SignedIn(**self.pair(), employee=employee)
        return httpx.Response(201, content=answer.model_dump_json())

    def _refreshed(self, token: str) -> httpx.Response:
        if self.ended or token not in self._refresh:
            return problem("session_revoked", 401)
        successor = self._refresh[token]
        if successor is not None and self._refresh.get(successor, "void") is not None:
            return problem("refresh_reused", 401)
        pair = self.pair()
        self._refresh[token] = pair["refresh_token"]
        return httpx.Response(200, content=Tokens(**pair).model_dump_json())

    def _receipt(self, report_id: UUID) -> Receipt:
        return Receipt(report_id, f"R-{report_id.int % 1000}", "received", 1, NOON)

    def _sync(self, request: SyncRequest) -> httpx.Response:
        mutations = [msgspec.json.decode(raw, type=SyncMutation) for raw in request.mutations]
        self.batches.append([each.mutation_id for each in mutations])
        results: list[SyncResult] = []
        for each in mutations:
            result = self.outcomes.get(each.mutation_id)
            if result is None:
                outcome = "duplicate" if each.mutation_id in self.applied else "applied"
                self.applied.setdefault(each.mutation_id, each)
                result = SyncResult(each.mutation_id, outcome, self._receipt(each.mutation_id))
            results.append(result)
        answer = SyncResponse(results, [], [], f"c{len(self.batches)}", 60.0)
        return httpx.Response(200, content=msgspec.json.encode(answer))


def connected(
    service: StandIn,
    base_url: str = "http://denyut.test",
    refresh_before_s: float = 60,
    **more: Any,
) -> Connection:
    """A connection whose requests the stand-in answers."""
    http = httpx.AsyncClient(
        transport=httpx.MockTransport(service),
        base_url=base_url,
        headers={"Accept-Language": "id"},
    )
    options = ConnectionOptions(
        base_url, DEVICE, refresh_before_s=refresh_before_s, clock=lambda: NOON
    )
    return Connection(http, options, **more)


@pytest.fixture
def service() -> StandIn:
    return StandIn()


@pytest.fixture
async def phone(service: StandIn) -> Connection:
    """A phone whose owner has signed in."""
    connection = connected(service)
    await connection.sign_in(NIP, PASSWORD)
    service.seen.clear()
    return connection
