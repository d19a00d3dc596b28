"""Templates in SQL: what a preview plans is what applying makes, and only once, by whomever."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from models.queries.templates import (
    Difference,
    Differing,
    Template,
    job_title_changed,
    job_title_made,
    job_title_removed,
    job_title_row,
    job_titles,
    planned_targets,
    template_removed,
    template_row,
    template_set,
    templates_applied,
    templates_of,
)
from models.rules.periods import parse_period
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id
from tests.builders import City, make_city, make_employee

NOVEMBER = parse_period("2026-11")


async def nurses(pool: asyncpg.Pool, city: City) -> UUID:
    """Ani, Budi and Citra are nurses with a monthly and a yearly template."""
    job = await job_title_made(pool, "perawat", "Perawat", False)
    await template_set(pool, Template(new_id(), job, "Pasien", "orang", 300))
    await template_set(pool, Template(new_id(), job, "Pelatihan", "kali", 2, period="year"))
    await pool.execute(
        "UPDATE employee SET job_title_id = $1 WHERE id = ANY ($2::uuid[])",
        job,
        [city.ani, city.budi, city.citra],
    )
    return job


async def test_a_plan_takes_the_templates_of_its_length_for_the_unit_and_below(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    planned = await planned_targets(pool, job, city.clinic, NOVEMBER, city.budi)
    assert [
        (each.target.employee_name, each.target.indicator, each.outcome) for each in planned
    ] == [
        ("Ani", "Pasien", "made"),
        ("Budi", "Pasien", "oneself"),
    ]
    yearly = await planned_targets(pool, job, city.health, parse_period("2026"))
    assert [each.target.indicator for each in yearly] == ["Pelatihan"] * 3
    assert await planned_targets(pool, job, city.works, NOVEMBER) == []


async def test_two_who_apply_at_once_make_nothing_twice(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)

    async def applied() -> int:
        async with pool.acquire() as connection, connection.transaction():
            _, events = await templates_applied(connection, job, city.city, NOVEMBER, city.hr)
            return len(events)

    assert sorted(await asyncio.gather(*(applied() for _ in range(4)))) == [0, 0, 0, 3]
    made = await pool.fetchval("SELECT count(*) FROM target WHERE template_id IS NOT NULL")
    assert made == 3


async def test_a_template_changes_without_touching_what_was_agreed(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    await templates_applied(pool, job, city.clinic, NOVEMBER, city.hr)
    monthly, yearly = await templates_of(pool, job)
    await template_set(pool, Template(monthly["id"], job, "Pasien", "orang", 250))
    row = await template_row(pool, monthly["id"])
    assert row is not None
    assert row["quantity"] == 250
    agreed = await pool.fetch("SELECT DISTINCT quantity FROM target WHERE template_id IS NOT NULL")
    assert [row["quantity"] for row in agreed] == [300]
    with pytest.raises(Conflict):
        await template_removed(pool, monthly["id"])
    await template_removed(pool, yearly["id"])
    with pytest.raises(NotFound):
        await template_removed(pool, yearly["id"])


async def test_job_titles_are_unique_by_code_and_kept_while_held(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    with pytest.raises(Conflict):
        await job_title_made(pool, "perawat", "Lain", False)
    holders = await job_title_changed(pool, job, "Perawat Ahli", True)
    assert set(holders) == {city.ani, city.budi, city.citra}
    with pytest.raises(Conflict):
        await job_title_removed(pool, job)
    await pool.execute("UPDATE employee SET job_title_id = NULL")
    await job_title_removed(pool, job)
    assert await job_titles(pool) == []
    assert await job_title_row(pool, job) is None
    for gone in (job_title_removed(pool, job), job_title_changed(pool, job, "x", False)):
        with pytest.raises(NotFound):
            await gone


async def test_one_person_gets_something_else_and_another_nothing(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    monthly, _ = await templates_of(pool, job)
    differing = Differing(
        {
            (city.ani, monthly["id"]): Difference(quantity=150, max_quantity=20),
            (city.budi, monthly["id"]): Difference(leave_out=True),
            (city.citra, monthly["id"]): Difference(quantity=300),
        }
    )
    wanted = (job, city.city, NOVEMBER, city.hr, differing)
    seen = await planned_targets(pool, *wanted)
    told = [(each.target.employee_name, each.outcome, each.differs) for each in seen]
    assert told == [("Ani", "made", True), ("Budi", "left_out", False), ("Citra", "made", False)]
    assert await pool.fetchval("SELECT count(*) FROM target WHERE template_id IS NOT NULL") == 0
    await templates_applied(pool, *wanted)
    rows = await pool.fetch(
        "SELECT employee_id, quantity, max_quantity FROM target WHERE template_id IS NOT NULL"
    )
    assert {tuple(row) for row in rows} == {(city.ani, 150, 20), (city.citra, 300, None)}


async def test_differences_applied_by_many_at_once_make_nothing_twice(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    monthly, _ = await templates_of(pool, job)

    async def applied(quantity: float) -> int:
        differing = Differing({(city.ani, monthly["id"]): Difference(quantity=quantity)})
        async with pool.acquire() as connection, connection.transaction():
            _, events = await templates_applied(
                connection, job, city.city, NOVEMBER, city.hr, differing
            )
            return len(events)

    made = await asyncio.gather(*(applied(quantity) for quantity in (10, 20, 30, 40)))
    assert sorted(made) == [0, 0, 0, 3]
    assert await pool.fetchval("SELECT count(*) FROM target WHERE template_id IS NOT NULL") == 3


async def test_only_those_who_are_named_get_anything(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    only = Differing(only=frozenset({city.budi}))
    planned = await planned_targets(pool, job, city.city, NOVEMBER, city.hr, only)
    assert [each.target.employee_name for each in planned] == ["Budi"]


async def test_a_difference_for_nobody_among_them_is_refused(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)
    monthly, yearly = await templates_of(pool, job)
    for pair in (
        (city.dedi, monthly["id"]),  # is no nurse
        (city.ani, yearly["id"]),  # is for years
        (city.ani, new_id()),
    ):
        with pytest.raises(InvalidValue) as refused:
            await planned_targets(
                pool, job, city.city, NOVEMBER, city.hr, Differing({pair: Difference()})
            )
        assert refused.value.details == {"field": "differences"}
    only = Differing(only=frozenset({city.ani, city.dedi}))
    with pytest.raises(InvalidValue):
        await planned_targets(pool, job, city.city, NOVEMBER, city.hr, only)
    turned = Differing({(city.ani, monthly["id"]): Difference(low=5, high=2)})
    with pytest.raises(InvalidValue):
        await planned_targets(pool, job, city.city, NOVEMBER, city.hr, turned)


async def test_applying_asks_as_many_questions_for_a_hundred_as_for_one(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    job = await nurses(pool, city)

    for _ in range(100):
        await make_employee(pool, city.roads, job_title_id=job)
    counts: list[int] = []
    async with pool.acquire() as connection, connection.transaction():
        await templates_applied(connection, job, city.pharmacy, NOVEMBER, city.hr)  # learns types
        for unit_id, people in ((city.clinic, 2), (city.roads, 100)):
            asked: list[str] = []
            with connection.query_logger(lambda record, asked=asked: asked.append(record.query)):
                _, events = await templates_applied(connection, job, unit_id, NOVEMBER, city.hr)
            counts.append(len(asked))
            assert len(events) == people
    assert counts[0] == counts[1] < 20
