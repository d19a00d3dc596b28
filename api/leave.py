"""What belongs to one person's calendar: leave and rostered shifts.

Who may: the person and those above read it, HR of their unit writes it, nobody their own. Each
change marks the person's running targets as stale.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import Caller, Database
from api.rights import require_person
from mobile_contract.organisation import LeaveView, NewLeave, Roster, ShiftView
from mobile_contract.words import Instant
from models.queries.audit import Change, audited, viewed
from models.queries.calendar_changes import (
    leave_made,
    leave_of,
    leave_row,
    people_stale,
    removed,
    shifts_of,
    shifts_replaced,
)
from models.queries.subjects import subjects_of
from models.rules.access import Action, may
from models.rules.refusals import InvalidValue, NotAllowed, NotFound

router = APIRouter(tags=["calendars"])

MOST_ROSTER_DAYS = 100
From = Annotated[Instant, Query(alias="from")]
To = Annotated[Instant, Query(alias="to")]


@router.get("/v1/leave")
async def leave(employee_id: UUID, caller: Caller, database: Database) -> list[LeaveView]:
    """Somebody's leave, the latest first."""
    await require_person(database, caller.person, Action.READ_TARGET, employee_id)
    await viewed(database, caller.person.employee_id, "leave", employee_ids=[employee_id])
    return [LeaveView(**row) for row in await leave_of(database, employee_id)]


@router.post("/v1/leave", status_code=201)
async def grant(body: NewLeave, caller: Caller, database: Database) -> LeaveView:
    """Grants leave, first and last day included; it stops the clock of the person's targets."""
    await require_person(database, caller.person, Action.MANAGE_PEOPLE, body.employee_id)
    days = body.starts_on, body.ends_on
    # First, since it holds the person's shard: two who grant at once see each other's leave.
    await people_stale(database, [body.employee_id], _midnight(body.starts_on))
    leave_id = await leave_made(database, body.employee_id, days, body.kind, body.decree)
    change = Change("leave_granted", body.employee_id, details=body.model_dump(mode="json"))
    await audited(database, caller.person.employee_id, change)
    return LeaveView(id=leave_id, **body.model_dump())


@router.delete("/v1/leave/{leave_id}", status_code=204)
async def take_back(leave_id: UUID, caller: Caller, database: Database) -> None:
    """Takes leave back."""
    row = await leave_row(database, leave_id)
    if row is None:
        raise NotFound
    await require_person(database, caller.person, Action.MANAGE_PEOPLE, row["employee_id"])
    await removed(database, "leave", "id", leave_id)
    await people_stale(database, [row["employee_id"]], _midnight(row["starts_on"]))
    details = {"starts_on": row["starts_on"], "ends_on": row["ends_on"]}
    change = Change("leave_removed", row["employee_id"], details=details)
    await audited(database, caller.person.employee_id, change)


@router.get("/v1/shifts")
async def shifts(
    employee_id: UUID, since: From, until: To, caller: Caller, database: Database
) -> list[ShiftView]:
    """Somebody's shifts that touch [from, to), at most a hundred days."""
    await require_person(database, caller.person, Action.READ_TARGET, employee_id)
    _check_span(since, until)
    await viewed(database, caller.person.employee_id, "shifts", employee_ids=[employee_id])
    rows = await shifts_of(database, employee_id, since, until)
    return [ShiftView(**row) for row in rows]


@router.post("/v1/shifts", status_code=201)
async def roster(body: Roster, caller: Caller, database: Database) -> list[ShiftView]:
    """A roster: the shifts replace what the named people had between the two instants."""
    _check_span(body.starts_at, body.ends_at)
    people = {shift.employee_id for shift in body.shifts}
    subjects = await subjects_of(database, people)
    for employee_id in people:
        if employee_id not in subjects:
            raise NotFound
        if not may(caller.person, Action.MANAGE_PEOPLE, subjects[employee_id]):
            raise NotAllowed
    for shift in body.shifts:
        within = body.starts_at <= shift.starts_at < body.ends_at
        if not within or not shift.starts_at < shift.ends_at <= shift.starts_at + timedelta(days=1):
            raise InvalidValue(field="shifts", starts_at=shift.starts_at.isoformat())
    await people_stale(database, people, body.starts_at)  # first: it holds the people's shards
    rows = await shifts_replaced(
        database,
        (body.starts_at, body.ends_at),
        [(shift.employee_id, shift.starts_at, shift.ends_at) for shift in body.shifts],
    )
    for employee_id in sorted(people):
        details = {"starts_at": body.starts_at, "ends_at": body.ends_at}
        change = Change("roster_set", employee_id, details=details)
        await audited(database, caller.person.employee_id, change)
    return [ShiftView(**row) for row in rows]


def _check_span(start: datetime, end: datetime) -> None:
    if not timedelta(0) < end - start <= timedelta(days=MOST_ROSTER_DAYS):
        raise InvalidValue(field="to")


def _midnight(day: date) -> datetime:
    """An instant before this day begins anywhere in Indonesia."""
    return datetime.combine(day - timedelta(days=1), time.min, UTC)
