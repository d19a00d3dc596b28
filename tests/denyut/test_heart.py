"""The heart: killed for five minutes, its ledger says so, and what was captured then is on time."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from denyut.heart import Heart, HeartOptions
from models.rules.flags import flag_names
from models.tables.columns import new_id
from tests.builders import City, make_city, make_report, submit
from tests.models.queries.test_rolling import roll, row_of

NOW = datetime.now(UTC)
FIVE_MINUTES = timedelta(minutes=5)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def ledger(pool: asyncpg.Pool) -> list[tuple[datetime, datetime, str]]:
    rows = await pool.fetch("SELECT starts_at, ends_at, source FROM outage")
    return [tuple(row) for row in rows]


async def test_a_heart_that_beats_writes_nothing_into_the_ledger(pool: asyncpg.Pool) -> None:
    clock = Clock(NOW)
    heart = Heart(pool, HeartOptions(), clock)
    for _ in range(5):
        assert await heart.settle() == HeartOptions().every_s
        clock.now += timedelta(seconds=60)
    assert await ledger(pool) == []


async def test_five_minutes_without_a_beat_are_an_outage_that_is_written_once(
    pool: asyncpg.Pool,
) -> None:
    before = Heart(pool, HeartOptions(), Clock(NOW - FIVE_MINUTES))
    await before.settle()
    hearts = [Heart(pool, HeartOptions(), Clock(NOW)) for _ in range(4)]
    await asyncio.gather(*(heart.settle() for heart in hearts))
    assert await ledger(pool) == [(NOW - FIVE_MINUTES, NOW, "heartbeat")]
    assert sum(heart.outages for heart in hearts) == 1


async def captured(pool: asyncpg.Pool, city: City, at: datetime) -> UUID:
    """A report captured at an instant that arrives now, when its target's period is over."""
    report_id = new_id()
    await pool.execute(
        "UPDATE target SET period_end = $2 WHERE id = $1",
        city.targets[city.ani],
        NOW - timedelta(seconds=1),
    )
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await pool.execute(
        "UPDATE report SET corrected_at = $2, activity_at = $2 WHERE id = $1", report_id, at
    )
    return report_id


async def test_what_was_captured_while_we_were_away_counts_as_on_time_and_says_so(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    await Heart(pool, HeartOptions(), Clock(NOW - FIVE_MINUTES)).settle()
    report_id = await captured(pool, city, NOW - timedelta(minutes=2))
    flags = await pool.fetchval("SELECT flags FROM report WHERE id = $1", report_id)
    assert flag_names(flags) == ["late", "outside_period"]
    await Heart(pool, HeartOptions(), Clock(NOW)).settle()
    flags = await pool.fetchval("SELECT flags FROM report WHERE id = $1", report_id)
    assert flag_names(flags) == ["outside_period", "outage"]
    await roll(pool)
    day = await pool.fetchval("SELECT on_day FROM person_day")
    counted = await row_of(pool, city.clinic, day)
    assert (counted["reports"], counted["excused"]) == (1, 1)
    assert "late" not in counted


async def test_what_arrives_only_after_the_entry_is_excused_as_it_arrives(
    pool: asyncpg.Pool,
) -> None:
    city, report_id = await make_city(pool), new_id()
    for at in (NOW - FIVE_MINUTES, NOW):
        await Heart(pool, HeartOptions(), Clock(at)).settle()
    await pool.execute(
        "UPDATE target SET period_end = $2 WHERE id = $1",
        *(city.targets[city.ani], NOW - timedelta(minutes=1)),
    )
    await submit(
        pool,
        "create",
        city.ani,
        report_id=report_id,
        target_id=city.targets[city.ani],
        at=NOW - timedelta(minutes=2),
    )
    assert flag_names(await pool.fetchval("SELECT flags FROM report")) == ["outage"]
    await roll(pool)
    row = await pool.fetchrow("SELECT reports, late, excused FROM person_day")
    assert tuple(row) == (1, 0, 1)


async def test_it_beats_by_itself_while_it_runs(pool: asyncpg.Pool) -> None:
    async with Heart(pool, HeartOptions(every_s=0.01)).running() as heart:
        while await pool.fetchval("SELECT count(*) FROM service_beat") == 0:
            await asyncio.sleep(0.01)
    assert (heart.outages, heart.failures) == (0, 0)


def test_one_missed_beat_is_no_outage() -> None:
    with pytest.raises(ValueError, match="one beat"):
        HeartOptions(every_s=15, longest_s=20)
