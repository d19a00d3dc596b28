"""A supervisor's board: the people of a scope with their running targets, worst first.

It costs what the scope and the page hold, never what was reported: only the pace's index by
employee is walked, waiting reports are a counter, and the page's own rows are joined afterwards.
A person stands where their worst target stands: slipped (longest first), at risk (soonest first),
on track by when it would slip, achieved, and last those who have no running target.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.queries.standings import TARGET_COLUMNS

MOST_PEOPLE = 100  # of one page
LAST_RANK = 4  # ranks run from 0, slipped, to this: no running target

# Reports on a target that has just ended still wait for their supervisor: three months back.
PAGE = """
    WITH people AS MATERIALIZED (
        SELECT e.id
          FROM unit_ancestry a JOIN employee e ON e.unit_id = a.unit_id
         WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current AND e.active
        UNION
        SELECT e.id FROM employee e WHERE e.id = ANY ($2::uuid[]) AND e.active
    ), standing AS MATERIALIZED (
        SELECT o.id AS employee_id, coalesce(p.waiting, 0) AS waiting,
               CASE WHEN p.period_end > $3 THEN
                   CASE p.state WHEN 'slipped' THEN 0 WHEN 'at_risk' THEN 1 WHEN 'on_track' THEN 2
                                ELSE 3 END
                   ELSE 4 END AS rank,
               coalesce(CASE WHEN p.period_end <= $3 THEN NULL
                             WHEN p.state = 'slipped' THEN p.state_since ELSE p.slips_at END,
                        '9999-01-01T00:00:00Z') AS due_at
          FROM people o
          LEFT JOIN target_pace p
            ON p.employee_id = o.id AND p.period_end > $3::timestamptz - interval '92 days'
           AND (p.period_end > $3 OR p.waiting > 0)
         WHERE o.id <> $4 AND o.id <> ALL ($9::uuid[])
    ), person AS MATERIALIZED (
        SELECT DISTINCT ON (s.employee_id) s.employee_id, s.rank, s.due_at,
               count(*) FILTER (WHERE s.rank = 0) OVER each AS slipped,
               count(*) FILTER (WHERE s.rank = 1) OVER each AS at_risk,
               sum(s.waiting) OVER each AS waiting
          FROM standing s
        WINDOW each AS (PARTITION BY s.employee_id)
         ORDER BY s.employee_id, s.rank, s.due_at
    ), total AS MATERIALIZED (
        SELECT count(*)::int AS total_people, coalesce(sum(slipped), 0)::int AS total_slipped,
               coalesce(sum(at_risk), 0)::int AS total_at_risk,
               coalesce(sum(waiting), 0)::int AS total_waiting
          FROM person
    ), page AS MATERIALIZED (
        SELECT * FROM person
         WHERE $5::int IS NULL OR (rank, due_at, employee_id) > ($5, $6::timestamptz, $7::uuid)
         ORDER BY rank, due_at, employee_id LIMIT $8
    )
    SELECT a.*, g.rank, g.due_at, g.employee_id, e.name, e.unit_id, u.name AS unit_name,
           j.name AS job_title, g.slipped::int AS slipped, g.at_risk::int AS at_risk,
           g.waiting::int AS waiting, c.at AS last_contact_at,
           (SELECT max(r.activity_at) FROM report r WHERE r.employee_id = g.employee_id)
               AS last_report_at
      FROM total a
      LEFT JOIN page g ON true
      LEFT JOIN employee e ON e.id = g.employee_id
      LEFT JOIN unit u ON u.id = e.unit_id
      LEFT JOIN job_title j ON j.id = e.job_title_id
      LEFT JOIN last_contact c ON c.employee_id = g.employee_id
     ORDER BY g.rank, g.due_at, g.employee_id
"""

RUNNING = f"""
    SELECT {TARGET_COLUMNS}
      FROM target_pace p JOIN target t ON t.id = p.target_id
     WHERE p.employee_id = ANY ($1::uuid[]) AND p.period_end > $2
     ORDER BY p.period_end, t.indicator, t.id
"""


@dataclass(frozen=True, slots=True)
class BoardScope:
    """Whose board: everybody in or below `units`, and `people`, but never the viewer.

    `hidden`: who work there and answer to somebody above; no count may tell of them either.
    """

    viewer_id: UUID
    units: Sequence[UUID]
    people: Sequence[UUID] = ()
    hidden: Sequence[UUID] = ()


Place = tuple[int, datetime, UUID]
"""The sort key of a person: rank, the instant within it (the year 9999: never), and id."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """People, worst first, and what the whole scope counts."""

    rows: Sequence[Row]
    people: int
    slipped: int
    at_risk: int
    waiting: int


async def board_page(
    connection: Any, scope: BoardScope, now: datetime, after: Place | None, limit: int
) -> BoardPage:
    """At most `limit` people after a place; a route takes MOST_PEOPLE at most.

    Call it in a transaction: the plan is then made for this very scope, since one made for any
    scope would read every pace for a supervisor of ten.
    """
    await asked(connection, "SET LOCAL plan_cache_mode = force_custom_plan")
    rank, due_at, employee_id = after or (None, None, None)
    rows = await asked(
        connection,
        PAGE,
        list(scope.units),
        list(scope.people),
        now,
        scope.viewer_id,
        rank,
        due_at,
        employee_id,
        limit,
        list(scope.hidden),
    )
    return BoardPage(
        [row for row in rows if row["employee_id"] is not None],
        rows[0]["total_people"],
        rows[0]["total_slipped"],
        rows[0]["total_at_risk"],
        rows[0]["total_waiting"],
    )


async def running_targets(
    connection: Any, employee_ids: Collection[UUID], now: datetime
) -> Sequence[Row]:
    """The targets of these people whose period has not ended, as `standings` takes them."""
    return await asked(connection, RUNNING, list(employee_ids), now)


def place_of_person(row: Row) -> Place:
    """Where a row of the page stands in the order of the board."""
    return row["rank"], row["due_at"], row["employee_id"]
