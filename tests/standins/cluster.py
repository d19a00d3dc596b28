"""One PostgreSQL for a whole test run, shared by its workers.

The first worker that needs it starts it and migrates a template database; each test gets a
clone. Where there is room, the data lies in
memory: the settings are those of production, only the disk is quicker.
"""

import asyncio
import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import asyncpg
import psutil

from denyut.postgres import PostgresOptions, PostgresServer, ensure_database
from denyut.postgres_binaries import chosen_binaries
from denyut.postmaster import Postmaster, read_pid_file, running_postmaster
from models.migrations.run import upgrade

PREFIX = "denyut-tests-"
MEMORY = Path("/dev/shm")
ROOM_BYTES = 2_000_000_000  # clones are 10 MB each and dropped after their test
TEMPLATE = "denyut_template"


@dataclass(frozen=True, slots=True)
class SharedCluster:
    """The run's server: where it is and how a clone is made."""

    folder: Path
    socket_dir: str

    def dsn(self, database: str) -> str:
        """Where to connect, for asyncpg and libpq."""
        return f"postgresql://postgres@/{database}?host={self.socket_dir}"

    @asynccontextmanager
    async def cloned(self, template: str = TEMPLATE) -> AsyncIterator[str]:
        """A database of its own, made from `template` and dropped afterwards; yields its DSN."""
        # Copying files needs a checkpoint: quick in memory, slow on a disk.
        strategy = "FILE_COPY" if self.folder.is_relative_to(MEMORY) else "WAL_LOG"
        name = f"test_{uuid.uuid4().hex}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {strategy}")
        try:
            yield self.dsn(name)
        finally:
            await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def made_run_folder() -> Path:
    """A folder for one test run, in memory where there is room; sweeps up killed runs."""
    shared = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    parent = MEMORY if shared else Path(tempfile.gettempdir())
    for left in parent.glob(f"{PREFIX}*"):
        owner = left.name.removeprefix(PREFIX).split("-")[0]
        if left.stat().st_uid == os.geteuid() and not psutil.pid_exists(int(owner)):
            end_run(left)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))


@contextmanager
def joined_cluster(folder: Path, major: int | None) -> Iterator[SharedCluster]:
    """The run's server; whoever comes first starts, migrates and stops it.

    `major` is its release; None takes the preferred one. The first waits at the end until the
    others have left; whoever comes after that starts anew.
    """
    marker = folder / "socket_dir"
    server: PostgresServer | None = None
    with (folder / "using").open("w") as using, (folder / "changing").open("w") as changing:
        with _alone(changing):
            if not marker.exists():
                server = PostgresServer.started(folder / "data", _options(major))
                upgrade(_with_template(SharedCluster(folder, str(server.socket_dir))))
                marker.write_text(str(server.socket_dir))
            fcntl.flock(using, fcntl.LOCK_SH)
        try:
            yield SharedCluster(folder, marker.read_text())
        finally:
            fcntl.flock(using, fcntl.LOCK_UN)
            if server is not None:
                with _alone(changing), _alone(using):
                    marker.unlink()
                    server.stop()
                    shutil.rmtree(folder / "data")


def _options(major: int | None) -> PostgresOptions:
    """Production's settings with room for many tests at once."""
    binaries = chosen_binaries(None, major)
    if major is not None and binaries.major != major:
        raise LookupError(f"There is no PostgreSQL {major} on this machine.")
    return PostgresOptions(bin_dir=binaries.bin_dir, max_connections=300, max_wal_size_mb=256)


@contextmanager
def _alone(file: TextIO) -> Iterator[None]:
    """Waits until no other worker holds the file, and keeps them out."""
    fcntl.flock(file, fcntl.LOCK_EX)
    yield
    fcntl.flock(file, fcntl.LOCK_UN)


def _with_template(cluster: SharedCluster) -> str:
    """Creates the template's empty database; its DSN."""
    asyncio.run(ensure_database(cluster.dsn("postgres"), TEMPLATE))
    return cluster.dsn(TEMPLATE)


def end_run(folder: Path) -> None:
    """Removes the folder, and stops the server if its worker was killed before it could."""
    cluster = folder / "data" / "postgres"
    written, process = read_pid_file(cluster), running_postmaster(cluster)
    if written is not None and process is not None:
        Postmaster.adopted(process, cluster).stop(timeout_s=30)
        shutil.rmtree(written.socket_dir, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
