"""The hot way in: `POST /v1/reports` and `POST /v1/sync` as one plain ASGI endpoint.

It stands in front of FastAPI and decodes with msgspec, since a report costs several times as much
by the ordinary way (design.md, "Measured"). Invariant: 201 and `applied` are said only after the
commit; whatever else is said, the phone keeps its item unless it was `applied` or `duplicate`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import structlog
from starlette.types import Message, Receive, Scope, Send

from api.outbox import UNREADABLE, OutboxItems
from api.packing import packed, unpacked
from api.problems import (
    Headers,
    Language,
    fault_response,
    language_of,
    problem_response,
    refusal_of,
)
from api.receipts import receipt_of, refusal_for
from mobile_contract.live import Events, Reset
from mobile_contract.reports import MAX_REPORT_BYTES, MAX_SYNC_BYTES, NewReport
from mobile_contract.sync import SyncRequest, SyncResponse
from models.rules.refusals import (
    BodyTooLarge,
    Busy,
    MalformedRequest,
    NotSignedIn,
    Refusal,
)
from realtime.captures import creation
from realtime.intake import Intake
from realtime.principals import Principal, Principals

BODY_TIMEOUT_S = 60.0  # a phone on a bad signal; 50 reports are 25 KB
BUSY_RETRY_S = 2

Changes = Callable[[Principal, str | None], Awaitable[tuple[list[Events], list[Reset], str]]]
"""What a person's own topic did since a cursor: frames, resets, and the new cursor."""


