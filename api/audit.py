"""Who changed what, and who looked at whose data, for HR and administrators of the units.

Administrators read that a target or a leave was changed and by whom, never what it says.
"""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.rights import units_watched
from mobile_contract.people import AuditEntry, DataView, Page
from models.queries.audit import entries, viewed, views_of
from models.queries.subjects import subjects_of
from models.rules.access import Action, may, may_in_unit
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["audit"])


@router.get("/v1/audit")
async def audit(
    caller: Caller,
    database: Database,
    employee: UUID | None = None,
    actor: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[AuditEntry]:
    """Changes in the units of my roles, newest first; of one person, or by one person."""
    units = [
        grant.unit_id
        for grant in caller.person.grants
        if may_in_unit(caller.person, Action.READ_AUDIT, (grant.unit_id,))
    ]
    if not units:
        raise NotAllowed
    before = key_of(cursor, instant, UUID) if cursor else None
    rows = await entries(
        database,
        units,
        work_in=units_watched(caller.person),
        employee_id=employee,
        actor_id=actor,
        before=before,
        limit=limit + 1,
    )
    shown = rows[:limit]
    if cursor is None:
        await viewed(
            database,
            caller.person.employee_id,
            "audit",
            employee_ids=[employee] if employee else [],
            unit_ids=[] if employee else units,
        )
    return Page[AuditEntry](
        items=[AuditEntry.model_validate(row, from_attributes=True) for row in shown],
        next_cursor=cursor_of(shown[-1].at, shown[-1].id) if len(rows) > limit else None,
    )


@router.get("/v1/people/{person_id}/views")
async def views_of_person(
    caller: Caller,
    database: Database,
    person_id: UUID,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[DataView]:
    """Who looked at somebody's data, newest first: what a breach notice needs within three days."""
    subject = (await subjects_of(database, [person_id])).get(person_id)
    if subject is None:
        raise NotFound
    if not may(caller.person, Action.READ_VIEWS, subject):
        raise NotAllowed
    before = key_of(cursor, instant, UUID) if cursor else None
    rows = await views_of(database, person_id, before=before, limit=limit + 1)
    shown = rows[:limit]
    if cursor is None:
        await viewed(database, caller.person.employee_id, "views", employee_ids=[person_id])
    return Page[DataView](
        items=[DataView.model_validate(row, from_attributes=True) for row in shown],
        next_cursor=cursor_of(shown[-1].at, shown[-1].id) if len(rows) > limit else None,
    )
