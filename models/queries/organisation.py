"""The tree of units: reading it, adding to it, renaming, retiring and moving parts of it.

Invariants: a unit's `path` runs from the top to itself; `unit_ancestry` holds every pair that ever
stood, with `current` for those that stand; a unit shares the shard of its agency, and every pace
has the shard of its person. Rights hang on paths, so the caller ends with `bump_rights_v1`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.locks import lock_every_shard, locked_units_of
from models.queries.rolling import unit_due_again
from models.rules.refusals import Conflict, InvalidValue, NotFound

UNIT = """
    SELECT u.id, u.code, u.name, u.kind, u.parent_id, u.agency_id, u.shard, u.path, u.zone,
           u.work_pattern, u.retired_at
      FROM unit u
"""

SCOPE = f"""{UNIT}
     WHERE u.id IN (SELECT a.unit_id FROM unit_ancestry a
                     WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current)
        OR u.id = ANY ($2::uuid[])
     ORDER BY cardinality(u.path), u.name, u.id
"""

LEAST_LOADED = """
    SELECT f.shard
      FROM feed_shard f
      LEFT JOIN (SELECT u.shard, count(DISTINCT u.id) AS agencies, count(e.id) AS people
                   FROM unit u LEFT JOIN employee e ON e.unit_id = u.id AND e.active
                  WHERE u.retired_at IS NULL GROUP BY u.shard) l ON l.shard = f.shard
     ORDER BY coalesce(l.people, 0), coalesce(l.agencies, 0), f.shard LIMIT 1
"""

INSERT = """
    INSERT INTO unit (id, code, name, kind, parent_id, agency_id, shard, path, zone, work_pattern)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

BELOW = "SELECT unit_id FROM unit_ancestry WHERE ancestor_id = $1 AND current"

REPATH = """
    UPDATE unit u
       SET path = $2::uuid[] || u.path[array_position(u.path, $1) :],
           agency_id = CASE WHEN u.agency_id = ANY ($3::uuid[]) THEN u.agency_id ELSE $4 END,
           shard = CASE WHEN u.agency_id = ANY ($3::uuid[]) THEN u.shard ELSE $5 END
     WHERE u.id = ANY ($3::uuid[])
"""

PAIRS_GONE = """
    UPDATE unit_ancestry SET current = false
     WHERE unit_id = ANY ($1::uuid[]) AND ancestor_id <> ALL ($1::uuid[]) AND current
"""

PAIRS_MADE = """
    INSERT INTO unit_ancestry (ancestor_id, unit_id)
    SELECT above.id, u.id FROM unit u, unnest(u.path) AS above(id) WHERE u.id = ANY ($1::uuid[])
    ON CONFLICT (ancestor_id, unit_id) DO UPDATE SET current = true
"""

PACES = """
    UPDATE target_pace p SET shard = u.shard
      FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE u.id = ANY ($1::uuid[]) AND p.employee_id = e.id AND p.shard <> u.shard
"""

PARENTS: dict[str, tuple[str | None, ...]] = {
    "city": (None, "city"),
    "agency": ("city",),
    "unit": ("agency", "unit"),
}
"""What may stand above each kind; None: nothing, the top of the tree."""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to add. `zone` and `work_pattern`: None takes the parent's."""

    id: UUID
    code: str
    name: str
    kind: str
    parent_id: UUID | None
    zone: str | None = None
    work_pattern: str | None = None


async def units_in_scope(
    connection: Any, tops: Sequence[UUID], also: Sequence[UUID] = ()
) -> Sequence[Row]:
    """Every unit in or below `tops`, and `also`, the highest first."""
    return await asked(connection, SCOPE, list(tops), list(also))


async def unit_row(connection: Any, unit_id: UUID) -> Row | None:
    """One unit."""
    return await asked_one(connection, f"{UNIT} WHERE u.id = $1", unit_id)


async def unit_by_code(connection: Any, code: str) -> Row | None:
    """One unit by its code."""
    return await asked_one(connection, f"{UNIT} WHERE u.code = $1", code)


