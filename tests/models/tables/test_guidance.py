"""What the database itself refuses about announcements, trainings and their guests."""

from uuid import uuid4

import asyncpg
import pytest

from tests.builders import make_city

ANNOUNCEMENT = """
    INSERT INTO announcement (id, kind, unit_id, title, body, made_by)
    SELECT $1, $2, e.unit_id, 'Libur bersama', 'Kantor tutup.', e.id FROM employee e WHERE e.id = $3
"""
TRAINING = """
    INSERT INTO training (id, unit_id, title, starts_at, ends_at, made_by)
    SELECT $1, e.unit_id, 'Melapor', now(), now() + make_interval(hours => $2), e.id
      FROM employee e WHERE e.id = $3
"""
GUEST = "INSERT INTO attendance (training_id, employee_id, state) VALUES ($1, $2, $3)"


async def test_an_announcement_is_a_word_or_a_lesson(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="kind_known"):
        await pool.execute(ANNOUNCEMENT, uuid4(), "rumour", city.ani)


async def test_an_announcement_is_read_for_the_first_time_once(pool: asyncpg.Pool) -> None:
    city, announcement_id = await make_city(pool), uuid4()
    await pool.execute(ANNOUNCEMENT, announcement_id, "lesson", city.ani)
    read = "INSERT INTO announcement_reading (announcement_id, employee_id) VALUES ($1, $2)"
    await pool.execute(read, announcement_id, city.ani)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(read, announcement_id, city.ani)


async def test_a_training_ends_after_it_began(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="forward"):
        await pool.execute(TRAINING, uuid4(), 0, city.ani)


async def test_a_guest_is_invited_attended_or_absent(pool: asyncpg.Pool) -> None:
    city, training_id = await make_city(pool), uuid4()
    await pool.execute(TRAINING, training_id, 2, city.ani)
    with pytest.raises(asyncpg.CheckViolationError, match="state_known"):
        await pool.execute(GUEST, training_id, city.ani, "asleep")
