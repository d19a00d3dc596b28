"""Objections: once a decision, in time, decided once and for good, and what a change leaves."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.appraisal_decisions import appraisal_decided, author_of
from models.queries.appraisal_evidence import evidence_frozen, evidence_of
from models.queries.appraisals import appraisal_row, reopened
from models.queries.asking import Row
from models.queries.objections import (
    Answer,
    objected,
    objection_decided,
    objection_row,
    objections_to,
)
from models.rules.evidence import reproduced, told
from models.rules.ratings import ASSUMED, Rating
from models.rules.refusals import (
    AlreadyDecided,
    AppraisalNotOpen,
    Conflict,
    InvalidValue,
    ObjectionTooLate,
)
from models.tables.columns import new_id
from tests.builders import City, make_city
from tests.making.appraisal import decision, make_appraisal

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
REASONS = "Laporan selama gangguan belum dihitung"


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def read(pool: Any, appraisal_id: UUID) -> Row:
    row = await appraisal_row(pool, appraisal_id)
    assert row is not None
    return row


async def decided(pool: asyncpg.Pool, city: City, version: int = 1) -> UUID:
    appraisal_id = await make_appraisal(pool, city.ani)
    await decide(pool, appraisal_id, city.clinic_head, version)
    return appraisal_id


async def decide(pool: asyncpg.Pool, appraisal_id: UUID, by: UUID, version: int) -> None:
    row = await read(pool, appraisal_id)
    evidence = await evidence_of(pool, row, ASSUMED)
    wanted = decision(Rating.BELOW, version=version, reason="Tidak ada laporan")
    await appraisal_decided(pool, row, evidence, wanted, await author_of(pool, by), NOW)


async def object_to(pool: asyncpg.Pool, appraisal_id: UUID, now: datetime = NOW) -> UUID:
    objection_id = new_id()
    assert await objected(pool, await read(pool, appraisal_id), objection_id, REASONS, now)
    return objection_id


async def answer(
    pool: asyncpg.Pool, city: City, appraisal_id: UUID, objection_id: UUID, given: Answer
) -> None:
    author = await author_of(pool, city.health_head)
    async with pool.acquire() as connection, connection.transaction():
        row = await read(connection, appraisal_id)
        await objection_decided(connection, row, objection_id, given, author, NOW)


async def test_an_objection_holds_the_decision_and_asking_twice_makes_one(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await decided(pool, city)
    objection_id = await object_to(pool, appraisal_id)
    row = await read(pool, appraisal_id)
    assert row["state"] == "objected"
    assert not await objected(pool, row, objection_id, REASONS, NOW)
    with pytest.raises(Conflict):
        await objected(pool, row, objection_id, "Lain", NOW)
    with pytest.raises(AppraisalNotOpen):
        await objected(pool, row, new_id(), REASONS, NOW)
    assert len(await objections_to(pool, appraisal_id)) == 1


async def test_day_14_is_in_time_and_day_15_is_not(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await decided(pool, city)
    with pytest.raises(ObjectionTooLate):
        await object_to(pool, appraisal_id, NOW + 15 * DAY)
    await object_to(pool, appraisal_id, NOW + 14 * DAY)


async def test_nothing_undecided_can_be_objected_to(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    with pytest.raises(AppraisalNotOpen):
        await object_to(pool, appraisal_id)


async def test_upheld_is_final_and_changes_nothing(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await decided(pool, city)
    objection_id = await object_to(pool, appraisal_id)
    await answer(pool, city, appraisal_id, objection_id, Answer("upheld", "Sudah dihitung"))
    row = await read(pool, appraisal_id)
    assert (row["state"], row["decision_number"], row["decided_by"]) == (
        *("final", 1),
        city.clinic_head,
    )
    found = await objection_row(pool, objection_id)
    assert found is not None
    assert (found["outcome"], found["decided_by"]) == ("upheld", city.health_head)
    with pytest.raises(AppraisalNotOpen):
        await object_to(pool, appraisal_id)


async def test_changed_is_a_decision_of_the_one_above_on_the_same_facts(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await decided(pool, city)
    objection_id = await object_to(pool, appraisal_id)
    given = Answer("changed", "Gangguan tercatat", Rating.MEETS)
    await answer(pool, city, appraisal_id, objection_id, given)
    row = await read(pool, appraisal_id)
    assert (row["state"], row["decision_number"], row["decided_by"]) == (
        *("final", 2),
        city.health_head,
    )
    assert (row["result_rating"], row["behaviour_rating"], row["predicate"]) == (
        *("meets", "meets"),
        "good",
    )
    second, first = await evidence_frozen(pool, appraisal_id)
    after, before = json.loads(second["content"]), json.loads(first["content"])
    assert after["targets"] == before["targets"]
    assert after["decision"]["by"]["id"] == str(city.health_head)
    assert (after["number"], after["after_objection_to"]) == (2, 1)
    again = reproduced(second["content"])
    assert (again.result.rating, again.result.mean, again.behaviour) == told(second["content"])


@pytest.mark.parametrize(
    "given", [Answer("changed", "Sama saja"), Answer("upheld", "Tetap", Rating.ABOVE)]
)
async def test_the_word_and_the_ratings_must_agree(
    pool: asyncpg.Pool, city: City, given: Answer
) -> None:
    appraisal_id = await decided(pool, city)
    objection_id = await object_to(pool, appraisal_id)
    with pytest.raises(InvalidValue):
        await answer(pool, city, appraisal_id, objection_id, given)
    assert (await read(pool, appraisal_id))["state"] == "objected"


async def test_an_objection_is_decided_once(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await decided(pool, city)
    objection_id = await object_to(pool, appraisal_id)
    given = Answer("changed", "Gangguan tercatat", Rating.MEETS)
    answers = await asyncio.gather(
        answer(pool, city, appraisal_id, objection_id, given),
        answer(pool, city, appraisal_id, objection_id, given),
        return_exceptions=True,
    )
    refused = [each for each in answers if each is not None]
    assert [type(each) for each in refused] in ([AlreadyDecided], [InvalidValue])
    assert (await read(pool, appraisal_id))["decision_number"] == 2


async def test_a_decision_after_a_reopening_has_its_own_clock_and_its_own_objection(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await decided(pool, city)
    objection_id = await object_to(pool, appraisal_id)
    await answer(pool, city, appraisal_id, objection_id, Answer("upheld", "Sudah dihitung"))
    await reopened(pool, appraisal_id, city.hr, "Cuti belum tercatat")
    version = (await read(pool, appraisal_id))["version"]
    await decide(pool, appraisal_id, city.clinic_head, version)
    await object_to(pool, appraisal_id)
    numbers = [row["decision_number"] for row in await objections_to(pool, appraisal_id)]
    assert numbers == [1, 2]
