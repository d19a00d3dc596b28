"""Dated heads in SQL: half-open spans, one of a kind at a time, by our word and the database's."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from models.queries.heads import (
    NewAssignment,
    NewHead,
    assignment_changed,
    assignment_made,
    assignment_row,
    assignments_of,
    head_changed,
    head_made,
    head_row,
    heads_of,
    people_touched,
)
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id
from tests.builders import deactivate, make_city

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


async def test_one_head_may_begin_the_instant_the_other_ends(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    (first,) = await heads_of(pool, city.clinic, NOW)
    await head_changed(pool, first["id"], NOW, "SK 1")
    second = NewHead(new_id(), city.clinic, city.ani, "definitive", NOW)
    await head_made(pool, second)
    assert [row["supervisor_id"] for row in await heads_of(pool, city.clinic, NOW)] == [city.ani]
    before = await heads_of(pool, city.clinic, NOW - DAY)
    assert [row["supervisor_id"] for row in before] == [city.clinic_head]
    assert len(await heads_of(pool, city.clinic, None)) == 2
    with pytest.raises(Conflict):
        await head_changed(pool, first["id"], None, "")


async def test_kinds_do_not_stand_in_each_others_way(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    acting = NewHead(new_id(), city.clinic, city.ani, "acting", NOW, NOW + DAY)
    await head_made(pool, acting)
    with pytest.raises(Conflict) as refused:
        await head_made(pool, NewHead(new_id(), city.clinic, city.budi, "acting", NOW, None))
    assert refused.value.details["existing_id"] == str(acting.id)
    await head_made(pool, NewHead(new_id(), city.clinic, city.budi, "acting", NOW + DAY, None))
    assert set(await people_touched(pool, city.clinic)) == {city.clinic_head, city.ani, city.budi}


async def test_a_head_who_sits_below_touches_the_heads_between(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await head_made(pool, NewHead(new_id(), city.health, city.ani, "acting", NOW, None))
    touched = await people_touched(pool, city.health, city.ani)
    assert set(touched) == {city.health_head, city.ani, city.clinic_head}
    elsewhere = await people_touched(pool, city.health, city.dedi)
    assert set(elsewhere) == {city.health_head, city.ani, city.dedi}


async def test_the_database_is_the_last_guard(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await pool.execute(
            "INSERT INTO supervision (id, unit_id, supervisor_id, kind, valid_from, decree)"
            " VALUES ($1, $2, $3, 'definitive', $4, '')",
            new_id(),
            city.clinic,
            city.ani,
            NOW,
        )


async def test_unknown_gone_and_backward_are_refused(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await deactivate(pool, city.budi)
    for who in (city.budi, new_id()):
        with pytest.raises(InvalidValue):
            await head_made(pool, NewHead(new_id(), city.clinic, who, "acting", NOW))
    with pytest.raises(InvalidValue):
        await head_made(pool, NewHead(new_id(), city.clinic, city.ani, "acting", NOW, NOW))
    with pytest.raises(NotFound):
        await head_changed(pool, new_id(), NOW, "")
    (head,) = await heads_of(pool, city.clinic, NOW)
    with pytest.raises(InvalidValue):
        await head_changed(pool, head["id"], head["valid_from"], "")
    assert await head_row(pool, new_id()) is None


async def test_one_personal_supervisor_at_a_time_and_never_oneself(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    first = NewAssignment(new_id(), city.ani, city.dedi, NOW)
    await assignment_made(pool, first)
    with pytest.raises(Conflict):
        await assignment_made(pool, NewAssignment(new_id(), city.ani, city.eka, NOW + DAY))
    await assignment_changed(pool, first.id, NOW + DAY, "SK 2")
    await assignment_made(pool, NewAssignment(new_id(), city.ani, city.eka, NOW + DAY))
    assert [row["supervisor_id"] for row in await assignments_of(pool, city.ani)] == [
        city.eka,
        city.dedi,
    ]
    with pytest.raises(Conflict):
        await assignment_changed(pool, first.id, None, "")
    with pytest.raises(InvalidValue):
        await assignment_changed(pool, first.id, NOW, "")
    with pytest.raises(InvalidValue):
        await assignment_made(pool, NewAssignment(new_id(), city.ani, city.ani, NOW))
    with pytest.raises(NotFound):
        await assignment_changed(pool, new_id(), NOW, "")
    row = await assignment_row(pool, first.id)
    assert row is not None
    assert (row["decree"], row["supervisor_name"]) == ("SK 2", "Dedi")
