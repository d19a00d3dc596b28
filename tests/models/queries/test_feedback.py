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
    answered,
    feedback_given,
    feedback_of_person,
    feedback_of_report,
    feedback_of_target,
    feedback_row,
)
from models.queries.requests import NewRequest, request_made, request_row
from models.rules.refusals import Conflict, InvalidValue, NotFound
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


async def test_words_stand_in_the_order_in_which_they_came_whatever_their_ids(
    pool: asyncpg.Pool,
) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    later, earlier = sorted((new_id(), new_id()))
    for feedback_id in (earlier, later):
        on_report = word(city, id=feedback_id, report_id=report_id, target_id=None)
        await feedback_given(pool, on_report, city.targets[city.ani])
        on_target = word(city, id=new_id() if feedback_id == earlier else report_id)
        await feedback_given(pool, on_target, on_target.target_id)
    on_report = await feedback_of_report(pool, report_id)
    assert [row["id"] for row in on_report] == [earlier, later]
    on_target = await feedback_of_target(pool, city.targets[city.ani])
    assert [row["made_at"] for row in on_target] == sorted(row["made_at"] for row in on_target)
    assert on_target[-1]["id"] == report_id


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


async def test_a_word_on_a_period_says_on_what_of_it(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    given = word(city, target_id=None, period="2026-11", about="Kunjungan rumah")
    outcome, (event,) = await feedback_given(pool, given, None)
    assert (outcome, event.target_id) == ("applied", None)
    row = await feedback_row(pool, given.id)
    assert row is not None
    assert (row["period"], row["about"], row["report_id"]) == ("2026-11", "Kunjungan rumah", None)
    with pytest.raises(Conflict):
        await feedback_given(pool, replace(given, about="Lain"), None)


async def test_a_persons_words_come_newest_first_and_by_period(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    october, november = (
        word(city, target_id=None, period=period) for period in ("2026-10", "2026-11")
    )
    for given in (october, november, word(city)):
        await feedback_given(pool, given, given.target_id)
    everything = await feedback_of_person(pool, city.ani, None, None, 10)
    assert [row["period"] for row in everything] == [None, "2026-11", "2026-10"]
    key = everything[0]["made_at"], everything[0]["id"]
    (older,) = await feedback_of_person(pool, city.ani, None, key, 1)
    assert older["id"] == november.id
    (found,) = await feedback_of_person(pool, city.ani, "2026-10", None, 10)
    assert found["id"] == october.id
    assert not await feedback_of_person(pool, city.budi, None, None, 10)


async def test_an_answer_says_that_it_was_read_and_stands(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    given = word(city)
    await feedback_given(pool, given, given.target_id)
    async with AsyncSession(engine) as session, session.begin():
        outcome, author_id, events = await answered(session, given.id, city.ani, "Siap")
    assert (outcome, author_id) == ("applied", city.clinic_head)
    assert [event.kind for event in events] == ["feedback"]
    row = await feedback_row(pool, given.id)
    assert row is not None
    assert row["answer"] == "Siap"
    assert row["acknowledged_at"] <= row["answered_at"]
    assert (await answered(pool, given.id, city.ani, "Siap"))[0] == "duplicate"
    with pytest.raises(Conflict):
        await answered(pool, given.id, city.ani, "Bukan begitu")
    with pytest.raises(NotFound):
        await answered(pool, given.id, city.budi, "Siap")


async def test_a_word_answers_the_question_that_it_names(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    question = NewRequest(
        new_id(), city.ani, city.clinic_head, "Bagaimana?", target_id=city.targets[city.ani]
    )
    assert await request_made(pool, question)
    given = word(city, request_id=question.id)
    await feedback_given(pool, given, given.target_id)
    row = await request_row(pool, question.id)
    assert row is not None
    assert row["answered_at"] is not None
    await feedback_given(pool, word(city, request_id=question.id), given.target_id)
    for other in (word(city, request_id=new_id()), replace(given, employee_id=city.budi)):
        with pytest.raises(InvalidValue):
            await feedback_given(pool, replace(other, id=new_id()), other.target_id)
