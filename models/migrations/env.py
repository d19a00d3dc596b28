"""How a migration reaches the database: over asyncpg, with a lock timeout, one at a time.

Alembic runs this file. The DSN comes from `models.migrations.run`, never from a file.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from models.tables.every import METADATA

LOCK_TIMEOUT_MS = 5_000  # a migration that waits longer blocks reports; fail and say so instead
ADVISORY_LOCK = 0x64656E79  # two processes that start at once migrate one after the other


def migrate(connection: Connection) -> None:
    """Runs the steps that are missing in one transaction each."""
    connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
    connection.execute(text(f"SET lock_timeout = {LOCK_TIMEOUT_MS}"))
    connection.commit()
    context.configure(
        connection=connection, target_metadata=METADATA, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
    connection.commit()


async def connect_and_migrate() -> None:
    """Opens one connection for the whole run."""
    engine = create_async_engine(context.config.attributes["dsn"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(connect_and_migrate())