async def unit_made(connection: Any, new: NewUnit) -> None:
    """Adds a unit with its path, ancestry, agency and shard; a new agency gets the emptiest shard.

    Holds the parent's shard, so that the tree above does not move meanwhile. Raises InvalidValue
    for a parent that cannot stand above it, Conflict for a code in use.
    """
    if new.parent_id:
        await locked_units_of(connection, (), [new.parent_id])
    parent = await unit_row(connection, new.parent_id) if new.parent_id else None
    if new.parent_id and (parent is None or parent["retired_at"] is not None):
        raise InvalidValue(field="parent_id")
    if (parent["kind"] if parent else None) not in PARENTS[new.kind]:
        raise InvalidValue(field="kind")
    if await unit_by_code(connection, new.code):
        raise Conflict(field="code")
    if parent is not None and new.kind == "unit":
        agency_id, shard = parent["agency_id"], parent["shard"]
    else:
        agency_id, shard = new.id, await _emptiest_shard(connection)
    path = [*(parent["path"] if parent else ()), new.id]
    zone = new.zone or (parent["zone"] if parent else "Asia/Jakarta")
    pattern = new.work_pattern or (parent["work_pattern"] if parent else "five_days")
    await asked(
        connection,
        INSERT,
        new.id,
        new.code,
        new.name,
        new.kind,
        new.parent_id,
        agency_id,
        shard,
        path,
        zone,
        pattern,
    )
    await asked(connection, PAIRS_MADE, [new.id])


async def unit_moved(connection: Any, unit_id: UUID, parent_id: UUID) -> None:
    """Hangs a unit with everything below it under another parent.

    Takes every shard, since people may change theirs. Pairs that no longer stand stay with
    `current` false. Raises NotFound, and InvalidValue for a parent that is below the unit itself
    or of the wrong kind.
    """
    await lock_every_shard(connection)
    unit, parent = await unit_row(connection, unit_id), await unit_row(connection, parent_id)
    if unit is None:
        raise NotFound
    if parent is None or parent["retired_at"] is not None or unit_id in parent["path"]:
        raise InvalidValue(field="parent_id")
    if parent["kind"] not in PARENTS[unit["kind"]]:
        raise InvalidValue(field="parent_id")
    if unit["parent_id"] == parent_id:
        return
    below = [row["unit_id"] for row in await asked(connection, BELOW, unit_id)]
    await asked(connection, "UPDATE unit SET parent_id = $2 WHERE id = $1", unit_id, parent_id)
    await asked(
        connection, REPATH, unit_id, parent["path"], below, parent["agency_id"], parent["shard"]
    )
    await asked(connection, PAIRS_GONE, below)
    await asked(connection, PAIRS_MADE, below)
    await asked(connection, PACES, below)


async def unit_retired(connection: Any, unit_id: UUID) -> None:
    """Closes a unit. Raises Conflict while it has active people, open units below, or a head.

    Holds its shard, as whoever comes to it or makes a unit below does.
    """
    await locked_units_of(connection, (), [unit_id])
    in_use = await asked_one(
        connection,
        """SELECT EXISTS (SELECT FROM employee WHERE unit_id = $1 AND active)
               OR EXISTS (SELECT FROM unit WHERE parent_id = $1 AND retired_at IS NULL)
               OR EXISTS (SELECT FROM supervision WHERE unit_id = $1
                             AND (valid_to IS NULL OR valid_to > clock_timestamp())) AS in_use""",
        unit_id,
    )
    if in_use is None or in_use["in_use"]:
        raise Conflict(field="retired", reason="unit_in_use")
    await asked(
        connection,
        "UPDATE unit SET retired_at = clock_timestamp() WHERE id = $1 AND retired_at IS NULL",
        unit_id,
    )


async def unit_changed(
    connection: Any, unit_id: UUID, name: str, zone: str, work_pattern: str
) -> None:
    """Renames a unit or gives it another zone or pattern; InvalidValue for an unknown pattern."""
    known = await asked(connection, "SELECT 1 FROM work_pattern WHERE code = $1", work_pattern)
    if not known:
        raise InvalidValue(field="work_pattern")
    if await asked(connection, "SELECT 1 FROM unit WHERE id = $1 AND zone <> $2", unit_id, zone):
        await unit_due_again(connection, unit_id)
    await asked(
        connection,
        "UPDATE unit SET name = $2, zone = $3, work_pattern = $4 WHERE id = $1",
        unit_id,
        name,
        zone,
        work_pattern,
    )


async def _emptiest_shard(connection: Any) -> int:
    row = await asked_one(connection, LEAST_LOADED)
    assert row is not None, "the sixteen shards are made by the migration"
    return row["shard"]
