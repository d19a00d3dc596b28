"""Making and changing targets: one event each, history kept, and a fresh pace asked for."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from models.queries.targets import (
    NewTarget,
    target_changed,
    target_closed,
    target_history,
    target_row,
    targets_made,
    targets_of,
    targets_told,
)
from models.rules.refusals import InvalidValue, NotFound, OutdatedBase, PeriodClosed
from models.tables.columns import new_id
from tests.builders import City, make_city

NOW = datetime.now(UTC)


def goal(city: City, name: str, target_id: UUID | None = None) -> NewTarget:
    employee_id = getattr(city, name)
    end = NOW + timedelta(days=30)
    return NewTarget(target_id or new_id(), employee_id, name, "Patroli", "kali", 24, NOW, end)


async def test_a_thousand_targets_are_one_statement_and_the_known_stay(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    some = [goal(city, name) for name in ("ani", "budi", "dedi") for _ in range(300)]
    events = await targets_made(pool, some, city.city_hr)
    assert len(events) == 900
    assert {event.shard for event in events} == {3, 5}
    assert await targets_made(pool, some, city.city_hr) == []
    paces = await pool.fetchval("SELECT count(*) FROM target_pace WHERE stale")
    assert paces == 900 + len(city.targets)


async def test_the_unknown_get_nothing(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    stranger = NewTarget(new_id(), new_id(), "?", "x", "y", 1, NOW, NOW + timedelta(days=1))
    assert await targets_made(pool, [stranger], city.hr) == []


async def test_a_change_names_only_what_differs_and_nothing_new_is_no_event(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    target_id = city.targets[city.ani]
    changes = {"quantity": 80.0, "unit_of_measure": "kali", "period_end": "ignored"}
    (event,) = await target_changed(pool, target_id, changes, by=city.hr, reason="sakit")
    content = json.loads(event.content)
    assert (content["goal"], content["change"], content["reason"]) == (80.0, "changed", "sakit")
    assert event.goal == 80.0
    assert await target_changed(pool, target_id, changes, by=city.hr, reason="lagi") == []
    (entry,) = await target_history(pool, target_id)
    assert json.loads(entry["before"]) == {"quantity": 100.0}


async def test_an_outdated_base_a_closed_target_and_an_unknown_one_are_refused(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    target_id = city.targets[city.ani]
    with pytest.raises(OutdatedBase) as outdated:
        await target_changed(
            pool, target_id, {"quantity": 1.0}, by=None, reason="x", base_version=9
        )
    assert outdated.value.details == {"latest": 1}
    assert len(await target_closed(pool, target_id, "dinilai")) == 1
    assert await target_closed(pool, target_id, "dinilai") == []
    with pytest.raises(PeriodClosed):
        await target_changed(pool, target_id, {"quantity": 1.0}, by=None, reason="x")
    for unknown in (target_changed(pool, new_id(), {}, by=None, reason="x"),):
        with pytest.raises(NotFound):
            await unknown
    with pytest.raises(NotFound):
        await target_closed(pool, new_id(), "x")
    assert await target_row(pool, new_id()) is None


async def test_two_who_change_one_end_each_do_not_turn_a_range_around(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    target_id = city.targets[city.ani]
    await pool.execute("UPDATE target SET low = 1, high = 10 WHERE id = $1", target_id)

    async def change(changes: dict[str, float]) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await target_changed(connection, target_id, changes, by=None, reason="x")

    done = await asyncio.gather(
        *(change({"low": 9.0} if place % 2 else {"high": 2.0}) for place in range(8)),
        return_exceptions=True,
    )
    assert {type(one) for one in done} == {type(None), InvalidValue}
    row = await target_row(pool, target_id)
    assert row is not None
    assert row["low"] <= row["high"]


async def test_targets_are_told_again_for_running_periods_alone(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute(
        "UPDATE target_pace SET period_end = $2 WHERE employee_id = $1", city.budi, NOW
    )
    events = await targets_told(pool, [city.ani, city.budi], "moved", "pindah")
    assert [event.employee_id for event in events] == [city.ani]
    assert len(await targets_of(pool, city.budi, NOW, 10)) == 0
    assert len(await targets_of(pool, city.ani, NOW, 10)) == 1
