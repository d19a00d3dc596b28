"""What a unit did, by child unit and indicator, in any span of days.

Invariants: read from the roll-ups alone, so the cost does not follow the number of reports; whoever
heads the unit or is HR for it may look, and the look at the whole unit is written down.
"""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database
from api.quality import quality_view
from api.spans import FirstDay, LastDay, Period, span_of
from mobile_contract.rollups import IndicatorRollup, RollupView, UnitRollup
from models.queries.audit import viewed
from models.queries.organisation import unit_row
from models.queries.rollups import UnitSums, rollup_of
from models.rules.access import Action, may_in_unit
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["roll-ups"])


@router.get("/v1/units/{unit_id}/rollup")
async def rollup(
    unit_id: UUID,
    caller: Caller,
    database: Database,
    period: Period = None,
    first: FirstDay = None,
    last: LastDay = None,
) -> RollupView:
    """A unit by its child units: what was reported, and how well, in a period or two days."""
    span = span_of(period, first, last)
    row = await unit_row(database, unit_id)
    if row is None:
        raise NotFound
    if not may_in_unit(caller.person, Action.READ_ROLLUP, tuple(row["path"])):
        raise NotAllowed
    found = await rollup_of(database, unit_id, span.first, span.last)
    if found is None:
        raise NotFound
    await viewed(database, caller.person.employee_id, "rollup", unit_ids=[unit_id])
    rows = [_unit(child) for child in found.children]
    if found.own.people or found.own.indicators:
        rows.append(_unit(found.own, own=True))
    return RollupView(
        unit_id=unit_id,
        first=span.first,
        last=span.last,
        as_of=found.as_of,
        rows=rows,
        total=_unit(found.total),
    )


def _unit(sums: UnitSums, *, own: bool = False) -> UnitRollup:
    return UnitRollup(
        unit_id=sums.unit_id,
        unit_name=sums.unit_name,
        own=own,
        people=sums.people,
        indicators=[
            IndicatorRollup(
                indicator=each.indicator,
                unit_of_measure=each.unit_of_measure,
                reports=each.counts.reports,
                approved=each.approved,
                pending=each.pending,
                measured=each.is_measured,
                mean=each.mean,
            )
            for each in sums.indicators
        ],
        quality=quality_view(sums.counts),
    )
