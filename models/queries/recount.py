"""The roll-ups counted anew from the reports themselves: to fill them, to prove them, to mend them.

Everything here holds the roller's lock, so nobody counts meanwhile, and reports go on arriving:
they are counted afterwards, from the place in the feed that was read before the count began.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from models.queries.asking import asked, asked_one
from models.queries.cells import CELL, CELL_KEY, COUNTED, COUNTERS, by_month, by_unit, cells
from models.queries.rolling import ROLLER, rolled
from models.rules.quality import TIMELY_WITHIN

HOUR_S = 3_600.0
WITHIN_H = TIMELY_WITHIN.total_seconds() / HOUR_S
PATIENCE_S = 3_600.0  # a nation takes minutes; the pool's usual seconds are for requests
MOST_SHOWN = 20  # differences of a table that are told one by one

LOCK = f"SELECT pg_advisory_xact_lock({ROLLER})"
HOLD = f"SELECT pg_advisory_lock({ROLLER})"
LET_GO = f"SELECT pg_advisory_unlock({ROLLER})"

# Read before anything is counted: what comes later is counted again, and that changes nothing.
AT_THE_HEADS = """
    UPDATE rollup_shard c SET seq = f.head FROM feed_shard f WHERE f.shard = c.shard
"""
EMPTY = ("rollup_due", "person_day", "unit_day", "unit_month")
OVERTAKEN = """
    SELECT EXISTS (SELECT FROM rollup_shard c JOIN feed_shard f ON f.shard = c.shard
                    WHERE f.floor > c.seq) AS overtaken
"""

_UNIT_DAY = ("unit_id", "on_day", "indicator", "unit_of_measure")
_UNIT_MONTH = ("unit_id", "month", "indicator", "unit_of_measure")


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of a table that are not what a recount gives, and the keys of the first of them."""

    table: str
    rows: int
    keys: tuple[str, ...]


async def refilled(connection: Any, within_h: float = WITHIN_H) -> int:
    """Fills all roll-ups from the reports; the answer is the number of person-days.

    `connection`: asyncpg's. All of it or nothing; whoever reads meanwhile sees the old counters.
    """
    async with connection.transaction():
        await connection.execute(LOCK, timeout=PATIENCE_S)
        await asked(connection, "SET LOCAL work_mem = '128MB'")  # sorts millions, once
        await asked(connection, AT_THE_HEADS)
        for table in EMPTY:
            await connection.execute(f"DELETE FROM {table}", timeout=PATIENCE_S)
        written = await connection.execute(
            f"INSERT INTO person_day ({', '.join(CELL)}) {cells('report r', '$1::float8')}",
            within_h,
            timeout=PATIENCE_S,
        )
        await _filled(connection, "unit_day", _UNIT_DAY, by_unit("person_day"))
        await _filled(connection, "unit_month", _UNIT_MONTH, by_month("unit_day"))
    return int(written.rpartition(" ")[2])


async def is_overtaken(connection: Any) -> bool:
    """Whether retention dropped events that were not counted: then only `refilled` helps."""
    row = await asked_one(connection, OVERTAKEN)
    return row is not None and row["overtaken"]


async def differences(connection: Any, within_h: float = WITHIN_H) -> list[Difference]:
    """What a recount gives and the roll-ups do not; empty: they are equal.

    `connection`: asyncpg's, outside of a transaction. What waits to be counted is counted first,
    and both sides are read in one snapshot, so no report may arrive between them. Raises
    asyncpg.SerializationError when a day that waits was written to in the same moment: ask again.
    """
    async with _roller(connection), connection.transaction(isolation="repeatable_read"):
        step = await rolled(connection, within_h)
        while step is not None and step.more:
            step = await rolled(connection, within_h)
        await asked(connection, "SET LOCAL enable_seqscan = on")
        await _recounted(connection, "person_day", cells("report r", f"{float(within_h)}::float8"))
        await _recounted(connection, "unit_day", by_unit("recount_person_day"))
        await _recounted(connection, "unit_month", by_month("recount_unit_day"))
        found = [
            await _compared(connection, "person_day", CELL_KEY),
            await _compared(connection, "unit_day", _UNIT_DAY),
            await _compared(connection, "unit_month", _UNIT_MONTH),
        ]
    return [each for each in found if each.rows]


@asynccontextmanager
async def _roller(connection: Any) -> AsyncGenerator[None]:
    """The roller's lock before the snapshot is taken, or the snapshot would be older than it."""
    await connection.execute(HOLD, timeout=PATIENCE_S)
    try:
        yield
    finally:
        await connection.execute(LET_GO)


async def _filled(connection: Any, table: str, key: tuple[str, ...], query: str) -> None:
    columns = ", ".join((*key, *COUNTED))
    await connection.execute(f"INSERT INTO {table} ({columns}) {query}", timeout=PATIENCE_S)


async def _recounted(connection: Any, table: str, query: str) -> None:
    await connection.execute(
        f"CREATE TEMPORARY TABLE recount_{table} ON COMMIT DROP AS {query}", timeout=PATIENCE_S
    )
    await connection.execute(f"ANALYZE recount_{table}", timeout=PATIENCE_S)


async def _compared(connection: Any, table: str, key: tuple[str, ...]) -> Difference:
    """Counters as numbers, sums to the sixth decimal (of a million: to its twelfth digit)."""
    same_key = " AND ".join(f"a.{name} = b.{name}" for name in key)
    unlike = [f"a.{name} IS DISTINCT FROM b.{name}" for name in COUNTERS]
    unlike += [
        f"abs(coalesce(a.{name}, 0) - coalesce(b.{name}, 0))"
        f" > 1e-6 * greatest(1, abs(coalesce(a.{name}, 0)) * 1e-6)"
        for name in COUNTED
        if name not in COUNTERS
    ]
    told = " || ' ' || ".join(f"coalesce(a.{name}, b.{name})::text" for name in key)
    rows = await connection.fetch(
        f"SELECT {told} AS key FROM {table} a FULL JOIN recount_{table} b ON {same_key}"
        f" WHERE {' OR '.join(unlike)} ORDER BY 1",
        timeout=PATIENCE_S,
    )
    return Difference(table, len(rows), tuple(row["key"] for row in rows[:MOST_SHOWN]))
