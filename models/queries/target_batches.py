"""Many targets changed at once, as an import does: a fixed number of statements for all of them.

Invariant: what is true of one change (`targets.target_changed`) is true of each here: what was
before is kept with the reason, the pace becomes stale, the feed hears of it. Locks: the caller
holds the shards of all employees (`locked_units_of`); here the paces follow by target id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from models.queries.asking import Row, appended_over, asked
from models.queries.feed import FeedRow
from models.queries.targets import target_event

KNOWN = """
    SELECT t.id, t.employee_id, e.name AS employee_name, e.unit_id, t.indicator, t.unit_of_measure,
           t.aspect, t.direction, t.quantity, t.low, t.high, t.period_start, t.period_end,
           t.closed_at, t.work_result_id
      FROM target t JOIN employee e ON e.id = t.employee_id WHERE t.id = ANY ($1::uuid[])
"""
LOCK = """
    SELECT 1 FROM target_pace WHERE target_id = ANY ($1::uuid[])
     ORDER BY target_id FOR NO KEY UPDATE
"""
CHANGE = """
    UPDATE target t SET unit_of_measure = n.unit_of_measure, quantity = n.quantity, low = n.low,
           high = n.high, work_result_id = n.work_result_id, version = version + 1
      FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::uuid[])
           AS n(id, unit_of_measure, quantity, low, high, work_result_id)
     WHERE t.id = n.id AND t.closed_at IS NULL RETURNING t.id
"""
STALE = "UPDATE target_pace SET stale = true WHERE target_id = ANY ($1::uuid[])"
KEEP = """
    INSERT INTO target_change (id, target_id, by, reason, before, after)
    SELECT gen_random_uuid(), n.id, $4::uuid, $5, n.before::jsonb, n.after::jsonb
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n(id, before, after)
"""


@dataclass(frozen=True, slots=True)
class Rewording:
    """One target as it was (a row of `known_targets`) and what of it becomes otherwise."""

    row: Row
    after: Mapping[str, Any]

    @property
    def whole(self) -> dict[str, Any]:
        """The target as it becomes."""
        return {**self.row, **self.after}


async def known_targets(connection: Any, target_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these targets that exist, with the name and unit of their employee."""
    return {row["id"]: row for row in await asked(connection, KNOWN, list(target_ids))}


async def targets_reworded(
    connection: Any, changes: Sequence[Rewording], by: UUID | None, reason: str
) -> list[FeedRow]:
    """Changes goals, units of measure and results; closed ones are left as they are."""
    if not changes:
        return []
    whole = {change.row["id"]: change.whole for change in changes}
    await asked(connection, LOCK, list(whole))
    columns = ("unit_of_measure", "quantity", "low", "high", "work_result_id")
    rows = await asked(
        connection,
        CHANGE,
        list(whole),
        *([each[column] for each in whole.values()] for column in columns),
    )
    done = {row["id"] for row in rows}
    made = [change for change in changes if change.row["id"] in done]
    await asked(connection, STALE, list(done))
    await asked(
        connection,
        KEEP,
        [change.row["id"] for change in made],
        [_json({name: change.row[name] for name in change.after}) for change in made],
        [_json(change.after) for change in made],
        by,
        reason,
    )
    return await appended_over(
        connection,
        [target_event(change.whole, change.row["unit_id"], "changed", reason) for change in made],
    )


def _json(values: Mapping[str, Any]) -> str:
    return msgspec.json.encode(dict(values)).decode()
