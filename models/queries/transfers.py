"""Moving people between units: placement, the unit of today, the shard of their paces, the events.

The one way to do it, for a single transfer and for an import. What happened stays where it
happened: events keep the path of their time. Rights change with a move, so the caller ends its
transaction with `bump_rights_v1`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from models.queries.asking import asked
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.targets import targets_told
from models.rules.refusals import Conflict

CLOSED = "SELECT 1 FROM unit WHERE id = ANY ($1::uuid[]) AND retired_at IS NOT NULL LIMIT 1"

MOVE = """
    WITH moved AS (
        UPDATE employee e SET unit_id = n.unit_id
          FROM unnest($1::uuid[], $2::uuid[]) AS n(employee_id, unit_id)
         WHERE e.id = n.employee_id AND e.unit_id <> n.unit_id
        RETURNING e.id, e.unit_id
    ), left_unit AS (
        UPDATE placement p SET valid_to = $3
          FROM moved m WHERE p.employee_id = m.id AND p.valid_to IS NULL
        RETURNING p.employee_id
    )
    SELECT m.id, m.unit_id FROM moved m LEFT JOIN left_unit l ON l.employee_id = m.id
"""

SETTLE = """
    INSERT INTO placement (id, employee_id, unit_id, valid_from)
    SELECT gen_random_uuid(), n.employee_id, n.unit_id, $3
      FROM unnest($1::uuid[], $2::uuid[]) AS n(employee_id, unit_id)
"""

SHARDS = """
    UPDATE target_pace p SET shard = u.shard, stale = true
      FROM (SELECT q.target_id FROM target_pace q
             WHERE q.employee_id = ANY ($1::uuid[]) ORDER BY q.target_id FOR NO KEY UPDATE) q,
           employee e JOIN unit u ON u.id = e.unit_id
     WHERE p.target_id = q.target_id AND e.id = p.employee_id
"""


async def transferred(
    connection: Any, moves: Mapping[UUID, UUID], reason: str = ""
) -> list[FeedRow]:
    """Moves people (employee id → unit id) now; who is there already stays untouched.

    Announce the events after the commit. Raises Busy when another move is in the way, Conflict
    when a unit was closed meanwhile.
    """
    units = await locked_units_of(connection, moves.keys(), moves.values())
    wanted = {person: unit for person, unit in moves.items() if units.get(person, unit) != unit}
    if not wanted:
        return []
    if await asked(connection, CLOSED, list(set(wanted.values()))):
        raise Conflict(field="unit_id", reason="unit_retired")
    (clock,) = await asked(connection, "SELECT clock_timestamp() AS now")
    arguments = list(wanted.keys()), list(wanted.values()), clock["now"]
    await asked(connection, MOVE, *arguments)
    await asked(connection, SETTLE, *arguments)
    await asked(connection, SHARDS, list(wanted))
    return await targets_told(connection, list(wanted), "moved", reason)
