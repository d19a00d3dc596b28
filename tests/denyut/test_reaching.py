"""A command finds the database: named, held by a running service, or its own."""

from pathlib import Path

import asyncpg
import pytest

from denyut.postgres import PostgresOptions, running_postgres
from denyut.postmaster import running_postmaster
from denyut.reaching import reached_database, running_dsn
from denyut.settings import Settings
from models.migrations.run import newest_version


async def version_of(dsn: str) -> str | None:
    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
            return None
        return await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()


async def test_a_named_database_is_migrated_only_when_asked(blank_database: str) -> None:
    settings = Settings(database_url=blank_database)
    async with reached_database(settings, migrate=False) as reached:
        assert (reached.dsn, reached.private) == (blank_database, False)
        assert await version_of(reached.dsn) is None
    async with reached_database(settings, migrate=True) as reached:
        assert await version_of(reached.dsn) == newest_version()


async def test_a_private_server_that_runs_is_joined_and_left_running(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert running_dsn(settings) is None
    async with running_postgres(tmp_path, PostgresOptions()) as dsn:
        async with reached_database(settings, migrate=False) as reached:
            assert reached.private
            assert reached.dsn == running_dsn(settings) == dsn
        assert running_postmaster(tmp_path / "postgres") is not None


async def test_a_private_server_that_was_down_is_brought_up_to_date_and_stopped_again(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    async with reached_database(settings, migrate=False) as reached:
        assert await version_of(reached.dsn) == newest_version()
    assert running_postmaster(tmp_path / "postgres") is None


async def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(OSError, match="file"):
        async with reached_database(Settings(data_dir=blocked), migrate=False):
            pass
