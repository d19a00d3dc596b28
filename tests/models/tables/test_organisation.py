"""What the database itself refuses about units, heads and assignments."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.tables.columns import new_id
from tests.builders import make_city

NOW = datetime.now(UTC)


async def head(
    pool: Any, unit_id: UUID, employee_id: UUID, kind: str, since: int, until: int | None
) -> None:
    """A head from so many days from now until so many."""
    await pool.execute(
        "INSERT INTO supervision (id, unit_id, supervisor_id, kind, valid_from, valid_to)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        new_id(),
        unit_id,
        employee_id,
        kind,
        NOW + timedelta(days=since),
        None if until is None else NOW + timedelta(days=until),
    )


async def test_a_unit_has_one_head_of_a_kind_at_any_instant(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await head(pool, city.clinic, city.budi, "definitive", 1, None)
    await head(pool, city.clinic, city.budi, "acting", 1, 5)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await head(pool, city.clinic, city.citra, "acting", 4, 9)
    await head(pool, city.clinic, city.citra, "acting", 5, 9)


async def test_a_term_runs_forward(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError):
        await head(pool, city.clinic, city.budi, "acting", 5, 5)


async def test_nobody_is_their_own_personal_supervisor(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="not_oneself"):
        await pool.execute(
            "INSERT INTO personal_assignment (id, employee_id, supervisor_id, valid_from)"
            " VALUES ($1, $2, $2, $3)",
            new_id(),
            city.ani,
            NOW,
        )


async def test_a_path_ends_in_its_own_unit_and_a_shard_is_one_of_sixteen(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="path_ends_here"):
        await pool.execute(
            "UPDATE unit SET path = ARRAY[$2::uuid] WHERE id = $1", city.clinic, city.city
        )
    with pytest.raises(asyncpg.CheckViolationError, match="shard_range"):
        await pool.execute("UPDATE unit SET shard = 16 WHERE id = $1", city.clinic)
