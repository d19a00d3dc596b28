"""Migrations: from nothing to the newest version, again without effect, several at once."""

import asyncio
import sys
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest

from models.migrations.run import newest_version, sqlalchemy_dsn, upgrade


async def version_of(dsn: str) -> str:
    """What the database says it is at."""
    connection = await asyncpg.connect(dsn)
    try:
        return str(await connection.fetchval("SELECT version_num FROM alembic_version"))
    finally:
        await connection.close()


async def test_an_empty_database_comes_to_the_newest_version_and_stays(blank_database: str) -> None:
    for _ in range(2):
        await asyncio.to_thread(upgrade, blank_database)
        assert await version_of(blank_database) == newest_version()


async def test_processes_that_start_at_once_migrate_one_after_the_other(
    blank_database: str,
) -> None:
    program = "import sys; from models.migrations.run import upgrade; upgrade(sys.argv[1])"
    starting = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, blank_database)
        for _ in range(3)
    ]
    assert [await process.wait() for process in starting] == [0, 0, 0]
    assert await version_of(blank_database) == newest_version()


async def test_a_migration_never_waits_for_a_lock_for_long(blank_database: str) -> None:
    """Somebody holds the version table: the migration gives up by its own timeout and says so."""
    await asyncio.to_thread(upgrade, blank_database)
    connection = await asyncpg.connect(blank_database)
    try:
        await connection.execute("UPDATE alembic_version SET version_num = '0000'")
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Exception, match="lock timeout"):
            await asyncio.to_thread(upgrade, blank_database)
        await transaction.rollback()
    finally:
        await connection.close()


async def test_the_functions_in_the_database_are_those_in_the_files(pool: asyncpg.Pool) -> None:
    """A function is never edited after its release: a change gets a new version and file."""
    rows = await pool.fetch(
        "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " JOIN pg_language l ON l.oid = p.prolang"
        " WHERE n.nspname = 'public' AND l.lanname IN ('plpgsql', 'sql')"
    )
    found = {row["proname"]: row["prosrc"] for row in rows}
    sources = {
        Path(str(file)).stem: file.read_text("utf-8")
        for file in files("models.sql").iterdir()
        if file.name.endswith(".sql")
    }
    assert set(found) == set(sources)
    assert all(found[name] in sources[name] for name in found)


def test_sqlalchemy_takes_the_same_address() -> None:
    assert sqlalchemy_dsn("postgresql://u@/d?host=/s") == "postgresql+asyncpg://u@/d?host=/s"
