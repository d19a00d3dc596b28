"""A hundred thousand notices through the outbox of one service, to a stand-in for Google.

Everybody works round the clock, so that manners are asked and let everything pass. Each notice
has a phone of its own: no digest makes the work less.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import Figure, Goal
from benchmarks.google import write_account
from benchmarks.rig import Rig, ended, free_port
from benchmarks.town import EMPLOYEE, Town, uid_sql

TOWN = Town(targets=1)
MB = 1_000_000  # bytes
LOOK_EVERY_S = 0.1
PATIENCE_S = 300.0

ROUND_THE_CLOCK = """
    INSERT INTO work_pattern (code, name, week, ramadan_week)
    SELECT 'always', 'Selalu', w, w FROM (SELECT jsonb_agg('[[0,1440]]'::jsonb) AS w
                                            FROM generate_series(1, 7)) AS week
    ON CONFLICT DO NOTHING
"""
NO_QUIET_HOURS = """
    INSERT INTO notice_policy (unit_id, settings)
    SELECT id, '{"quiet_start_minute": 0, "quiet_end_minute": 0, "daily_cap": 1000000}'
      FROM unit WHERE parent_id IS NULL
    ON CONFLICT DO NOTHING
"""
EMPTY = "TRUNCATE dead_letter, delivery_event, delivery, notice, device"
QUEUE = f"""
    WITH n AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS device_id, i,
                      {uid_sql(EMPLOYEE, "1 + i % $2::bigint")} AS person
                 FROM generate_series(1, $1::bigint) AS i),
    made AS (INSERT INTO notice (id, key, recipient_id, kind, content)
             SELECT id, 'bench:' || id, person, 'achieved', '{{}}' FROM n),
    phones AS (INSERT INTO device (id, employee_id, push_kind, push_target)
               SELECT device_id, person, 'fcm_token', 'token-' || i FROM n)
    INSERT INTO delivery (id, notice_id, employee_id, device_id, channel, due_at)
    SELECT gen_random_uuid(), id, person, device_id, 'fcm', 'infinity' FROM n
"""
START = "UPDATE delivery SET due_at = clock_timestamp()"
LEFT = "SELECT EXISTS (SELECT FROM delivery WHERE state = 'queued')"
SENT = "SELECT count(*) FROM delivery WHERE state = 'sent'"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it."""

    notices: int = 100_000


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Notices a second from the first claim to the last settlement, and the memory for it."""
    size = size or Size()
    speed = Figure("outbox", "pushes settled", "/s", Goal("at_least", 3_000.0))
    memory = Figure("outbox", "resident memory of the service", "MB", Goal("at_most", 200.0))
    async with rig.connected() as connection, google(rig) as environment:
        await always_at_work(connection)
        for _ in range(rounds):
            await queued(connection, size.notices, rig.town.staff)
            async with rig.service(environment) as service:
                most, took_s = await _emptied(connection, service)
            sent = await connection.fetchval(SENT)
            if sent != size.notices:
                raise RuntimeError(f"{sent} of {size.notices} were sent")
            speed.values.append(size.notices / took_s)
            memory.values.append(most / MB)
    return [speed, memory]


async def always_at_work(connection: Any) -> None:
    """Nobody's hours, quiet hours or cap keep a push from going out."""
    await connection.execute(ROUND_THE_CLOCK)
    await connection.execute(NO_QUIET_HOURS)
    await connection.execute("UPDATE unit SET work_pattern = 'always'")


async def queued(connection: Any, notices: int, staff: int) -> None:
    """So many deliveries, each for a phone of its own, that are due when START says so."""
    await connection.execute(EMPTY)
    await connection.execute(QUEUE, notices, staff)
    await connection.execute("VACUUM ANALYZE delivery, notice, device")


@asynccontextmanager
async def google(rig: Rig) -> AsyncGenerator[dict[str, str]]:
    """The stand-in, and the settings that lead there."""
    port, account = free_port(), rig.folder / "account.json"
    write_account(account, port)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.google", str(port)
    )
    try:
        yield {
            "DENYUT_FCM_CREDENTIALS": str(account),
            "DENYUT_FCM_URL": f"http://127.0.0.1:{port}",
        }
    finally:
        await ended(process)


async def _emptied(connection: Any, service: Any) -> tuple[int, float]:
    """Lets the outbox begin and waits until nothing is left: most memory seen, seconds."""
    await connection.execute(START)
    began, most = time.monotonic(), 0
    while await connection.fetchval(LEFT):
        if time.monotonic() - began > PATIENCE_S:
            raise RuntimeError("the outbox does not empty itself")
        most = max(most, service.resident_bytes())
        await asyncio.sleep(LOOK_EVERY_S)
    return most, time.monotonic() - began
