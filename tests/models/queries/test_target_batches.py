"""Many changes at once: each as one change would be, in as many statements as for one."""

import json
from typing import Any

import asyncpg

from models.queries.target_batches import Rewording, known_targets, targets_reworded
from models.queries.targets import target_history, target_row
from tests.builders import City, make_city


async def changed(pool: asyncpg.Pool, city: City, **after: Any) -> list[Rewording]:
    """The targets of Ani and Budi, each to be changed in the same way."""
    known = await known_targets(pool, [city.targets[city.ani], city.targets[city.budi]])
    return [Rewording(row, after) for row in known.values()]


async def test_each_keeps_what_it_was_and_the_feed_hears_of_each(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE target_pace SET stale = false")
    changes = await changed(pool, city, quantity=80.0)
    events = await targets_reworded(pool, changes, city.hr, "impor")
    assert {event.employee_id for event in events} == {city.ani, city.budi}
    content = json.loads(events[0].content)
    assert (content["change"], content["goal"], content["reason"]) == ("changed", 80.0, "impor")
    for person in (city.ani, city.budi):
        row = await target_row(pool, city.targets[person])
        assert row is not None
        assert (row["quantity"], row["unit_of_measure"], row["version"]) == (80, "kali", 2)
        (kept,) = await target_history(pool, city.targets[person])
        assert json.loads(kept["before"]) == {"quantity": 100.0}
        assert json.loads(kept["after"]) == {"quantity": 80.0}
    stale = await pool.fetch("SELECT target_id FROM target_pace WHERE stale")
    assert {row["target_id"] for row in stale} == {change.row["id"] for change in changes}


async def test_a_closed_target_is_left_as_it_is(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    closed = city.targets[city.ani]
    await pool.execute("UPDATE target SET closed_at = now() WHERE id = $1", closed)
    events = await targets_reworded(pool, await changed(pool, city, quantity=1.0), None, "impor")
    assert [event.employee_id for event in events] == [city.budi]
    assert await target_history(pool, closed) == []
    assert await targets_reworded(pool, [], None, "impor") == []
