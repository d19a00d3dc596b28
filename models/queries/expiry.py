"""Deliveries whose provider never took them: ended after a time, with a letter and a last step.

Two kinds, each found by its own index, oldest first: those that were held and are being held still,
and those that were due and that nobody has claimed since (a channel that was taken out, a provider
at rest). What waits for its person's hours waits as long as it must.
Invariants: one that a sender holds is left alone, and nothing is waited for; row, step and letter
are written by one statement.
"""

from collections.abc import Collection
from typing import Any

# A row that waits for its person has no `first_due_at`, one that a sender holds has a lease.
EXPIRE = """
    WITH held AS MATERIALIZED (
        SELECT d.id FROM delivery d
         WHERE d.state = 'queued' AND d.first_due_at IS NOT NULL
           AND d.held_since < statement_timestamp() - make_interval(secs => $2)
           AND (d.lease_id IS NULL OR d.due_at < statement_timestamp())
         ORDER BY d.held_since LIMIT $3 FOR UPDATE SKIP LOCKED
    ), unclaimed AS MATERIALIZED (
        SELECT x.id
          FROM unnest($1::text[]) AS c(channel)
         CROSS JOIN LATERAL (
               SELECT d.id FROM delivery d
                WHERE d.channel = c.channel AND d.state = 'queued'
                  AND d.due_at < statement_timestamp() - make_interval(secs => $2)
                ORDER BY d.due_at LIMIT $3 FOR UPDATE SKIP LOCKED) x
    ), ended AS (
        UPDATE delivery d
           SET state = 'failed', settled_at = clock_timestamp(), lease_id = NULL,
               outcome = 'expired: ' || CASE
                   WHEN d.outcome <> '' THEN left(d.outcome, 200)
                   ELSE 'nobody carries ' || d.channel END
          FROM (SELECT h.id FROM held h UNION SELECT u.id FROM unclaimed u) o
         WHERE d.id = o.id AND d.state = 'queued'
        RETURNING d.*
    ), noted AS (
        INSERT INTO delivery_event (delivery_id, what, detail)
        SELECT e.id, 'failed', e.outcome FROM ended e
    ), kept AS (
        INSERT INTO dead_letter (delivery_id, payload, reason)
        SELECT e.id, jsonb_build_object(
                   'notice_id', e.notice_id, 'key', n.key, 'kind', n.kind,
                   'target_id', n.target_id, 'language', p.language, 'push_kind', v.push_kind,
                   'digest_id', e.digest_id, 'attempts', e.attempts), e.outcome
          FROM ended e
          JOIN notice n ON n.id = e.notice_id
          JOIN employee p ON p.id = e.employee_id
          LEFT JOIN device v ON v.id = e.device_id AND v.employee_id = e.employee_id
        ON CONFLICT (delivery_id) DO NOTHING
    )
    SELECT count(*)::int FROM ended
"""


async def expired(connection: Any, channels: Collection[str], after_s: float, limit: int) -> int:
    """Ends what has been held, or due and left lying, for longer than `after_s`; how many.

    At most `limit` of those held, and as many again of each channel.
    """
    return await connection.fetchval(EXPIRE, list(channels), after_s, limit)
