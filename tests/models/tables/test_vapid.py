"""There is one key, and no printed row shows it."""

import asyncpg
import pytest

from models.tables.vapid import VapidKey

INSERT = "INSERT INTO vapid_key (id, private_pem) VALUES ($1, 'pem')"


async def test_there_is_one_key(pool: asyncpg.Pool) -> None:
    await pool.execute(INSERT, 1)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(INSERT, 1)
    with pytest.raises(asyncpg.CheckViolationError, match="one_key"):
        await pool.execute(INSERT, 2)


def test_a_row_does_not_print_its_secret() -> None:
    assert "secret" not in repr(VapidKey(private_pem="secret"))
