"""What the database itself refuses about appraisals: above all a rating that nobody gave."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.builders import make_city

OPENED = """
    INSERT INTO appraisal (id, employee_id, kind, period, period_start, period_end, part_start,
                           part_end, unit_id, unit_path)
    SELECT $1, e.id, 'quarter', '2026-Q3', '2026-07-01 00:00+07', '2026-10-01 00:00+07',
           '2026-07-01 00:00+07', '2026-10-01 00:00+07', u.id, u.path
      FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = $2
"""


async def _opened(pool: asyncpg.Pool) -> tuple[UUID, UUID]:
    city, appraisal_id = await make_city(pool), uuid4()
    await pool.execute(OPENED, appraisal_id, city.ani)
    return city.ani, appraisal_id


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("predicate = 'good'", "a_rating_has_an_author"),
        ("predicate = 'fine', decided_by = employee_id", "predicate_known"),
        ("result_rating = 'splendid'", "result_rating_known"),
        ("behaviour_rating = 'splendid'", "behaviour_rating_known"),
        ("self_rating = 'splendid'", "self_rating_known"),
        ("state = 'lost'", "state_known"),
        ("part_end = part_start", "part_forward"),
    ],
)
async def test_an_appraisal_that_means_nothing_is_refused(
    pool: asyncpg.Pool, change: str, named: str
) -> None:
    _, appraisal_id = await _opened(pool)
    with pytest.raises(asyncpg.CheckViolationError, match=named):
        await pool.execute(f"UPDATE appraisal SET {change} WHERE id = $1", appraisal_id)


async def test_a_part_of_a_period_is_opened_once(pool: asyncpg.Pool) -> None:
    ani, _ = await _opened(pool)
    with pytest.raises(asyncpg.UniqueViolationError, match="appraisal_once"):
        await pool.execute(OPENED, uuid4(), ani)


async def test_a_decision_is_objected_to_once(pool: asyncpg.Pool) -> None:
    _, appraisal_id = await _opened(pool)
    objection = """
        INSERT INTO objection (id, appraisal_id, decision_number, reasons)
        VALUES (gen_random_uuid(), $1, 1, 'Cuti tidak dihitung')
    """
    await pool.execute(objection, appraisal_id)
    with pytest.raises(asyncpg.UniqueViolationError, match="objection_once"):
        await pool.execute(objection, appraisal_id)


async def test_there_are_seven_values_and_no_eighth(pool: asyncpg.Pool) -> None:
    _, appraisal_id = await _opened(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="value_known"):
        await pool.execute(
            "INSERT INTO behaviour (appraisal_id, value, rating, example)"
            " VALUES ($1, 'punctual', 'meets', 'Selalu hadir')",
            appraisal_id,
        )
