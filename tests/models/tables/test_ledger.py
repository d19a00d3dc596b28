"""A delivery is opened once, and dies once."""

from uuid import UUID

import asyncpg
import pytest

from models.tables.columns import new_id
from tests.builders import make_city

OPENED = "INSERT INTO delivery_event (delivery_id, what) VALUES ($1, 'opened')"
DEAD = "INSERT INTO dead_letter (delivery_id, reason) VALUES ($1, 'given up')"


@pytest.fixture
async def delivery_id(pool: asyncpg.Pool) -> UUID:
    city, notice_id, delivery_id = await make_city(pool), new_id(), new_id()
    await pool.execute(
        "INSERT INTO notice (id, key, recipient_id, kind) VALUES ($1, 'a', $2, 'slip')",
        notice_id,
        city.ani,
    )
    await pool.execute(
        "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel)"
        " VALUES ($1, $2, $3, $4, 'fcm')",
        delivery_id,
        notice_id,
        city.ani,
        new_id(),
    )
    return delivery_id


@pytest.mark.parametrize("statement", [OPENED, DEAD])
async def test_it_happens_once(pool: asyncpg.Pool, delivery_id: UUID, statement: str) -> None:
    await pool.execute(statement, delivery_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(statement, delivery_id)


async def test_a_step_has_a_known_name(pool: asyncpg.Pool, delivery_id: UUID) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(OPENED.replace("opened", "vanished"), delivery_id)
