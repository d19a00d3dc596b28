"""The embedded PostgreSQL: a private server in a folder, for as long as the service runs.

Invariants: one service at a time uses a folder (a lock says so); the server is reachable only
through a socket in a folder that only its user may enter; `fsync` and `synchronous_commit`
stay on; whatever was killed before (this service, the server), the next start mends.

    async with running_postgres(Path("data"), PostgresOptions()) as dsn:
        connection = await asyncpg.connect(dsn)
"""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

from denyut.postgres_binaries import (
    Binaries,
    Identity,
    PostgresProblem,
    chosen_binaries,
    runnable,
    server_identity,
)
from denyut.postgres_folder import (
    SOCKET_PREFIX,
    check_owner,
    cluster_major,
    locked,
    made_socket_dir,
    make_cluster,
)
from denyut.postmaster import (
    Postmaster,
    clear_remains,
    log_tail,
    read_pid_file,
    running_postmaster,
)


@dataclass(frozen=True, slots=True)
class PostgresOptions:
    """How the embedded server runs. Sizes suit two cores and a few gigabytes."""

    bin_dir: Path | None = None  # where `postgres` and `initdb` are; None: found by itself
    database: str = "denyut"
    run_as: str = "nobody"  # the user root hands the server to
    copies_dir: Path = Path("/var/lib/denyut")  # programs copied for that user, where needed
    shared_buffers_mb: int = 256
    max_connections: int = 100
    max_wal_size_mb: int = 2048
    checkpoint_timeout_s: int = 900
    start_timeout_s: float = 120.0  # crash recovery of a large database included
    stop_timeout_s: float = 30.0
    watch_interval_s: float = 0.25  # how soon a server that died is started again

    def arguments(self, socket_dir: Path) -> list[str]:
        """The server's command line after its folder; the socket folder comes first."""
        settings = {
            "unix_socket_directories": str(socket_dir),
            "unix_socket_permissions": "0700",
            "listen_addresses": "",  # nobody on the network needs it
            "port": "5432",
            "cluster_name": "denyut",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "max_connections": str(self.max_connections),
            "shared_buffers": f"{self.shared_buffers_mb}MB",
            "max_wal_size": f"{self.max_wal_size_mb}MB",
            "checkpoint_timeout": f"{self.checkpoint_timeout_s}s",
            "wal_compression": "on",  # page images after a checkpoint are most of the log
            "jit": "off",  # compiling costs more than our short statements
            "max_parallel_workers_per_gather": "0",  # leave the other core to the service
            "random_page_cost": "1.1",  # disks that seek are gone
            "log_min_messages": "warning",
            "log_error_verbosity": "terse",  # a DETAIL shows the row: notes, names and NIPs
            "log_line_prefix": "%m [%p] %q%a ",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


@asynccontextmanager
async def running_postgres(data_dir: Path, options: PostgresOptions) -> AsyncIterator[str]:
    """A server over `data_dir`, made on first use; yields its DSN; stops it at the end.

    The DSN stays valid while a server that died is being started again. Raises
    `PostgresProblem`, whose text says what is wrong and how to mend it.
    """
    starting = asyncio.create_task(asyncio.to_thread(PostgresServer.started, data_dir, options))
    try:
        server = await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(PostgresProblem):
            await asyncio.to_thread((await starting).stop)
        raise
    try:
        await ensure_database(server.dsn("postgres"), options.database)
        watching = asyncio.create_task(_watched(server, options.watch_interval_s))
        try:
            yield server.dsn(options.database)
        finally:
            watching.cancel()
            await asyncio.wait([watching])
    finally:
        await asyncio.to_thread(server.stop)


async def ensure_database(dsn: str, name: str) -> None:
    """Creates an empty database unless it exists; `dsn` names another database to ask from."""
    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


class PostgresServer:
    """The server of one folder, without an event loop; `running_postgres` is made of it."""

    def __init__(
        self,
        data_dir: Path,
        options: PostgresOptions,
        binaries: Binaries,
        identity: Identity | None,
        held: ExitStack,
    ) -> None:
        self.cluster = data_dir / "postgres"
        self.log = data_dir / "postgres.log"
        self.binaries = binaries
        self._options = options
        self._identity = identity
        self._held = held  # the folder's lock
        self._turn = threading.Lock()  # starting again and stopping exclude each other
        self._stopped = False
        self._postmaster: Postmaster
        self.socket_dir: Path

    @classmethod
    def started(cls, data_dir: Path, options: PostgresOptions) -> "PostgresServer":
        """Makes the cluster if there is none, mends what a crash left, and starts."""
        data_dir.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            held.enter_context(locked(data_dir))
            identity = server_identity(options.run_as)
            cluster = data_dir / "postgres"
            major = cluster_major(cluster)
            binaries = chosen_binaries(options.bin_dir, major)
            if major is not None and major != binaries.major:
                raise PostgresProblem(
                    f"The data in {cluster} belongs to PostgreSQL {major}, but here is only "
                    f"{binaries.version}. Install PostgreSQL {major}, or move the data with "
                    "pg_upgrade or pg_dump, or choose another DENYUT_DATA_DIR."
                )
            binaries = runnable(binaries, identity, options.copies_dir)
            if major is None:
                make_cluster(cluster, binaries, identity)
            check_owner(cluster, identity)
            server = cls(data_dir, options, binaries, identity, held.pop_all())
        try:
            server._adopt_or_start()
        except BaseException:
            server._held.close()
            raise
        return server

    @property
    def pid(self) -> int:
        """The process number of the server that runs now."""
        return self._postmaster.pid

    def dsn(self, database: str) -> str:
        """Where to connect, for asyncpg and libpq."""
        return f"postgresql://postgres@/{database}?host={self.socket_dir}"

    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self._postmaster.alive()

    def start_again(self) -> None:
        """After the server died: starts a new one on the same socket, so the DSN stays."""
        with self._turn:
            if not self._stopped and not self._postmaster.alive():
                clear_remains(self.cluster)
                self._start()

    def stop(self) -> None:
        """Stops the server cleanly and gives the folder free. May be called twice."""
        with self._turn:
            if not self._stopped:
                self._stopped = True
                self._postmaster.stop(self._options.stop_timeout_s)
                shutil.rmtree(self.socket_dir, ignore_errors=True)
                self._held.close()

    def _adopt_or_start(self) -> None:
        written = read_pid_file(self.cluster)
        process = running_postmaster(self.cluster)
        if written is not None and process is not None:
            orphan = Postmaster.adopted(process, self.cluster)
            same = self._options.arguments(Path(written.socket_dir))
            if orphan.runs(self.binaries.program("postgres"), same):
                self.socket_dir = Path(written.socket_dir)
                self._postmaster = orphan
                orphan.wait_until_ready(self._options.start_timeout_s, self.log)
                return
            orphan.stop(self._options.stop_timeout_s)  # it runs with other settings
        clear_remains(self.cluster)
        if written is not None and Path(written.socket_dir).name.startswith(SOCKET_PREFIX):
            shutil.rmtree(written.socket_dir, ignore_errors=True)
        self.socket_dir = made_socket_dir(self._identity)
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self.socket_dir, ignore_errors=True)
            raise

    def _start(self) -> None:
        self._postmaster = Postmaster.started(
            self.binaries,
            self.cluster,
            self._identity,
            self._options.arguments(self.socket_dir),
            self.log,
        )
        try:
            self._postmaster.wait_until_ready(self._options.start_timeout_s, self.log)
        except BaseException:
            self._postmaster.stop(timeout_s=1.0)
            raise


async def _watched(server: PostgresServer, interval_s: float) -> None:
    """Starts the server again whenever it is found dead."""
    journal = structlog.get_logger("denyut.postgres")
    while True:
        await asyncio.sleep(interval_s)
        if not server.alive():
            journal.error("postgres_died", pid=server.pid, log=log_tail(server.log)[-500:])
            try:
                await asyncio.to_thread(server.start_again)
            except (PostgresProblem, OSError) as problem:
                journal.error("postgres_not_started", problem=str(problem))
                await asyncio.sleep(1.0)
            else:
                journal.warning("postgres_started_again", pid=server.pid)
