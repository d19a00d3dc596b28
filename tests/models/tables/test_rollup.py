"""What the database keeps about counters, evidence and the service's heartbeat."""

from uuid import uuid4

import asyncpg
import pytest


async def test_there_is_one_heartbeat_for_all_processes(pool: asyncpg.Pool) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="one_row"):
        await pool.execute("INSERT INTO service_beat (id, at) VALUES (2, now())")


async def test_every_shard_of_the_feed_has_its_place_in_the_roll_up(pool: asyncpg.Pool) -> None:
    places = await pool.fetch("SELECT shard, seq FROM rollup_shard ORDER BY shard")
    assert [(row["shard"], row["seq"]) for row in places] == [(n, 0) for n in range(16)]


async def test_evidence_belongs_to_a_report_that_exists(pool: asyncpg.Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await pool.execute(
            "INSERT INTO report_evidence (report_id, number, kind, reference)"
            " VALUES ($1, 1, 'link', 'https://contoh.go.id/1')",
            uuid4(),
        )


async def test_a_person_s_day_is_asked_for_once(pool: asyncpg.Pool) -> None:
    ask = "INSERT INTO rollup_due (employee_id, on_day) VALUES ($1, '2026-11-24')"
    employee_id = uuid4()
    await pool.execute(ask, employee_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(ask, employee_id)
