"""People with phones who wait for word of their slips, and what must be true of it afterwards.

One of each: somebody with one notice, somebody with enough for a digest, somebody whose hours are
over, somebody on leave, and somebody whose slip is over before anybody heard of it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from models.queries.policies import quiet_hours_set, unit_policy_set
from models.rules.manners import QuietHours
from notifications.channels.channel import display_tag
from notifications.slips import SlipEngine, SlipOptions
from tests.builders import City, make_leave, make_report
from tests.notifications.city import Announced, make_city_at_work, make_phone, make_slipping_target
from tests.standins.fcm import FcmStandIn
from tests.standins.service_process import ServiceProcess

ZONE = ZoneInfo("Asia/Jakarta")
NEVER_QUIET = {
    "quiet_start_minute": 0,
    "quiet_end_minute": 0,
    "cool_down_s": 0,
    "digest_minutes": 60,  # what comes with the next digest seldom falls into a drill
}
PUSHING = SlipOptions(push_kinds=frozenset({"fcm_token"}))
SEVERAL = 5  # notices at once: above the limit for digests
REACHED = ("ani", "budi")
NOT_NOW = ("citra", "dedi")


@dataclass(frozen=True)
class Street:
    """The people, and where their slips are written down."""

    pool: asyncpg.Pool
    city: City


async def make_street(pool: asyncpg.Pool) -> Street:
    """Everybody's slips are told and their pushes are queued; nothing was sent yet."""
    city = await make_city_at_work(pool)
    await unit_policy_set(pool, city.city, NEVER_QUIET, city.hr)
    await quiet_hours_set(pool, city.citra, quiet_around_now(-60, 240))
    today = datetime.now(ZONE).date()
    await make_leave(pool, city.dedi, today, today + timedelta(days=1))
    for name in (*REACHED, *NOT_NOW):
        await make_phone(pool, city.people[name], name)
        for _ in range(SEVERAL if name == "budi" else 1):
            await make_slipping_target(pool, city.people[name])
    made_good = await make_slipping_target(pool, city.eka)
    await make_phone(pool, city.eka, "eka")
    await slips_are_told(pool)
    await make_report(pool, city.eka, made_good, quantity=40.0)
    await slips_are_told(pool)
    return Street(pool, city)


def quiet_around_now(begins_minutes: int, ends_minutes: int) -> QuietHours:
    """Quiet hours from and to so many minutes from now, by the clocks on the walls."""
    now = datetime.now(ZONE)
    minute = now.hour * 60 + now.minute
    return QuietHours((minute + begins_minutes) % 1440, (minute + ends_minutes) % 1440)


async def slips_are_told(pool: asyncpg.Pool) -> None:
    """Notices and deliveries of everything that slips or recovers now."""
    await SlipEngine(pool, Announced(), PUSHING).settle()


@asynccontextmanager
async def locked(pool: asyncpg.Pool, table: str, mode: str = "EXCLUSIVE") -> AsyncGenerator[Any]:
    """Nobody else may write to this table (or read it, with ACCESS EXCLUSIVE) inside the block."""
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(f"LOCK TABLE {table} IN {mode} MODE")
            yield connection
        finally:
            await transaction.rollback()


@asynccontextmanager
async def running(service: ServiceProcess) -> AsyncGenerator[None]:
    """Started while the drill's own loop goes on: stand-ins answer from it. Killed at the end."""
    try:
        await asyncio.to_thread(service.start)
        yield
    finally:
        service.end()


async def until(
    pool: asyncpg.Pool, question: str, *arguments: Any, patience_s: float = 60.0
) -> None:
    """Waits until the database answers yes."""
    async with asyncio.timeout(patience_s):
        while not await pool.fetchval(question, *arguments):
            await asyncio.sleep(0.02)


async def until_waiting(pool: asyncpg.Pool, words: str, count: int = 1) -> None:
    """Waits until so many statements with these words wait for a lock."""
    await until(
        pool,
        "SELECT count(*) >= $2 FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND strpos(query, $1) > 0 AND pid <> pg_backend_pid()",
        words,
        count,
    )


async def what_it_asked_is_undone(pool: asyncpg.Pool) -> None:
    """The statements of a dead service are broken off, as if it had died before it asked."""
    mine = "FROM pg_stat_activity WHERE datname = current_database() AND application_name"
    await pool.fetch(f"SELECT pg_terminate_backend(pid) {mine} LIKE 'denyut%'")
    await until(pool, f"SELECT count(*) = 0 {mine} LIKE 'denyut%'")


