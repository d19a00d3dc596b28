"""What the database itself refuses about mentors and offers of help."""

from uuid import uuid4

import asyncpg
import pytest

from tests.builders import make_city

MENTORSHIP = """
    INSERT INTO mentorship (id, employee_id, mentor_id, valid_from, valid_to, made_by)
    VALUES ($1, $2, $3, '2026-11-01 00:00+07', $4::text::timestamptz, $3)
"""


async def test_nobody_mentors_themselves(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="not_oneself"):
        await pool.execute(MENTORSHIP, uuid4(), city.ani, city.ani, None)


async def test_a_person_has_one_mentor_at_a_time(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute(MENTORSHIP, uuid4(), city.ani, city.budi, None)
    with pytest.raises(asyncpg.ExclusionViolationError, match="one_mentor_at_a_time"):
        await pool.execute(MENTORSHIP, uuid4(), city.ani, city.budi, "2026-12-01 00:00+07")


async def test_a_mentorship_ends_after_it_began(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.PostgresError):
        await pool.execute(MENTORSHIP, uuid4(), city.ani, city.budi, "2026-11-01 00:00+07")


async def test_an_offer_has_one_of_four_states(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="state_known"):
        await pool.execute(
            "INSERT INTO help_offer (id, employee_id, signals, text, offered_by, state)"
            " VALUES ($1, $2, ARRAY['many_returns'], 'Mari dibahas', $3, 'forced')",
            uuid4(),
            city.ani,
            city.budi,
        )
