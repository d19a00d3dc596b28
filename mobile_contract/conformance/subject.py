"""The service under examination as one employee on one phone meets it.

Rules share what earlier ones found out (a target to report on, reports that are theirs), and take
back at the end what they reported.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from mobile_contract.client.captures import uuid7
from mobile_contract.client.connection import Connection, Unreachable
from mobile_contract.problems import CATALOGUE, Problem

Body = dict[str, Any]
"""JSON of a request or of a part of an answer."""


class Broken(Exception):
    """The service does not keep a rule; the text says what it did instead."""


class Answer:
    """An answer with the questions that rules ask of it. Each raises Broken."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self._answer = answer

    def expect(self, status: int) -> "Answer":
        """It has this status."""
        if self.status != status:
            raise Broken(f"expected {status}, got {self.status}: {self._answer.text[:200]}")
        return self

    def json(self) -> Any:
        """Its body as plain values."""
        try:
            return msgspec.json.decode(self._answer.content)
        except msgspec.DecodeError:
            raise Broken(f"the body is no JSON: {self._answer.text[:200]}") from None

    def problem(self, code: str) -> Problem:
        """It is this problem, told in both languages."""
        kind = self._answer.headers.get("Content-Type", "")
        if not kind.startswith("application/problem+json"):
            raise Broken(f"expected the problem {code}, got {self.status} with {kind or 'no type'}")
        try:
            said = msgspec.json.decode(self._answer.content, type=Problem)
        except msgspec.MsgspecError as error:
            raise Broken(f"the problem cannot be read: {error}") from None
        if said.code != code:
            raise Broken(f"expected the problem {code}, got {said.code}")
        complete = all((said.texts.id, said.texts.en, said.action.id, said.action.en))
        if not complete or said.status != self.status or said.retry != CATALOGUE[code].retry:
            raise Broken(f"the problem {code} is incomplete or contradicts itself")
        return said


@dataclass(slots=True)
class Subject:
    """One examination. `target_id` is None when the employee has no target that is open now.

    `patience_s`: for a message that must come; the contract says within the second.
    """

    connection: Connection
    http: httpx.AsyncClient
    nip: str
    password: str
    employee_id: UUID
    target_id: UUID | None = None
    patience_s: float = 10.0
    made: list[UUID] = field(default_factory=list[UUID])

    def new_report(self, **changes: Any) -> Body:
        """A report that the service has never seen. Raises Broken without a target."""
        if self.target_id is None:
            raise Broken("the employee has no open target, so nothing can be reported")
        now = datetime.now(UTC)
        report_id = self.new_id()
        self.made.append(UUID(report_id))
        return {
            "id": report_id,
            "target_id": str(self.target_id),
            "quantity": 1,
            "note": "Conformance: may be withdrawn",
            "activity_at": (now - timedelta(minutes=1)).isoformat(),
        } | changes

    def new_id(self) -> str:
        """An id that the service has never seen."""
        return str(uuid7(datetime.now(UTC)))

    async def post(
        self, path: str, body: bytes | Body, token: str | None, packing: str | None = None
    ) -> Answer:
        """One raw POST, of whatever bytes a rule wants to send; `packing`: what it says of them."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"}
        if packing is not None:
            headers["Content-Encoding"] = packing
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = await self.http.post(path, content=content, headers=headers)
        except httpx.TransportError as error:
            raise Unreachable(f"POST {path}: {error}") from error
        return Answer(answer)

    async def token(self) -> str:
        """An access token that works."""
        return await self.connection.access_token()

    async def reported(self, report: Body) -> Answer:
        """The answer to one report."""
        return await self.post("/v1/reports", report, await self.token())

    async def synced(self, *mutations: Any) -> list[Body]:
        """The results of an outbox with these mutations, one for each."""
        answer = await self.post("/v1/sync", {"mutations": list(mutations)}, await self.token())
        results = answer.expect(200).json()["results"]
        if len(results) != len(mutations):
            raise Broken(f"{len(mutations)} mutations got {len(results)} results")
        return results
