"""Whether the rows of a demo city agree with each other, asked of a real database.

Each question counts what is wrong, by its own arithmetic: none uses the code that made the rows.
"""

from typing import Any

# approved, pending, observations and waiting against the reports themselves (bit 8: after closing)
SUMS = """
    SELECT count(*) FROM target_pace p LEFT JOIN (
        SELECT target_id,
               coalesce(sum(quantity) FILTER (WHERE status = 'approved'), 0) AS approved,
               coalesce(sum(quantity) FILTER (
                   WHERE status IN ('received', 'revised') AND flags & 8 = 0), 0) AS pending,
               count(*) FILTER (WHERE status = 'approved' OR (
                   status IN ('received', 'revised') AND flags & 8 = 0)) AS observations,
               count(*) FILTER (WHERE status IN ('received', 'revised')) AS waiting
          FROM report GROUP BY target_id) r ON r.target_id = p.target_id
     WHERE abs(p.approved - coalesce(r.approved, 0)) > 1e-6
        OR abs(p.pending - coalesce(r.pending, 0)) > 1e-6
        OR p.observations <> coalesce(r.observations, 0)
        OR p.waiting <> coalesce(r.waiting, 0)
"""
# numbers of a shard: from 1 to its head without a gap, in the order of time
NUMBERS = """
    SELECT count(*) FROM feed_shard s LEFT JOIN (
        SELECT shard, count(*) AS events, max(seq) AS head, min(seq) AS first
          FROM feed GROUP BY shard) f ON f.shard = s.shard
     WHERE s.head <> coalesce(f.head, 0) OR s.head <> coalesce(f.events, 0)
        OR coalesce(f.first, 1) <> 1
"""
ORDER = """
    SELECT count(*) FROM (
        SELECT at < lag(at) OVER (PARTITION BY shard ORDER BY seq) AS back FROM feed) f WHERE f.back
"""
# each report's receipt is the place of its own event, which says what the report said at first
RECEIPTS = """
    SELECT count(*) FROM report r LEFT JOIN feed f ON f.shard = r.shard AND f.seq = r.seq
     WHERE f.kind IS DISTINCT FROM 'report' OR f.employee_id <> r.employee_id
        OR f.target_id <> r.target_id OR f.at <> r.received_at
        OR (f.content::jsonb ->> 'report_id')::uuid <> r.id
        OR f.flags <> r.flags OR f.content::jsonb ->> 'status' <> 'received'
"""
# the last word of the feed about a report is its status and version
STATUSES = """
    SELECT count(*) FROM report r JOIN LATERAL (
        SELECT f.content::jsonb AS said FROM feed f
         WHERE f.employee_id = r.employee_id AND f.kind <> 'feedback'
           AND (f.content::jsonb ->> 'report_id')::uuid = r.id
         ORDER BY f.seq DESC LIMIT 1) f ON true
     WHERE f.said ->> 'status' <> r.status OR (f.said ->> 'version')::int <> r.version
"""
# the newest event about a target carries its sums and state of now
PROGRESS = """
    SELECT count(*) FROM target_pace p JOIN LATERAL (
        SELECT f.approved, f.pending FROM feed f
         WHERE f.shard = p.shard AND f.target_id = p.target_id
         ORDER BY f.seq DESC LIMIT 1) f ON true
     WHERE abs(f.approved - p.approved) > 1e-6 OR abs(f.pending - p.pending) > 1e-6
"""
# a feed row lies in the shard of its unit, with the path of the unit
PLACES = """
    SELECT count(*) FROM feed f LEFT JOIN unit u ON u.id = f.unit_id
     WHERE CASE WHEN f.kind = 'notice'
                THEN f.unit_id IS NOT NULL OR cardinality(f.unit_path) <> 0
                ELSE u.id IS NULL OR f.shard <> u.shard OR f.unit_path <> u.path
                     OR f.agency_id <> u.agency_id END
"""
UNITS = """
    SELECT count(*) FROM unit u LEFT JOIN unit p ON p.id = u.parent_id
     WHERE u.path <> coalesce(p.path, '{}') || u.id
        OR (u.kind = 'unit' AND (u.agency_id <> p.agency_id OR u.shard <> p.shard))
"""
ANCESTRY = """
    SELECT count(*) FROM (SELECT unnest(path) AS above, id FROM unit) u
      FULL JOIN unit_ancestry a ON a.ancestor_id = u.above AND a.unit_id = u.id
     WHERE u.id IS NULL OR a.unit_id IS NULL
"""
PEOPLE = """
    SELECT count(*) FROM employee e
      LEFT JOIN placement p ON p.employee_id = e.id AND p.valid_to IS NULL
      LEFT JOIN account a ON a.employee_id = e.id
     WHERE p.unit_id IS DISTINCT FROM e.unit_id OR a.password_hash IS NULL
"""
# every notice of a slip belongs to a slip event, and slips and recoveries of a target alternate
TURNS = """
    SELECT count(*) FROM (
        SELECT f.kind, lag(f.kind) OVER (PARTITION BY f.target_id ORDER BY f.seq) AS before
          FROM feed f WHERE f.kind IN ('slip', 'recovery')) t
     WHERE t.kind = t.before OR (t.before IS NULL AND t.kind = 'recovery')
"""
SLIP_NUMBERS = """
    SELECT count(*) FROM target_pace p
     WHERE p.slip_number <> (SELECT count(*) FROM feed f
                              WHERE f.shard = p.shard AND f.target_id = p.target_id
                                AND f.kind = 'slip')
"""
FEEDBACK = """
    SELECT count(*) FROM feedback b JOIN report r ON r.id = b.report_id
     WHERE b.employee_id <> r.employee_id OR b.author_id = b.employee_id
        OR b.made_at < r.received_at OR b.acknowledged_at < b.made_at
"""
DECISIONS = """
    SELECT count(*) FROM report r
     WHERE (r.status IN ('approved', 'returned')) <> (r.decided_by IS NOT NULL)
       AND r.status NOT IN ('revised', 'withdrawn')
        OR r.decided_by = r.employee_id OR r.decided_at < r.received_at
"""

QUESTIONS = {
    "sums": SUMS,
    "numbers": NUMBERS,
    "order": ORDER,
    "receipts": RECEIPTS,
    "statuses": STATUSES,
    "progress": PROGRESS,
    "places": PLACES,
    "units": UNITS,
    "ancestry": ANCESTRY,
    "people": PEOPLE,
    "turns": TURNS,
    "slip numbers": SLIP_NUMBERS,
    "feedback": FEEDBACK,
    "decisions": DECISIONS,
}


async def contradictions(connection: Any) -> dict[str, int]:
    """How many rows contradict each question; an empty answer is a consistent city."""
    counts = {name: await connection.fetchval(question) for name, question in QUESTIONS.items()}
    return {name: count for name, count in counts.items() if count}
