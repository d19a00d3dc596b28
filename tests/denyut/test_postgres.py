"""The embedded PostgreSQL on real programs: first start, restart, every kind of kill.

Everything here runs with each release found on this machine: 18 from the wheel, and the
system's (15 in continuous integration).
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from denyut.postgres import PostgresOptions, PostgresServer, running_postgres
from denyut.postgres_binaries import Binaries, PostgresProblem, found_binaries
from denyut.postmaster import read_pid_file, running_postmaster
from models.migrations.run import newest_version, upgrade

FOUND = found_binaries()


@pytest.fixture(params=FOUND, ids=lambda each: f"{each.source}-{each.major}")
def options(request: pytest.FixtureRequest) -> PostgresOptions:
    binaries: Binaries = request.param
    return PostgresOptions(bin_dir=binaries.bin_dir, shared_buffers_mb=32)


@asynccontextmanager
async def connected(dsn: str):
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def eventually(holds: Callable[[], bool]) -> None:
    """Waits for something that must happen; a test that hangs here has failed."""
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.02)


def gone(process: psutil.Process) -> bool:
    """Whether it runs no more; nobody may have buried it yet."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def killed(process: psutil.Process) -> None:
    process.kill()
    process.wait(10)


def processes_in(cluster: Path) -> list[psutil.Process]:
    """Every process whose working directory is the cluster."""
    inside = []
    for process in psutil.process_iter():
        try:
            if os.path.samefile(process.cwd(), cluster):
                inside.append(process)
        except (psutil.Error, OSError):
            continue
    return inside


def test_postgresql_18_is_there():
    assert any(each.major >= 18 for each in FOUND)


async def test_a_first_start_gives_an_empty_durable_database(tmp_path, options):
    async with running_postgres(tmp_path / "data", options) as dsn, connected(dsn) as connection:
        assert await connection.fetchval("SELECT current_database()") == "denyut"
        shown = {
            name: await connection.fetchval(f"SHOW {name}")
            for name in (
                *("fsync", "synchronous_commit", "full_page_writes", "data_checksums"),
                *("listen_addresses", "timezone", "server_encoding", "max_connections"),
            )
        }
        assert shown == {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "listen_addresses": "",
            "timezone": "UTC",
            "server_encoding": "UTF8",
            "max_connections": "100",
        }


async def test_the_migrations_apply_on_every_release(tmp_path, options):
    async with running_postgres(tmp_path, options) as dsn:
        await asyncio.to_thread(upgrade, dsn)
        await asyncio.to_thread(upgrade, dsn)
        async with connected(dsn) as connection:
            applied = await connection.fetchval("SELECT version_num FROM alembic_version")
        assert applied == newest_version()


async def test_the_servers_log_names_what_failed_and_shows_nobodys_data(tmp_path, options):
    async with running_postgres(tmp_path, options) as dsn, connected(dsn) as connection:
        await connection.execute(
            "CREATE TABLE person (nip text UNIQUE, note text CHECK (note > ''))"
        )
        insert = "INSERT INTO person VALUES ($1, $2)"
        await connection.execute(insert, "199911042023032001", "rahasia")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, "199911042023032001", "rahasia")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(insert, "198001012005011001", "")
    written = (tmp_path / "postgres.log").read_text()
    assert 'unique constraint "person_nip_key"' in written
    assert 'check constraint "person_note_check"' in written
    for secret in ("199911042023032001", "198001012005011001", "rahasia"):
        assert secret not in written


async def test_a_restart_keeps_the_data(tmp_path, options):
    async with running_postgres(tmp_path, options) as dsn, connected(dsn) as connection:
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    async with running_postgres(tmp_path, options) as dsn, connected(dsn) as connection:
        assert await connection.fetchval("SELECT value FROM kept") == 7


async def test_at_the_end_no_process_and_no_socket_is_left(tmp_path, options):
    async with running_postgres(tmp_path, options):
        written = read_pid_file(tmp_path / "postgres")
        assert written is not None
        assert Path(written.socket_dir).is_dir()
        assert processes_in(tmp_path / "postgres")
    assert not Path(written.socket_dir).exists()
    assert processes_in(tmp_path / "postgres") == []


async def test_two_servers_run_side_by_side(tmp_path, options):
    async with (
        running_postgres(tmp_path / "a", options) as first,
        running_postgres(tmp_path / "b", options) as second,
        connected(first) as one,
        connected(second) as other,
    ):
        await one.execute("CREATE TABLE mine()")
        assert await other.fetchval("SELECT to_regclass('mine')") is None


async def test_a_second_service_on_the_same_folder_is_refused(tmp_path, options):
    async with running_postgres(tmp_path, options):
        with pytest.raises(PostgresProblem, match=rf"process {os.getpid()}.*DENYUT_DATA_DIR"):
            async with running_postgres(tmp_path, options):
                pass