async def until_calm(pool: asyncpg.Pool) -> None:
    """Waits until nothing is stale, leased or due; what is deferred waits for its own hour."""
    await until(
        pool,
        "SELECT NOT EXISTS (SELECT FROM delivery WHERE state = 'queued'"
        " AND (lease_id IS NOT NULL OR due_at <= clock_timestamp() + interval '1 minute'))"
        " AND NOT EXISTS (SELECT FROM target_pace WHERE stale)",
        patience_s=150.0,  # what is due in a minute is waited for, too
    )


async def each_is_told_once(pool: asyncpg.Pool) -> None:
    """One notice for each slip, person and rung; of a delivery's ends one stands in the ledger."""
    twice = await pool.fetch(
        "SELECT target_id, recipient_id, kind, content->>'slip_number' FROM notice"
        " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    )
    assert twice == []
    told = await pool.fetch(
        "SELECT f.target_id, (SELECT count(*) FROM feed x WHERE x.target_id = f.target_id"
        " AND x.kind = 'slip') AS events, p.slip_number,"
        " (SELECT count(*) FROM notice n WHERE n.target_id = f.target_id AND n.kind = 'slip')"
        " AS notices FROM feed f JOIN target_pace p USING (target_id) WHERE f.kind = 'slip'"
    )
    assert told
    assert all(row["events"] == row["slip_number"] == row["notices"] for row in told)
    ends = await pool.fetch(
        "SELECT d.state, (SELECT count(*) FROM delivery_event e WHERE e.delivery_id = d.id"
        " AND e.what IN ('sent', 'failed', 'dropped')) AS ends FROM delivery d"
    )
    assert all(row["ends"] == (row["state"] != "queued") for row in ends)


async def phones_show_each_once(pool: asyncpg.Pool, google: FcmStandIn) -> None:
    """Each delivery reached Google under its own tag or its digest's, and under no other."""
    expected: dict[str, set[str]] = defaultdict(set)
    for row in await pool.fetch(
        "SELECT v.push_target, n.key, d.digest_id, d.state FROM delivery d"
        " JOIN notice n ON n.id = d.notice_id JOIN device v ON v.id = d.device_id"
    ):
        if row["state"] == "sent":
            key = f"digest:{row['digest_id']}" if row["digest_id"] else row["key"]
            expected[row["push_target"]].add(display_tag(key))
        else:
            assert row["state"] != "failed"
    shown: dict[str, set[str]] = defaultdict(set)
    for received in google.delivered:
        android = received.message["android"]
        tags = {
            android["collapse_key"],
            android["notification"]["tag"],
            received.message["apns"]["headers"]["apns-collapse-id"],
        }
        assert len(tags) == 1
        shown[received.address] |= tags
    assert shown == expected


async def the_street_has_heard(street: Street, google: FcmStandIn, more: int = 0) -> None:
    """Whoever may be reached was, once; nobody else was tried, and nothing waits for ever.

    `more`: notices that came for Ani after the street was made.
    """
    await each_is_told_once(street.pool)
    await phones_show_each_once(street.pool, google)
    assert {received.address for received in google.received} == set(REACHED)
    rows = await street.pool.fetch(
        "SELECT v.push_target AS phone, d.state, d.outcome, d.attempts, d.lease_id,"
        " d.due_at > clock_timestamp() AND d.due_at < clock_timestamp() + interval '5 days' AS soon"
        " FROM delivery d JOIN device v ON v.id = d.device_id"
    )
    by_phone: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_phone[row["phone"]].append(row)
    for name, count in zip(REACHED, (1 + more, SEVERAL), strict=True):
        assert [row["state"] for row in by_phone[name]] == ["sent"] * count
    for name in NOT_NOW:
        (row,) = by_phone[name]
        assert (row["state"], row["lease_id"]) == ("queued", None)
        assert row["attempts"] <= 1  # the attempt of a sender that died before it had asked
        assert row["soon"], row["outcome"]
    states = {(row["state"], row["outcome"]) for row in by_phone["eka"]}
    assert ("dropped", "reason_gone") in states
    assert all(row["state"] == "dropped" or row["soon"] for row in by_phone["eka"])


async def slips_of(pool: asyncpg.Pool, target_id: UUID) -> Sequence[str]:
    """The story of a target as the feed tells it: slips and their ends."""
    rows = await pool.fetch(
        "SELECT kind FROM feed WHERE target_id = $1 AND kind IN ('slip', 'recovery')"
        " ORDER BY shard, seq",
        target_id,
    )
    return [row["kind"] for row in rows]
