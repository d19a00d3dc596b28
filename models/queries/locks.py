"""The lock order, in functions: shards ascending, then paces by target id, then reports.

Whoever changes a target's pace, moves a person or appends events holds the shards of these people
first. So two transactions never wait for each other in a circle, whatever they do afterwards.
`rights_version` (bump_rights_v1) comes last of all.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from models.queries.asking import asked
from models.rules.refusals import Busy

RETRY_AFTER_S = 1  # somebody was moved to another shard in this very second

LOCK = """
    SELECT f.shard FROM feed_shard f
     WHERE f.shard IN (SELECT u.shard FROM unit u
                        WHERE u.id = ANY ($2::uuid[])
                           OR u.id IN (SELECT e.unit_id FROM employee e
                                        WHERE e.id = ANY ($1::uuid[])))
     ORDER BY f.shard FOR NO KEY UPDATE
"""

# A later statement: it sees where the people are now that nobody can move them.
PLACES = """
    SELECT e.id, e.unit_id, u.shard FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.id = ANY ($1::uuid[])
"""

LOCK_ALL = "SELECT shard FROM feed_shard ORDER BY shard FOR NO KEY UPDATE"


async def locked_units_of(
    connection: Any, employee_ids: Collection[UUID], units_too: Collection[UUID] = ()
) -> dict[UUID, UUID]:
    """Locks the shards of these people (and of `units_too`); the answer is each one's unit.

    Raises Busy when somebody moved to another shard just before; unknown people are left out.
    """
    people = list(set(employee_ids))
    locked = {row["shard"] for row in await asked(connection, LOCK, people, list(set(units_too)))}
    places = await asked(connection, PLACES, people)
    if any(place["shard"] not in locked for place in places):
        raise Busy(retry_after_s=RETRY_AFTER_S)
    return {place["id"]: place["unit_id"] for place in places}


async def lock_every_shard(connection: Any) -> None:
    """For what touches everybody: a national holiday, an agency that moves. Short and rare."""
    await asked(connection, LOCK_ALL)
