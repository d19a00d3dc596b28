"""The rig: a service of its own on a database with a town, and honest words about the disk."""

import asyncio
import os
import resource
import sys

import httpx
import pytest

from benchmarks import rig as rigs
from benchmarks.rig import Rig
from benchmarks.town import Town, token

SMALL = Town(agencies=2, sections=2, people=3, targets=2)


@pytest.fixture
async def rig(database: str, tmp_path) -> Rig:
    """The small town in a database of the test's own."""
    made = Rig(database, tmp_path, SMALL)
    await made.settle_town()
    return made


async def test_a_service_knows_the_towns_people_and_ends_with_its_block(rig):
    async with rig.service() as service, httpx.AsyncClient(base_url=service.url) as client:
        answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {token(5)}"})
        assert answer.status_code == 200
        assert answer.json()["employee"]["name"] == "Pegawai 5"
        assert service.resident_bytes() > 10_000_000
        assert service.cpu_s() > 0
    with pytest.raises(ProcessLookupError):
        os.kill(service.pid, 0)


async def test_settings_of_whoever_runs_it_change_nothing(rig, monkeypatch):
    monkeypatch.setenv("DENYUT_NOT_A_SETTING", "1")
    async with rig.service() as service:
        assert service.port > 0


async def test_it_says_with_which_promises_data_is_kept(rig, tmp_path):
    async with rig.connected() as connection:
        said = await rigs.promises(connection, tmp_path)
    assert "fsync=on" in said
    assert "synchronous_commit=on" in said
    assert "fdatasync" in said


async def test_a_service_that_cannot_start_says_why(rig):
    with pytest.raises(RuntimeError, match="DENYUT_PORTT"):
        async with rig.service({"DENYUT_PORTT": "1"}):
            pass


async def test_wearing_in_leaves_the_data_as_it_was(rig):
    async with rig.connected() as connection:
        before = await connection.fetchval("SELECT count(*) FROM employee")
        written = await connection.fetchval("SELECT pg_current_wal_lsn()")
        await rig.worn_in(2)
        assert await connection.fetchval("SELECT count(*) FROM employee") == before
        grown = await connection.fetchval("SELECT pg_current_wal_lsn() - $1::pg_lsn", written)
        assert grown >= 2_000_000


async def test_a_service_that_ends_while_starting_is_not_ready():
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
    assert not await rigs.answers("http://127.0.0.1:9", process)


def test_open_files_are_raised_as_far_as_the_system_allows():
    rigs.raise_open_files()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft >= min(rigs.OPEN_FILES, hard if hard != resource.RLIM_INFINITY else soft)


def test_processor_time_only_grows():
    before = rigs.cpu_s(os.getpid())
    sum(range(1_000_000))
    assert rigs.cpu_s(os.getpid()) >= before
