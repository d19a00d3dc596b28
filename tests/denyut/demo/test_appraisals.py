"""The demo's appraisals: judged on real reports, one unit too generous, two objections."""

import json
from datetime import UTC, datetime

import asyncpg
import pytest

from denyut.demo.appraisals import Judging, judged_people, judged_periods
from denyut.demo.calendars import usual_weeks
from denyut.demo.city import CityOptions, DemoCity, made_city
from denyut.demo.load import write_city
from models.queries.distributions import distribution_of
from models.rules.appraising import AppraisalOptions
from models.rules.evidence import reproduced, told


async def test_one_agency_is_judged_on_its_reports_and_the_running_period_is_open(
    pool: asyncpg.Pool, city: DemoCity
) -> None:
    async with pool.acquire() as connection:
        await write_city(connection, city, "")
    judging, people = judged_periods(city), judged_people(city)
    await _states(pool, judging, len(people))
    struggling = await pool.fetchval("SELECT employee_id FROM appraisal WHERE state = 'objected'")
    assert struggling == city.staff.cast.struggling.id
    await _evidence(pool)
    options = AppraisalOptions(at_least=2)  # a small city has small units
    generous = city.staff.cast.supervisor.unit.id
    found = await distribution_of(pool, generous, judging.over, options)
    assert found.warning is not None
    assert found.warning.departures[0].predicate == "very_good"


async def _states(pool: asyncpg.Pool, judging: Judging, people: int) -> None:
    rows = await pool.fetch("SELECT period, state, count(*) AS people FROM appraisal GROUP BY 1, 2")
    found = {(row["period"], row["state"]): row["people"] for row in rows}
    assert {period for period, _ in found} == {judging.over, judging.running}
    judged = [count for (period, _), count in found.items() if period == judging.over]
    assert sum(judged) == people
    assert found[judging.over, "objected"] == found[judging.over, "final"] == 1
    assert found[judging.running, "open"] > 0
    assert found[judging.running, "self_assessed"] > 0
    objections = await pool.fetch("SELECT outcome FROM objection ORDER BY outcome")
    assert [row["outcome"] for row in objections] == ["changed", None]


async def _evidence(pool: asyncpg.Pool) -> None:
    """Frozen texts name reports and are reproduced from themselves."""
    named = 0
    for row in await pool.fetch("SELECT content FROM appraisal_evidence"):
        again = reproduced(row["content"])
        assert (again.result.rating, again.result.mean, again.behaviour) == told(row["content"])
        content = json.loads(row["content"])
        named += sum(target["reports"] for target in content["targets"])
    assert named > 100


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (datetime(2026, 11, 24, 8, tzinfo=UTC), "2026-Q3"),
        (datetime(2026, 12, 24, 8, tzinfo=UTC), "2026-11"),
        (datetime(2027, 1, 2, 8, tzinfo=UTC), "2026-Q4"),
    ],
)
def test_the_judged_period_is_one_of_which_something_is_known(now: datetime, over: str) -> None:
    city = made_city(CityOptions(seed=7, scale=0.01), now, usual_weeks())
    judging = judged_periods(city)
    assert judging.over == over
    assert judging.decided_at <= now
