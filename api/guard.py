"""What every ordinary request passes: a bounded body, a request id, careful headers, a last net.

Invariant: whoever asks gets an answer of ours. An error that nothing else turned into a problem
is logged with its request id and answered as `unexpected`, naming that id and nothing else.
"""

import re
import time
from collections.abc import MutableMapping
from typing import Any, Final
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.parts import ApiOptions
from api.problems import fault_response, language_of, problem_response, refusal_of
from models.rules.refusals import BodyTooLarge

IMPORTS: Final = "/v1/imports"
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CAREFUL: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
_STRICT_CONTENT: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


class RequestMetrics:
    """How many requests there were, how they ended and how long they took, by route."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "denyut_http_answers",
            "Answers of the ordinary resources.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "denyut_http_seconds",
            "Time to the first byte of an answer.",
            ("method", "route"),
            registry=registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answer. `route` is the pattern, never an address with somebody's id in it."""
        self._answers.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)


class Guard:
    """Pure ASGI around the ordinary resources; sits outside of their exception handlers."""

    def __init__(self, app: ASGIApp, options: ApiOptions, metrics: RequestMetrics) -> None:
        self._app = app
        self._options = options
        self._metrics = metrics
        self._log = structlog.get_logger("denyut.api")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        body = _BoundedBody(receive, self._limit_bytes(scope["path"]))
        try:
            if body.announced_too_large(scope):
                await answer.problem(BodyTooLarge(limit_bytes=body.limit_bytes))
            else:
                await self._app(scope, body, answer)
        except Exception as error:
            if answer.status:
                raise  # half an answer is out; only the server can cut the connection
            refusal = refusal_of(error)
            if refusal:
                await answer.problem(refusal)
            else:
                self._log.exception("unexpected", request_id=answer.request_id, path=scope["path"])
                await answer.fault()
        finally:
            self._metrics.answered(
                scope["method"] if scope["method"] in _METHODS else "other",
                _pattern(scope),
                answer.status,
                answer.seconds,
            )

    def _limit_bytes(self, path: str) -> int:
        if path == IMPORTS or path.startswith(f"{IMPORTS}/"):
            return self._options.import_body_bytes
        return self._options.max_body_bytes


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Answer:
    """Sends an answer with our headers, and remembers how it went."""

    def __init__(self, scope: Scope, send: Send) -> None:
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        state: MutableMapping[str, Any] = scope.setdefault("state", {})
        state["request_id"] = self.request_id
        self.status = 0
        self.seconds = 0.0
        self._began_s = time.perf_counter()
        self._state = state
        self._accept_language = headers.get("accept-language")
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.seconds = time.perf_counter() - self._began_s
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            headers.setdefault("cache-control", "no-store")
            for name, value in _CAREFUL.items():
                headers.setdefault(name, value)
            headers.setdefault("content-security-policy", _STRICT_CONTENT)
        await self._send(message)

    async def problem(self, refusal: Any) -> None:
        """Answers with a refusal."""
        await self._whole(*problem_response(refusal, self._language()))

    async def fault(self) -> None:
        """Answers that something broke here."""
        await self._whole(*fault_response(self.request_id, self._language()))

    def _language(self) -> Any:
        return language_of(self._accept_language, self._state.get("language"))

    async def _whole(self, status: int, headers: Any, body: bytes) -> None:
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body})


class _BoundedBody:
    """Counts the bytes that arrive, whatever the request announced."""

    def __init__(self, receive: Receive, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._receive = receive
        self._got_bytes = 0

    def announced_too_large(self, scope: Scope) -> bool:
        """Whether the request itself says that its body is over the limit."""
        announced = Headers(scope=scope).get("content-length", "")
        return announced.isascii() and announced.isdigit() and int(announced) > self.limit_bytes

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._got_bytes += len(message.get("body", b""))
            if self._got_bytes > self.limit_bytes:
                # The framework lets this one through its body parser; app.py names the refusal.
                raise HTTPException(413, detail=str(self.limit_bytes))
        return message


def _pattern(scope: Scope) -> str:
    """The route's pattern, such as `/v1/people/{person_id}`; `none` where no route matched."""
    return getattr(scope.get("route"), "path", None) or "none"
