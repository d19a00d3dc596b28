"""Units and people as topics of the live feed: where a topic lies and how big its scope is.

Counting stops at the limit that the caller needs, so a whole city costs no more than a big agency.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class UnitScope:
    """A unit as a topic. `people` counts active employees in it, at most the limit asked for.

    Only those whose events go to the topic count: of a unit above the agencies, its own people.
    """

    unit_id: UUID
    shard: int
    path: tuple[UUID, ...]
    zone: str
    people: int


UNIT = """
SELECT u.id, u.shard, u.path, u.zone,
       (SELECT count(*) FROM (
           SELECT FROM unit_ancestry a
             JOIN unit b ON b.id = a.unit_id AND b.agency_id = u.agency_id
             JOIN employee e ON e.unit_id = a.unit_id AND e.active
            WHERE a.ancestor_id = u.id AND a.current
            LIMIT $2) counted) AS people
  FROM unit u
"""

# A unit above the agencies has a topic for its own people; each agency below has its own.
HEADED = f"""{UNIT}
 WHERE u.id = ANY ($1::uuid[])
    OR (u.kind = 'agency' AND u.id IN (
           SELECT a.unit_id FROM unit_ancestry a JOIN unit h ON h.id = a.ancestor_id
            WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current AND h.kind = 'city'))
 ORDER BY cardinality(u.path), u.id
"""

ONE = f"{UNIT} WHERE u.id = $1"

PERSON_SHARDS = """
SELECT e.id, u.shard FROM employee e JOIN unit u ON u.id = e.unit_id
 WHERE e.id = ANY ($1::uuid[]) ORDER BY e.id
"""


async def headed_scopes(
    connection: Any, unit_ids: Collection[UUID], count_to: int
) -> list[UnitScope]:
    """The topics of somebody who heads these units, from the top down."""
    rows = await connection.fetch(HEADED, list(unit_ids), count_to)
    return [_scope(row) for row in rows]


async def unit_scope(connection: Any, unit_id: UUID, count_to: int) -> UnitScope | None:
    """One unit as a topic; None: there is no such unit."""
    row = await connection.fetchrow(ONE, unit_id, count_to)
    return None if row is None else _scope(row)


async def person_shards(connection: Any, employee_ids: Collection[UUID]) -> dict[UUID, int]:
    """The shard in which each person's topic lies today; unknown people are left out."""
    rows = await connection.fetch(PERSON_SHARDS, list(employee_ids))
    return {row["id"]: row["shard"] for row in rows}


def _scope(row: Any) -> UnitScope:
    return UnitScope(row["id"], row["shard"], tuple(row["path"]), row["zone"], row["people"])