async def test_a_server_killed_while_running_comes_back_at_the_same_address(tmp_path, options):
    async with running_postgres(tmp_path, options) as dsn:
        async with connected(dsn) as connection:
            await connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
        postmaster = running_postmaster(tmp_path / "postgres")
        assert postmaster is not None
        postmaster.kill()

        def back() -> bool:
            written = read_pid_file(tmp_path / "postgres")
            return written is not None and written.pid != postmaster.pid and written.ready

        await eventually(back)
        async with connected(dsn) as connection:
            assert await connection.fetchval("SELECT value FROM kept") == 7


def test_a_start_after_the_server_was_killed_recovers_what_was_committed(tmp_path, options):
    server = PostgresServer.started(tmp_path, options)

    async def write() -> None:
        async with connected(server.dsn("postgres")) as connection:
            await connection.execute("CREATE TABLE kept AS SELECT 7 AS value")

    async def read(dsn: str) -> int:
        async with connected(dsn) as connection:
            return await connection.fetchval("SELECT value FROM kept")

    asyncio.run(write())
    os.kill(server.pid, signal.SIGKILL)
    while server.alive():
        pass
    server.stop()
    again = PostgresServer.started(tmp_path, options)
    try:
        assert asyncio.run(read(again.dsn("postgres"))) == 7
    finally:
        again.stop()


SERVICE = """
import asyncio, sys
from pathlib import Path
from denyut.postgres import PostgresOptions, running_postgres

async def serve():
    options = PostgresOptions(bin_dir=Path(sys.argv[2]), shared_buffers_mb=32)
    async with running_postgres(Path(sys.argv[1]), options) as dsn:
        print(dsn, flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""


def orphaned(folder: Path, options: PostgresOptions) -> tuple[psutil.Process, str]:
    """A server whose service was killed without warning, and its DSN."""
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(folder), str(options.bin_dir)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with service:
        assert service.stdout is not None
        dsn = service.stdout.readline().strip()
        service.kill()
    process = running_postmaster(folder / "postgres")
    assert process is not None, "the server outlives its service"
    return process, dsn


async def test_a_server_whose_service_was_killed_is_adopted(tmp_path, options):
    orphan, dsn = orphaned(tmp_path, options)
    async with running_postgres(tmp_path, options) as adopted, connected(adopted) as connection:
        assert adopted == dsn
        assert running_postmaster(tmp_path / "postgres") == orphan
        assert await connection.fetchval("SELECT 1") == 1
    assert gone(orphan)


async def test_an_orphan_with_other_settings_is_replaced(tmp_path, options):
    orphan, _ = orphaned(tmp_path, options)
    changed = PostgresOptions(bin_dir=options.bin_dir, shared_buffers_mb=48)
    async with running_postgres(tmp_path, changed) as dsn, connected(dsn) as connection:
        assert await connection.fetchval("SHOW shared_buffers") == "48MB"
        assert gone(orphan)


async def test_a_start_after_service_and_server_were_both_killed(tmp_path, options):
    orphan, dsn = orphaned(tmp_path, options)
    killed(orphan)
    async with running_postgres(tmp_path, options) as again, connected(again) as connection:
        assert await connection.fetchval("SELECT 1") == 1
        left = Path(dsn.partition("host=")[2])
        assert not left.exists(), "the killed server's socket folder is swept up"


async def test_a_pid_file_that_names_somebody_elses_process_is_no_obstacle(tmp_path, options):
    orphan, _ = orphaned(tmp_path, options)
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    written = pid_file.read_text()
    killed(orphan)
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with bystander:
        pid_file.write_text(written.replace(str(orphan.pid), str(bystander.pid), 1))
        async with running_postgres(tmp_path, options) as dsn, connected(dsn) as connection:
            assert await connection.fetchval("SELECT 1") == 1
        assert bystander.poll() is None
        bystander.kill()


async def test_an_interrupted_first_start_leaves_nothing_that_counts(tmp_path, options):
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("half a cluster")
    async with running_postgres(tmp_path, options) as dsn, connected(dsn) as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_data_of_another_release_is_refused_with_the_remedy(tmp_path, options):
    async with running_postgres(tmp_path, options):
        pass
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresProblem, match=r"belongs to PostgreSQL 9.*pg_upgrade"):
        async with running_postgres(tmp_path, options):
            pass
    async with asyncio.timeout(10):
        await eventually(lambda: processes_in(tmp_path / "postgres") == [])


async def test_a_server_that_cannot_start_says_what_its_log_says(tmp_path, options):
    async with running_postgres(tmp_path, options):
        pass
    (tmp_path / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresProblem, match="no_such_setting"):
        async with running_postgres(tmp_path, options):
            pass


async def test_a_cancelled_start_leaves_no_server(tmp_path, options):
    async def start() -> None:
        async with running_postgres(tmp_path, options):
            await asyncio.Event().wait()

    starting = asyncio.create_task(start())
    await eventually((tmp_path / "lock").exists)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    cluster = tmp_path / "postgres"
    assert not cluster.exists() or processes_in(cluster) == []
    async with running_postgres(tmp_path, options) as dsn, connected(dsn) as connection:
        assert await connection.fetchval("SELECT 1") == 1
