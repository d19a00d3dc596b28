"""Feed events of one topic between two places, in order, at a cost that follows the answer.

A topic lies in one shard. A person's topic is read by the index (employee_id, seq). A unit's topic
is the union of the units that ever stood below it, each read by (shard, unit_id, seq), and then
filtered by the path of the event's own time; a scope of very many units walks its shard instead.
Invariant: the rows are those of the topic in (after_seq, upto_seq], ascending, and no more than
`limit`: the first ones, or from the end the last ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from models.queries.feed import FEED_COLUMNS, FeedRow, feed_row

WALK_THE_SHARD = 64  # units; beyond, 64 index walks of a page each cost more than the shard's own


@dataclass(frozen=True, slots=True)
class TopicPlace:
    """A topic and the shard it lies in now."""

    kind: Literal["unit", "person"]
    id: UUID
    shard: int

    @property
    def name(self) -> str:
        """As it stands on the wire."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class ShardState:
    """The feed's epoch, and a shard's newest number and newest dropped one."""

    epoch: UUID
    head: int
    floor: int


@dataclass(frozen=True, slots=True)
class Since:
    """A person who asks what their own topic did after a number; None: only where it stands."""

    employee_id: UUID
    shard: int
    after_seq: int | None


GAP = f"""
SELECT {FEED_COLUMNS} FROM feed
 WHERE shard = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4
"""

STATE = """
SELECT e.epoch, s.head, s.floor FROM feed_epoch e, feed_shard s WHERE s.shard = $1
"""

UNITS = "SELECT unit_id FROM unit_ancestry WHERE ancestor_id = $1"

# The order of the last lines, and so the end that the limit keeps, is put in by `_page`.
PERSON = f"""
SELECT {FEED_COLUMNS} FROM feed
 WHERE employee_id = $2 AND seq > $3 AND seq <= $4 AND shard = $1
 ORDER BY seq ORDER LIMIT $5
"""

UNITS_ONE_BY_ONE = f"""
SELECT {FEED_COLUMNS}
  FROM unnest($6::uuid[]) AS below(id)
 CROSS JOIN LATERAL (
       SELECT * FROM feed f
        WHERE f.shard = $1 AND f.unit_id = below.id AND f.seq > $3 AND f.seq <= $4
          AND $2 = ANY (f.unit_path)
        ORDER BY f.seq ORDER LIMIT $5) f
 ORDER BY seq ORDER LIMIT $5
"""

SHARD_WALK = f"""
SELECT {FEED_COLUMNS} FROM feed
 WHERE shard = $1 AND seq > $3 AND seq <= $4 AND $2 = ANY (unit_path)
 ORDER BY seq ORDER LIMIT $5
"""

# One statement, one snapshot: no event at or below the head that it gives is missing.
OWN_CHANGES = f"""
SELECT i.ord, e.epoch, s.head, s.floor, f.*
  FROM unnest($1::uuid[], $2::smallint[], $3::bigint[]) WITH ORDINALITY
       AS i(asker_id, asker_shard, after_seq, ord)
  JOIN feed_shard s ON s.shard = i.asker_shard
 CROSS JOIN feed_epoch e
  LEFT JOIN LATERAL (
       SELECT {FEED_COLUMNS} FROM feed
        WHERE employee_id = i.asker_id AND seq > i.after_seq AND seq <= s.head
          AND shard = i.asker_shard
        ORDER BY seq LIMIT $4) f ON true
 ORDER BY i.ord, f.seq
"""


async def gap(
    connection: Any, shard: int, after: int, upto: int, limit: int = 10_000
) -> list[FeedRow]:
    """The events of a shard in (after, upto], ascending; what a bus may have lost."""
    return [feed_row(row) for row in await connection.fetch(GAP, shard, after, upto, limit)]


async def shard_state(connection: Any, shard: int) -> ShardState:
    """Where a shard stands; inside a snapshot, where the snapshot stands."""
    row = await connection.fetchrow(STATE, shard)
    return ShardState(row["epoch"], row["head"], row["floor"])


async def events_between(
    connection: Any, topic: TopicPlace, after_seq: int, upto_seq: int, limit: int
) -> list[FeedRow]:
    """The first `limit` events of the topic in (after_seq, upto_seq], ascending."""
    return await _page(connection, topic, after_seq, upto_seq, limit, newest=False)


async def newest_between(
    connection: Any, topic: TopicPlace, after_seq: int, upto_seq: int, limit: int
) -> list[FeedRow]:
    """The last `limit` events of the topic in (after_seq, upto_seq], ascending."""
    rows = await _page(connection, topic, after_seq, upto_seq, limit, newest=True)
    rows.reverse()
    return rows


async def more_than(
    connection: Any, topic: TopicPlace, after_seq: int, upto_seq: int, count: int
) -> bool:
    """Whether more than `count` events of the topic lie in (after_seq, upto_seq]."""
    statement, arguments = await _asked(connection, topic, after_seq, upto_seq, count + 1)
    statement = f"SELECT count(*) FROM ({statement.replace('ORDER LIMIT', 'LIMIT')}) found"
    return await connection.fetchval(statement, *arguments) > count


async def own_changes(
    connection: Any, askers: Sequence[Since], limit: int
) -> list[tuple[ShardState, list[FeedRow]]]:
    """For each asker where their shard stands, and their own first `limit` events: one question.

    Without a number to begin after there are no events in the answer.
    """
    rows = await connection.fetch(
        OWN_CHANGES,
        [asker.employee_id for asker in askers],
        [asker.shard for asker in askers],
        [asker.after_seq for asker in askers],
        limit,
    )
    answers: list[tuple[ShardState, list[FeedRow]]] = []
    for row in rows:
        if row["ord"] > len(answers):
            answers.append((ShardState(row["epoch"], row["head"], row["floor"]), []))
        if row["seq"] is not None:
            answers[-1][1].append(feed_row(row))
    return answers


async def _page(
    connection: Any, topic: TopicPlace, after_seq: int, upto_seq: int, limit: int, *, newest: bool
) -> list[FeedRow]:
    statement, arguments = await _asked(connection, topic, after_seq, upto_seq, limit)
    statement = statement.replace("ORDER LIMIT", "DESC LIMIT" if newest else "LIMIT")
    return [feed_row(row) for row in await connection.fetch(statement, *arguments)]


async def _asked(
    connection: Any, topic: TopicPlace, after_seq: int, upto_seq: int, limit: int
) -> tuple[str, list[object]]:
    """The statement for this topic, its order not yet put in, and its arguments."""
    arguments: list[object] = [topic.shard, topic.id, after_seq, upto_seq, limit]
    if topic.kind == "person":
        return PERSON, arguments
    units = [row["unit_id"] for row in await connection.fetch(UNITS, topic.id)]
    if len(units) > WALK_THE_SHARD:
        return SHARD_WALK, arguments
    return UNITS_ONE_BY_ONE, [*arguments, units]
