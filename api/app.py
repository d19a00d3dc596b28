"""The application: hot paths straight to their ASGI endpoints, all the rest to ordinary FastAPI.

`POST /v1/reports` and `POST /v1/sync` carry the load of a whole city at half past four, and
`/v1/live` holds its sockets: they never pass the framework. Everything else is one router for
each resource file.
"""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from api import (
    activation,
    approvals,
    audit,
    board,
    calendars,
    devices,
    feedback,
    health,
    inbox,
    leave,
    me,
    people,
    reports,
    roles,
    sessions,
    supervision,
    targets,
    templates,
    units,
)
from api.guard import Guard, RequestMetrics
from api.parts import Parts
from api.problems import language_of, problem_response, refusal_of
from models.rules.refusals import (
    BodyTooLarge,
    ForbiddenCharacter,
    InvalidCursor,
    InvalidValue,
    MalformedRequest,
    MethodNotAllowed,
    NoteTooLong,
    NotFound,
    Refusal,
)

HOT_POSTS: Final = frozenset({"/v1/reports", "/v1/sync"})
LIVE: Final = "/v1/live"

ROUTERS: Final = (
    sessions.router,
    activation.router,
    me.router,
    people.router,
    roles.router,
    devices.router,
    audit.router,
    reports.router,
    approvals.router,
    feedback.router,
    targets.router,
    templates.router,
    board.router,
    inbox.router,
    units.router,
    supervision.router,
    calendars.router,
    leave.router,
    health.router,
)


def create_app(parts: Parts) -> ASGIApp:
    """The whole HTTP and WebSocket surface as one ASGI application."""
    resources = resource_app(parts)

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        kind, path = scope["type"], scope.get("path")
        if kind == "http" and scope["method"] == "POST" and path in HOT_POSTS:
            await parts.intake(scope, receive, send)
        elif kind == "websocket" and path == LIVE:
            await parts.live(scope, receive, send)
        else:
            await resources(scope, receive, send)

    return dispatch


def resource_app(parts: Parts) -> FastAPI:
    """The ordinary resources; also what the OpenAPI document describes."""
    app = FastAPI(
        title="Denyut",
        version="1",
        description="Field staff report what they do; their supervisors see it within the second.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework_refused)
    app.add_exception_handler(SQLAlchemyError, _database_refused)
    if parts.options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=parts.options.cors_origins,
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=("authorization", "content-type", "accept-language"),
            expose_headers=("retry-after", "x-request-id"),
            max_age=600,
        )
    app.add_middleware(Guard, options=parts.options, metrics=RequestMetrics(parts.registry))
    return app


def answer(request: Request, refusal: Refusal) -> Response:
    """A refusal as the answer to a request, in the language of whoever asks."""
    language = language_of(
        request.headers.get("accept-language"), getattr(request.state, "language", None)
    )
    status, headers, body = problem_response(refusal, language)
    response = Response(body, status)
    response.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return answer(request, error)


async def _database_refused(request: Request, error: Exception) -> Response:
    refusal = refusal_of(error)
    if refusal is None:
        raise error  # the guard logs it and answers
    return answer(request, refusal)


async def _framework_refused(request: Request, error: Exception) -> Response:
    """What the framework itself declines: no such address, no such method, no such body."""
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            refusal: Refusal = NotFound()
        case 405:
            refusal = MethodNotAllowed()
        case 413:
            refusal = BodyTooLarge(limit_bytes=int(error.detail))
        case _:
            refusal = MalformedRequest()
    response = answer(request, refusal)
    if error.headers and "allow" in {name.lower() for name in error.headers}:
        response.headers["allow"] = error.headers["Allow"]
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(request, refusal_of_validation(error.errors()))


def refusal_of_validation(errors: Sequence[Any]) -> Refusal:
    """The first thing that is wrong with a request, by the error type that pydantic gives it."""
    first = errors[0]
    kind, where = first["type"], first["loc"]
    field = ".".join(str(part) for part in where[1:])
    if kind == "json_invalid" or not field:
        return MalformedRequest()
    if kind == "forbidden_character":
        return ForbiddenCharacter(field=field)
    if kind == "string_too_long":
        return NoteTooLong(field=field, limit_characters=first["ctx"]["max_length"])
    if kind == "missing":
        return InvalidValue(field=field, reason="missing")
    if where[0] == "query" and field == "cursor":
        return InvalidCursor()
    return InvalidValue(field=field)
