"""A small demo city at a fixed instant, made once, and one that is served now.

Tests read the first and change nothing in it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import pytest

from denyut.demo.calendars import usual_weeks
from denyut.demo.city import CityOptions, DemoCity, made_city
from denyut.demo.load import city_of, write_city
from denyut.demo.phones import PhoneOptions
from denyut.demo.stage import Player, StageOptions, hashed, introduced
from denyut.serving import serving
from denyut.settings import Settings

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)  # a Tuesday afternoon in the city
SMALL = CityOptions(seed=7, scale=0.05)


@pytest.fixture(scope="session")
def city() -> DemoCity:
    """About 260 people in all the units of the whole city."""
    return made_city(SMALL, NOW, usual_weeks())


PASSWORD = "kata sandi uji"
LIVELY = PhoneOptions(between_reports_s=0.05, offline_share=0.3, offline_s=0.05, read_after_s=0.05)


@dataclass(frozen=True)
class Served:
    """A small city that is served now; `players` are near the supervisor."""

    url: str
    players: list[Player]
    cast: dict[str, Player]


@pytest.fixture
async def served(database: str, pool: asyncpg.Pool) -> AsyncIterator[Served]:
    settings = Settings(database_url=database, port=0)
    now = datetime.now(UTC)
    city = made_city(CityOptions(scale=0.05), now, usual_weeks())
    async with pool.acquire() as connection:
        await write_city(connection, city, await hashed(PASSWORD, settings.hasher))
        made = await city_of(connection)
        assert made is not None
        cast, players = await introduced(connection, made, now, StageOptions(phones=2))
    async with serving(settings) as (_, url):
        yield Served(url, players, cast)
