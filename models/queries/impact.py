"""Before and after a turning point, by child unit, from the roll-ups and the sums of verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.queries.indices import index_of_units
from models.queries.rollups import Rollup, UnitSums, rollup_of
from models.rules.impact import Caveat, Windows, caveats
from models.rules.periods import Days
from models.rules.quality import Counts, quality
from models.rules.satisfaction import Tally

RAMADANS = "SELECT starts_on, ends_on FROM ramadan WHERE ends_on >= $1 AND starts_on <= $2"

# Where people stood in each window, by the child unit that it lies in today.
STAFF = """
    SELECT ancestor_id AS unit_id, (count(*) FILTER (WHERE before AND after))::int AS stayed,
           count(*)::int AS ever
      FROM (SELECT a.ancestor_id, p.employee_id,
                   bool_or(p.valid_from < $3 AND (p.valid_to IS NULL OR p.valid_to > $2)) AS before,
                   bool_or(p.valid_from < $4 AND (p.valid_to IS NULL OR p.valid_to > $3)) AS after
              FROM unit_ancestry a JOIN placement p ON p.unit_id = a.unit_id
             WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current
               AND p.valid_from < $4 AND (p.valid_to IS NULL OR p.valid_to > $2)
             GROUP BY a.ancestor_id, p.employee_id) person
     GROUP BY ancestor_id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """A unit in one window. Shares lie in 0-1; None: nothing to take a share of, nobody asked."""

    quantity_reports: int
    approved_share: float | None
    on_time_share: float | None
    satisfaction_index: float | None
    responses: int


@dataclass(frozen=True, slots=True)
class Impact:
    """A unit before and after, with what must be said beside it."""

    unit_id: UUID
    unit_name: str
    before: Measured
    after: Measured
    caveats: tuple[Caveat, ...]


async def impact_of(
    connection: Any,
    unit_id: UUID,
    spans: Windows,
    instants: tuple[datetime, datetime, datetime],
    today: date,
) -> list[Impact] | None:
    """The unit as a whole, then its child units; None: no such unit.

    `instants`: when the window before begins, the turning point, and when the window after ends.
    `today`: the unit's local day.
    """
    before = await _rolled(connection, unit_id, spans.before)
    after = await _rolled(connection, unit_id, spans.after)
    if before is None or after is None:
        return None
    earlier = {each.unit_id: each for each in (before.total, *before.children)}
    units = [after.total, *after.children]
    ids = [each.unit_id for each in units]
    said = (
        await index_of_units(connection, ids, spans.before.first, spans.before.last),
        await index_of_units(connection, ids, spans.after.first, spans.after.last),
    )
    ramadans = [
        Days(row["starts_on"], row["ends_on"])
        for row in await asked(connection, RAMADANS, spans.before.first, spans.after.last)
    ]
    rows = await asked(connection, STAFF, ids, *instants)
    staff: Mapping[UUID, Row] = {row["unit_id"]: row for row in rows}
    return [
        _impact(
            unit,
            earlier.get(unit.unit_id),
            said,
            (spans, today),
            ramadans,
            staff.get(unit.unit_id),
        )
        for unit in units
    ]


async def _rolled(connection: Any, unit_id: UUID, span: Days) -> Rollup | None:
    first: date = span.first
    return await rollup_of(connection, unit_id, first, span.last)


def _impact(
    unit: UnitSums,
    earlier: UnitSums | None,
    said: tuple[Mapping[UUID, Tally], Mapping[UUID, Tally]],
    when: tuple[Windows, date],
    ramadans: list[Days],
    staff: Row | None,
) -> Impact:
    counts = earlier.counts if earlier is not None else Counts()
    before = _measured(counts, said[0][unit.unit_id])
    after = _measured(unit.counts, said[1][unit.unit_id])
    return Impact(
        unit.unit_id,
        unit.unit_name,
        before,
        after,
        caveats(
            when[0],
            today=when[1],
            reports_before=before.quantity_reports,
            responses=(before.responses, after.responses),
            ramadans=ramadans,
            staff=(staff["stayed"], staff["ever"]) if staff is not None else (0, 0),
        ),
    )


def _measured(counts: Counts, tally: Tally) -> Measured:
    return Measured(
        counts.reports,
        counts.approved_reports / counts.reports if counts.reports else None,
        quality(counts).on_time_share,
        tally.index,
        tally.responses,
    )
