"""Audit rows need no more than who and what; the database gives the time."""

import asyncpg

from models.tables.columns import new_id
from tests.builders import make_city


async def test_the_time_is_the_databases(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    before = await pool.fetchval("SELECT clock_timestamp()")
    await pool.execute(
        "INSERT INTO audit_entry (id, actor_id, action, employee_id) VALUES ($1, $2, 'x', $3)",
        new_id(),
        city.hr,
        city.ani,
    )
    await pool.execute(
        "INSERT INTO data_view (id, viewer_id, employee_id, what) VALUES ($1, $2, $3, 'person')",
        new_id(),
        city.hr,
        city.ani,
    )
    entry = await pool.fetchrow("SELECT at, details FROM audit_entry")
    assert entry["at"] >= before
    assert entry["details"] == "{}"
    view = await pool.fetchrow("SELECT at, until FROM data_view")
    assert view["at"] >= before
    assert view["until"] is None
