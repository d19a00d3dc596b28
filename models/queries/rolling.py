"""Counting what was reported, after the feed: each event once, in one transaction with its place.

One roller at a time (an advisory lock that ends with the transaction). It reads the events after
its place in each shard, finds the days of people that they touch, counts those days anew from the
reports, and adds the difference to the days and months of every unit on the path. So what it costs
follows what happened, and a crash repeats nothing.

Locks: `rollup_*`, `person_day`, `unit_day`, `unit_month`, and nothing of anybody else. Whoever
changes what no event tells (evidence, an outage) puts the day into `rollup_due` in the same
transaction, last of all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.queries.cells import (
    CELL,
    CELL_KEY,
    COUNTED,
    COUNTERS,
    SUMS,
    by_month,
    cells,
    rounded,
    summed,
)

ROLLER = 7_366_005  # the number of the advisory lock; any that nobody else uses
EVENTS = 2_000  # of one shard in one transaction
DUE_DAYS = 2_000

LOCKED = f"SELECT pg_try_advisory_xact_lock({ROLLER}) AS locked"

BEHIND = """
    SELECT EXISTS (SELECT FROM rollup_shard c JOIN feed_shard f ON f.shard = c.shard
                    WHERE f.head > c.seq)
           OR EXISTS (SELECT FROM rollup_due) AS behind
"""

# By key, a page a shard: a plan that reads the feed through would be wrong at any size.
PAGES = """
    SELECT c.shard, max(f.seq) AS upto, count(*)::int AS events,
           array_agg(DISTINCT f.report_id) FILTER (WHERE f.report_id IS NOT NULL) AS report_ids,
           array_agg(DISTINCT f.changed_id) FILTER (WHERE f.changed_id IS NOT NULL) AS changed_ids
      FROM rollup_shard c,
           LATERAL (SELECT f.seq, CASE WHEN f.kind IN ('report', 'revision', 'withdrawal',
                                                       'approval', 'return')
                                       THEN (f.content::json ->> 'report_id')::uuid
                                  END AS report_id,
                           CASE f.kind WHEN 'target_changed' THEN f.target_id END AS changed_id
                      FROM feed f WHERE f.shard = c.shard AND f.seq > c.seq
                     ORDER BY f.seq LIMIT $1) f
     GROUP BY c.shard
"""

MOVED = """
    UPDATE rollup_shard c SET seq = n.seq
      FROM unnest($1::smallint[], $2::bigint[]) AS n(shard, seq) WHERE c.shard = n.shard
"""

# Of whoever is being written to at this moment, the next round knows more.
DUE = """
    DELETE FROM rollup_due d
     USING (SELECT employee_id, on_day FROM rollup_due
             ORDER BY employee_id, on_day LIMIT $1 FOR UPDATE SKIP LOCKED) w
     WHERE d.employee_id = w.employee_id AND d.on_day = w.on_day
    RETURNING d.employee_id, d.on_day
"""

# The day of the activity, and every day that a revision moved it away from.
TOUCHED = """
    SELECT DISTINCT r.employee_id, (d.at AT TIME ZONE u.zone)::date AS on_day
      FROM unnest($1::uuid[]) AS w(id)
      CROSS JOIN LATERAL (SELECT r.id, r.employee_id, r.unit_id, r.activity_at FROM report r
                           WHERE r.id = w.id LIMIT 1) r
      JOIN unit u ON u.id = r.unit_id
      CROSS JOIN LATERAL (SELECT r.activity_at AS at
                          UNION ALL SELECT c.activity_before FROM report_change c
                                     WHERE c.report_id = r.id) d
"""

# A target that got another name: what was counted under the old one is counted anew.
RENAMED = """
    SELECT DISTINCT p.employee_id, p.on_day
      FROM unnest($1::uuid[]) AS w(id)
      JOIN target t ON t.id = w.id
      JOIN person_day p ON p.employee_id = t.employee_id AND p.target_id = t.id
     WHERE (p.indicator, p.unit_of_measure) <> (t.indicator, t.unit_of_measure)
