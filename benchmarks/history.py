"""Months of reports, written by the database itself: as if the town had reported every day.

Each day every target got one report, so 10,080 reports are one day and 3 million are 298 days.
The newest day is the same in a short and in a long history, so that what a supervisor asks for
has the same answer's size in both and only what lies behind it differs. Targets of past months
are there, ended and achieved; reports older than three days are approved. Invariant: the numbers
of each shard are contiguous, in the order of time, and each report has its feed event. Roll-ups are
left to whoever asks for them (`models.queries.recount.refilled`).
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.rig import Rig
from benchmarks.town import (
    AGENCY_OFFSET,
    CITY,
    EMPLOYEE,
    GOAL,
    PERIOD_BEGAN,
    SECTION_OFFSET,
    TARGET,
    UNIT,
    Town,
    uid_sql,
)
from models.queries.recount import AT_THE_HEADS

PERIOD_DAYS = 30
APPROVED_AFTER_DAYS = 3
DAY_S = 36_000  # from the day's first report to its last
STRIDE = 307  # a prime: walks through a shard's day in an order that mixes its people


@dataclass(frozen=True, slots=True)
class History:
    """So many days of a town."""

    town: Town
    days: int
    until: datetime
    """The instant of the newest report."""

    @property
    def reports(self) -> int:
        """All of them."""
        return self.days * self.town.all_targets

    @property
    def past_periods(self) -> int:
        """Months before the running one in which there are reports."""
        older = self.days - PERIOD_BEGAN.days
        return max(0, -(-older // PERIOD_DAYS))


def days_for(reports: int, town: Town) -> int:
    """How many days come nearest to so many reports, at least one."""
    return max(1, round(reports / town.all_targets))


def rows_sql(history: History) -> str:
    """Every report of the history by numbers: day `d`, age in days, target `n`, place, instant."""
    town = history.town
    return f"""
      (SELECT g.d, {history.days} - 1 - g.d AS age, n,
              (n - 1) / {town.targets} + 1 AS e,
              (n - 1) / {town.targets * town.people} + 1 AS s,
              ((n - 1) / {town.agency_targets} + 1)::smallint AS a,
              g.d::bigint * {town.agency_targets} + o.place + 1 AS seq,
              '{history.until.isoformat()}'::timestamptz
                - make_interval(days => {history.days} - 1 - g.d)
                - ({town.agency_targets} - 1 - o.place)
                  * interval '{DAY_S // town.agency_targets} seconds' AS at,
              CASE WHEN {history.days} - 1 - g.d < {PERIOD_BEGAN.days} THEN n
                   ELSE (({history.days} - 1 - g.d - {PERIOD_BEGAN.days}) / {PERIOD_DAYS} + 1)
                        * {town.all_targets} + n END AS t
         FROM generate_series(0, {history.days} - 1) AS g(d),
              generate_series(1, {town.all_targets}) AS n,
              LATERAL (SELECT ((n - 1) % {town.agency_targets} * {STRIDE})
                              % {town.agency_targets} AS place) o) r"""


# A UUIDv7 of the report's own time, so that the index grows as it would have grown.
REPORT_ID = """
  (lpad(to_hex((extract(epoch FROM r.at) * 1000)::bigint), 12, '0') || '7'
   || lpad(to_hex(r.n % 4096), 3, '0') || '8' || lpad(to_hex(r.n), 15, '0'))::uuid"""


def report_sql(history: History) -> str:
    """Writes the reports."""
    return f"""
INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, status, version, quantity,
                    note, activity_at, captured_at, corrected_at, received_at, flags, body_hash,
                    decided_by, decided_at)
SELECT {REPORT_ID}, {uid_sql(EMPLOYEE, "r.e")}, {uid_sql(TARGET, "r.t")},
       {uid_sql(UNIT, f"r.s + {SECTION_OFFSET}")}, r.a, r.seq,
       CASE WHEN r.age < {APPROVED_AFTER_DAYS} THEN 'received' ELSE 'approved' END, 1, 1,
       'kunjungan rumah', r.at, r.at, r.at, r.at, 0, decode(lpad(to_hex(r.n), 64, '0'), 'hex'),
       CASE WHEN r.age < {APPROVED_AFTER_DAYS} THEN NULL
            ELSE {uid_sql(EMPLOYEE, f"(r.s - 1) * {history.town.people} + 1")} END,
       CASE WHEN r.age < {APPROVED_AFTER_DAYS} THEN NULL ELSE r.at + interval '1 day' END
  FROM {rows_sql(history)}"""


def feed_sql(history: History) -> str:
    """Writes the feed event of each report."""
    return f"""
INSERT INTO feed (shard, seq, at, kind, employee_id, unit_id, unit_path, agency_id, flags,
                  target_id, goal, approved, pending, state, content)