@dataclass(frozen=True, slots=True)
class IntakeEndpointOptions:
    """What phones are told, and how much they may send at once."""

    next_sync_after_s: float = 60.0
    most_bytes_in_hand: int = 128 * 1024 * 1024  # of all bodies being read; protects the memory


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request, read and its sender known."""

    principal: Principal
    body: bytes
    sent_at: datetime | None
    received_at: datetime
    language: Language


class IntakeEndpoint:
    """The ASGI application behind both routes."""

    def __init__(
        self,
        intake: Intake,
        principals: Principals,
        outbox: OutboxItems,
        changes: Changes,
        heard_from: Callable[[UUID], None],
        options: IntakeEndpointOptions,
        now: Callable[[], datetime],
    ) -> None:
        """`now`: the office's clock, which all its processes share."""
        self._intake = intake
        self._principals = principals
        self._outbox = outbox
        self._changes = changes
        self._heard_from = heard_from
        self._options = options
        self._now = now
        self._bytes_in_hand = 0
        self._report = msgspec.json.Decoder(NewReport)
        self._sync = msgspec.json.Decoder(SyncRequest)
        self._encoder = msgspec.json.Encoder()
        self._log = structlog.stdlib.get_logger("api.intake")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; every refusal is a problem, and nothing is half done."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        language = language_of(headers.get(b"accept-language", b"").decode("latin-1"))
        single = scope["path"] == "/v1/reports"
        try:
            principal = await self._principal(headers)
            if b"accept-language" not in headers:
                language = language_of(None, principal.language)
            limit_bytes = MAX_REPORT_BYTES if single else MAX_SYNC_BYTES
            body = await self._body(receive, headers, limit_bytes)
            body = unpacked(body, headers.get(b"content-encoding"), limit_bytes)
            received_at = self._now()
            sent_at = _sent_at(headers)
            arrival = Arrival(principal, body, sent_at, received_at, language)
            self._heard_from(principal.person.employee_id)
            status, answer = await (self._one(arrival) if single else self._many(arrival))
            answer_headers = [
                (b"content-type", b"application/json"),
                (b"cache-control", b"no-store"),
            ]
            answer = packed(answer, headers.get(b"accept-encoding"), answer_headers)
        except Refusal as refusal:
            status, answer_headers, answer = problem_response(refusal, language)
        except Exception as error:  # the guard of the ordinary resources does not stand here
            status, answer_headers, answer = self._unforeseen(error, language)
        answer_headers.append((b"content-length", str(len(answer)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": answer_headers})
        await send({"type": "http.response.body", "body": answer})

    def _unforeseen(self, error: Exception, language: Language) -> tuple[int, Headers, bytes]:
        """What the database declined as its refusal; anything else is logged under an id."""
        refusal = refusal_of(error)
        if refusal is not None:
            return problem_response(refusal, language)
        log_id = uuid4().hex
        self._log.error("unexpected", request_id=log_id, exc_info=error)
        return fault_response(log_id, language)

    async def _one(self, arrival: Arrival) -> tuple[int, bytes]:
        """`POST /v1/reports`: 201 with the receipt, 200 when it was there already."""
        try:
            report = self._report.decode(arrival.body)
        except msgspec.ValidationError as error:
            raise malformed(error) from None
        except UNREADABLE:
            raise MalformedRequest from None
        item = creation(report, arrival.principal, arrival.sent_at, arrival.received_at)
        (result,) = await self._intake.submit([item])
        receipt = receipt_of(result)
        if receipt is None:
            raise refusal_for(result)
        return 201 if result.outcome == "applied" else 200, self._encoder.encode(receipt)

    async def _many(self, arrival: Arrival) -> tuple[int, bytes]:
        """`POST /v1/sync`: 200 with a result for every item."""
        try:
            request = self._sync.decode(arrival.body)
        except msgspec.ValidationError as error:
            raise malformed(error) from None
        except UNREADABLE:
            raise MalformedRequest from None
        results = await self._outbox.results(
            request.mutations,
            arrival.principal,
            _zoned(request.sent_at) or arrival.sent_at,
            arrival.received_at,
            arrival.language,
        )
        frames, resets, cursor = await self._changes(arrival.principal, request.cursor)
        answer = SyncResponse(results, frames, resets, cursor, self._options.next_sync_after_s)
        return 200, self._encoder.encode(answer)

    async def _principal(self, headers: dict[bytes, bytes]) -> Principal:
        """Whoever the token belongs to; the cache answers without waiting."""
        scheme, _, token_bytes = headers.get(b"authorization", b"").partition(b" ")
        token = token_bytes.decode("latin-1").strip()
        if scheme.lower() != b"bearer" or not token:
            raise NotSignedIn
        return self._principals.cached(token) or await self._principals.principal(token)

    async def _body(self, receive: Receive, headers: dict[bytes, bytes], limit_bytes: int) -> bytes:
        """The whole body, never more than the limit of it in memory."""
        told = headers.get(b"content-length", b"0")
        if told.isdigit() and int(told) > limit_bytes:
            raise BodyTooLarge(limit_bytes=limit_bytes)
        message = await receive()
        if not message.get("more_body", False) and message["type"] == "http.request":
            return _within(message.get("body", b""), limit_bytes)
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                return await self._in_parts(message, receive, limit_bytes)
        except TimeoutError:
            raise MalformedRequest from None  # as good as hung up

    async def _in_parts(self, message: Message, receive: Receive, limit_bytes: int) -> bytes:
        parts: list[bytes] = []
        held = 0
        try:
            while True:
                if message["type"] != "http.request":
                    raise MalformedRequest  # the phone hung up in the middle
                part = message.get("body", b"")
                held += len(part)
                self._bytes_in_hand += len(part)
                if held > limit_bytes:
                    raise BodyTooLarge(limit_bytes=limit_bytes)
                if self._bytes_in_hand > self._options.most_bytes_in_hand:
                    raise Busy(retry_after_s=BUSY_RETRY_S)  # others fill the house; nobody's fault
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
                message = await receive()
        finally:
            self._bytes_in_hand -= held


def malformed(error: msgspec.ValidationError) -> MalformedRequest:
    """Says where in the body the first wrong value stands: `$.quantity` is field `quantity`."""
    _, _, place = str(error).partition(" - at `$")
    field = place.rstrip("`").lstrip(".")
    return MalformedRequest(field=field) if field else MalformedRequest()


def _within(body: bytes, limit_bytes: int) -> bytes:
    if len(body) > limit_bytes:
        raise BodyTooLarge(limit_bytes=limit_bytes)
    return body


def _sent_at(headers: dict[bytes, bytes]) -> datetime | None:
    """The phone's clock as it sent, from `Denyut-Sent-At`; one that cannot be read is not told."""
    told = headers.get(b"denyut-sent-at")
    if not told:
        return None
    try:
        at = msgspec.convert(told.decode("latin-1"), datetime)
    except msgspec.ValidationError:
        return None
    return _zoned(at)


def _zoned(at: datetime | None) -> datetime | None:
    """An instant with its offset; without one it is nobody's clock, and as good as not told."""
    return at if at is not None and at.tzinfo is not None else None
