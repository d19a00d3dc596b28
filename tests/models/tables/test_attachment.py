"""What the database itself refuses about uploads."""

from uuid import uuid4

import asyncpg
import pytest

from tests.builders import make_city

NEW = "INSERT INTO attachment (id, employee_id, sha256, size_bytes, state) VALUES ($1,$2,$3,9,$4)"


async def test_a_person_has_a_file_once_and_others_have_their_own(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute(NEW, uuid4(), city.ani, b"digest", "uploading")
    await pool.execute(NEW, uuid4(), city.budi, b"digest", "uploading")
    with pytest.raises(asyncpg.UniqueViolationError, match="attachment_once"):
        await pool.execute(NEW, uuid4(), city.ani, b"digest", "uploading")


async def test_a_state_that_means_nothing_is_refused(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match="state_known"):
        await pool.execute(NEW, uuid4(), city.ani, b"digest", "lost")


async def test_a_chunk_has_its_place(pool: asyncpg.Pool) -> None:
    city, attachment_id = await make_city(pool), uuid4()
    await pool.execute(NEW, attachment_id, city.ani, b"digest", "uploading")
    chunk = (
        "INSERT INTO attachment_chunk (attachment_id, begins_at, size_bytes, sha256)"
        " VALUES ($1, 0, 4, 'x')"
    )
    await pool.execute(chunk, attachment_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(chunk, attachment_id)
