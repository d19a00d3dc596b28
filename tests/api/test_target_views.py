"""Targets on the wire: the state the feed told, the expectation of this moment."""

from datetime import UTC, datetime

import asyncpg
import pytest

from api.target_views import target_view, target_views
from models.queries.standings import Standing
from models.queries.targets import target_row
from tests.builders import make_city


async def test_the_state_is_the_stored_one_and_the_rest_is_fresh(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    target_id = city.targets[city.ani]
    await pool.execute(
        "UPDATE target_pace SET state = 'slipped', slips_at = NULL WHERE target_id = $1", target_id
    )
    row = await target_row(pool, target_id)
    assert row is not None
    (view,) = await target_views(pool, [row], datetime.now(UTC))
    assert (view.id, view.pace.state) == (target_id, "slipped")
    assert view.pace.slips_at is not None
    assert view.pace.expected is not None
    assert (view.pace.done, view.pace.forecast) == (0.0, 0.0)
    assert view.pace.needed_per_working_day is not None
    assert view.pace.needed_per_working_day * view.pace.working_days_left == pytest.approx(100)
    assert await target_views(pool, [], datetime.now(UTC)) == []


async def test_what_cannot_be_expected_is_null_and_not_zero(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    row = await target_row(pool, city.targets[city.ani])
    assert row is not None
    at = datetime(2026, 11, 2, tzinfo=UTC)
    view = target_view(Standing(row, None, None, at, 0))
    assert (view.pace.expected, view.pace.slips_at, view.pace.at_risk_at) == (None, None, at)
    assert view.pace.working_days_left == 0
    assert view.minimum_observations == 10, "so that a screen can say that too little is known"
