"""The scenario in small: a service makes everybody's documents, and its memory is looked at."""

import os
import sys
from subprocess import PIPE

import psutil
import pytest

from benchmarks.scenarios import papers
from benchmarks.scenarios.papers import Size, family_bytes, measured


async def test_memory_and_speed_are_measured(rig):
    memory, grown, pages, speed = await measured(rig, 1, Size(settle_s=0.1))

    assert memory.goal is not None
    assert memory.goal.limit == 300.0
    assert len(memory.values) == len(grown.values) == len(speed.values) == 1
    assert pages.value >= rig.town.staff
    async with rig.connected() as connection:
        row = await connection.fetchrow("SELECT state, bytes, done, total FROM export")
    assert (row["state"], row["done"]) == ("done", rig.town.staff)
    assert row["bytes"] > 1_000


async def test_what_cannot_be_made_is_told(rig):
    async with rig.connected() as connection:
        await connection.execute("UPDATE employee SET active = false")
    with pytest.raises(RuntimeError):
        await measured(rig, 1, Size(settle_s=0.1))


def test_a_process_is_counted_with_its_children():
    own = psutil.Process(os.getpid())
    alone = family_bytes(own)
    holds = "held = b'x' * 200_000_000; print('held', flush=True); input()"
    with psutil.Popen([sys.executable, "-c", holds], stdin=PIPE, stdout=PIPE) as child:
        assert child.stdout.readline() == b"held\n"
        assert family_bytes(own) > alone + 100_000_000
        child.kill()
    assert papers.TOWN.staff == 1_000
