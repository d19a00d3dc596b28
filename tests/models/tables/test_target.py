"""What the database itself refuses about targets."""

import asyncpg
import pytest

from tests.builders import make_city


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("quantity = -1", "quantity_positive"),
        ("tolerance = 1", "tolerance_share"),
        ("grace = 1.1", "grace_share"),
        ("period_end = period_start", "period_forward"),
        ("direction = 'sideways'", "direction_known"),
        ("aspect = 'beauty'", "aspect_known"),
    ],
)
async def test_a_target_that_means_nothing_is_refused(
    pool: asyncpg.Pool, change: str, named: str
) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match=named):
        await pool.execute(f"UPDATE target SET {change} WHERE employee_id = $1", city.ani)


async def test_a_pace_has_one_of_five_states(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="state_known"):
        await pool.execute("UPDATE target_pace SET state = 'fine' WHERE employee_id = $1", city.ani)
