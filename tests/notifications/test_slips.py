"""Exactly one notice for each slip and person, whoever looks, how often, and whatever breaks."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries import slips as queries
from models.queries.calendar_changes import everybody_stale, holiday_made, leave_made
from notifications.slips import LOST_SLEEP_S, SlipEngine, SlipOptions
from tests.builders import City, decide, make_head, make_report, make_target, submit
from tests.notifications.city import (
    ACHIEVED,
    AT_RISK,
    DAY,
    ON_TRACK,
    SLIPPED,
    Announced,
    ago,
    contiguous,
    feed_kinds,
    make_city_at_work,
    make_phone,
    make_slipping_target,
    notices,
    pace_of,
    set_progress,
)

PUSHING = SlipOptions(push_kinds=frozenset({"fcm_token", "fcm_installation"}))


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city_at_work(connection)


@pytest.fixture
def announced() -> Announced:
    return Announced()


@pytest.fixture
def engine_of_slips(pool: asyncpg.Pool, announced: Announced) -> SlipEngine:
    return SlipEngine(pool, announced, SlipOptions())


# --- what is found ----------------------------------------------------------------------------


async def test_a_slip_is_told_to_the_employee_and_the_deciding_supervisor(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()

    pace = await pace_of(connection, target_id)
    assert (pace["state"], pace["slip_number"], pace["stale"]) == ("slipped", 1, False)
    assert await notices(connection, target_id) == [
        ("slip", city.ani),
        ("staff_slip", city.clinic_head),
    ]
    slip, own, staff = announced.rows
    assert (slip.kind, slip.employee_id, slip.target_id, slip.state) == (
        "slip",
        city.ani,
        target_id,
        "slipped",
    )
    assert tuple(slip.unit_path) == (city.city, city.health, city.clinic)
    content = json.loads(slip.content)
    assert content["slip_number"] == 1
    assert content["expected"] == pytest.approx(100 / 3, rel=1e-3)
    assert content["needed"] == pytest.approx(85 / 3 - SLIPPED, rel=1e-3)
    assert datetime.fromisoformat(content["slipped_at"]) == pace["slips_at"]
    for row, person in ((own, city.ani), (staff, city.clinic_head)):
        assert (row.kind, row.employee_id, row.unit_id, row.target_id) == (
            "notice",
            person,
            None,
            None,
        )
    assert engine_of_slips.slips_found == 1
    assert engine_of_slips.notices_made == 2
    assert await contiguous(connection)


async def test_the_acting_head_decides_and_is_told(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    await make_head(connection, city.clinic, city.dedi, kind="acting", valid_from=ago(DAY))
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    assert await notices(connection, target_id) == [("slip", city.ani), ("staff_slip", city.dedi)]


async def test_the_notice_for_a_supervisor_of_another_agency_lies_in_their_shard(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    target_id = await make_slipping_target(connection, city.health_head)  # the mayor decides
    await engine_of_slips.settle()
    assert await notices(connection, target_id) == [
        ("slip", city.health_head),
        ("staff_slip", city.mayor),
    ]
    shards = {(row.kind, row.employee_id): row.shard for row in announced.rows}
    assert shards == {
        ("slip", city.health_head): 3,
        ("notice", city.health_head): 3,
        ("notice", city.mayor): 0,
    }
    assert await contiguous(connection)


async def test_looking_again_finds_nothing(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    told, paced = len(announced.rows), engine_of_slips.targets_paced
    for _ in range(3):
        await engine_of_slips.settle()
    assert (len(announced.rows), engine_of_slips.targets_paced) == (told, paced)


async def test_a_lower_bound_that_falls_due_is_worked_out_first(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    """A report moved the slip away, and the intake left the old instant: no slip, a later one."""
    target_id = city.targets[city.ani]
    await connection.execute(
        "UPDATE target_pace SET slips_at = clock_timestamp() - interval '1 hour'"
        " WHERE target_id = $1",
        target_id,
    )
    await engine_of_slips.settle()
    pace = await pace_of(connection, target_id)
    assert pace["state"] == "on_track"
    assert pace["slips_at"] > datetime.now(UTC) + DAY
    assert announced.rows == []


async def test_it_slips_at_its_instant_without_anybody_marking_it(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    """The engine sleeps until the instant that it stored, not until the next poll."""
    needed_now = 85 * 10 / 30  # and 0.000033 more lasts for a second
    target_id = await make_slipping_target(connection, city.ani, done=needed_now + 0.000033)
    engine = SlipEngine(pool, announced, SlipOptions(poll_s=3600.0))
    async with engine.running():
        async with asyncio.timeout(30):
            while engine.slips_found == 0:
                await asyncio.sleep(0.01)
    pace = await pace_of(connection, target_id)
    assert pace["state"] == "slipped"
    assert pace["slips_at"] <= pace["state_since"]


async def test_a_risk_is_told_to_the_employee_alone_and_once_for_each_slip(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = await make_slipping_target(connection, city.ani, AT_RISK)
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "at_risk"
    await set_progress(connection, target_id, ON_TRACK)
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "on_track"
    await set_progress(connection, target_id, AT_RISK)
    await engine_of_slips.settle()
    assert await notices(connection, target_id) == [("at_risk", city.ani)]
    assert await feed_kinds(connection, target_id) == []


async def test_a_risk_falls_due_by_its_index(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = await make_slipping_target(connection, city.ani, AT_RISK)
    await connection.execute(
        "UPDATE target_pace SET stale = false, paced_at = clock_timestamp(),"
        " at_risk_at = clock_timestamp(), slips_at = clock_timestamp() + interval '1 day'"
        " WHERE target_id = $1",
        target_id,
    )
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "at_risk"


async def test_a_period_that_ends_lapses_once_and_quietly(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    target_id = city.targets[city.ani]
    await connection.execute(
        "WITH ended AS (UPDATE target SET period_end = clock_timestamp() WHERE id = $1)"
        " UPDATE target_pace SET period_end = clock_timestamp() WHERE target_id = $1",
        target_id,
    )
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "lapsed"
    assert announced.rows == []
    paced = engine_of_slips.targets_paced
    await engine_of_slips.settle()
    assert engine_of_slips.targets_paced == paced


async def test_an_ended_period_without_a_verdict_is_looked_at_once(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    """Too few observations: neither achieved nor lapsed, and yet it must not come up for ever."""
    target_id = city.targets[city.ani]
    await connection.execute(
        "WITH ended AS (UPDATE target SET aspect = 'quality', period_end = clock_timestamp()"
        " WHERE id = $1)"
        " UPDATE target_pace SET observations = 3, period_end = clock_timestamp()"
        " WHERE target_id = $1",
        target_id,
    )
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "on_track"
    paced = engine_of_slips.targets_paced
    await engine_of_slips.settle()
    assert engine_of_slips.targets_paced == paced


async def test_what_was_over_before_anybody_looked_is_told_to_nobody(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    past = datetime.now(UTC) - timedelta(days=60)
    done = await make_target(connection, city.ani, now=past)
    undone = await make_target(connection, city.ani, now=past)
    await connection.execute("UPDATE target_pace SET approved = 120 WHERE target_id = $1", done)
    await engine_of_slips.settle()
    assert (await pace_of(connection, done))["state"] == "achieved"
    assert (await pace_of(connection, undone))["state"] == "lapsed"
    assert announced.rows == []


async def test_an_achievement_is_told_in_the_inbox(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    await make_phone(connection, city.ani, "phone-1")
    target_id = city.targets[city.ani]
    await set_progress(connection, target_id, ACHIEVED)
    await SlipEngine(pool, announced, PUSHING).settle()
    assert await notices(connection, target_id) == [("achieved", city.ani)]
    assert await connection.fetchval("SELECT count(*) FROM delivery") == 0


async def test_a_closed_target_says_nothing_any_more(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await connection.execute(
        "UPDATE target SET closed_at = clock_timestamp() WHERE id = $1", target_id
    )
    await engine_of_slips.settle()
    pace = await pace_of(connection, target_id)
    assert (pace["state"], pace["slips_at"], pace["at_risk_at"]) == ("lapsed", None, None)
    assert announced.rows == []


# --- corrections ------------------------------------------------------------------------------


async def test_a_late_report_takes_the_slip_back_and_tells_those_who_heard_of_it(
    connection: Any, city: City, engine_of_slips: SlipEngine, announced: Announced
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await make_head(connection, city.clinic, city.dedi, kind="acting", valid_from=ago(DAY))
    await make_report(connection, city.ani, target_id, quantity=40.0)
    await engine_of_slips.settle()

    assert (await pace_of(connection, target_id))["state"] == "on_track"
    assert await feed_kinds(connection, target_id) == ["slip", "report", "recovery"]
    assert (await notices(connection, target_id))[2:] == [
        ("recovery", city.ani),
        ("staff_recovery", city.clinic_head),
    ]
    recovery = next(row for row in announced.rows if row.kind == "recovery")
    assert recovery.state == "on_track"
    content = json.loads(recovery.content)
    assert (content["slip_number"], content["needed"]) == (1, 0.0)
    assert engine_of_slips.recoveries_found == 1


async def test_it_may_slip_again_and_that_is_another_slip(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    row = await make_report(connection, city.ani, target_id, quantity=40.0)
    await engine_of_slips.settle()
    report_id = UUID(json.loads(row.content)["report_id"])
    await submit(connection, "withdraw", city.ani, report_id=report_id)
    await engine_of_slips.settle()
    await make_report(connection, city.ani, target_id, quantity=80.0)
    await engine_of_slips.settle()
    assert await feed_kinds(connection, target_id) == [
        "slip", "report", "recovery", "withdrawal", "slip", "report", "recovery",
    ]  # fmt: skip
    assert (await pace_of(connection, target_id))["slip_number"] == 2
    kinds = [kind for kind, recipient in await notices(connection, target_id)
             if recipient == city.ani]  # fmt: skip
    assert kinds == ["slip", "recovery", "slip", "recovery", "achieved"]


async def test_a_return_takes_progress_away_and_may_slip_the_target(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = await make_slipping_target(connection, city.ani, 0.0)
    row = await make_report(connection, city.ani, target_id, quantity=50.0)
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "on_track"
    report_id = UUID(json.loads(row.content)["report_id"])
    await decide(connection, city.clinic_head, report_id, "return", "Foto kurang jelas")
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "slipped"


async def test_reports_after_the_end_still_take_the_slip_back(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    """slipped → lapsed → achieved: the offline phone came home."""
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    await connection.execute(
        "WITH ended AS (UPDATE target SET period_end = clock_timestamp() WHERE id = $1)"
        " UPDATE target_pace SET period_end = clock_timestamp() WHERE target_id = $1",
        target_id,
    )
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "lapsed"
    await make_report(connection, city.ani, target_id, quantity=90.0)
    await engine_of_slips.settle()
    assert (await pace_of(connection, target_id))["state"] == "achieved"
    assert await feed_kinds(connection, target_id) == ["slip", "report", "recovery"]
    kinds = [kind for kind, recipient in await notices(connection, target_id)
             if recipient == city.ani]  # fmt: skip
    assert kinds == ["slip", "recovery", "achieved"]


async def test_leave_for_the_days_so_far_stops_the_clock_and_takes_the_slip_back(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    mine = await make_slipping_target(connection, city.ani)
    others = await make_slipping_target(connection, city.budi)
    await engine_of_slips.settle()
    today = datetime.now(UTC).date()
    async with connection.transaction():
        await leave_made(connection, city.ani, (today - 20 * DAY, today), "annual", "")
        await everybody_stale(connection, datetime.now(UTC))
    await engine_of_slips.settle()
    assert (await pace_of(connection, mine))["state"] == "on_track"
    assert (await pace_of(connection, others))["state"] == "slipped"
    assert await feed_kinds(connection, mine) == ["slip", "recovery"]
    assert await feed_kinds(connection, others) == ["slip"]


async def test_a_holiday_moves_the_instant(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    target_id = city.targets[city.ani]
    await set_progress(connection, target_id, ON_TRACK)
    await engine_of_slips.settle()
    before = (await pace_of(connection, target_id))["slips_at"]
    async with connection.transaction():
        tomorrow = datetime.now(UTC).date() + DAY
        await holiday_made(connection, tomorrow, "Libur", "local", None)
        await everybody_stale(connection, datetime.now(UTC))
    await engine_of_slips.settle()
    after = (await pace_of(connection, target_id))["slips_at"]
    # 50 of the 85 needed are used up after 10/17 of the working time, now 29 days instead of 30.
    assert after - before == pytest.approx(DAY * (1 - 10 / 17), abs=timedelta(seconds=1))


# --- exactly once -----------------------------------------------------------------------------


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


# --- what must not happen ---------------------------------------------------------------------


async def test_a_target_that_makes_no_sense_sinks_no_other_and_comes_up_once(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    bad = await make_slipping_target(connection, city.ani)
    good = await make_slipping_target(connection, city.ani)
    await connection.execute("UPDATE target SET direction = 'range' WHERE id = $1", bad)
    await engine_of_slips.settle()
    await engine_of_slips.settle()
    assert (await pace_of(connection, good))["state"] == "slipped"
    assert (await pace_of(connection, bad))["state"] == "on_track"
    assert engine_of_slips.targets_broken == 1
    await connection.execute(
        "WITH mended AS (UPDATE target SET direction = 'higher' WHERE id = $1)"
        " UPDATE target_pace SET stale = true WHERE target_id = $1",
        bad,
    )
    await engine_of_slips.settle()
    assert (await pace_of(connection, bad))["state"] == "slipped"


async def test_a_claim_that_the_database_refuses_sinks_no_other(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    bad = await make_slipping_target(connection, city.ani)
    good = [await make_slipping_target(connection, city.ani) for _ in range(4)]
    await connection.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.target_id = '{bad}' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$;"
        " CREATE TRIGGER refuse BEFORE INSERT ON notice"
        " FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    await engine_of_slips.settle()
    for target_id in good:
        assert (await pace_of(connection, target_id))["state"] == "slipped"
    pace = await pace_of(connection, bad)
    assert (pace["state"], pace["stale"]) == ("on_track", False)
    assert engine_of_slips.targets_broken == 1
    assert await contiguous(connection)


async def test_a_refresh_that_says_nothing_waits_for_no_shard(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    """A report batch holds every shard, and a changed calendar is still worked through."""
    async with connection.transaction():
        await connection.execute("UPDATE target_pace SET stale = true")
    async with connection.transaction():
        await connection.execute("SELECT 1 FROM feed_shard FOR UPDATE")
        async with asyncio.timeout(30):
            await engine_of_slips.settle()
    assert await connection.fetchval("SELECT count(*) FROM target_pace WHERE stale") == 0


async def test_deliveries_are_made_for_phones_that_a_channel_serves(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    phone = await make_phone(connection, city.ani, "token-1")
    await make_phone(connection, city.ani, "https://push.example/1", kind="web_push")
    disabled = await make_phone(connection, city.ani, "token-2")
    await connection.execute(
        "UPDATE device SET push_disabled_reason = 'wrong sender' WHERE id = $1", disabled
    )
    heads = await make_phone(connection, city.clinic_head, "fid-1", kind="fcm_installation")
    await make_slipping_target(connection, city.ani)
    await SlipEngine(pool, announced, PUSHING).settle()
    rows = await connection.fetch("SELECT device_id, channel, state FROM delivery")
    assert {tuple(row) for row in rows} == {(phone, "fcm", "queued"), (heads, "fcm", "queued")}


async def test_without_a_channel_the_inbox_alone_has_the_notice(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    await make_phone(connection, city.ani, "token-1")
    target_id = await make_slipping_target(connection, city.ani)
    await engine_of_slips.settle()
    assert len(await notices(connection, target_id)) == 2
    assert await connection.fetchval("SELECT count(*) FROM delivery") == 0


async def test_waking_is_sooner_than_polling(
    connection: Any, city: City, pool: asyncpg.Pool, announced: Announced
) -> None:
    engine = SlipEngine(pool, announced, SlipOptions(poll_s=3600.0))
    async with engine.running():
        await make_slipping_target(connection, city.ani)
        async with asyncio.timeout(30):
            while engine.slips_found == 0:
                engine.wake()
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("error", [asyncpg.CannotConnectNowError("starting"), KeyError("ours")])
async def test_a_round_that_fails_is_not_the_last(
    connection: Any,
    city: City,
    pool: asyncpg.Pool,
    announced: Announced,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    await make_slipping_target(connection, city.ani)
    engine = SlipEngine(pool, announced, SlipOptions(pause_s=0.01))
    real = engine.settle

    async def fails_once() -> float:
        monkeypatch.setattr(engine, "settle", real)
        raise error

    monkeypatch.setattr(engine, "settle", fails_once)
    async with engine.running(), asyncio.timeout(30):
        while engine.slips_found == 0:
            await asyncio.sleep(0.01)
    assert engine.failures == 1
