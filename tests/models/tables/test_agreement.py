"""What the database itself refuses about agreements, results and proposals."""

from uuid import uuid4

import asyncpg
import pytest

from tests.builders import City, make_city

AGREEMENT = "INSERT INTO agreement (id, employee_id, year, made_by) VALUES ($1, $2, 2026, $2)"
PROPOSAL = """
    INSERT INTO target_proposal (id, employee_id, kind, target_id, body, reason, state)
    VALUES (gen_random_uuid(), $1, $2, NULL, '{}', 'Volume naik', $3)
"""


async def _agreed(pool: asyncpg.Pool) -> tuple[City, object]:
    city, agreement_id = await make_city(pool), uuid4()
    await pool.execute(AGREEMENT, agreement_id, city.ani)
    return city, agreement_id


async def test_a_person_has_one_agreement_a_year(pool: asyncpg.Pool) -> None:
    city, _ = await _agreed(pool)
    with pytest.raises(asyncpg.UniqueViolationError, match="agreement_once"):
        await pool.execute(AGREEMENT, uuid4(), city.ani)


async def test_a_result_does_not_serve_itself(pool: asyncpg.Pool) -> None:
    _, agreement_id = await _agreed(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="not_itself"):
        await pool.execute(
            "INSERT INTO work_result (id, agreement_id, title, serves_id)"
            " VALUES ($1, $2, 'Layanan cepat', $1)",
            uuid4(),
            agreement_id,
        )


async def test_a_proposed_change_names_the_target_it_changes(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="change_names_its_target"):
        await pool.execute(PROPOSAL, city.ani, "change", "open")
    await pool.execute(PROPOSAL, city.ani, "new", "open")


async def test_a_proposal_has_one_of_four_states(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="state_known"):
        await pool.execute(PROPOSAL, city.ani, "new", "perhaps")
