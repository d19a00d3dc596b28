"""Feedback over either driver: once, with its event, and acknowledged without circles."""

import asyncio
import json
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.feedback import (
    NewFeedback,
    acknowledged,
    feedback_given,
    feedback_of_report,
    feedback_of_target,
    feedback_row,
)
from models.rules.refusals import Conflict, NotFound
from models.tables.columns import new_id
from tests.builders import City, make_city, make_report


def word(city: City, **changed: object) -> NewFeedback:
    usual = NewFeedback(
        new_id(),
        city.ani,
        city.clinic_head,
        "Kepala",
        "praise",
        "Bagus",
        target_id=city.targets[city.ani],
    )
    return replace(usual, **changed)


async def test_the_same_word_twice_is_one_and_another_under_its_id_is_none(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    given = word(city)
    async with AsyncSession(engine) as session, session.begin():
        outcome, events = await feedback_given(session, given, given.target_id)
        assert (outcome, [event.kind for event in events]) == ("applied", ["feedback"])
        assert await feedback_given(session, given, given.target_id) == ("duplicate", [])
    with pytest.raises(Conflict):
        await feedback_given(pool, replace(given, text="Lain"), given.target_id)
    assert len(await feedback_of_target(pool, city.targets[city.ani])) == 1


async def test_the_event_names_report_target_and_author(pool: asyncpg.Pool) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    given = word(city, report_id=report_id, target_id=None, next_step="Lanjut")
    _, (event,) = await feedback_given(pool, given, city.targets[city.ani])
    content = json.loads(event.content)
    assert content == {
        "feedback_id": str(given.id),
        "report_id": str(report_id),
        "feedback_kind": "praise",
        "text": "Bagus",
        "next_step": "Lanjut",
        "actor_id": str(city.clinic_head),
        "actor_name": "Kepala",
    }
    assert (event.target_id, event.goal) == (city.targets[city.ani], 100.0)
    (row,) = await feedback_of_report(pool, report_id)
    assert row["author_name"] == "Clinic Head"


async def test_an_acknowledgement_is_an_event_of_its_own_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    given = word(city)
    await feedback_given(pool, given, given.target_id)
    outcome, (event,) = await acknowledged(pool, given.id, city.ani)
    assert (outcome, set(json.loads(event.content))) == (
        "applied",
        {"feedback_id", "acknowledged_at"},
    )
    assert await acknowledged(pool, given.id, city.ani) == ("duplicate", [])
    row = await feedback_row(pool, given.id)
    assert row is not None
    assert row["acknowledged_at"] is not None


async def test_nobody_acknowledges_for_another(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    given = word(city)
    await feedback_given(pool, given, given.target_id)
    for feedback_id, who in ((given.id, city.budi), (new_id(), city.ani), (given.id, new_id())):
        with pytest.raises(NotFound):
            await acknowledged(pool, feedback_id, who)


async def test_acknowledging_many_in_crossed_orders_never_waits_in_a_circle(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    words = [word(city) for _ in range(6)]
    for given in words:
        await feedback_given(pool, given, given.target_id)

    async def all_of(order: list[NewFeedback]) -> list[str]:
        async with pool.acquire() as connection, connection.transaction():
            return [(await acknowledged(connection, each.id, city.ani))[0] for each in order]

    answers = await asyncio.gather(*(all_of(order) for order in (words, words[::-1]) * 3))
    outcomes = [outcome for answer in answers for outcome in answer]
    assert (outcomes.count("applied"), outcomes.count("duplicate")) == (6, 30)
