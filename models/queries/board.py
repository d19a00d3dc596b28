"""A supervisor's board: the people of a scope with their running targets, worst first.

It costs what the scope and the page hold, never what was reported: only the pace's index by
employee is walked, the page's own rows are joined afterwards, and waiting reports are a counter.
Order: slipped (longest first), at risk (soonest first), on track by when it would slip, achieved,
and last the people who have no running target.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.queries.standings import TARGET_COLUMNS

MOST_ROWS = 100

PAGE = f"""
    WITH people AS MATERIALIZED (
        SELECT e.id
          FROM unit_ancestry a JOIN employee e ON e.unit_id = a.unit_id
         WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current AND e.active
        UNION
        SELECT e.id FROM employee e WHERE e.id = ANY ($2::uuid[]) AND e.active
    ), standing AS (
        SELECT o.id AS employee_id, p.target_id, coalesce(p.target_id, o.id) AS key,
               CASE p.state WHEN 'slipped' THEN 0 WHEN 'at_risk' THEN 1 WHEN 'on_track' THEN 2
                            WHEN 'achieved' THEN 3 WHEN 'lapsed' THEN 3 ELSE 4 END AS rank,
               coalesce(CASE p.state WHEN 'slipped' THEN p.state_since ELSE p.slips_at END,
                        '9999-01-01T00:00:00Z') AS due_at
          FROM people o
          LEFT JOIN target_pace p ON p.employee_id = o.id AND p.period_end > $3
         WHERE o.id <> $4
    ), page AS MATERIALIZED (
        SELECT * FROM standing
         WHERE $5::int IS NULL OR (rank, due_at, key) > ($5, $6::timestamptz, $7::uuid)
         ORDER BY rank, due_at, key LIMIT $8
    )
    SELECT g.rank, g.key, g.due_at,
           g.employee_id AS person_id, e.name AS employee_name, e.unit_id, u.name AS unit_name,
           c.at AS last_contact_at, {TARGET_COLUMNS}
      FROM page g
      JOIN employee e ON e.id = g.employee_id
      JOIN unit u ON u.id = e.unit_id
      LEFT JOIN target_pace p ON p.target_id = g.target_id
      LEFT JOIN target t ON t.id = g.target_id
      LEFT JOIN last_contact c ON c.employee_id = g.employee_id
     ORDER BY g.rank, g.due_at, g.key
"""


@dataclass(frozen=True, slots=True)
class BoardScope:
    """Whose board: everybody in or below `units`, and `people`, but never the viewer."""

    viewer_id: UUID
    units: Sequence[UUID]
    people: Sequence[UUID] = ()


Place = tuple[int, datetime, UUID]
"""The sort key of a row: its rank, the instant within the rank (the year 9999: never), its id."""


async def board_page(
    connection: Any, scope: BoardScope, now: datetime, after: Place | None, limit: int
) -> Sequence[Row]:
    """At most `limit` rows (and MOST_ROWS) after a place; a person without a target has no `id`."""
    rank, due_at, key = after or (None, None, None)
    return await asked(
        connection,
        PAGE,
        list(scope.units),
        list(scope.people),
        now,
        scope.viewer_id,
        rank,
        due_at,
        key,
        min(limit, MOST_ROWS),
    )


def place_of_row(row: Row) -> Place:
    """Where a row stands in the order of the board."""
    return row["rank"], row["due_at"], row["key"]
