"""How a unit's predicates are spread, and the organisation's own predicate. It only ever warns."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.appraisal_views import distribution_view
from api.dependencies import Caller, Database, TheParts
from mobile_contract.appraisals import DistributionView, OwnPredicate
from models.queries.audit import Change, audited, viewed
from models.queries.distributions import distribution_of, unit_predicate_set
from models.queries.organisation import unit_row
from models.rules.access import Action, Person, may_in_unit
from models.rules.periods import parse_period
from models.rules.predicates import Predicate
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["appraisals"])


@router.get("/v1/units/{unit_id}/distribution")
async def distribution(
    unit_id: UUID,
    period: Annotated[str, Query(max_length=7)],
    caller: Caller,
    database: Database,
    parts: TheParts,
) -> DistributionView:
    """The predicates of a unit and below, and whether they are spread as expected."""
    await _require(database, caller.person, Action.READ_DISTRIBUTION, unit_id)
    parse_period(period)
    await viewed(database, caller.person.employee_id, "distribution", unit_ids=[unit_id])
    found = await distribution_of(database, unit_id, period, parts.appraisals)
    return distribution_view(unit_id, period, found)


@router.put("/v1/units/{unit_id}/predicate")
async def set_own(
    unit_id: UUID, body: OwnPredicate, caller: Caller, database: Database, parts: TheParts
) -> DistributionView:
    """Sets the organisation's own predicate of a period, by decree."""
    await _require(database, caller.person, Action.SET_UNIT_PREDICATE, unit_id)
    parse_period(body.period)
    me = caller.person.employee_id
    await unit_predicate_set(
        database, unit_id, body.period, Predicate(body.predicate), body.decree, me
    )
    change = Change("unit_predicate_set", unit_id=unit_id, details=body.model_dump(mode="json"))
    await audited(database, me, change)
    await viewed(database, me, "distribution", unit_ids=[unit_id])
    found = await distribution_of(database, unit_id, body.period, parts.appraisals)
    return distribution_view(unit_id, body.period, found)


async def _require(database: AsyncSession, person: Person, action: Action, unit_id: UUID) -> None:
    row = await unit_row(database, unit_id)
    if row is None:
        raise NotFound
    if not may_in_unit(person, action, tuple(row["path"])):
        raise NotAllowed
