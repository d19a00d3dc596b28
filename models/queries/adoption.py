"""Who uses the service at all, by child unit: counts of people, never of anybody's performance.

Reports are seen in `person_day` alone, so the cost follows people and days.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked

WEEK = timedelta(days=7)

# The unit's own people stand as a group of their own beside the child units.
ADOPTION = """
    WITH part AS (
        SELECT u.id, u.name, u.id = $1 AS own FROM unit u
         WHERE u.id = $1 OR (u.parent_id = $1 AND u.retired_at IS NULL)
    ), person AS MATERIALIZED (
        SELECT p.id AS part_id, e.id
          FROM part p
          JOIN unit_ancestry a ON a.ancestor_id = p.id AND a.current
           AND (NOT p.own OR a.unit_id = p.id)
          JOIN employee e ON e.unit_id = a.unit_id AND e.active
    ), learnt AS MATERIALIZED (
        SELECT DISTINCT r.employee_id
          FROM announcement a JOIN announcement_reading r ON r.announcement_id = a.id
         WHERE a.kind = 'lesson' AND r.at >= $3
    ), helped AS MATERIALIZED (
        SELECT r.employee_id, count(*)::int AS reports
          FROM report_mentor m JOIN report r ON r.id = m.report_id AND r.flags & 128 <> 0
         WHERE m.made_at >= $3 GROUP BY r.employee_id
    )
    SELECT p.id AS unit_id, p.name AS unit_name, p.own, count(o.id)::int AS people,
           (count(*) FILTER (WHERE c.activated_at IS NOT NULL))::int AS activated,
           (count(*) FILTER (WHERE l.at >= $2))::int AS signed_in_week,
           (count(*) FILTER (WHERE EXISTS (
               SELECT FROM person_day d WHERE d.employee_id = o.id AND d.on_day >= $4
                  AND d.reports > 0)))::int AS reported_week,
           coalesce(sum(h.reports), 0)::int AS on_behalf,
           (count(*) FILTER (WHERE EXISTS (
               SELECT FROM practice_report x WHERE x.employee_id = o.id
                  AND x.made_at >= $3)))::int AS practice,
           count(t.employee_id)::int AS read_lesson
      FROM part p
      LEFT JOIN person o ON o.part_id = p.id
      LEFT JOIN account c ON c.employee_id = o.id
      LEFT JOIN last_contact l ON l.employee_id = o.id
      LEFT JOIN helped h ON h.employee_id = o.id
      LEFT JOIN learnt t ON t.employee_id = o.id
     GROUP BY p.id, p.name, p.own ORDER BY p.own, p.name, p.id
"""


async def adoption_of(
    connection: Any, unit_id: UUID, now: datetime, today: date, days: int
) -> Sequence[Row]:
    """By child unit, and for the unit's own people at the end (`own`).

    `today`: the unit's local day. What is counted of a week looks 7 days back, the rest `days`.
    """
    return await asked(
        connection, ADOPTION, unit_id, now - WEEK, now - timedelta(days=days), today - WEEK
    )
