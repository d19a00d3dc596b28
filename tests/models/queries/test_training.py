"""Trainings: invited once, marked by whoever keeps the list."""

from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.training import (
    attendees,
    invited,
    marked,
    training_made,
    training_row,
    trainings_of,
    trainings_of_unit,
)
from models.rules.refusals import Conflict
from models.tables.columns import new_id
from tests.builders import make_city
from tests.making.guidance import a_training


async def test_the_same_training_twice_is_one(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    new = a_training(city)
    async with AsyncSession(engine) as session, session.begin():
        assert await training_made(session, new)
        assert not await training_made(session, new)
    with pytest.raises(Conflict):
        await training_made(pool, replace(new, place="Lain"))


async def test_only_the_invited_find_it_in_their_list(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    new = a_training(city)
    await training_made(pool, new)
    assert await invited(pool, new.id, [city.ani, city.budi, city.ani]) == {city.ani, city.budi}
    assert await invited(pool, new.id, [city.ani]) == frozenset()
    (mine,) = await trainings_of(pool, city.ani)
    assert (mine["id"], mine["state"]) == (new.id, "invited")
    assert not await trainings_of(pool, city.citra)
    (held,) = await trainings_of_unit(pool, city.hr, city.health)
    assert (held["id"], held["state"]) == (new.id, None)
    assert await training_row(pool, new_id(), city.hr) is None


async def test_a_mark_says_who_made_it_and_changes_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    new = a_training(city)
    await training_made(pool, new)
    await invited(pool, new.id, [city.ani, city.dedi])
    came = {city.ani: "attended", city.budi: "attended"}  # budi came uninvited
    assert await marked(pool, new.id, came, city.hr) == {city.ani, city.budi}
    assert await marked(pool, new.id, came, city.city_hr) == frozenset()
    assert await marked(pool, new.id, {city.ani: "absent"}, city.hr) == {city.ani}
    listed = await attendees(pool, new.id, [city.health])
    assert [(row["name"], row["state"]) for row in listed] == [
        ("Ani", "absent"),
        ("Budi", "attended"),
    ]
    by = await pool.fetchval("SELECT marked_by FROM attendance WHERE employee_id = $1", city.budi)
    assert by == city.hr