SELECT r.a, r.seq, r.at, 'report', i.employee, i.section,
       ARRAY['{CITY}'::uuid, i.agency, i.section], i.agency, 0,
       i.target, {GOAL}, 0, 1, 'on_track',
       '{{"report_id":"' || {REPORT_ID} || '","employee_name":"Pegawai ' || r.e
       || '","target_id":"' || i.target || '","quantity":1.0,"note":"kunjungan rumah'
       || '","activity_at":"' || i.at || '","captured_at":"' || i.at
       || '","corrected_at":"' || i.at || '","indicator":"Kunjungan rumah'
       || '","unit_of_measure":"kali","version":1,"status":"received"}}'
  FROM {rows_sql(history)},
       LATERAL (SELECT {uid_sql(EMPLOYEE, "r.e")} AS employee, {uid_sql(TARGET, "r.t")} AS target,
                       {uid_sql(UNIT, f"r.s + {SECTION_OFFSET}")} AS section,
                       {uid_sql(UNIT, f"r.a + {AGENCY_OFFSET}")} AS agency,
                       to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at) i"""


def target_sql(history: History) -> str:
    """Writes the ended targets of past months."""
    town = history.town
    return f"""
INSERT INTO target (id, employee_id, indicator, unit_of_measure, quantity, period_start, period_end,
                    closed_at)
SELECT {uid_sql(TARGET, f"m * {town.all_targets} + n")},
       {uid_sql(EMPLOYEE, f"(n - 1) / {town.targets} + 1")}, 'Kunjungan rumah', 'kali', 20,
       b.began - make_interval(days => m * {PERIOD_DAYS}),
       b.began - make_interval(days => (m - 1) * {PERIOD_DAYS}),
       b.began - make_interval(days => (m - 1) * {PERIOD_DAYS} - 5)
  FROM (SELECT '{(history.until - PERIOD_BEGAN).isoformat()}'::timestamptz AS began) b,
       generate_series(1, {history.past_periods}) AS m,
       generate_series(1, {town.all_targets}) AS n"""


PACE = """
INSERT INTO target_pace (target_id, employee_id, shard, period_end, approved, observations, state,
                         stale, state_since, paced_at)
SELECT t.id, t.employee_id, u.shard, t.period_end, t.quantity, 20, 'achieved', false,
       t.period_end, t.period_end
  FROM target t JOIN employee e ON e.id = t.employee_id JOIN unit u ON u.id = e.unit_id
 WHERE NOT EXISTS (SELECT FROM target_pace p WHERE p.target_id = t.id)
"""

INDEXES = """
SELECT i.indexdef, format('DROP INDEX %I', i.indexname) AS dropped
  FROM pg_indexes i
  JOIN pg_class c ON c.relname = i.indexname
  JOIN pg_index x ON x.indexrelid = c.oid
 WHERE i.schemaname = 'public' AND i.tablename = $1 AND NOT x.indisprimary
"""


async def written(rig: Rig, history: History) -> None:
    """Writes the history into a town that has none; reports and feed at the same time."""
    await asyncio.gather(
        _filled(rig, "report", report_sql(history)),
        _filled(rig, "feed", feed_sql(history)),
    )
    async with rig.connected() as connection:
        await _unhindered(connection)
        await connection.execute(target_sql(history))
        await connection.execute(PACE)
        reported = min(history.days, PERIOD_BEGAN.days)
        waiting = min(history.days, APPROVED_AFTER_DAYS)
        await connection.execute(
            f"UPDATE target_pace SET pending = {waiting}, waiting = {waiting},"
            f" observations = {reported}, approved = {reported - waiting}"
            "  WHERE period_end > now()"
        )
        await connection.execute(
            "UPDATE feed_shard SET head = $1 WHERE shard BETWEEN 1 AND $2",
            history.days * history.town.agency_targets,
            history.town.agencies,
        )
        # Roll-ups of it are nobody's question here: the service would count them for minutes.
        await connection.execute(
            "UPDATE rollup_shard c SET seq = f.head FROM feed_shard f WHERE f.shard = c.shard"
        )
        await connection.execute(AT_THE_HEADS)  # no service shall count months while it is measured
        await connection.execute(
            "INSERT INTO last_contact SELECT id, now() FROM employee ON CONFLICT DO NOTHING"
        )
        await connection.execute("VACUUM ANALYZE")


async def _filled(rig: Rig, table: str, statement: str) -> None:
    """Fills an empty table with its primary key alone, then makes the other indexes: quicker."""
    async with rig.connected() as connection:
        await _unhindered(connection)
        indexes = await connection.fetch(INDEXES, table)
        for index in indexes:
            await connection.execute(index["dropped"])
        await connection.execute(statement)
        for index in indexes:
            await connection.execute(index["indexdef"])


async def _unhindered(connection: Any) -> None:
    """Loading is not what is measured: no checks of references, and commits need not wait."""
    await connection.execute(
        "SET session_replication_role = replica; SET synchronous_commit = off;"
        " SET maintenance_work_mem = '512MB'"
    )
