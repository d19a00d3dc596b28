"""Two services, one PostgreSQL, one Redis; then Redis is killed, flushed and frozen under load.

No socket closes and no event is lost or doubled: PostgreSQL is the truth, Redis only makes it fast.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg
import pytest

from mobile_contract.live import unit_topic
from tests.builders import City, make_city, make_session
from tests.drills.phones import (
    Phone,
    Watcher,
    keep_reporting,
    nothing_acknowledged_is_lost,
    phones_of,
    until_seen,
)
from tests.standins.redis_server import RedisServer
from tests.standins.service_process import ServiceProcess

pytestmark = pytest.mark.drill


@dataclass(frozen=True)
class Pair:
    """Two services; phones report to both, watchers look on at both."""

    pool: asyncpg.Pool
    city: City
    phones: list[Phone]
    watchers: list[Watcher]


@pytest.fixture
async def pair(database: str, pool: asyncpg.Pool, redis_server: RedisServer) -> AsyncIterator[Pair]:
    """Everything runs, everybody has been welcomed."""
    city = await make_city(pool)
    environment = {"DENYUT_DATABASE_URL": database, "DENYUT_REDIS_URL": redis_server.url}
    async with AsyncExitStack() as stack:
        services = [stack.enter_context(ServiceProcess(environment)) for _ in range(2)]
        phones = await phones_of(
            pool, city, [service.url for service in services], [city.ani, city.budi] * 4
        )
        watchers = [
            Watcher(service.live_url, await make_session(pool, who), unit_topic(unit))
            for service in services
            for who, unit in ((city.clinic_head, city.clinic), (city.health_head, city.health))
        ]
        watching = [asyncio.create_task(watcher.watch()) for watcher in watchers]
        async with asyncio.timeout(30):
            await asyncio.gather(*(watcher.ready.wait() for watcher in watchers))
        yield Pair(pool, city, phones, watchers)
        assert not any(watcher.closed for watcher in watchers)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


async def everything_arrives(pair: Pair, trouble: asyncio.Task[None] | None = None) -> None:
    """Phones report while the trouble lasts; then every watcher has seen every report once."""
    enough = asyncio.Event()
    load = asyncio.create_task(keep_reporting(pair.phones, enough))
    if trouble is not None:
        await trouble
    else:
        await asyncio.sleep(1)
    enough.set()
    await load
    reports = {report_id for phone in pair.phones for report_id in phone.receipts}
    assert reports
    await until_seen(pair.watchers, reports)
    await nothing_acknowledged_is_lost(pair.pool, pair.phones)


async def test_what_one_process_commits_the_other_ones_sockets_see(pair: Pair) -> None:
    await everything_arrives(pair)


async def test_redis_is_killed_and_comes_back_empty(pair: Pair, redis_server: RedisServer) -> None:
    async def trouble() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(redis_server.kill)
        await asyncio.sleep(1.5)
        await asyncio.to_thread(redis_server.start)
        await asyncio.sleep(1.0)

    await everything_arrives(pair, asyncio.create_task(trouble()))


async def test_redis_is_flushed_under_load(pair: Pair, redis_server: RedisServer) -> None:
    async def trouble() -> None:
        for _ in range(10):
            await asyncio.sleep(0.1)
            await asyncio.to_thread(redis_server.flush)

    await everything_arrives(pair, asyncio.create_task(trouble()))


async def test_redis_is_frozen_and_thawed(pair: Pair, redis_server: RedisServer) -> None:
    async def trouble() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(redis_server.freeze)
        await asyncio.sleep(2.5)
        await asyncio.to_thread(redis_server.thaw)
        await asyncio.sleep(1.0)

    await everything_arrives(pair, asyncio.create_task(trouble()))
