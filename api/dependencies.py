"""What a route may ask for: who calls, a transaction, a place for feed events, the language.

Invariant: the transaction is committed before the answer leaves, and feed events are announced
after that commit and never without it.
"""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from api.parts import Parts
from api.problems import language_of
from mobile_contract.problems import Language
from models.queries.feed import FeedRow
from models.rules.refusals import NotSignedIn
from realtime.principals import Principal

MOST_TOKEN_CHARACTERS = 128  # ours have 43; anything much longer is not worth a hash
_BEARER = HTTPBearer(auto_error=False, description="The access token of `POST /v1/sessions`.")


def parts(request: Request) -> Parts:
    """The parts this application was made with."""
    return request.app.state.parts


TheParts = Annotated[Parts, Depends(parts)]


async def moment(parts: TheParts) -> datetime:
    """When this request is answered, by the clock that all processes share."""
    return parts.now()


Now = Annotated[datetime, Depends(moment)]


def feed_rows() -> list[FeedRow]:
    """An empty list for this request; what a route puts in is announced after the commit."""
    return []


Announcing = Annotated[list[FeedRow], Depends(feed_rows)]


def people_to_forget() -> set[UUID]:
    """An empty set for this request; whose rights a route changed."""
    return set()


Forgetting = Annotated[set[UUID], Depends(people_to_forget)]
"""People whose cached rights this process drops at the commit; others hear by `rights_changed`."""


async def transaction(
    parts: TheParts, announcing: Announcing, forgetting: Forgetting
) -> AsyncGenerator[AsyncSession]:
    """One transaction for a request: committed when the route returns, undone when it raises."""
    async with parts.database.begin() as session:
        yield session
    if forgetting:
        parts.principals.rights_changed(frozenset(forgetting))
    if announcing:
        parts.announce(announcing)


# scope="function": FastAPI then leaves the transaction before it sends the answer, not after.
Database = Annotated[AsyncSession, Depends(transaction, scope="function")]


async def caller(
    request: Request,
    parts: TheParts,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Principal:
    """Whoever the access token of this request belongs to.

    Raises `NotSignedIn`, `SessionExpired`, `SessionRevoked`, and `DatabaseAway`.
    """
    token = bearer.credentials if bearer else ""
    if not 0 < len(token) <= MOST_TOKEN_CHARACTERS:
        raise NotSignedIn
    principal = parts.principals.cached(token) or await parts.principals.principal(token)
    request.state.language = principal.language
    parts.heard_from(principal.person.employee_id)
    return principal


Caller = Annotated[Principal, Depends(caller)]


def locale(request: Request) -> Language:
    """The language to answer in: of the header, else of the person, else Indonesian."""
    return language_of(
        request.headers.get("accept-language"), getattr(request.state, "language", None)
    )


Locale = Annotated[Language, Depends(locale)]
