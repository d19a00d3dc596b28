"""Questions for feedback: asked once, seen by whoever decides, closed by a word or taken back."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.asking import Row
from models.queries.requests import (
    NewRequest,
    open_requests,
    request_answered,
    request_made,
    request_row,
    request_withdrawn,
    requests_of,
)
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id
from tests.builders import City, make_city


def question(city: City, **changed: object) -> NewRequest:
    usual = NewRequest(new_id(), city.ani, city.clinic_head, "Apa dulu?", period="2026-11")
    return replace(usual, **changed)


def ids(rows: Sequence[Row]) -> list[UUID]:
    return [row["id"] for row in rows]


async def test_the_same_question_twice_is_one(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    asked = question(city)
    async with AsyncSession(engine) as session, session.begin():
        assert await request_made(session, asked)
        assert not await request_made(session, asked)
    assert not await request_made(pool, replace(asked, asked_id=city.health_head))
    with pytest.raises(Conflict):
        await request_made(pool, replace(asked, question="Lain?"))
    row = await request_row(pool, asked.id)
    assert row is not None
    assert (row["employee_name"], row["asked_name"]) == ("Ani", "Clinic Head")
    assert ids(await requests_of(pool, city.ani)) == [asked.id]


async def test_open_questions_are_those_of_the_asked_and_of_people_below(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    mine, under_me, elsewhere = (
        question(city),
        question(city, employee_id=city.budi, asked_id=city.health_head),
        question(city, employee_id=city.dedi, asked_id=city.roads_head),
    )
    for each in (under_me, mine, elsewhere):
        await request_made(pool, each)
    assert ids(await open_requests(pool, city.clinic_head, [], [])) == [mine.id]
    seen = await open_requests(pool, city.clinic_head, [], [city.clinic])
    assert ids(seen) == [mine.id, under_me.id]
    assert ids(await open_requests(pool, city.citra, [city.dedi], [])) == [elsewhere.id]


async def test_what_is_closed_stays_closed(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    answered, withdrawn = question(city), question(city)
    for each in (answered, withdrawn):
        await request_made(pool, each)
    await request_answered(pool, answered.id, city.ani)
    await request_withdrawn(pool, withdrawn.id, city.ani)
    assert not await open_requests(pool, city.clinic_head, [], [])
    await request_withdrawn(pool, withdrawn.id, city.ani)
    await request_answered(pool, withdrawn.id, city.ani)
    row = await request_row(pool, withdrawn.id)
    assert row is not None
    assert row["answered_at"] is None
    with pytest.raises(Conflict):
        await request_withdrawn(pool, answered.id, city.ani)


async def test_somebody_elses_question_is_none(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    asked = question(city)
    await request_made(pool, asked)
    with pytest.raises(NotFound):
        await request_withdrawn(pool, asked.id, city.budi)
    with pytest.raises(InvalidValue):
        await request_answered(pool, asked.id, city.budi)
