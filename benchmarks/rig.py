"""What every scenario stands on: the embedded PostgreSQL, the town, and services in processes of
their own, so that a generator never shares an event loop with what it measures.
"""

import asyncio
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from benchmarks import town
from denyut.postgres import PostgresOptions, running_postgres
from models.migrations.run import upgrade

READY_WITHIN_S = 60.0
SERVER_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


@dataclass(frozen=True, slots=True)
class Rig:
    """A database with the town in it."""

    dsn: str
    folder: Path

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[asyncpg.Connection]:
        """A connection of the rig's own."""
        connection = await asyncpg.connect(self.dsn)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def service(
        self, environment: Mapping[str, str] | None = None
    ) -> AsyncGenerator["Served"]:
        """`denyut serve` on a free port, until the block ends."""
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "denyut", "serve"),
            env={
                **os.environ,
                "DENYUT_DATABASE_URL": self.dsn,
                "DENYUT_PORT": str(port),
                "DENYUT_LOGS__LEVEL": "WARNING",
                **(environment or {}),
            },
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            await answers(f"http://127.0.0.1:{port}", process)
            yield Served(port, process.pid)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


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


def cpu_s(pid: int) -> float:
    """User and system time of a process, in seconds."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def built_rig(folder: Path) -> AsyncGenerator[Rig]:
    """Starts the database in this folder, and says with which promises it keeps data."""
    raise_open_files()
    async with running_postgres(folder / "postgres", PostgresOptions()) as dsn:
        await asyncio.to_thread(upgrade, dsn)
        rig = Rig(dsn, folder)
        async with rig.connected() as connection:
            await town.build(connection)
            version = await connection.fetchval("SHOW server_version")
            promises = [
                f"{name}={await connection.fetchval(f'SHOW {name}')}" for name in SERVER_SETTINGS
            ]
        print(f"PostgreSQL {version}, {', '.join(promises)}", flush=True)
        yield rig


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def answers(url: str, process: asyncio.subprocess.Process) -> None:
    """Waits until the service says that it is ready. Raises RuntimeError when it does not."""
    deadline = time.monotonic() + READY_WITHIN_S
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline and process.returncode is None:
            try:
                if (await client.get(f"{url}/ready")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise RuntimeError(f"the service at {url} did not become ready")


def raise_open_files() -> None:
    """5,000 sockets need as many files, on both ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
