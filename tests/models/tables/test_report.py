"""What the database itself refuses about reports and their changes."""

import asyncpg
import pytest

from models.tables.columns import new_id
from tests.builders import City, make_city, make_report, submit


@pytest.fixture
async def reported(pool: asyncpg.Pool) -> City:
    """A city with one report."""
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    return city


async def test_a_report_has_one_of_five_statuses(pool: asyncpg.Pool, reported: City) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="status_known"):
        await pool.execute("UPDATE report SET status = 'seen'")


async def test_a_version_of_a_report_is_written_once(pool: asyncpg.Pool, reported: City) -> None:
    report_id = await pool.fetchval("SELECT id FROM report")
    await submit(pool, "revise", reported.ani, report_id=report_id, quantity=2)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(
            "INSERT INTO report_change SELECT $1, report_id, employee_id, kind, version, body_hash,"
            " quantity_before, note_before, activity_before FROM report_change",
            new_id(),
        )


async def test_feedback_is_of_a_known_kind(pool: asyncpg.Pool, reported: City) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="kind_known"):
        await pool.execute(
            "INSERT INTO feedback (id, employee_id, author_id, kind, text)"
            " VALUES ($1, $2, $3, 'insult', 'x')",
            new_id(),
            reported.ani,
            reported.clinic_head,
        )
