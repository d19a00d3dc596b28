"""Ten thousand targets slip at once, among fifty thousand and among five million.

Two databases on one server; the same people and the same work in both. What is timed is all of it:
found, worked out, claimed, noticed and queued. The cost must follow the slips.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg

from benchmarks.figures import Figure, Goal
from benchmarks.rig import Rig
from benchmarks.town import EMPLOYEE, GOAL, TARGET, Town, uid, uid_sql
from notifications.channels.addresses import FCM_PUSH_KINDS
from notifications.slips import SlipEngine, SlipOptions

TOWN = Town(targets=20)  # 50,400 targets
FILLER_FROM = 10_000_000  # numbers of the targets that only exist
FILL = f"""
    WITH n AS (SELECT i, {uid_sql(TARGET, f"{FILLER_FROM} + i")} AS id,
                      {uid_sql(EMPLOYEE, "1 + i % $3::bigint")} AS person
                 FROM generate_series($1::bigint, $2::bigint) AS i),
    like_others AS (SELECT t.period_start, t.period_end, p.slips_at
                      FROM target t JOIN target_pace p ON p.target_id = t.id LIMIT 1),
    made AS (INSERT INTO target (id, employee_id, indicator, unit_of_measure, quantity,
                                 period_start, period_end)
             SELECT n.id, n.person, 'Kunjungan rumah', 'kali', {GOAL}, l.period_start, l.period_end
               FROM n, like_others l)
    INSERT INTO target_pace (target_id, employee_id, shard, period_end, stale, slips_at)
    SELECT n.id, n.person, u.shard, l.period_end, false, l.slips_at
      FROM n, like_others l, employee e, unit u
     WHERE e.id = n.person AND u.id = e.unit_id
"""
FILL_BATCH = 250_000
PHONES = f"""
    INSERT INTO device (id, employee_id, push_kind, push_target)
    SELECT gen_random_uuid(), {uid_sql(EMPLOYEE, "i")}, 'fcm_token', 'token-' || i
      FROM generate_series(1, $1::bigint) AS i
"""
DUE = "UPDATE target_pace SET slips_at = clock_timestamp() WHERE target_id = ANY ($1)"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `many`: active targets of the larger database, about."""

    many: int = 5_000_000
    slips: int = 10_000


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Seconds until all is noticed and queued among many, and by its ratio to among few."""
    size = size or Size()
    larger = await rig.beside("many", rig.town)
    await filled(larger, size.many - rig.town.all_targets)
    whole = Figure("slips", f"{size.slips:,} slips queued", "s", Goal("at_most", 2.0))
    share = Figure(
        "slips", "the same by the size of all", "s", Goal("at_most", 2.0, "ratio"), "few targets"
    )
    for each in (rig, larger):
        async with each.connected() as connection:
            await connection.execute(PHONES, each.town.staff)
            await connection.execute("VACUUM ANALYZE")
    few, many = iter(range(1, TOWN.all_targets + 1)), iter(range(1, TOWN.all_targets + 1))
    for _ in range(rounds):
        among_few = await settled_s(rig, few, size.slips)
        among_many = await settled_s(larger, many, size.slips)
        whole.values.append(among_many)
        share.values.append(among_many)
        share.peer_values.append(among_few)
    return [whole, share]


async def filled(rig: Rig, count: int) -> None:
    """So many more targets, on track and far from slipping."""
    async with rig.connected() as connection:
        for first in range(1, count + 1, FILL_BATCH):
            last = min(count, first + FILL_BATCH - 1)
            await connection.execute(FILL, first, last, rig.town.staff)


async def settled_s(rig: Rig, numbers: Iterator[int], count: int) -> float:
    """Seconds until so many targets that fall due now are settled. Raises RuntimeError."""
    due = [uid(TARGET, next(numbers)) for _ in range(count)]
    async with asyncpg.create_pool(rig.dsn, min_size=1, max_size=2) as pool:
        engine = SlipEngine(pool, lambda rows: None, SlipOptions(push_kinds=FCM_PUSH_KINDS))
        await pool.execute(DUE, due)
        began = time.perf_counter()
        await engine.settle()
        took_s = time.perf_counter() - began
    if engine.slips_found != count:
        raise RuntimeError(f"{engine.slips_found} slips of {count}")
    return took_s
