"""People, for those above them and for HR: the list, one person, and HR's changes.

Invariant: a list shows whom the rules let the reader see and nobody else; looking at a person is
written down; a change that may alter anybody's rights ends its transaction by saying so.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Announcing, Caller, Database, Forgetting
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, key_of
from mobile_contract.people import Contact, Employee, EmployeeChange, NewEmployee, Page
from mobile_contract.words import MAX_NAME_CHARACTERS
from models.queries.audit import Change, audited, viewed
from models.queries.locks import locked_units_of
from models.queries.people import (
    NewPerson,
    Search,
    UnitPlace,
    added,
    closed,
    heads_anything,
    last_contact_of,
    people_by_id,
    people_in,
    renamed,
    reopened,
    those_above,
    unit_places,
)
from models.queries.rights import rights_changed
from models.queries.sessions import ended
from models.queries.subjects import subjects_of
from models.queries.transfers import transferred
from models.rules.access import Action, Subject, may, may_in_unit
from models.rules.nip import parse_nip
from models.rules.refusals import (
    Conflict,
    ForbiddenCharacter,
    InvalidValue,
    NotAllowed,
    NotFound,
)
from realtime.principals import Principal

router = APIRouter(tags=["people"])

Words = Annotated[str | None, Query(min_length=1, max_length=MAX_NAME_CHARACTERS)]


@router.get("/v1/people")
async def people(
    caller: Caller,
    database: Database,
    unit: UUID | None = None,
    q: Words = None,
    inactive: bool = False,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[Employee]:
    """People in my scope by name: `unit` and below, `q` in the name or at the NIP's beginning.

    A page may hold fewer than `limit`; the list ends where `next` is null.
    """
    if q is not None and "\0" in q:
        raise ForbiddenCharacter(field="q")
    person = caller.person
    scope = {headship.unit_id for headship in person.headships}
    scope |= {grant.unit_id for grant in person.grants}
    rows = await people_in(
        database,
        Search(
            units=scope,
            people=[person.employee_id, *person.assigned],
            within=unit,
            words=q,
            with_inactive=inactive,
            after=key_of(cursor, str, UUID) if cursor else None,
            limit=limit + 1,
        ),
    )
    page = rows[:limit]
    subjects = await subjects_of(database, [row.id for row in page])
    shown = [row for row in page if may(person, Action.READ_PERSON, subjects[row.id])]
    units = () if cursor else [unit] if unit else scope
    assigned = [row.id for row in shown if row.id in person.assigned]  # of whatever unit they are
    await viewed(database, person.employee_id, "people", employee_ids=assigned, unit_ids=units)
    return Page[Employee](
        items=[Employee.model_validate(row, from_attributes=True) for row in shown],
        next_cursor=cursor_of(page[-1].name, page[-1].id) if len(rows) > limit else None,
    )


@router.get("/v1/people/{person_id}")
async def person(caller: Caller, database: Database, person_id: UUID) -> Employee:
    """One person. The view is written down, and they can see it."""
    await _allowed(database, caller, Action.READ_PERSON, person_id)
    await viewed(database, caller.person.employee_id, "person", employee_ids=[person_id])
    return await _employee(database, person_id)


@router.get("/v1/people/{person_id}/contact")
async def contact(caller: Caller, database: Database, person_id: UUID) -> Contact:
    """When the service last heard from somebody. No contact is not the same as no work."""
    await _allowed(database, caller, Action.READ_LAST_CONTACT, person_id)
    await viewed(database, caller.person.employee_id, "contact", employee_ids=[person_id])
    return Contact(
        employee_id=person_id, last_contact_at=await last_contact_of(database, person_id)
    )


@router.post("/v1/people", status_code=201)
async def add_person(caller: Caller, database: Database, body: NewEmployee) -> Employee:
    """Adds somebody to a unit. They can sign in once a code has been issued."""
    nip = parse_nip(body.nip).digits
    await locked_units_of(database, (), [body.unit_id])  # nobody closes it meanwhile
    await _managed_unit(database, caller, body.unit_id)
    person_id = await added(
        database, NewPerson(nip, body.name, body.unit_id, body.job_title_id, body.language)
    )
    details = {"reason": body.reason}
    change = Change("person_added", person_id, body.unit_id, details)
    await audited(database, caller.person.employee_id, change)
    return await _employee(database, person_id)


@router.patch("/v1/people/{person_id}")
async def change_person(
    caller: Caller,
    database: Database,
    announcing: Announcing,
    forgetting: Forgetting,
    person_id: UUID,
    body: EmployeeChange,
) -> Employee:
    """Renames, transfers, deactivates or takes back; only what is given changes.

    A deactivated person is signed out everywhere at once. A transfer keeps what happened where it
    happened; open targets move along.
    """
    subject = await _allowed(database, caller, Action.MANAGE_PEOPLE, person_id)
    before = (await people_by_id(database, [person_id]))[person_id]
    affected: set[UUID] = {person_id}
    everybody = await heads_anything(database, person_id)
    if body.unit_id is not None and body.unit_id != before.unit_id:
        unit = await _managed_unit(database, caller, body.unit_id)
        announcing += await transferred(database, {person_id: body.unit_id}, body.reason)
        affected |= await those_above(database, {*subject.unit_path, *unit.path}, person_id)
    if body.name is not None or body.job_title_id is not None:
        await renamed(database, person_id, body.name, body.job_title_id)
    if body.active is False and await closed(database, person_id):
        await ended(database, person_id, "deactivated")
    elif body.active is True:
        await _may_come_back(database, person_id)
    details = body.model_dump(mode="json", exclude_none=True) | {
        "before": {"name": before.name, "unit_id": str(before.unit_id), "active": before.active}
    }
    change = Change("person_changed", person_id, details=details)
    await audited(database, caller.person.employee_id, change)
    answer = await _employee(database, person_id)
    forgetting.add(person_id)
    await rights_changed(database, None if everybody else affected)
    return answer


async def _may_come_back(database: AsyncSession, person_id: UUID) -> None:
    """Takes somebody back, unless their unit was closed while they were away."""
    units = await locked_units_of(database, [person_id])
    unit = (await unit_places(database, units.values()))[units[person_id]]
    if await reopened(database, person_id) and not unit.open:
        raise Conflict(field="unit_id", reason="unit_retired")


async def _employee(database: AsyncSession, person_id: UUID) -> Employee:
    row = (await people_by_id(database, [person_id]))[person_id]
    return Employee.model_validate(row, from_attributes=True)


async def _allowed(
    database: AsyncSession, caller: Principal, action: Action, person_id: UUID
) -> Subject:
    """The person as the rules see them. Raises NotFound, or NotAllowed."""
    subject = (await subjects_of(database, [person_id])).get(person_id)
    if subject is None:
        raise NotFound
    if not may(caller.person, action, subject):
        raise NotAllowed
    return subject


async def _managed_unit(database: AsyncSession, caller: Principal, unit_id: UUID) -> UnitPlace:
    """A unit into which the caller may put people. Raises InvalidValue, NotAllowed, Conflict."""
    unit = (await unit_places(database, [unit_id])).get(unit_id)
    if unit is None:
        raise InvalidValue(field="unit_id")
    if not may_in_unit(caller.person, Action.MANAGE_PEOPLE, tuple(unit.path)):
        raise NotAllowed
    if not unit.open:
        raise Conflict(field="unit_id", reason="unit_retired")
    return unit
