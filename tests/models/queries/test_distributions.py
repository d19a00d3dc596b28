"""A unit's distribution: what stands is counted, the nearest own predicate expects, few are few."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from models.queries.distributions import distribution_of, unit_predicate_set
from models.rules.appraising import AppraisalOptions
from models.rules.predicates import Predicate
from tests.builders import City, make_city, make_employee
from tests.making.appraisal import make_appraisal, month_before

PERIOD = month_before(datetime.now(UTC))


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def judged(
    pool: asyncpg.Pool, city: City, unit_id: UUID, predicate: str, state: str = "decided"
) -> None:
    appraisal_id = await make_appraisal(pool, await make_employee(pool, unit_id))
    await pool.execute(
        "UPDATE appraisal SET state = $2, predicate = $3, decided_by = $4 WHERE id = $1",
        appraisal_id,
        state,
        predicate,
        city.health_head,
    )


async def test_what_stands_below_is_counted_and_what_was_reopened_waits(
    pool: asyncpg.Pool, city: City
) -> None:
    await judged(pool, city, city.clinic, "good")
    await judged(pool, city, city.pharmacy, "very_good", "final")
    await judged(pool, city, city.clinic, "poor", "reopened")
    await judged(pool, city, city.roads, "poor")
    await make_appraisal(pool, city.ani)
    found = await distribution_of(pool, city.health, PERIOD)
    assert {each: count for each, count in found.counts.items() if count} == {
        Predicate.GOOD: 1,
        Predicate.VERY_GOOD: 1,
    }
    assert (found.decided, found.waiting, found.own, found.warning) == (2, 2, None, None)


async def test_the_nearest_own_predicate_expects_and_a_departure_is_said(
    pool: asyncpg.Pool, city: City
) -> None:
    await unit_predicate_set(pool, city.city, PERIOD, Predicate.GOOD, "SK 1", city.city_hr)
    await unit_predicate_set(pool, city.health, PERIOD, Predicate.GOOD, "SK 2", city.hr)
    await unit_predicate_set(pool, city.health, PERIOD, Predicate.POOR, "SK 3", city.hr)
    for _ in range(4):
        await judged(pool, city, city.clinic, "very_good")
    assert (await distribution_of(pool, city.clinic, PERIOD)).warning is None  # four are few
    options = AppraisalOptions(at_least=4)
    found = await distribution_of(pool, city.clinic, PERIOD, options)
    assert (found.own, found.own_unit_id, found.decree) == (Predicate.POOR, city.health, "SK 3")
    assert found.warning is not None
    assert {each.predicate: each.share for each in found.warning.departures}[
        Predicate.VERY_GOOD
    ] == 1.0
    elsewhere = await distribution_of(pool, city.works, PERIOD)
    assert (elsewhere.own, elsewhere.own_unit_id) == (Predicate.GOOD, city.city)
    assert (await distribution_of(pool, city.clinic, "2020")).own is None
