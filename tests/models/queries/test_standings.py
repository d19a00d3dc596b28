"""Where targets stand: each by its own calendar, and what follows from rows alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from models.queries.standings import goal_of, progress_of, standings
from models.queries.targets import target_row
from models.rules.pace import Direction
from models.tables.columns import new_id
from tests.builders import City, make_city


async def row_of(pool: asyncpg.Pool, city: City, name: str) -> Any:
    row = await target_row(pool, city.targets[getattr(city, name)])
    assert row is not None
    return row


async def test_leave_lowers_what_is_expected_of_one_and_not_of_the_other(
    pool: asyncpg.Pool,
) -> None:
    city, now = await make_city(pool), datetime.now(UTC)
    await pool.execute(
        "INSERT INTO leave (id, employee_id, starts_on, ends_on, kind, decree)"
        " VALUES ($1, $2, $3, $4, 'annual', '')",
        new_id(),
        city.ani,
        (now - timedelta(days=9)).date(),
        (now - timedelta(days=3)).date(),
    )
    rows = [await row_of(pool, city, name) for name in ("ani", "budi")]
    away, there = await standings(pool, rows, now)
    assert away.expected is not None
    assert there.expected is not None
    assert away.expected < there.expected
    assert away.working_days_left == there.working_days_left > 0
    assert away.slips_at is not None
    assert there.slips_at is not None
    assert away.slips_at > there.slips_at


async def test_after_the_period_no_days_are_left_and_all_was_expected(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    row = await row_of(pool, city, "ani")
    (over,) = await standings(pool, [row], row["period_end"] + timedelta(hours=1))
    assert (over.working_days_left, over.expected) == (0, 100.0)
    assert await standings(pool, [], datetime.now(UTC)) == []


def test_a_measured_value_is_the_mean_and_missing_is_not_zero() -> None:
    row = {"approved": 160.0, "pending": 80.0, "observations": 3}
    assert progress_of(row).measured == 80.0
    assert progress_of({"approved": 0.0, "pending": 0.0, "observations": 0}).measured is None


@pytest.mark.parametrize(("low", "high"), [(None, None), (5.0, None), (9.0, 2.0)])
def test_a_range_that_was_stored_unsound_is_read_as_its_quantity(
    low: float | None, high: float | None
) -> None:
    row = {
        "quantity": 7.0,
        "direction": "range",
        "aspect": "quantity",
        "low": low,
        "high": high,
        "tolerance": 0.15,
        "grace": 0.1,
        "minimum_observations": 10,
    }
    goal = goal_of(row)
    assert (goal.direction, goal.low, goal.high) == (Direction.RANGE, 7.0, 7.0)


async def test_it_says_what_is_done_where_it_leads_and_what_each_day_must_bring(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    await pool.execute(
        "UPDATE target_pace SET approved = 20, pending = 5 WHERE employee_id = $1", city.ani
    )
    row = await row_of(pool, city, "ani")
    (half,) = await standings(pool, [row], datetime.now(UTC))
    assert half.done == 25
    assert half.forecast is not None
    assert half.forecast > 25
    assert half.needed_per_working_day == pytest.approx(75 / half.working_days_left)
    (over,) = await standings(pool, [row], row["period_end"])
    assert (over.done, over.forecast, over.needed_per_working_day) == (25, 25, None)


async def test_of_a_target_of_zero_nothing_is_expected_forecast_or_needed(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    row = dict(await row_of(pool, city, "ani")) | {"quantity": 0.0}
    (standing,) = await standings(pool, [row], datetime.now(UTC))
    assert (standing.expected, standing.forecast, standing.needed_per_working_day) == (None,) * 3
    assert (standing.slips_at, standing.done) == (None, 0.0)


async def test_after_leave_for_the_whole_period_everything_but_what_was_done_is_missing(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    row = await row_of(pool, city, "ani")
    await pool.execute(
        "INSERT INTO leave (id, employee_id, starts_on, ends_on) VALUES ($1, $2, $3, $4)",
        *(new_id(), city.ani, row["period_start"].date() - timedelta(days=1)),
        row["period_end"].date() + timedelta(days=1),
    )
    (standing,) = await standings(pool, [row], datetime.now(UTC))
    assert (standing.expected, standing.forecast, standing.needed_per_working_day) == (None,) * 3
    assert (standing.working_days_left, standing.done) == (0, 0.0)


async def test_a_measured_indicator_shows_its_value_or_that_there_is_none(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    row = dict(await row_of(pool, city, "ani")) | {"aspect": "quality", "quantity": 85.0}
    measured = row | {"approved": 180.0, "observations": 2}
    none, some = await standings(pool, [row, measured], datetime.now(UTC))
    assert (none.done, none.forecast, none.needed_per_working_day) == (None, None, None)
    assert (some.done, some.forecast, some.needed_per_working_day) == (90.0, 90.0, None)
