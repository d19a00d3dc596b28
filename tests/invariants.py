"""What holds in the database at any moment, whatever was done to it: each law as one question.

A question answers with the rows that break its law. Sums of quantities are compared with room for
the rounding of floating point, since they are added up in another order.
"""

from typing import Any

LAWS: dict[str, str] = {
    "a target's progress is the sum of its reports": """
        SELECT p.target_id, p.approved, r.approved AS of_reports, p.pending, r.pending AS pends,
               p.observations, r.observations AS observed, p.waiting, r.waiting AS waits
          FROM target_pace p
          LEFT JOIN LATERAL (
               SELECT coalesce(sum(r.quantity) FILTER (WHERE r.status = 'approved'), 0) AS approved,
                      coalesce(sum(r.quantity) FILTER (
                          WHERE r.status IN ('received', 'revised') AND r.flags & 8 = 0), 0)
                          AS pending,
                      count(*) FILTER (WHERE r.status = 'approved'
                          OR r.status IN ('received', 'revised') AND r.flags & 8 = 0)
                          AS observations,
                      count(*) FILTER (WHERE r.status IN ('received', 'revised')) AS waiting
                 FROM report r
                WHERE r.employee_id = p.employee_id AND r.target_id = p.target_id) r ON true
         WHERE abs(p.approved - r.approved) > 1e-6 * greatest(1, abs(r.approved))
            OR abs(p.pending - r.pending) > 1e-6 * greatest(1, abs(r.pending))
            OR (p.observations, p.waiting) <> (r.observations, r.waiting)
    """,
    "a shard's events are numbered from its floor to its head": """
        SELECT s.shard, s.floor, s.head, f.*
          FROM feed_shard s
          LEFT JOIN LATERAL (
               SELECT count(*) AS events, min(f.seq) AS first, max(f.seq) AS last
                 FROM feed f WHERE f.shard = s.shard AND f.seq > s.floor) f ON true
         WHERE f.events <> s.head - s.floor
            OR f.events > 0 AND (f.first, f.last) <> (s.floor + 1, s.head)
    """,
    "a report stands where its receipt says": """
        SELECT r.id, r.shard, r.seq FROM report r
          LEFT JOIN feed f ON f.shard = r.shard AND f.seq = r.seq
          JOIN feed_shard s ON s.shard = r.shard
         WHERE r.seq > s.floor
           AND (f.kind IS DISTINCT FROM 'report' OR f.employee_id <> r.employee_id
                OR f.target_id <> r.target_id)
    """,
    "a report's version counts its changes": """
        SELECT r.id, r.version, c.changes FROM report r
          JOIN LATERAL (SELECT count(*) AS changes, max(c.version) AS last
                          FROM report_change c WHERE c.report_id = r.id) c ON true
         WHERE r.version <> c.changes + 1 OR c.last <> r.version
            OR (r.status = 'withdrawn') <> EXISTS (
                SELECT FROM report_change w
                 WHERE w.report_id = r.id AND w.kind = 'withdrawal' AND w.version = r.version)
    """,
    "an approval is told once": """
        SELECT f.content::jsonb ->> 'report_id' AS report_id, count(*) AS told
          FROM feed f WHERE f.kind = 'approval' GROUP BY 1 HAVING count(*) > 1
    """,
    "whoever works somewhere has one open placement there": """
        SELECT e.id, e.unit_id, p.open FROM employee e
          LEFT JOIN LATERAL (SELECT array_agg(p.unit_id) AS open FROM placement p
                              WHERE p.employee_id = e.id AND p.valid_to IS NULL) p ON true
         WHERE p.open IS DISTINCT FROM ARRAY[e.unit_id]
    """,
    "a unit's path goes through its parent's": """
        SELECT u.id, u.path FROM unit u LEFT JOIN unit p ON p.id = u.parent_id
         WHERE u.path <> coalesce(p.path, '{}') || u.id
    """,
    "ancestry is the paths": """
        (SELECT a.ancestor_id, a.unit_id FROM unit_ancestry a WHERE a.current
          EXCEPT SELECT above.id, u.id FROM unit u, unnest(u.path) AS above(id))
        UNION ALL
        (SELECT above.id, u.id FROM unit u, unnest(u.path) AS above(id)
          EXCEPT SELECT a.ancestor_id, a.unit_id FROM unit_ancestry a WHERE a.current)
    """,
    "a unit lies in its agency and in the agency's shard": """
        SELECT u.id, u.kind, u.agency_id, u.shard FROM unit u JOIN unit a ON a.id = u.agency_id
         WHERE u.shard <> a.shard OR NOT u.path @> ARRAY[u.agency_id]
            OR u.kind <> 'unit' AND u.agency_id <> u.id OR u.kind = 'unit' AND a.kind <> 'agency'
    """,
    "a pace has the shard of its person and the end of its target": """
        SELECT p.target_id, p.shard, u.shard AS of_person FROM target_pace p
          JOIN employee e ON e.id = p.employee_id JOIN unit u ON u.id = e.unit_id
          JOIN target t ON t.id = p.target_id
         WHERE p.shard <> u.shard OR p.period_end <> t.period_end
            OR p.employee_id <> t.employee_id
    """,
    "every target has a pace": """
        SELECT t.id FROM target t LEFT JOIN target_pace p ON p.target_id = t.id
         WHERE p.target_id IS NULL
    """,
    "whoever left is signed in nowhere": """
        SELECT s.id, s.employee_id FROM session s JOIN employee e ON e.id = s.employee_id
         WHERE NOT e.active AND s.revoked_at IS NULL
    """,
    "whoever has no password is signed in nowhere": """
        SELECT s.id, s.employee_id FROM session s
          LEFT JOIN account a ON a.employee_id = s.employee_id
         WHERE a.password_hash IS NULL AND s.revoked_at IS NULL
    """,
    "nobody works in a closed unit": """
        SELECT e.id, e.unit_id FROM employee e JOIN unit u ON u.id = e.unit_id
         WHERE e.active AND u.retired_at IS NOT NULL
    """,
    "changes of rights are numbered without a hole": """
        SELECT v.version, c.changes, c.last FROM rights_version v,
               (SELECT count(*) AS changes, coalesce(max(version), 0) AS last,
                       coalesce(min(version), 1) AS first FROM rights_change) c
         WHERE c.last > v.version OR c.changes > 0
           AND (c.last <> v.version OR c.changes <> c.last - c.first + 1)
    """,
    "a target changes by one version at a time": """
        SELECT t.id, t.version, c.changes FROM target t
          JOIN LATERAL (SELECT count(*) AS changes FROM target_change c
                         WHERE c.target_id = t.id) c ON true
         WHERE t.version NOT BETWEEN 1 + c.changes
               AND 1 + c.changes + (t.closed_at IS NOT NULL)::int
    """,
}


async def broken_laws(connection: Any) -> dict[str, list[dict[str, Any]]]:
    """The laws that do not hold, each with at most ten rows that break it. Raw asyncpg."""
    broken: dict[str, list[dict[str, Any]]] = {}
    for law, question in LAWS.items():
        rows = await connection.fetch(f"SELECT * FROM ({question}) broken LIMIT 10")
        if rows:
            broken[law] = [dict(row) for row in rows]
    return broken
