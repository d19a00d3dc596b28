"""What the engine finds by itself, and what must not happen while it looks."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from notifications.slips import SlipEngine, SlipOptions
from tests.builders import City, make_head, make_target
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
    make_phone,
    make_slipping_target,
    notices,
    pace_of,
    set_progress,
)

PUSHING = SlipOptions(push_kinds=frozenset({"fcm_token", "fcm_installation"}))


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
