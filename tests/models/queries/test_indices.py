"""An index is of the days and the tree asked about, exact, and None where nobody answered."""

from datetime import date
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.indices import (
    children_served,
    index_of,
    index_of_services,
    index_of_units,
    months_until,
    own_services,
    population_of,
    trend_of,
)
from models.rules.satisfaction import ELEMENTS, Tally
from tests.builders import City, make_city
from tests.making.survey import CONTENT, make_day, make_service

NOVEMBER: dict[str, Any] = {"first": date(2026, 11, 1), "last": date(2026, 11, 30)}
POOR = dict.fromkeys(ELEMENTS, 2)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_nobody_said_anything(pool: Any, city: City):
    service_id = await make_service(pool, city.clinic)
    tally = await index_of(pool, service_id=service_id, **NOVEMBER)
    assert (tally, tally.index, tally.grade) == (Tally(), None, None)
    assert (await index_of(pool, unit_id=city.city, **NOVEMBER)).index is None


async def test_it_counts_the_days_asked_about_both_ends_included(pool: Any, city: City):
    service_id = await make_service(pool, city.clinic)
    for day in (date(2026, 10, 31), date(2026, 12, 1)):
        await make_day(pool, service_id, day, POOR)
    for day in NOVEMBER.values():
        await make_day(pool, service_id, day, CONTENT)
    tally = await index_of(pool, service_id=service_id, **NOVEMBER)
    assert (tally.responses, tally.index) == (2, 100.0)


async def test_a_unit_is_its_services_and_everything_below_each_answer_once(pool: Any, city: City):
    day = date(2026, 11, 5)
    of_clinic = await make_service(pool, city.clinic)
    of_health = await make_service(pool, city.health)
    of_roads = await make_service(pool, city.roads)
    await make_day(pool, of_clinic, day, CONTENT, responses=3)
    await make_day(pool, of_health, day, POOR)
    await make_day(pool, of_roads, day, POOR, responses=4)
    units = (city.clinic, city.health, city.works, city.city, city.pharmacy)
    found = await index_of_units(pool, units, **NOVEMBER)
    assert [found[unit].responses for unit in units] == [3, 4, 4, 8, 0]
    assert [found[unit].index for unit in units] == [100.0, 87.5, 50.0, 68.75, None]
    assert found[city.city] == await index_of(pool, unit_id=city.city, **NOVEMBER)


async def test_services_are_told_apart(pool: Any, city: City):
    one = await make_service(pool, city.clinic)
    other = await make_service(pool, city.clinic, "Loket obat")
    await make_day(pool, one, date(2026, 11, 5), CONTENT)
    found = await index_of_services(pool, [one, other], **NOVEMBER)
    assert {each: tally.index for each, tally in found.items()} == {one: 100.0, other: None}
    assert [row["id"] for row in await own_services(pool, city.clinic)] == [one, other]


async def test_an_index_of_nothing_is_a_mistake_of_ours(pool: Any):
    with pytest.raises(ValueError, match="service or of a unit"):
        await index_of(pool, **NOVEMBER)


async def test_the_trend_has_twelve_months_and_its_gaps(pool: Any, city: City):
    service_id = await make_service(pool, city.clinic)
    await make_day(pool, service_id, date(2025, 11, 30), POOR)
    await make_day(pool, service_id, date(2025, 12, 1), POOR)
    await make_day(pool, service_id, date(2026, 11, 20), CONTENT)
    last = date(2026, 11, 24)
    trend = await trend_of(pool, service_id=service_id, last=last)
    assert [name for name, _ in trend] == months_until(last, 12)
    assert [tally.index for _, tally in trend] == [50.0, *[None] * 10, 100.0]
    assert await trend_of(pool, unit_id=city.health, last=last) == trend


async def test_the_trend_ends_with_the_day_asked_about(pool: Any, city: City):
    service_id = await make_service(pool, city.clinic)
    await make_day(pool, service_id, date(2026, 11, 25), CONTENT)
    trend = await trend_of(pool, service_id=service_id, last=date(2026, 11, 24))
    assert trend[-1] == ("2026-11", Tally())


async def test_the_population_is_known_when_it_is_known_of_every_service(pool: Any, city: City):
    assert await population_of(pool, city.health) is None
    await make_service(pool, city.clinic, yearly_users=1_000)
    await make_service(pool, city.health, yearly_users=500)
    assert await population_of(pool, city.health) == 1_500
    unknown = await make_service(pool, city.pharmacy)
    assert await population_of(pool, city.health) is None
    await pool.execute("UPDATE public_service SET retired_at = now() WHERE id = $1", unknown)
    assert await population_of(pool, city.health) == 1_500


async def test_children_are_those_that_serve_somebody(pool: Any, city: City):
    await make_service(pool, city.clinic)
    assert [row["id"] for row in await children_served(pool, city.city)] == [city.health]
    assert [row["id"] for row in await children_served(pool, city.health)] == [city.clinic]
    assert list(await children_served(pool, city.works)) == []


@given(st.dates(date(1990, 1, 1), date(2190, 1, 1)), st.integers(1, 40))
def test_months_follow_one_another(last: date, months: int):
    names = months_until(last, months)
    assert len(set(names)) == months
    assert names == sorted(names)
    assert names[-1] == f"{last:%Y-%m}"
