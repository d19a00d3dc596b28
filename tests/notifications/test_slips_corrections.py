"""What was said and no longer holds is taken back, by the same engine and as exactly."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.queries.calendar_changes import everybody_stale, holiday_made, leave_made
from models.queries.targets import target_changed
from notifications.slips import SlipEngine
from tests.builders import City, decide, make_head, make_report, submit
from tests.notifications.city import (
    DAY,
    ON_TRACK,
    SLIPPED,
    Announced,
    ago,
    feed_kinds,
    make_slipping_target,
    notices,
    pace_of,
    set_progress,
)


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


async def test_an_edit_takes_the_slip_back_and_another_one_brings_it_again(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    """The quantity was mistyped, was put right, and was wrong all the same."""
    target_id = await make_slipping_target(connection, city.ani, 0.0)
    row = await make_report(connection, city.ani, target_id, quantity=2.0)
    report_id = UUID(json.loads(row.content)["report_id"])
    states = []
    for quantity in (2.0, 50.0, 5.0):
        await submit(connection, "revise", city.ani, report_id=report_id, quantity=quantity)
        await engine_of_slips.settle()
        states.append((await pace_of(connection, target_id))["state"])
    assert states == ["slipped", "on_track", "slipped"]
    told = [kind for kind in await feed_kinds(connection, target_id)
            if kind in ("slip", "recovery")]  # fmt: skip
    assert told == ["slip", "recovery", "slip"]


async def test_a_goal_that_is_lowered_takes_the_slip_back_and_one_that_is_raised_slips(
    connection: Any, city: City, engine_of_slips: SlipEngine
) -> None:
    """Nothing was done meanwhile, so what was said is withdrawn and nobody is praised."""
    target_id = await make_slipping_target(connection, city.ani, SLIPPED)
    await engine_of_slips.settle()
    states = []
    for quantity in (40.0, 100.0):
        async with connection.transaction():
            changes = {"quantity": quantity}
            await target_changed(connection, target_id, changes, by=city.hr, reason="cuti")
        await engine_of_slips.settle()
        states.append((await pace_of(connection, target_id))["state"])
    assert states == ["on_track", "slipped"]
    assert await feed_kinds(connection, target_id) == [
        "slip", "target_changed", "recovery", "target_changed", "slip",
    ]  # fmt: skip
    kinds = [kind for kind, recipient in await notices(connection, target_id)
             if recipient == city.ani]  # fmt: skip
    assert kinds == ["slip", "withdrawn", "slip"]


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
