"""An appraisal's course up to the decision and after it: each step once, from the right state."""

import json
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from models.queries.appraisals import (
    Wanted,
    acknowledged,
    appraisal_row,
    appraisals_of,
    appraisals_opened,
    appraisals_watched,
    behaviours_of,
    not_open,
    reopened,
    self_assessed,
    stepped,
    steps_of,
)
from models.rules.refusals import AppraisalNotOpen, InvalidValue, NotFound, OutdatedBase
from models.tables.columns import new_id
from tests.builders import City, deactivate, make_city, move_employee
from tests.making.appraisal import bounds_of, make_appraisal, month_before, running

NOW = datetime.now(UTC)
PERIOD = month_before(NOW)
START, END = bounds_of(PERIOD)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def state(pool: asyncpg.Pool, appraisal_id: UUID) -> tuple[str, int]:
    row = await appraisal_row(pool, appraisal_id)
    assert row is not None
    return row["state"], row["version"]


async def decided(pool: asyncpg.Pool, appraisal_id: UUID, by: UUID, word: str = "decided") -> None:
    await pool.execute(
        "UPDATE appraisal SET state = $3, decided_by = $2, decided_at = clock_timestamp()"
        " WHERE id = $1",
        appraisal_id,
        by,
        word,
    )


async def test_a_period_is_opened_once_for_everybody_who_is_active(
    pool: asyncpg.Pool, city: City
) -> None:
    await deactivate(pool, city.budi)
    people = [city.ani, city.budi, city.dedi]
    opened = await appraisals_opened(pool, PERIOD, people, city.hr)
    assert {each.employee_id for each in opened} == {city.ani, city.dedi}
    assert all(each.is_new for each in opened)
    assert await appraisals_opened(pool, PERIOD, people, city.hr) == []
    (row,) = await appraisals_of(pool, city.ani, 10)
    assert (row["kind"], row["period"], row["state"]) == ("month", PERIOD, "open")
    assert (row["part_start"], row["part_end"], row["unit_id"]) == (START, END, city.clinic)
    (step,) = await steps_of(pool, row["id"])
    assert (step["what"], step["by"]) == ("opened", city.hr)


async def test_a_part_that_was_opened_too_long_gets_its_end_when_somebody_moves(
    pool: asyncpg.Pool, city: City
) -> None:
    year = running(NOW, "%Y")
    (first,) = await appraisals_opened(pool, year, [city.ani], None)
    await move_employee(pool, city.ani, city.roads)
    again = await appraisals_opened(pool, year, [city.ani], None)
    assert [each.is_new for each in sorted(again, key=lambda each: each.part_end)] == [False, True]
    late, early = await appraisals_of(pool, city.ani, 10)
    assert early["id"] == first.id
    assert early["part_end"] == late["part_start"]
    assert (early["unit_id"], late["unit_id"]) == (city.clinic, city.roads)


async def test_a_period_that_is_none_is_refused(pool: asyncpg.Pool, city: City) -> None:
    with pytest.raises(InvalidValue):
        await appraisals_opened(pool, "2026-13", [city.ani], None)


async def test_the_self_assessment_may_be_written_again_until_it_is_decided(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    await self_assessed(pool, appraisal_id, "Baik", "meets")
    await self_assessed(pool, appraisal_id, "Sangat baik", None)
    row = await appraisal_row(pool, appraisal_id)
    assert row is not None
    assert (row["state"], row["self_text"], row["self_rating"], row["version"]) == (
        *("self_assessed", "Sangat baik", None),
        3,
    )
    await decided(pool, appraisal_id, city.clinic_head)
    with pytest.raises(AppraisalNotOpen) as refused:
        await self_assessed(pool, appraisal_id, "Masih", None)
    assert refused.value.details == {"state": "decided"}


async def test_a_decision_is_acknowledged_once_and_what_is_open_not_at_all(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    with pytest.raises(AppraisalNotOpen):
        await acknowledged(pool, appraisal_id)
    await decided(pool, appraisal_id, city.clinic_head)
    await acknowledged(pool, appraisal_id)
    await acknowledged(pool, appraisal_id)
    assert await state(pool, appraisal_id) == ("acknowledged", 2)
    assert [step["what"] for step in await steps_of(pool, appraisal_id)] == ["acknowledged"]


async def test_hr_reopens_what_is_decided_and_not_while_an_objection_waits(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    for word in ("open", "objected"):
        await decided(pool, appraisal_id, city.clinic_head, word)
        with pytest.raises(AppraisalNotOpen):
            await reopened(pool, appraisal_id, city.hr, "Cuti belum tercatat")
    await decided(pool, appraisal_id, city.clinic_head, "final")
    await reopened(pool, appraisal_id, city.hr, "Cuti belum tercatat")
    assert (await state(pool, appraisal_id))[0] == "reopened"
    (step,) = await steps_of(pool, appraisal_id)
    assert json.loads(step["details"]) == {"reason": "Cuti belum tercatat"}


async def test_unknown_appraisals_are_not_found_and_old_versions_outdated(
    pool: asyncpg.Pool, city: City
) -> None:
    with pytest.raises(NotFound):
        await self_assessed(pool, new_id(), "Baik", None)
    appraisal_id = await make_appraisal(pool, city.ani)
    await self_assessed(pool, appraisal_id, "Baik", None)
    why = await not_open(pool, appraisal_id, base_version=1)
    assert isinstance(why, OutdatedBase)
    assert why.details == {"latest": 2}


async def test_the_list_knows_units_then_and_now_periods_and_states(
    pool: asyncpg.Pool, city: City
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    other = await make_appraisal(pool, city.dedi, period=f"{NOW.year - 1}")

    async def ids(*units: UUID, **narrow: object) -> list[UUID]:
        rows = await appraisals_watched(pool, Wanted(units, **narrow))  # pyright: ignore[reportArgumentType]
        return [row["id"] for row in rows]

    assert await ids(city.city) == [other, appraisal_id]
    assert await ids(city.city, before=other) == [appraisal_id]
    assert await ids(city.city, period=PERIOD) == [appraisal_id]
    assert await ids(city.city, unit_id=city.works) == [other]
    assert await ids(city.city, state="decided") == []
    assert await ids(people=[city.dedi]) == [other]
    await move_employee(pool, city.ani, city.roads)
    assert await ids(city.clinic) == [appraisal_id]
    assert await ids(city.roads) == [other, appraisal_id]


async def test_steps_say_who_and_the_calendar_is_nobody(pool: asyncpg.Pool, city: City) -> None:
    appraisal_id = await make_appraisal(pool, city.ani)
    await stepped(pool, [appraisal_id], None, "opened")
    await stepped(pool, [appraisal_id], city.ani, "self_assessed")
    steps = await steps_of(pool, appraisal_id)
    assert [(step["what"], step["by_name"]) for step in steps] == [
        ("opened", None),
        ("self_assessed", "Ani"),
    ]
    assert await behaviours_of(pool, appraisal_id) == []