"""

DUE_AGAIN = """
    INSERT INTO rollup_due (employee_id, on_day)
    SELECT DISTINCT w.employee_id, w.on_day FROM unnest($1::uuid[], $2::date[])
           AS w(employee_id, on_day) ORDER BY 1, 2
    ON CONFLICT (employee_id, on_day) DO UPDATE SET on_day = excluded.on_day
"""
"""Locks a row that is there, so that a roller that takes it waits for this transaction."""

UNIT_DUE_AGAIN = """
    INSERT INTO rollup_due (employee_id, on_day)
    SELECT DISTINCT p.employee_id, p.on_day + o.days
      FROM person_day p, generate_series(-1, 1) AS o(days) WHERE p.unit_id = $1 ORDER BY 1, 2
    ON CONFLICT (employee_id, on_day) DO UPDATE SET on_day = excluded.on_day
"""

# No zone is further than a day from UTC, so two days around it hold the local day.
OF_THESE_DAYS = """(
    SELECT r.*, w.on_day AS wanted_day FROM wanted w
      CROSS JOIN LATERAL (SELECT r.* FROM report r
                           WHERE r.employee_id = w.employee_id
                             AND r.activity_at >= (w.on_day - 1)::timestamp AT TIME ZONE 'UTC'
                             AND r.activity_at < (w.on_day + 2)::timestamp AT TIME ZONE 'UTC'
                          OFFSET 0) r) r"""

_CELL = ", ".join(CELL)
_COUNTED = ", ".join(COUNTED)
_KEY = ", ".join(CELL_KEY)
_STALE = ", ".join(f"p.{name}" for name in CELL)
_SAME_CELL = " AND ".join(f"p.{name} = g.{name}" for name in CELL_KEY)
_SET_CELL = ", ".join(f"{name} = excluded.{name}" for name in CELL if name not in CELL_KEY)
_NOT_ZERO = " OR ".join(f"{name} <> 0" for name in COUNTED)


def _added(table: str) -> str:
    """What a unit's row becomes with a difference."""
    whole = [f"{name} = {table}.{name} + excluded.{name}" for name in COUNTERS]
    parts = [f"{name} = {rounded(f'{table}.{name} + excluded.{name}')}" for name in SUMS]
    return ", ".join((*whole, *parts))


# Of the cells of these days, most are as they were: only the others are written and summed.
RECOUNT = f"""
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT w.employee_id, w.on_day
          FROM unnest($1::uuid[], $2::date[]) AS w(employee_id, on_day)
    ), fresh AS MATERIALIZED ({cells(OF_THESE_DAYS, "$3::float8", "d.on_day = r.wanted_day")}
    ), stale AS MATERIALIZED (
        SELECT {_STALE} FROM wanted w
          JOIN person_day p ON p.employee_id = w.employee_id AND p.on_day = w.on_day
    ), news AS MATERIALIZED (
        SELECT {_CELL} FROM fresh EXCEPT SELECT {_CELL} FROM stale
    ), olds AS MATERIALIZED (
        SELECT {_CELL} FROM stale EXCEPT SELECT {_CELL} FROM fresh
    ), gone AS (
        DELETE FROM person_day p
         USING (SELECT {_KEY} FROM olds EXCEPT SELECT {_KEY} FROM news) g
         WHERE {_SAME_CELL}
    ), written AS (
        INSERT INTO person_day ({_CELL}) SELECT {_CELL} FROM news
        ON CONFLICT ({_KEY}) DO UPDATE SET {_SET_CELL}
    ), difference AS MATERIALIZED (
        SELECT x.unit_id, c.on_day, c.indicator, c.unit_of_measure, {summed("c.sign")}
          FROM (SELECT 1 AS sign, {_CELL} FROM news
                UNION ALL SELECT -1, {_CELL} FROM olds) c,
               unnest(c.unit_path) AS x(unit_id)
         GROUP BY x.unit_id, c.on_day, c.indicator, c.unit_of_measure
    ), changed AS MATERIALIZED (
        SELECT * FROM difference WHERE {_NOT_ZERO}
    ), days AS (
        INSERT INTO unit_day (unit_id, on_day, indicator, unit_of_measure, {_COUNTED})
        SELECT unit_id, on_day, indicator, unit_of_measure, {_COUNTED} FROM changed
        ON CONFLICT (unit_id, on_day, indicator, unit_of_measure) DO UPDATE
           SET {_added("unit_day")}
        RETURNING unit_id, on_day, reports
    ), months AS (
        INSERT INTO unit_month (unit_id, month, indicator, unit_of_measure, {_COUNTED})
        {by_month("changed")}
        ON CONFLICT (unit_id, month, indicator, unit_of_measure) DO UPDATE
           SET {_added("unit_month")}
        RETURNING unit_id, month, reports
    )
    SELECT unit_id, on_day FROM days WHERE reports = 0
    UNION SELECT unit_id, month FROM months WHERE reports = 0
"""

