"""Grants hold once, end once, and are listed by the units they lie in."""

from uuid import UUID

import asyncpg
import pytest

from models.queries.roles import grant_by_id, granted, grants_in, grants_of, revoked
from tests.builders import City, make_city


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_a_grant_holds_once_until_it_ends_and_then_may_come_again(
    pool: asyncpg.Pool, city: City
):
    async with pool.acquire() as connection:
        first = await granted(connection, city.ani, "hr", city.clinic, city.administrator)
        assert first is not None
        assert await granted(connection, city.ani, "hr", city.clinic, None) is None
        assert await granted(connection, city.ani, "hr", city.pharmacy, None) is not None
        assert [await revoked(connection, first) for _ in range(2)] == [True, False]
        assert await grant_by_id(connection, first) is None
        assert await granted(connection, city.ani, "hr", city.clinic, None) is not None
        assert len(await grants_of(connection, city.ani)) == 2


async def test_grants_are_listed_with_everything_below(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        await granted(connection, city.ani, "hr", city.clinic, None)

        async def holders(unit_id: UUID) -> set[str]:
            found = await grants_in(connection, [unit_id], limit=50)
            return {grant.employee_name for grant in found}

        assert await holders(city.clinic) == {"Ani"}
        assert await holders(city.health) == {"Ani", "Hr"}
        assert await holders(city.works) == set()
        assert await holders(city.city) == {"Ani", "Hr", "City Hr", "Administrator"}
        first, *rest = await grants_in(connection, [city.city], limit=50)
        assert list(await grants_in(connection, [city.city], after=first.id, limit=50)) == rest
