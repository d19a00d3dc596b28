"""Announcements: once for an id, for whoever works below, and read once by each."""

from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.announcements import (
    announcement_made,
    announcement_read,
    announcement_row,
    announcement_withdrawn,
    announcements_for,
    announcements_of_unit,
    people_of,
    reader_counts,
    readers,
)
from models.rules.refusals import Conflict
from tests.builders import deactivate, make_city, move_employee
from tests.making.guidance import an_announcement


async def test_the_same_announcement_twice_is_one(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    new = an_announcement(city)
    async with AsyncSession(engine) as session, session.begin():
        assert await announcement_made(session, new)
        assert not await announcement_made(session, new)
    with pytest.raises(Conflict):
        await announcement_made(pool, replace(new, title="Lain"))


async def test_it_is_for_whoever_works_in_the_unit_or_below_it_today(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await deactivate(pool, city.budi)
    assert set(await people_of(pool, city.clinic)) == {city.ani, city.clinic_head}
    await move_employee(pool, city.citra, city.clinic)
    assert city.citra in await people_of(pool, city.clinic)
    assert city.dedi not in await people_of(pool, city.health)


async def test_unread_ones_come_first_and_withdrawn_ones_not_at_all(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    path = [city.city, city.health, city.clinic]
    old, new, gone, elsewhere = (
        an_announcement(city),
        an_announcement(city, city.clinic),
        an_announcement(city),
        an_announcement(city, city.works),
    )
    for each in (old, new, gone, elsewhere):
        await announcement_made(pool, each)
    assert await announcement_withdrawn(pool, gone.id)
    assert not await announcement_withdrawn(pool, gone.id)
    await announcement_read(pool, new.id, city.ani)
    mine = await announcements_for(pool, city.ani, path)
    assert [(row["id"], row["read_at"] is None) for row in mine] == [
        (old.id, True),
        (new.id, False),
    ]
    published = await announcements_of_unit(pool, city.hr, city.health)
    assert [row["id"] for row in published] == [gone.id, old.id]


async def test_the_first_reading_counts(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    new = an_announcement(city)
    await announcement_made(pool, new)
    read_at = []
    for _ in range(2):
        await announcement_read(pool, new.id, city.ani)
        row = await announcement_row(pool, new.id, city.ani)
        assert row is not None
        read_at.append(row["read_at"])
    assert read_at[0] == read_at[1] is not None
    assert await announcement_row(pool, city.ani, city.ani) is None


async def test_readers_are_counted_by_unit_and_named_page_by_page(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    new = an_announcement(city)
    await announcement_made(pool, new)
    await announcement_read(pool, new.id, city.ani)
    counts = {row["unit_id"]: row for row in await reader_counts(pool, new.id)}
    assert (counts[city.clinic]["people"], counts[city.clinic]["read"]) == (3, 1)
    assert (counts[city.pharmacy]["people"], counts[city.pharmacy]["read"]) == (2, 0)
    assert city.roads not in counts
    first = await readers(pool, new.id, None, 4)
    assert first[0]["name"] == "Ani"
    assert first[0]["read_at"] is not None
    last = first[-1]
    rest = await readers(pool, new.id, (last["name"], last["employee_id"]), 100)
    names = [row["name"] for row in (*first, *rest)]
    assert names == sorted(names)
    assert len(names) == sum(row["people"] for row in counts.values())
