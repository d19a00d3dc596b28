"""Appraisals open by the calendar: on the first working day, once, whoever runs."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from denyut.opening import Opening, OpeningOptions, opening_figures
from models.queries.feed import FeedRow
from tests.builders import City, make_city, make_employee

FRIDAY = date(2026, 10, 2)
WORDS = OpeningOptions(kinds=("quarter",), begin_after_s=0, between_s=0, batch=4)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)  # noon in Jakarta


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool, noon(FRIDAY))


async def opened_on(
    pool: asyncpg.Pool, day: date, heard: list[FeedRow] | None = None, **options: Any
) -> list[str]:
    """The periods that are open after a round on this day, one for each appraisal."""
    chosen = OpeningOptions(**{"begin_after_s": 0, "between_s": 0, "batch": 4, **options})
    opening = Opening(pool, (heard if heard is not None else []).extend, chosen)
    async with pool.acquire() as connection:
        assert await opening.settle_at(connection, noon(day)) == chosen.every_s
    rows = await pool.fetch("SELECT period FROM appraisal ORDER BY period")
    assert opening.opened <= len(rows)
    return [row["period"] for row in rows]


async def test_a_quarter_opens_on_the_first_working_day_after_it(
    pool: asyncpg.Pool, city: City
) -> None:
    everybody = len(city.people)
    heard: list[FeedRow] = []
    await pool.execute(
        "INSERT INTO holiday (id, on_date, name, kind)"
        " VALUES (gen_random_uuid(), '2026-10-01', 'Libur', 'national')"
    )
    assert await opened_on(pool, date(2026, 9, 30)) == []
    assert await opened_on(pool, date(2026, 10, 1)) == []
    assert await opened_on(pool, FRIDAY, heard) == ["2026-Q3"] * everybody
    assert {row.kind for row in heard} == {"notice"}
    told = len(heard)
    assert await opened_on(pool, FRIDAY, heard) == ["2026-Q3"] * everybody
    assert len(heard) == told


async def test_a_weekend_is_waited_for(pool: asyncpg.Pool, city: City) -> None:
    month: dict[str, Any] = {"kinds": ("month",)}
    assert await opened_on(pool, date(2026, 11, 1), **month) == []  # a Sunday
    assert set(await opened_on(pool, date(2026, 11, 2), **month)) == {"2026-10"}


async def test_a_year_and_its_last_quarter_open_together(pool: asyncpg.Pool, city: City) -> None:
    assert set(await opened_on(pool, date(2027, 1, 4))) == {"2026", "2026-Q4"}


async def test_what_ended_long_ago_is_left_to_people(pool: asyncpg.Pool, city: City) -> None:
    assert await opened_on(pool, date(2026, 10, 31)) != []
    await pool.execute("DELETE FROM appraisal_step")
    await pool.execute("DELETE FROM appraisal")
    assert await opened_on(pool, date(2026, 11, 1)) == []


async def test_who_was_forgotten_is_opened_at_the_next_look(pool: asyncpg.Pool, city: City) -> None:
    before = len(await opened_on(pool, FRIDAY))
    await make_employee(pool, city.clinic, "Baru", now=noon(FRIDAY))
    assert len(await opened_on(pool, FRIDAY + timedelta(days=1))) == before + 1


async def test_several_processes_open_nothing_twice(pool: asyncpg.Pool, city: City) -> None:
    async def one() -> None:
        async with pool.acquire() as connection:
            await Opening(pool, lambda rows: None, WORDS).settle_at(connection, noon(FRIDAY))

    await asyncio.gather(one(), one(), one())
    assert await pool.fetchval("SELECT count(*) FROM appraisal") == len(city.people)
    assert await pool.fetchval(
        "SELECT count(*) FROM notice WHERE kind = 'appraisal_opened'"
    ) == len(city.people)


async def test_a_service_that_starts_waits_before_it_looks(pool: asyncpg.Pool) -> None:
    opening = Opening(pool, lambda rows: None, OpeningOptions(begin_after_s=60.0))
    assert await opening.settle() == 60.0
    assert await opening.settle() == 900.0  # nothing is there to open
    async with opening.running():
        assert opening.failures == 0


def test_its_figures_are_read(pool: asyncpg.Pool) -> None:
    registry = CollectorRegistry()
    registry.register(opening_figures(Opening(pool, lambda rows: None, WORDS)))
    text = generate_latest(registry).decode()
    for name in ("opened", "failures"):
        assert f"denyut_appraisals_{name}_total 0.0" in text


def test_kinds_are_words_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        OpeningOptions(kinds=("fortnight",))
