"""What was declined, by us or by the framework, as the answer to a request.

Invariant: whatever the framework declines on its own leaves as one of our problems, so a client
learns one shape of error.
"""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

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


def answer_with_problems(app: FastAPI) -> None:
    """Has this application answer every refusal as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework_refused)
    app.add_exception_handler(SQLAlchemyError, _database_refused)


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
