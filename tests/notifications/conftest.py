"""A city at work, an engine over it, and a stand-in for Google with a sender connected to it."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest

from notifications.channels.fcm import Fcm, FcmOptions
from notifications.slips import SlipEngine, SlipOptions
from tests.builders import City
from tests.notifications.city import Announced, make_city_at_work
from tests.standins.fcm import FcmStandIn, ServiceAccount


@pytest.fixture(scope="session")
def account() -> ServiceAccount:
    return ServiceAccount.made()


@pytest.fixture
async def google(account: ServiceAccount) -> AsyncGenerator[FcmStandIn]:
    async with FcmStandIn.running(account) as running:
        yield running


@pytest.fixture
async def fcm(google: FcmStandIn) -> AsyncGenerator[Fcm]:
    async with Fcm.opened(FcmOptions(google.credentials(), url=google.url)) as opened:
        yield opened


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city_at_work(connection)


@pytest.fixture
def announced() -> Announced:
    return Announced()


@pytest.fixture
def engine_of_slips(pool: asyncpg.Pool, announced: Announced) -> SlipEngine:
    return SlipEngine(pool, announced, SlipOptions())
