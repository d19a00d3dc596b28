"""A notice happens once, and goes to a device once."""

import asyncpg
import pytest

from models.tables.columns import new_id
from tests.builders import make_city

NOTICE = "INSERT INTO notice (id, key, recipient_id, kind) VALUES ($1, $2, $3, 'slip')"
DELIVERY = (
    "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel)"
    " VALUES ($1, $2, $3, $4, 'fcm')"
)


async def test_a_key_is_used_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute(NOTICE, new_id(), "slip:1", city.ani)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(NOTICE, new_id(), "slip:1", city.ani)


async def test_a_notice_goes_to_a_device_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    notice_id, device_id = new_id(), new_id()
    await pool.execute(NOTICE, notice_id, "slip:1", city.ani)
    await pool.execute(DELIVERY, new_id(), notice_id, city.ani, device_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(DELIVERY, new_id(), notice_id, city.ani, device_id)
