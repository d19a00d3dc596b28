"""HR and administrator roles: who holds which, for which unit; granted and ended by administrators.

Invariant: nobody grants or ends a role of their own, and every change has an actor and a reason.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Caller, Database, Forgetting
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, key_of
from mobile_contract.people import GrantedRole, Page, RoleGrant
from mobile_contract.words import clean
from models.queries.activations import codes_voided
from models.queries.audit import Change, audited
from models.queries.people import unit_places
from models.queries.rights import rights_changed
from models.queries.roles import grant_by_id, granted, grants_in, revoked
from models.queries.subjects import subjects_of
from models.rules.access import Action, Role, may, may_in_unit
from models.rules.refusals import Conflict, InvalidValue, NotAllowed, NotFound
from realtime.principals import Principal

router = APIRouter(tags=["roles"])

MOST_REASON_CHARACTERS = 500  # an address should stay short

Reason = Annotated[
    str,
    Query(min_length=1, max_length=MOST_REASON_CHARACTERS),
    AfterValidator(clean),
]
"""Why, in words; in the address, since bodies of DELETE get lost on the way."""


@router.get("/v1/roles")
async def roles(
    caller: Caller, database: Database, cursor: Cursor = None, limit: Limit = USUAL_ROWS
) -> Page[GrantedRole]:
    """The roles that hold in the units I administer, oldest first."""
    units = [grant.unit_id for grant in caller.person.grants if grant.role is Role.ADMINISTRATOR]
    if not units:
        raise NotAllowed
    after = key_of(cursor, UUID)[0] if cursor else None
    rows = await grants_in(database, units, after=after, limit=limit + 1)
    shown = rows[:limit]
    return Page[GrantedRole](
        items=[GrantedRole.model_validate(row, from_attributes=True) for row in shown],
        next_cursor=cursor_of(shown[-1].id) if len(rows) > limit else None,
    )


@router.post("/v1/roles", status_code=201)
async def grant_role(
    caller: Caller, database: Database, forgetting: Forgetting, body: RoleGrant
) -> GrantedRole:
    """Grants a role for a unit and everything below it.

    A code that waits for the person no longer works: who issued it may not hold this role.
    """
    unit = (await unit_places(database, [body.unit_id])).get(body.unit_id)
    if unit is None:
        raise InvalidValue(field="unit_id")
    await _may_grant(database, caller, body.employee_id, tuple(unit.path))
    grant_id = await granted(
        database, body.employee_id, body.role, body.unit_id, caller.person.employee_id
    )
    if grant_id is None:
        raise Conflict(reason="held_already")
    await codes_voided(database, body.employee_id)
    details = {"role": body.role, "reason": body.reason}
    change = Change("role_granted", body.employee_id, body.unit_id, details)
    await audited(database, caller.person.employee_id, change)
    grant = await grant_by_id(database, grant_id)
    forgetting.add(body.employee_id)
    await rights_changed(database, [body.employee_id])
    return GrantedRole.model_validate(grant, from_attributes=True)


@router.delete("/v1/roles/{grant_id}", status_code=204)
async def end_role(
    caller: Caller, database: Database, forgetting: Forgetting, grant_id: UUID, reason: Reason
) -> Response:
    """Ends a role; it stops to act within a second."""
    grant = await grant_by_id(database, grant_id)
    if grant is None:
        raise NotFound
    unit = (await unit_places(database, [grant.unit_id]))[grant.unit_id]
    await _may_grant(database, caller, grant.employee_id, tuple(unit.path))
    if not await revoked(database, grant_id):
        raise NotFound
    details = {"role": grant.role, "reason": reason}
    change = Change("role_ended", grant.employee_id, grant.unit_id, details)
    await audited(database, caller.person.employee_id, change)
    forgetting.add(grant.employee_id)
    await rights_changed(database, [grant.employee_id])
    return Response(status_code=204)


async def _may_grant(
    database: AsyncSession, caller: Principal, person_id: UUID, unit_path: tuple[UUID, ...]
) -> None:
    """The caller administers the unit and the person. Raises InvalidValue or NotAllowed."""
    if not may_in_unit(caller.person, Action.GRANT_ROLE, unit_path):
        raise NotAllowed
    subject = (await subjects_of(database, [person_id])).get(person_id)
    if subject is None:
        raise InvalidValue(field="employee_id")
    if not may(caller.person, Action.GRANT_ROLE, subject):
        raise NotAllowed
