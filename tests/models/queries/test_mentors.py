"""A person has one mentor at a time, who sees names and targets and nothing of how they stand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from models.queries.mentors import (
    NewMentorship,
    captured_by,
    mentee_row,
    mentees,
    mentorship_ends,
    mentorship_made,
    mentorships_of,
    targets_to_report_on,
)
from models.queries.reports import report_row
from models.rules.flags import ReportFlag
from models.rules.refusals import Conflict, InvalidValue, NotFound
from tests.builders import City, deactivate, make_city, make_report, make_target

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


def mentorship(city: City) -> NewMentorship:
    return NewMentorship(uuid4(), city.ani, city.budi, NOW - DAY, NOW + 9 * DAY, city.clinic_head)


async def test_the_same_mentorship_twice_is_one(pool: asyncpg.Pool, city: City) -> None:
    new = mentorship(city)
    await mentorship_made(pool, new)
    await mentorship_made(pool, new)
    (row,) = await mentorships_of(pool, city.ani)
    assert (row["mentor_id"], row["valid_to"]) == (city.budi, NOW + 9 * DAY)
    with pytest.raises(Conflict):
        await mentorship_made(pool, replace(new, mentor_id=city.citra))


async def test_what_overlaps_is_refused_with_the_one_in_the_way(
    pool: asyncpg.Pool, city: City
) -> None:
    first = mentorship(city)
    await mentorship_made(pool, first)
    with pytest.raises(Conflict) as refused:
        await mentorship_made(pool, replace(first, id=uuid4(), valid_from=NOW + 8 * DAY))
    assert refused.value.details["existing_id"] == str(first.id)
    await mentorship_made(pool, replace(first, id=uuid4(), valid_from=NOW + 9 * DAY, valid_to=None))
    with pytest.raises(Conflict):
        await mentorship_ends(pool, first.id, None)


@pytest.mark.parametrize("wrong", ["oneself", "nobody", "backward"])
async def test_a_mentorship_that_means_nothing_is_refused(
    pool: asyncpg.Pool, city: City, wrong: str
) -> None:
    change = {
        "oneself": {"mentor_id": city.ani},
        "nobody": {"mentor_id": uuid4()},
        "backward": {"valid_to": NOW - 2 * DAY},
    }[wrong]
    with pytest.raises(InvalidValue):
        await mentorship_made(pool, replace(mentorship(city), **change))


async def test_a_mentorship_gets_another_end(pool: asyncpg.Pool, city: City) -> None:
    new = mentorship(city)
    await mentorship_made(pool, new)
    await mentorship_ends(pool, new.id, NOW)
    assert (await mentorships_of(pool, city.ani))[0]["valid_to"] == NOW
    with pytest.raises(InvalidValue):
        await mentorship_ends(pool, new.id, NOW - 2 * DAY)
    with pytest.raises(NotFound):
        await mentorship_ends(pool, uuid4(), NOW)


async def test_two_people_with_one_name_are_told_apart(pool: asyncpg.Pool, city: City) -> None:
    await pool.execute(
        "UPDATE employee SET name = 'Siti Aminah' WHERE id = ANY ($1::uuid[])",
        [city.ani, city.citra],
    )
    await pool.execute("UPDATE employee SET nip = '199003252020122014' WHERE id = $1", city.ani)
    rows = await mentees(pool, [city.ani, city.citra])
    assert [row["name"] for row in rows] == ["Siti Aminah"] * 2
    assert len({(row["unit_name"], row["nip_end"]) for row in rows}) == 2
    assert "2014" in {row["nip_end"] for row in rows}


async def test_a_mentor_sees_what_there_is_to_report_on_and_nothing_of_how_it_stands(
    pool: asyncpg.Pool, city: City
) -> None:
    await make_target(pool, city.ani, now=NOW - 90 * DAY, indicator="Lama")
    closed = await make_target(pool, city.ani, indicator="Ditutup")
    await pool.execute("UPDATE target SET closed_at = $2 WHERE id = $1", closed, NOW)
    (row,) = await targets_to_report_on(pool, city.ani, NOW)
    assert dict(row) == {
        "id": city.targets[city.ani],
        "indicator": "Kunjungan",
        "unit_of_measure": "kali",
        "aspect": "quantity",
    }


async def test_a_mark_counts_only_on_a_report_that_was_made_for_somebody(
    pool: asyncpg.Pool, city: City
) -> None:
    await make_report(pool, city.ani, city.targets[city.ani])
    report_id = await pool.fetchval("SELECT id FROM report")
    assert await captured_by(pool, report_id, city.budi)
    assert not await captured_by(pool, report_id, city.citra)
    row = await report_row(pool, report_id)
    assert row is not None
    assert row["reported_by"] is None
    await pool.execute("UPDATE report SET flags = flags | $1", int(ReportFlag.ON_BEHALF))
    row = await report_row(pool, report_id)
    assert row is not None
    assert row["reported_by"] == city.budi


async def test_a_report_for_somebody_bears_their_name(pool: asyncpg.Pool, city: City) -> None:
    row = await mentee_row(pool, city.ani)
    name = await pool.fetchval("SELECT name FROM employee WHERE id = $1", city.ani)
    assert row is not None
    assert (row["name"], row["asks_location"]) == (name, False)
    assert await mentee_row(pool, uuid4()) is None
    await deactivate(pool, city.ani)
    assert await mentee_row(pool, city.ani) is None
