"""The HTTP floor on a real database: an application made of real parts, and people who call it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from api.app import create_app
from api.limits import AttemptOptions, Attempts
from api.parts import Parts
from api.passwords import Hasher, HasherOptions
from models.queries.feed import FeedRow
from realtime.feed import Feed, FeedOptions
from realtime.intake import Intake, IntakeOptions
from realtime.principals import PrincipalOptions, Principals
from realtime.replay import Replay, ReplayOptions
from realtime.scopes import ScopeOptions, Scopes
from realtime.views import ViewOptions, Views
from tests.builders import City, make_city, make_session

CHEAP = HasherOptions(memory_kib=8, passes=1)
ADDRESS = "http://denyut.test"


@dataclass(frozen=True)
class Heard:
    """What the application told the outside: announced events, and whose phone was there."""

    events: list[FeedRow]
    contacts: list[UUID]


@pytest.fixture
def heard() -> Heard:
    """Empty at first."""
    return Heard([], [])


@pytest.fixture
async def parts(
    database: str, pool: asyncpg.Pool, engine: AsyncEngine, heard: Heard
) -> AsyncIterator[Parts]:
    """Real parts with cheap hashing. Rights are never cached, so a change acts at once."""

    async def not_here(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("the hot paths have tests of their own")

    def announce(rows: Sequence[FeedRow]) -> None:
        heard.events.extend(rows)

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(database)

    hasher = Hasher(CHEAP)
    scopes = Scopes(pool, ScopeOptions())
    replay = Replay(pool, scopes, ReplayOptions())
    views = Views(pool, ViewOptions())
    async with Intake(connect, announce, IntakeOptions()).running() as intake:
        yield Parts(
            database=async_sessionmaker(engine, expire_on_commit=False),
            principals=Principals(pool, PrincipalOptions(), fresh=lambda: False),
            announce=announce,
            hasher=hasher,
            attempts=Attempts(AttemptOptions()),
            reports=intake,
            intake=not_here,
            live=not_here,
            feed=Feed(scopes, replay, views, FeedOptions()),
            registry=CollectorRegistry(),
            heard_from=heard.contacts.append,
            bus_is_healthy=lambda: True,
        )
    hasher.close()


def client_of(parts: Parts, **changed: Any) -> httpx.AsyncClient:
    """A client of an application made of these parts, some of them changed."""
    app = create_app(replace(parts, **changed) if changed else parts)
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 40_000))
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS)


@pytest.fixture
async def client(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular."""
    async with client_of(parts) as opened:
        yield opened


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    """The small city of `tests.builders`."""
    return await make_city(pool)


Signed = Callable[[UUID], Awaitable[dict[str, str]]]


@pytest.fixture
def signed(pool: asyncpg.Pool) -> Signed:
    """Signs somebody in by query; the answer is the headers of a request of theirs."""

    async def headers(employee_id: UUID) -> dict[str, str]:
        return {"authorization": f"Bearer {await make_session(pool, employee_id)}"}

    return headers
