"""Tidying up is at work in a running service, and says what it did."""

import asyncio

import asyncpg
from prometheus_client import CollectorRegistry, generate_latest

from api.storage.storage import NoStorage
from denyut.settings import Settings
from denyut.upkeep import running_upkeep
from tests.builders import make_city
from tests.models.queries.test_retention import left, make_notice


async def test_what_is_old_goes_and_the_figures_say_so(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        city = await make_city(connection)
        await make_notice(connection, city.ani, 600, letter=True)
        async with running_upkeep(Settings(), pool, NoStorage()) as figures:
            registry = CollectorRegistry()
            for each in figures:
                registry.register(each)
            while (await left(connection))["notice"]:
                await asyncio.sleep(0.01)
    text = generate_latest(registry).decode()
    for name in ("letters", "deliveries", "notices", "failures"):
        assert f"denyut_retention_{name}_total " in text
    for name in ("pushes", "failures"):
        assert f"denyut_expiry_{name}_total " in text
    for name in ("uploads", "failures"):
        assert f"denyut_sweep_{name}_total " in text
