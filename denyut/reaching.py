"""The database for a command: the one that is named, the one a running service holds, or its own.

Invariant: a command never fights a running service for its private server; it joins it.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from denyut.postgres import running_postgres
from denyut.postmaster import read_pid_file, running_postmaster
from denyut.settings import Settings
from models.migrations.run import upgrade


@dataclass(frozen=True, slots=True)
class Reached:
    """A database that answers. `private`: it belongs to the data folder, not to somebody else."""

    dsn: str
    private: bool


def running_dsn(settings: Settings) -> str | None:
    """Where the private server of a running service listens; None: none runs in the folder."""
    cluster = settings.data_dir / "postgres"
    if running_postmaster(cluster) is None:
        return None
    written = read_pid_file(cluster)
    if written is None or not written.ready:
        return None
    return f"postgresql://postgres@/{settings.postgres.database}?host={written.socket_dir}"


@asynccontextmanager
async def reached_database(settings: Settings, *, migrate: bool) -> AsyncGenerator[Reached]:
    """The database for as long as the block runs; a private server that was down is stopped again.

    A private database that no service runs on is brought up to date, as a service would do it at
    its start; any other only with `migrate`. Raises PostgresProblem and what the driver raises.
    """
    named = settings.database_url or running_dsn(settings)
    if named is not None:
        if migrate:
            await asyncio.to_thread(upgrade, named)
        yield Reached(named, private=settings.database_url is None)
        return
    async with running_postgres(settings.data_dir, settings.postgres) as dsn:
        await asyncio.to_thread(upgrade, dsn)
        yield Reached(dsn, private=True)
