"""Practice counts nowhere, whatever is practised; the first week's list sees what was done."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.queries.practice import (
    MOST_PRACTICE,
    NewPractice,
    checklist_facts,
    marked,
    practice_forgotten,
    practice_of,
    practice_row,
    practised,
)
from models.rules.checklist import Facts, Step
from tests.builders import City, make_city, make_feedback, make_report, make_session
from tests.making.support import activated

NOW = datetime.now(UTC)
COUNTED = ("report", "report_change", "feed", "target_pace", "person_day", "notice", "rollup_due")


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


def practice(city: City, **change: object) -> NewPractice:
    usual = {
        "id": uuid4(),
        "employee_id": city.ani,
        "target_id": city.targets[city.ani],
        "quantity": 3.0,
        "note": "Latihan",
        "activity_at": NOW,
    }
    return NewPractice(**(usual | change))  # type: ignore[arg-type]


async def everything_counted(pool: asyncpg.Pool) -> list[object]:
    return [await pool.fetch(f"SELECT * FROM {table} ORDER BY 1, 2") for table in COUNTED]


drafts = st.lists(
    st.tuples(
        st.floats(0, 1e6),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts=drafts)
async def test_practice_counts_nowhere(
    pool: asyncpg.Pool, city: City, drafts: list[tuple[float, str, bool]]
) -> None:
    before = await everything_counted(pool)
    for quantity, note, with_target in drafts:
        target_id = city.targets[city.ani] if with_target else None
        new = practice(city, quantity=quantity, note=note, target_id=target_id)
        assert await practised(pool, new)
    assert await everything_counted(pool) == before
    assert len(await practice_of(pool, city.ani)) == len(drafts)
    await practice_forgotten(pool, city.ani)


async def test_practice_is_kept_once_and_is_the_persons_own(pool: asyncpg.Pool, city: City) -> None:
    new = practice(city)
    assert await practised(pool, new)
    assert await practised(pool, new)
    assert [row["id"] for row in await practice_of(pool, city.ani)] == [new.id]
    assert await practice_of(pool, city.budi) == []
    assert not await practised(pool, practice(city, id=new.id, employee_id=city.budi))


async def test_practice_that_is_forgotten_leaves_its_step_done(
    pool: asyncpg.Pool, city: City
) -> None:
    await practised(pool, practice(city))
    await practised(pool, practice(city, employee_id=city.budi, target_id=None))
    await practice_forgotten(pool, city.ani)
    assert await practice_of(pool, city.ani) == []
    assert len(await practice_of(pool, city.budi)) == 1
    assert (await checklist_facts(pool, city.ani)).practised_at is not None


async def test_a_person_keeps_a_bounded_number(pool: asyncpg.Pool, city: City) -> None:
    await pool.execute(
        "INSERT INTO practice_report (id, employee_id, quantity, activity_at)"
        " SELECT gen_random_uuid(), $1, 1, now() FROM generate_series(1, $2)",
        city.ani,
        MOST_PRACTICE,
    )
    one_more = practice(city)
    assert not await practised(pool, one_more)
    assert await practice_row(pool, one_more.id) is None


async def test_a_newcomer_has_done_nothing(pool: asyncpg.Pool, city: City) -> None:
    assert await checklist_facts(pool, city.ani) == Facts()


async def test_the_list_sees_each_thing_when_it_was_done_first(
    pool: asyncpg.Pool, city: City
) -> None:
    await activated(pool, city.ani, NOW - timedelta(days=3))
    await make_session(pool, city.ani)
    await make_report(pool, city.ani, city.targets[city.ani])
    feedback_id = await make_feedback(
        pool, city.clinic_head, city.ani, target_id=city.targets[city.ani]
    )
    await pool.execute("UPDATE feedback SET acknowledged_at = $2 WHERE id = $1", feedback_id, NOW)
    await pool.execute(
        "WITH lesson AS (INSERT INTO announcement (id, kind, unit_id, title, body, made_by)"
        " VALUES (gen_random_uuid(), 'lesson', $2, 'Melapor', 'Begini', $3) RETURNING id)"
        " INSERT INTO announcement_reading (announcement_id, employee_id)"
        " SELECT id, $1 FROM lesson",
        city.ani,
        city.clinic,
        city.hr,
    )
    await marked(pool, city.ani, Step.PROFILE_CHECKED)
    first = await checklist_facts(pool, city.ani)
    await marked(pool, city.ani, Step.PROFILE_CHECKED)
    facts = await checklist_facts(pool, city.ani)
    assert facts == first
    assert facts.activated_at == NOW - timedelta(days=3)
    assert facts.feedback_read_at == NOW
    assert facts.practised_at is None
    assert None not in (facts.signed_in_at, facts.reported_at, facts.lesson_read_at)
    assert facts.profile_checked_at is not None
