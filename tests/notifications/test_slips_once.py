"""Exactly one notice for each slip and person, whoever looks, how often, and whatever breaks."""

import asyncio
import json
import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries import slips as queries
from models.queries.calendar_changes import everybody_stale, holiday_made, leave_made
from notifications.slips import LOST_SLEEP_S, SlipEngine, SlipOptions
from tests.builders import City, decide, make_report, submit
from tests.notifications.city import (
    DAY,
    SLIPPED,
    Announced,
    contiguous,
    feed_kinds,
    make_slipping_target,
    notices,
    pace_of,
)


async def test_engines_at_the_same_time_tell_each_slip_once(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    staff = (city.ani, city.budi, city.citra, city.dedi, city.eka, city.health_head)
    targets = [await make_slipping_target(connection, person) for person in staff * 10]
    engines = [SlipEngine(pool, announced, SlipOptions(batch_targets=7)) for _ in range(4)]
    await asyncio.gather(*(engine.settle() for engine in engines))
    while await connection.fetchval("SELECT count(*) FROM target_pace WHERE stale"):
        await asyncio.gather(*(engine.settle() for engine in engines))

    assert sum(engine.slips_found for engine in engines) == len(targets)
    assert sum(engine.notices_made for engine in engines) == 2 * len(targets)
    assert await connection.fetchval("SELECT count(*) FROM feed WHERE kind = 'slip'") == 60
    assert await connection.fetchval("SELECT count(DISTINCT key) FROM notice") == 120
    assert await connection.fetchval("SELECT count(*) FROM notice") == 120
    assert await connection.fetchval("SELECT min(slip_number) FROM target_pace"
                                     " WHERE state = 'slipped'") == 1  # fmt: skip
    assert await connection.fetchval("SELECT max(slip_number) FROM target_pace") == 1
    assert len({(row.shard, row.seq) for row in announced.rows}) == len(announced.rows) == 180
    assert await contiguous(connection)


async def test_a_report_between_reading_and_claiming_wins(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The engine worked with the old progress: it claims nothing and looks again soon."""
    target_id = await make_slipping_target(connection, city.ani)
    real = queries.claimed

    async def after_a_report(on: Any, claim: queries.Claim) -> queries.Claimed:
        monkeypatch.setattr("notifications.slips.claimed", real)
        await make_report(connection, city.ani, target_id, quantity=40.0)
        return await real(on, claim)

    monkeypatch.setattr("notifications.slips.claimed", after_a_report)
    engine = SlipEngine(pool, announced, SlipOptions())
    await engine.settle()
    assert engine.claims_lost == 1
    assert (await pace_of(connection, target_id))["state"] == "on_track"
    assert await feed_kinds(connection, target_id) == ["report"]


async def test_a_calendar_change_while_it_is_worked_out_is_not_forgotten(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The target was stale and is made stale again: the answer for the old calendar is dropped."""
    target_id = await make_slipping_target(connection, city.ani)
    real = queries.claimed

    async def after_leave(on: Any, claim: queries.Claim) -> queries.Claimed:
        monkeypatch.setattr("notifications.slips.claimed", real)
        today = datetime.now(UTC).date()
        async with connection.transaction():
            await leave_made(connection, city.ani, (today - 20 * DAY, today), "annual", "")
            await everybody_stale(connection, datetime.now(UTC))
        return await real(on, claim)

    monkeypatch.setattr("notifications.slips.claimed", after_leave)
    engine = SlipEngine(pool, announced, SlipOptions())
    await engine.settle()
    await engine.settle()
    assert (await pace_of(connection, target_id))["state"] == "on_track"
    assert announced.rows == []


async def test_a_target_that_somebody_holds_waits_and_keeps_nobody_waiting(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    held = await make_slipping_target(connection, city.ani)
    free = await make_slipping_target(connection, city.budi)
    engine = SlipEngine(pool, announced, SlipOptions())
    async with connection.transaction():
        await connection.execute(
            "SELECT 1 FROM target_pace WHERE target_id = $1 FOR NO KEY UPDATE", held
        )
        assert await engine.settle() == LOST_SLEEP_S
        assert (await pace_of(connection, free))["state"] == "slipped"
        assert (await pace_of(connection, held))["state"] == "on_track"
    await engine.settle()
    assert (await pace_of(connection, held))["state"] == "slipped"


async def test_an_engine_that_froze_before_its_claim_has_no_effect(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Another one told the slip and its recovery meanwhile; the thawed one changes nothing."""
    target_id = await make_slipping_target(connection, city.ani)
    frozen, thaw, real = asyncio.Event(), asyncio.Event(), queries.claimed

    async def frozen_claim(on: Any, claim: queries.Claim) -> queries.Claimed:
        monkeypatch.setattr("notifications.slips.claimed", real)
        frozen.set()
        await thaw.wait()
        return await real(on, claim)

    monkeypatch.setattr("notifications.slips.claimed", frozen_claim)
    first, second = (SlipEngine(pool, announced, SlipOptions()) for _ in range(2))
    sleeper = asyncio.create_task(first.settle())
    await frozen.wait()
    await second.settle()
    await make_report(connection, city.ani, target_id, quantity=40.0)
    await second.settle()
    thaw.set()
    await sleeper
    assert first.slips_found == 0
    assert first.claims_lost == 1
    assert (await pace_of(connection, target_id))["state"] == "on_track"
    assert await feed_kinds(connection, target_id) == ["slip", "report", "recovery"]


STEPS = ("agenda", "due_targets", "paced_all", "claims_of", "claimed")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
async def test_an_engine_may_die_before_or_after_every_step(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced,
    monkeypatch: pytest.MonkeyPatch, step: str, when: str,
) -> None:  # fmt: skip
    target_id = await make_slipping_target(connection, city.ani)
    real = getattr(queries, step, None) or getattr(__import__(
        "notifications.slips", fromlist=["slips"]), step)  # fmt: skip

    class KilledError(BaseException):
        pass

    async def killed(*arguments: Any) -> Any:
        if when == "after":
            await real(*arguments)
        raise KilledError

    monkeypatch.setattr(f"notifications.slips.{step}", killed)
    with pytest.raises(KilledError):
        await SlipEngine(pool, announced, SlipOptions()).settle()
    assert announced.rows == []  # the heads in the database will tell what was not announced
    monkeypatch.undo()
    await SlipEngine(pool, announced, SlipOptions()).settle()
    assert await feed_kinds(connection, target_id) == ["slip"]
    assert await notices(connection, target_id) == [
        ("slip", city.ani),
        ("staff_slip", city.clinic_head),
    ]
    assert await contiguous(connection)


async def test_a_connection_that_is_cut_in_the_middle_of_the_claim_leaves_nothing(
    connection: Any, city: City, pool: asyncpg.Pool, database: str, announced: Announced
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as own:
        engine = SlipEngine(own, announced, SlipOptions(pause_s=0.01, poll_s=0.01))
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM feed_shard WHERE shard = 3 FOR UPDATE")
            async with engine.running():
                pid = None
                while pid is None:  # until the claim waits for the shard
                    await asyncio.sleep(0.01)
                    pid = await pool.fetchval(
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        " AND wait_event_type = 'Lock' AND query LIKE '%claim_slips_v1%'"
                    )
                await pool.fetchval("SELECT pg_terminate_backend($1)", pid)
                while engine.failures == 0:
                    await asyncio.sleep(0.01)
        assert await notices(connection, target_id) == []
        async with engine.running():
            async with asyncio.timeout(30):
                while engine.slips_found == 0:
                    await asyncio.sleep(0.01)
    assert await feed_kinds(connection, target_id) == ["slip"]
    assert len(await notices(connection, target_id)) == 2


async def test_a_storm_of_writers_and_engines_ends_where_the_rules_say(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    """Reports, withdrawals, decisions, calendars and four engines at once, then calm."""
    chance = random.Random(7)
    people = [city.ani, city.budi, city.citra, city.dedi, city.eka, city.health_head]
    targets = {await make_slipping_target(connection, person, SLIPPED): person for person in people}
    engines = [SlipEngine(pool, announced, SlipOptions(batch_targets=2)) for _ in range(4)]

    async def reporter(target_id: UUID, person: UUID) -> None:
        for _ in range(15):
            row = await make_report(pool, person, target_id, quantity=chance.choice([2.0, 20.0]))
            report_id = UUID(json.loads(row.content)["report_id"])
            await asyncio.sleep(chance.random() * 0.05)
            match chance.randrange(3):
                case 0:
                    await submit(pool, "withdraw", person, report_id=report_id)
                case 1:
                    await decide(pool, city.mayor, report_id, "return", "Kurang jelas")
                case 2 if chance.random() < 0.2:
                    await decide(pool, city.mayor, report_id)
            await asyncio.sleep(chance.random() * 0.05)

    async def calendars() -> None:
        for day in range(8):
            await asyncio.sleep(chance.random() * 0.1)
            async with pool.acquire() as own, own.transaction():
                await everybody_stale(own, datetime.now(UTC))
                on_date = datetime.now(UTC).date() - chance.randrange(20) * DAY
                await holiday_made(own, on_date, f"Libur {day}", "local", None)

    async def watching(engine: SlipEngine) -> None:
        while not calm.is_set():
            await engine.settle()
            await asyncio.sleep(chance.random() * 0.01)

    calm = asyncio.Event()
    watchers = [asyncio.create_task(watching(engine)) for engine in engines]
    await asyncio.gather(calendars(), *(reporter(*each) for each in targets.items()))
    calm.set()
    await asyncio.gather(*watchers)
    await engines[0].settle()

    assert await contiguous(connection)
    stale = await connection.fetchval("SELECT count(*) FROM target_pace WHERE stale")
    assert stale == 0
    await connection.execute("UPDATE target_pace SET stale = true")
    told = len(announced.rows)
    await engines[0].settle()
    assert len(announced.rows) == told  # worked out anew, nothing is other than it stands
    for target_id, person in targets.items():
        story = [kind for kind in await feed_kinds(connection, target_id)
                 if kind in ("slip", "recovery")]  # fmt: skip
        pace = await pace_of(connection, target_id)
        assert story == (["slip", "recovery"] * len(story))[: len(story)]
        assert story.count("slip") == pace["slip_number"]
        assert (story[-1:] == ["slip"]) == (pace["state"] == "slipped")
        for number in range(1, pace["slip_number"] + 1):
            keys = await connection.fetch(
                "SELECT key FROM notice WHERE target_id = $1 AND recipient_id = $2"
                " AND starts_with(key, $3)",
                target_id,
                person,
                f"slip:{target_id}:{number}:",
            )
            assert len(keys) == 1
