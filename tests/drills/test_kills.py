"""kill -9 of the service and of PostgreSQL under load: nothing acknowledged is lost or doubled."""

import asyncio
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from denyut.postgres import PostgresOptions, running_postgres
from denyut.postmaster import read_pid_file
from models.migrations.run import upgrade
from tests.builders import make_city
from tests.drills.phones import keep_reporting, nothing_acknowledged_is_lost, phones_of
from tests.standins.service_process import ServiceProcess

pytestmark = pytest.mark.drill


async def test_the_service_is_killed_again_and_again_under_load(
    database: str, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    with ServiceProcess({"DENYUT_DATABASE_URL": database}) as service:
        staff = [city.ani, city.budi, city.citra, city.dedi, city.eka] * 3
        phones = await phones_of(pool, city, [service.url], staff)
        enough = asyncio.Event()
        load = asyncio.create_task(keep_reporting(phones, enough))
        for _ in range(4):
            await asyncio.sleep(random.uniform(0.3, 0.8))
            await asyncio.to_thread(service.kill)
            await asyncio.to_thread(service.start)
        await asyncio.sleep(0.3)
        enough.set()
        await load
        assert await asyncio.to_thread(service.stop) == 0
    assert sum(phone.asked for phone in phones) > sum(len(phone.receipts) for phone in phones)
    await nothing_acknowledged_is_lost(pool, phones)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the unprivileged user of the database may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="denyut-drill-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def test_postgresql_is_killed_again_and_again_under_load(open_folder: Path) -> None:
    """The embedded server gets up by itself; reports wait for it and none is lost."""
    async with running_postgres(open_folder, PostgresOptions()) as dsn:
        await asyncio.to_thread(upgrade, dsn)
        async with asyncpg.create_pool(dsn, min_size=1, max_size=4) as pool:
            city = await make_city(pool)
            staff = [city.ani, city.budi, city.citra, city.dedi, city.eka] * 3
            with ServiceProcess({"DENYUT_DATABASE_URL": dsn}) as service:
                phones = await phones_of(pool, city, [service.url], staff)
                enough = asyncio.Event()
                load = asyncio.create_task(keep_reporting(phones, enough))
                for _ in range(3):
                    await asyncio.sleep(random.uniform(0.5, 1.0))
                    written = read_pid_file(open_folder / "postgres")
                    assert written is not None
                    os.kill(written.pid, signal.SIGKILL)
                    await stands_up_again(open_folder, written.pid)
                enough.set()
                await load
        async with asyncpg.create_pool(dsn, min_size=1, max_size=2) as after:
            assert all(phone.receipts for phone in phones)
            await nothing_acknowledged_is_lost(after, phones)


async def stands_up_again(folder: Path, killed: int) -> None:
    """Waits until another server serves the folder."""
    async with asyncio.timeout(60):
        while True:
            written = read_pid_file(folder / "postgres")
            if written is not None and written.pid != killed and written.ready:
                return
            await asyncio.sleep(0.05)
