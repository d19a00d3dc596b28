"""The tables in the code and the tables in the database are the same ones."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from models.tables.every import METADATA, MODULES


async def test_a_migrated_database_has_exactly_what_the_tables_say(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), METADATA)

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_every_table_module_is_known() -> None:
    from pathlib import Path

    import models.tables

    folder = Path(next(iter(models.tables.__path__)))
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "columns", "every"}
    assert {module.__name__.rsplit(".", 1)[-1] for module in MODULES} == files


@pytest.mark.parametrize("table", sorted(METADATA.tables))
async def test_every_constraint_that_the_code_names_stands_in_the_database(
    pool: asyncpg.Pool, table: str
) -> None:
    named = {str(each.name) for each in METADATA.tables[table].constraints if each.name}
    found = await pool.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass", f'"{table}"'
    )
    assert named <= {row["conname"] for row in found}
