"""What is too old to be kept of notices and their deliveries, deleted a bounded part at a time.

Age is read off the notice's id: a UUIDv7 begins with the instant it was made, so the primary key
and `delivery_once` find the oldest first and no index of its own is paid for with each notice.
Invariants: a delivery goes with its steps and its letter, and before its notice; nothing waits for
a row that somebody else holds.
"""

from typing import Any

# The least UUIDv7 of an instant. `made_at` has the last word: ids are made by other clocks.
_BEFORE = """(lpad(to_hex(floor(1000 * extract(
    epoch FROM statement_timestamp() - make_interval(days => $1)))::bigint), 12, '0')
    || repeat('0', 20))::uuid"""
_OLD = "n.made_at < statement_timestamp() - make_interval(days => $1)"

DELIVERIES = f"""
    WITH old AS MATERIALIZED (
        SELECT d.id FROM delivery d JOIN notice n ON n.id = d.notice_id
         WHERE d.notice_id < {_BEFORE} AND {_OLD}
         ORDER BY d.notice_id LIMIT $2 FOR UPDATE OF d SKIP LOCKED
    ), steps AS (
        DELETE FROM delivery_event e USING old WHERE e.delivery_id = old.id
    ), letters AS (
        DELETE FROM dead_letter l USING old WHERE l.delivery_id = old.id
    ), gone AS (
        DELETE FROM delivery d USING old WHERE d.id = old.id RETURNING d.id
    )
    SELECT count(*)::int FROM gone
"""
NOTICES = f"""
    WITH old AS MATERIALIZED (
        SELECT n.id FROM notice n
         WHERE n.id < {_BEFORE} AND {_OLD}
           AND NOT EXISTS (SELECT FROM delivery d WHERE d.notice_id = n.id)
         ORDER BY n.id LIMIT $2 FOR UPDATE OF n SKIP LOCKED
    ), gone AS (
        DELETE FROM notice n USING old WHERE n.id = old.id RETURNING n.id
    )
    SELECT count(*)::int FROM gone
"""
LETTERS = """
    WITH old AS MATERIALIZED (
        SELECT l.delivery_id FROM dead_letter l
         WHERE l.at < statement_timestamp() - make_interval(days => $1)
         ORDER BY l.at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
        DELETE FROM dead_letter l USING old WHERE l.delivery_id = old.delivery_id
        RETURNING l.delivery_id
    )
    SELECT count(*)::int FROM gone
"""


async def letters_forgotten(connection: Any, days: int, limit: int) -> int:
    """Deletes dead letters older than so many days; how many, at most `limit`."""
    return await connection.fetchval(LETTERS, days, limit)


async def deliveries_forgotten(connection: Any, days: int, limit: int) -> int:
    """Deletes deliveries of notices older than so many days, whatever became of them."""
    return await connection.fetchval(DELIVERIES, days, limit)


async def notices_forgotten(connection: Any, days: int, limit: int) -> int:
    """Deletes notices older than so many days that have no delivery any more."""
    return await connection.fetchval(NOTICES, days, limit)
