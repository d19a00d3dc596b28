"""What the database itself refuses about exports and their pieces."""

from uuid import uuid4

import asyncpg
import pytest

from tests.builders import make_city

EXPORT = "INSERT INTO export (id, asked_by, kind, format, state) VALUES ($1, $2, $3, $4, $5)"


@pytest.mark.parametrize(
    ("kind", "form", "state", "named"),
    [
        ("everything", "pdf", "queued", "kind_known"),
        ("my_data", "exe", "queued", "format_known"),
        ("my_data", "zip", "thinking", "state_known"),
    ],
)
async def test_an_export_that_means_nothing_is_refused(
    pool: asyncpg.Pool, kind: str, form: str, state: str, named: str
) -> None:
    city = await make_city(pool)
    with pytest.raises(asyncpg.CheckViolationError, match=named):
        await pool.execute(EXPORT, uuid4(), city.ani, kind, form, state)


async def test_a_piece_of_a_file_has_its_own_number(pool: asyncpg.Pool) -> None:
    city, export_id = await make_city(pool), uuid4()
    await pool.execute(EXPORT, export_id, city.ani, "my_data", "zip", "running")
    piece = "INSERT INTO export_piece (export_id, number, data) VALUES ($1, 0, 'x')"
    await pool.execute(piece, export_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(piece, export_id)