EMPTY_DAYS = """
    DELETE FROM unit_day
     WHERE unit_id = ANY ($1::uuid[]) AND on_day = ANY ($2::date[]) AND reports = 0
"""
EMPTY_MONTHS = """
    DELETE FROM unit_month
     WHERE unit_id = ANY ($1::uuid[]) AND month = ANY ($2::date[]) AND reports = 0
"""


@dataclass(frozen=True, slots=True)
class Rolled:
    """What one step did. `more`: there may be more to do at once."""

    events: int = 0
    person_days: int = 0
    more: bool = False


async def is_behind(connection: Any) -> bool:
    """Whether there is anything to count; a look at 16 rows."""
    row = await asked_one(connection, BEHIND)
    return row is not None and row["behind"]


async def rolled(connection: Any, within_h: float, events: int = EVENTS) -> Rolled | None:
    """Counts what is new, at most so many events of each shard. Call it in a transaction.

    None: somebody else is counting. The caller has seen to it that retention has not passed us
    (`models.queries.recount.is_overtaken`).
    """
    held = await asked_one(connection, LOCKED)
    if held is None or not held["locked"]:
        return None
    await asked(connection, "SET LOCAL enable_seqscan = off")  # whatever the statistics say
    pages = await asked(connection, PAGES, events)
    reports = [report_id for page in pages for report_id in page["report_ids"] or ()]
    changed = [target_id for page in pages for target_id in page["changed_ids"] or ()]
    touched = [*await asked(connection, TOUCHED, reports)] if reports else []
    touched += await asked(connection, RENAMED, changed) if changed else []
    due = await asked(connection, DUE, DUE_DAYS)
    touched += due
    if touched:
        employee_ids = [row["employee_id"] for row in touched]
        await recounted(connection, employee_ids, [row["on_day"] for row in touched], within_h)
    await asked(
        connection,
        MOVED,
        [page["shard"] for page in pages],
        [page["upto"] for page in pages],
    )
    full = any(page["events"] >= events for page in pages) or len(due) >= DUE_DAYS
    return Rolled(sum(page["events"] for page in pages), len(touched), full)


async def recounted(
    connection: Any, employee_ids: Sequence[UUID], days: Sequence[date], within_h: float
) -> None:
    """Counts these days of these people (in pairs) anew. The caller holds the roller's lock."""
    emptied = await asked(connection, RECOUNT, list(employee_ids), list(days), within_h)
    if emptied:
        units = list({row["unit_id"] for row in emptied})
        on_days = list({row["on_day"] for row in emptied})
        await asked(connection, EMPTY_DAYS, units, on_days)
        await asked(connection, EMPTY_MONTHS, units, on_days)


async def due_again(connection: Any, days: Collection[tuple[UUID, date]]) -> None:
    """These days of these people must be counted anew though no event says so."""
    if days:
        await asked(connection, DUE_AGAIN, [day[0] for day in days], [day[1] for day in days])


async def unit_due_again(connection: Any, unit_id: UUID) -> None:
    """The unit has another time zone: its days begin elsewhere. Reads all days of people, which is
    as seldom as a unit that was entered in the wrong zone."""
    await asked(connection, UNIT_DUE_AGAIN, unit_id)
