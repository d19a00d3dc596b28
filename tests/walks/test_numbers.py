"""The numbers of the feed run on without a hole, whoever writes, whatever goes wrong meanwhile.

A whole service is at work and writes every kind of event: intake, decisions, feedback, targets, the
slip engine. Beside it some number events and break off, some append what the feed refuses, and two
take locks in opposite orders until they are in each other's way.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest

from mobile_contract.contents import CONTENTS
from models.queries.feed import NewEvent, appended
from tests.builders import make_employee, make_report, make_target
from tests.matrix.cast import AGENCY_SHARD
from tests.matrix.happenings import Happenings
from tests.matrix.stage import Stage, opened_stage
from tests.matrix.subjects import Subject
from tests.matrix.who import Who
from tests.notifications.city import contiguous

DECIDERS = {Who.HEAD: Who.HEAD, Who.ACTING: Who.ACTING, Who.ASSIGNED: Who.ASSIGNED}
"""Who decides in each scene, all three in one shard."""

IN_A_HURRY = "SET deadlock_timeout = '5ms'; SET lock_timeout = '150ms'"
"""Whoever breaks the order of locks gives way, long before the service would have to."""

SHARD = f"SELECT FROM feed_shard WHERE shard = {AGENCY_SHARD} FOR UPDATE"
PACE = "SELECT FROM target_pace WHERE target_id = $1 FOR UPDATE"


class Aborted(Exception):
    """Somebody thinks better of it before the commit."""


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    """A running service with the city of the matrix."""
    async with opened_stage(database) as opened:
        yield opened


async def breaks_off(pool: asyncpg.Pool, subject: Subject, kind: str) -> str:
    """Numbers events inside a transaction that never commits; why it did not."""
    events = [
        NewEvent(each, subject.employee_id, subject.unit_id, "{}") for each in ("feedback", kind)
    ]
    try:
        async with pool.acquire() as connection, connection.transaction():
            await appended(connection, events)
            raise Aborted
    except (Aborted, asyncpg.CheckViolationError) as reason:
        return type(reason).__name__


async def locks_crosswise(pool: asyncpg.Pool, subject: Subject) -> list[str]:
    """One holds a target and wants the shard, one the shard and wants the target; who gave way."""
    ready = asyncio.Barrier(2)
    target = UUID(subject["target"])

    async def taking(first: tuple[object, ...], second: tuple[object, ...]) -> str | None:
        async with pool.acquire() as connection:
            await connection.execute(IN_A_HURRY)
            try:
                async with connection.transaction():
                    await connection.execute(*first)
                    await ready.wait()
                    await connection.execute(*second)
            except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError) as reason:
                await ready.abort()
                return type(reason).__name__
            except asyncio.BrokenBarrierError:
                return None
        return None

    gave_way = await asyncio.gather(
        taking((PACE, target), (SHARD,)), taking((SHARD,), (PACE, target))
    )
    return [reason for reason in gave_way if reason]


async def until_over(over: asyncio.Event, trouble: Callable[[], Awaitable[object]]) -> None:
    """The trouble again and again, at least once."""
    while True:
        await trouble()
        if over.is_set():
            return
        await asyncio.sleep(0.05)


async def test_every_kind_of_writer_at_once_leaves_no_hole(stage: Stage) -> None:
    pool, cast = stage.pool, stage.cast
    subjects = {place: await stage.new_subject(place, moves=False) for place in DECIDERS}
    worker = await make_employee(pool, cast.roads)
    road = await make_target(pool, worker)
    over, seen, troubles = asyncio.Event(), dict[int, int](), Counter[str]()

    async def meddles() -> None:
        subject = subjects[Who.HEAD]
        troubles.update([await breaks_off(pool, subject, "feedback")])
        troubles.update([await breaks_off(pool, subject, "nonsense")])
        troubles.update(await locks_crosswise(pool, subject))

    async def reads() -> None:
        for head in await pool.fetch("SELECT shard, head FROM feed_shard WHERE head > 0"):
            after = seen.get(head["shard"], 0)
            rows = await pool.fetch(
                "SELECT seq FROM feed WHERE shard = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
                head["shard"],
                after,
                head["head"],
            )
            assert [row["seq"] for row in rows] == list(range(after + 1, head["head"] + 1))
            seen[head["shard"]] = head["head"]

    beside = [
        asyncio.create_task(until_over(over, trouble))
        for trouble in (
            reads,
            lambda: make_report(pool, worker, road),
            meddles,
        )
    ]
    try:
        await asyncio.gather(
            *(
                Happenings(stage, subjects[place], cast.people[decider]).everything()
                for place, decider in DECIDERS.items()
            )
        )
    finally:
        over.set()
        await asyncio.gather(*beside)

    kinds = {row["kind"] for row in await pool.fetch("SELECT DISTINCT kind FROM feed")}
    assert kinds == set(CONTENTS)
    assert len(seen) > 1, "two shards at least"
    assert troubles["Aborted"]
    assert troubles["CheckViolationError"]
    assert troubles["DeadlockDetectedError"] + troubles["LockNotAvailableError"]
    assert await contiguous(pool)
