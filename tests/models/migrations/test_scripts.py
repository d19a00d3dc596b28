"""A script of several statements belongs to its migration's transaction: all of it or nothing."""

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from models.migrations.scripts import run_script


async def test_what_a_failed_migration_did_is_undone(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    def migrate(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            run_script("CREATE TABLE one (n int); CREATE TABLE two (n int);")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    assert await pool.fetchval("SELECT to_regclass('one')") is None

    def migrate_well(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            run_script("CREATE TABLE one (n int); CREATE TABLE two (n int);")

    async with engine.begin() as connection:
        await connection.run_sync(migrate_well)
    assert await pool.fetchval("SELECT to_regclass('two')") is not None
