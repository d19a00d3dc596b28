"""The roller: it follows the feed by itself, one of several counts, and it recovers."""

import asyncio

import asyncpg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from denyut.heart import Heart, HeartOptions
from denyut.rolling import Roller, RollingOptions, rollup_figures
from models.queries.recount import differences
from models.queries.rolling import is_behind
from tests.builders import City, make_city, make_report

QUICK = RollingOptions(every_s=0.01, events=3, share=1)


async def reports(pool: asyncpg.Pool, city: City, times: int) -> None:
    for _ in range(times):
        for who in (city.ani, city.dedi):
            await make_report(pool, who, city.targets[who])


async def counted(pool: asyncpg.Pool, city: City, wanted: int) -> None:
    """Waits until so many reports of the city are counted."""
    while True:
        found = await pool.fetchval(
            "SELECT sum(reports) FROM unit_month WHERE unit_id = $1", city.city
        )
        if found == wanted:
            return
        await asyncio.sleep(0.01)


async def test_two_rollers_follow_the_feed_and_count_each_event_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    async with Roller(pool, QUICK).running() as one, Roller(pool, QUICK).running() as other:
        await reports(pool, city, 5)
        await counted(pool, city, 10)
    assert one.events_counted + other.events_counted <= 10  # whoever was stopped told of no more
    assert one.failures == other.failures == 0
    async with pool.acquire() as connection:
        assert await differences(connection) == []


async def test_a_round_with_nothing_new_sleeps(pool: asyncpg.Pool) -> None:
    roller = Roller(pool, RollingOptions())
    assert await roller.settle() == RollingOptions().every_s
    assert roller.events_counted == 0


async def test_a_backlog_is_counted_in_small_steps_with_a_rest_in_between(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    await reports(pool, city, 6)
    roller = Roller(pool, RollingOptions(events=2))
    rests = [await roller.settle()]
    while await is_behind(pool):
        rests.append(await roller.settle())
    assert roller.events_counted == 12
    assert all(rest_s > 0 for rest_s in rests)
    assert await roller.settle() == RollingOptions().every_s


async def test_what_retention_dropped_before_it_was_counted_is_counted_from_the_reports(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    await reports(pool, city, 2)
    await pool.execute("UPDATE feed_shard SET floor = head")
    await pool.execute("DELETE FROM feed")
    await Roller(pool, RollingOptions()).settle()
    await counted(pool, city, 4)
    assert not await is_behind(pool)


async def test_its_figures_and_those_of_the_heart_are_read(pool: asyncpg.Pool) -> None:
    registry = CollectorRegistry()
    registry.register(rollup_figures(Heart(pool, HeartOptions()), Roller(pool, RollingOptions())))
    text = generate_latest(registry).decode()
    for name in ("events", "person_days", "outages", "failures"):
        assert f"denyut_rollups_{name}_total 0.0" in text


def test_options_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="late"):
        RollingOptions(timely_within_h=-1)
    with pytest.raises(ValueError, match="share"):
        RollingOptions(share=0)
