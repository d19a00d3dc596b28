"""What every scenario stands on: the embedded PostgreSQL, a town in it, and processes of their own.

Invariant: a generator never shares an event loop, and so a processor's turn, with what it
measures; and everything that was started here ends here.
"""

import asyncio
import os
import resource
import signal
import socket
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx

from benchmarks import town as towns
from benchmarks.town import Town
from denyut.postgres import PostgresOptions, ensure_database, running_postgres
from models.migrations.run import upgrade

SERVE = (sys.executable, "-m", "denyut", "serve")
READY_WITHIN_S = 60.0
OPEN_FILES = 65_536  # 5,000 sockets need as many files, on both ends
SERVER_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
DATABASE = PostgresOptions().database
PROBES = 50


@dataclass(frozen=True, slots=True)
class Served:
    """A service under measurement."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_s(self) -> float:
        """Processor time of the process so far, in seconds."""
        return cpu_s(self.pid)

    def resident_bytes(self) -> int:
        """Memory of the process that is in use now."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Rig:
    """A database with the town in it. `folder` is for the files of a measurement."""

    dsn: str
    folder: Path
    town: Town

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[asyncpg.Connection]:
        """A connection of the rig's own."""
        connection = await asyncpg.connect(self.dsn)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def service(self, environment: Mapping[str, str] | None = None) -> AsyncGenerator[Served]:
        """`denyut serve` on a free port, until the block ends."""
        port = free_port()
        ours = {name: value for name, value in os.environ.items() if not _is_setting(name)}
        path = self.folder / f"service-{port}.log"
        with await asyncio.to_thread(path.open, "wb") as log:
            process = await asyncio.create_subprocess_exec(
                *SERVE,
                env={
                    **ours,
                    "DENYUT_DATABASE_URL": self.dsn,
                    "DENYUT_PORT": str(port),
                    "DENYUT_LOGS__LEVEL": "WARNING",
                    **(environment or {}),
                },
                stdout=log,
                stderr=log,
            )
        try:
            if not await answers(f"http://127.0.0.1:{port}", process):
                said = await asyncio.to_thread(path.read_text, "utf-8")
                raise RuntimeError(f"the service did not become ready: {said[-2000:]}")
            yield Served(port, process.pid)
        finally:
            await ended(process)

    async def worn_in(self, log_mb: int) -> None:
        """Has so much of the write-ahead log behind it, as a database that has run for a while.

        A new one makes each file of the log when it comes to it: 16 MB of zeros, during which
        nobody commits, every other second at full speed. Once as much was written as lies between
        two checkpoints (`max_wal_size_mb`), files are used again.
        """
        async with self.connected() as connection:
            await connection.execute(
                "SELECT count(pg_logical_emit_message(false, 'bench', repeat('x', 1000000)))"
                f" FROM generate_series(1, {log_mb})"
            )
            await connection.execute("CHECKPOINT")

    async def beside(self, name: str, town: Town) -> "Rig":
        """One more database on the same server, with a town in it."""
        await ensure_database(self.dsn, name)
        rig = replace(self, dsn=self.dsn.replace(f"/{DATABASE}?", f"/{name}?"), town=town)
        await rig.settle_town()
        return rig

    async def settle_town(self) -> None:
        """Fills the empty database."""
        await asyncio.to_thread(upgrade, self.dsn)
        async with self.connected() as connection:
            await towns.build(connection, self.town)


@asynccontextmanager
async def built_rig(folder: Path, town: Town) -> AsyncGenerator[Rig]:
    """Starts the database in this folder, and says with which promises it keeps data."""
    raise_open_files()
    async with running_postgres(folder / "postgres", PostgresOptions()) as dsn:
        rig = Rig(dsn, folder, town)
        await rig.settle_town()
        async with rig.connected() as connection:
            print(await promises(connection, folder), flush=True)
        yield rig


async def promises(connection: asyncpg.Connection, folder: Path) -> str:
    """How this database keeps data, and what one flush to this disk costs."""
    version = await connection.fetchval("SHOW server_version")
    settings = [f"{name}={await connection.fetchval(f'SHOW {name}')}" for name in SERVER_SETTINGS]
    flush_us = await asyncio.to_thread(flush_s, folder) * 1e6
    return f"PostgreSQL {version}, {', '.join(settings)}, one fdatasync {flush_us:,.0f} µs"


def flush_s(folder: Path) -> float:
    """The median time to write one page in this folder and have it on the disk, in seconds."""
    path = folder / "flush"
    times: list[float] = []
    with path.open("wb", buffering=0) as file:
        for _ in range(PROBES):
            began = time.perf_counter()
            file.write(b"\0" * 8_192)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    path.unlink()
    return statistics.median(times)


def cpu_s(pid: int) -> float:
    """User and system time of a process, in seconds."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def answers(url: str, process: asyncio.subprocess.Process) -> bool:
    """Waits until the service says that it is ready; False when it ends or never does."""
    deadline = time.monotonic() + READY_WITHIN_S
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline and process.returncode is None:
            try:
                if (await client.get(f"{url}/ready")).status_code == httpx.codes.OK:
                    return True
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    return False


async def ended(process: asyncio.subprocess.Process) -> None:
    """Asks a process to end, and waits for it."""
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    await process.wait()


def raise_open_files() -> None:
    """Raises this process's limit, and its children's, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _is_setting(name: str) -> bool:
    """Settings of whoever runs the benchmark must not change what it measures."""
    return name.startswith("DENYUT_")
