"""Who heads a unit, and who supervises one person, from when to when and by which decree.

Invariants: nobody appoints themselves; an overlap is refused with the row that is in the way and
what to do about it; every change is audited and changes rights in the same transaction.
"""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database, Forgetting
from api.rights import manages, require_managed_unit, require_person
from mobile_contract.organisation import (
    AssignmentView,
    NewAssignment,
    NewSupervision,
    SupervisionEnd,
    SupervisionView,
)
from mobile_contract.words import Instant
from models.queries.audit import Change, audited
from models.queries.heads import NewAssignment as Assignment
from models.queries.heads import (
    NewHead,
    assignment_changed,
    assignment_made,
    assignment_row,
    assignments_of,
    head_changed,
    head_made,
    head_row,
    heads_of,
    people_touched,
)
from models.queries.organisation import unit_row
from models.queries.rights import rights_changed
from models.rules.access import Action, may_in_unit
from models.rules.refusals import NotAllowed, NotFound
from models.tables.columns import new_id
from realtime.principals import Principal

router = APIRouter(tags=["organisation"])


@router.get("/v1/supervision")
async def heads(
    unit_id: UUID, caller: Caller, database: Database, at: Instant | None = None
) -> list[SupervisionView]:
    """The heads of a unit of mine: of all times, or those at an instant; the latest first."""
    row = await unit_row(database, unit_id)
    if row is None:
        raise NotFound
    path = tuple(row["path"])
    if not (
        unit_id in caller.unit_path
        or manages(caller.person, path)
        or may_in_unit(caller.person, Action.READ_BOARD, path)
    ):
        raise NotAllowed
    return [SupervisionView(**each) for each in await heads_of(database, unit_id, at)]


@router.post("/v1/supervision", status_code=201)
async def appoint(
    body: NewSupervision, caller: Caller, database: Database, forgetting: Forgetting
) -> SupervisionView:
    """Appoints a unit's head, definitive or acting."""
    await require_managed_unit(database, caller.person, body.unit_id)
    _not_oneself(caller, body.supervisor_id)
    supervision_id = new_id()
    await head_made(database, NewHead(supervision_id, **body.model_dump()))
    change = Change(
        "head_appointed",
        body.supervisor_id,
        body.unit_id,
        body.model_dump(mode="json", exclude={"unit_id", "supervisor_id"}),
    )
    await audited(database, caller.person.employee_id, change)
    answer = await _head(database, supervision_id)
    touched = await people_touched(database, body.unit_id, body.supervisor_id)
    forgetting.update(touched)
    await rights_changed(database, touched)
    return answer


@router.patch("/v1/supervision/{supervision_id}")
async def end(
    supervision_id: UUID,
    body: SupervisionEnd,
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
) -> SupervisionView:
    """Gives a headship its end, or another one."""
    row = await head_row(database, supervision_id)
    if row is None:
        raise NotFound
    await require_managed_unit(database, caller.person, row["unit_id"])
    _not_oneself(caller, row["supervisor_id"])
    await head_changed(database, supervision_id, body.valid_to, row["decree"])
    change = Change(
        "head_ended", row["supervisor_id"], row["unit_id"], body.model_dump(mode="json")
    )
    await audited(database, caller.person.employee_id, change)
    answer = await _head(database, supervision_id)
    touched = await people_touched(database, row["unit_id"], row["supervisor_id"])
    forgetting.update(touched)
    await rights_changed(database, touched)
    return answer


@router.get("/v1/assignments")
async def assignments(
    employee_id: UUID, caller: Caller, database: Database
) -> list[AssignmentView]:
    """The personal supervisors of somebody, the latest first."""
    await require_person(database, caller.person, Action.READ_PERSON, employee_id)
    return [AssignmentView(**row) for row in await assignments_of(database, employee_id)]


@router.post("/v1/assignments", status_code=201)
async def assign(
    body: NewAssignment, caller: Caller, database: Database, forgetting: Forgetting
) -> AssignmentView:
    """Gives one employee a personal supervisor, who then decides instead of the unit's head."""
    await require_person(database, caller.person, Action.MANAGE_PEOPLE, body.employee_id)
    _not_oneself(caller, body.supervisor_id)
    assignment_id = new_id()
    await assignment_made(database, Assignment(assignment_id, **body.model_dump()))
    details = body.model_dump(mode="json", exclude={"employee_id"})
    change = Change("supervisor_assigned", body.employee_id, details=details)
    await audited(database, caller.person.employee_id, change)
    answer = await _assignment(database, assignment_id)
    touched = {body.employee_id, body.supervisor_id}
    forgetting.update(touched)
    await rights_changed(database, touched)
    return answer


@router.patch("/v1/assignments/{assignment_id}")
async def end_assignment(
    assignment_id: UUID,
    body: SupervisionEnd,
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
) -> AssignmentView:
    """Gives an assignment its end, or another one."""
    row = await assignment_row(database, assignment_id)
    if row is None:
        raise NotFound
    await require_person(database, caller.person, Action.MANAGE_PEOPLE, row["employee_id"])
    _not_oneself(caller, row["supervisor_id"])
    await assignment_changed(database, assignment_id, body.valid_to, row["decree"])
    change = Change("assignment_ended", row["employee_id"], details=body.model_dump(mode="json"))
    await audited(database, caller.person.employee_id, change)
    answer = await _assignment(database, assignment_id)
    touched = {row["employee_id"], row["supervisor_id"]}
    forgetting.update(touched)
    await rights_changed(database, touched)
    return answer


def _not_oneself(caller: Principal, supervisor_id: UUID) -> None:
    if supervisor_id == caller.person.employee_id:
        raise NotAllowed


async def _head(database: Database, supervision_id: UUID) -> SupervisionView:
    row = await head_row(database, supervision_id)
    if row is None:
        raise NotFound
    return SupervisionView(**row)


async def _assignment(database: Database, assignment_id: UUID) -> AssignmentView:
    row = await assignment_row(database, assignment_id)
    if row is None:
        raise NotFound
    return AssignmentView(**row)
