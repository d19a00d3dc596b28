"""Mentors: who gives them, whom one mentors, and reports that a mentor captures for somebody.

Who may: whoever decides for the person and their HR give a mentor; a mentor sees names and what
there is to report on, and nothing of how it stands. A report for somebody is theirs in everything
and says who captured it; it takes the one way into the truth, the intake.
"""

from dataclasses import replace
from datetime import UTC
from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import Caller, Database, Forgetting, Now, TheParts
from api.reports import submitted
from api.rights import require_person
from mobile_contract.reports import NewReport
from mobile_contract.support import (
    MenteeTarget,
    MenteeView,
    MentorshipEnd,
    MentorshipView,
    NewMentorship,
    ReportFor,
)
from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.mentors import NewMentorship as Mentorship
from models.queries.mentors import (
    captured_by,
    mentee_row,
    mentees,
    mentorship_ends,
    mentorship_made,
    mentorship_row,
    mentorships_of,
    targets_to_report_on,
)
from models.queries.rights import rights_changed
from models.rules.access import Action
from models.rules.flags import ReportFlag
from models.rules.refusals import NotFound
from models.tables.columns import new_id
from realtime.captures import creation

router = APIRouter(tags=["support"])


@router.get("/v1/mentorships")
async def mentorships(
    employee_id: UUID, caller: Caller, database: Database
) -> list[MentorshipView]:
    """The mentors of somebody, the latest first."""
    if employee_id != caller.person.employee_id:
        await require_person(database, caller.person, Action.SET_MENTOR, employee_id)
    await viewed(database, caller.person.employee_id, "mentorships", employee_ids=[employee_id])
    return [_view(row) for row in await mentorships_of(database, employee_id)]


@router.post("/v1/mentorships", status_code=201)
async def give(
    body: NewMentorship, caller: Caller, database: Database, forgetting: Forgetting
) -> MentorshipView:
    """Gives somebody a mentor; one at any instant. The same request again changes nothing."""
    await require_person(database, caller.person, Action.SET_MENTOR, body.employee_id)
    me = caller.person.employee_id
    mentorship_id = body.id or new_id()
    new = Mentorship(
        mentorship_id,
        body.employee_id,
        body.mentor_id,
        body.valid_from.astimezone(UTC),
        body.valid_to.astimezone(UTC) if body.valid_to else None,
        me,
    )
    await mentorship_made(database, new)
    change = Change("mentor_set", body.employee_id, details=body.model_dump(mode="json"))
    await audited(database, me, change)
    answer = await _mentorship(database, mentorship_id)
    forgetting.add(body.mentor_id)
    await rights_changed(database, [body.mentor_id])
    return answer


@router.patch("/v1/mentorships/{mentorship_id}")
async def end(
    mentorship_id: UUID,
    body: MentorshipEnd,
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
) -> MentorshipView:
    """Gives a mentorship another end."""
    row = await mentorship_row(database, mentorship_id)
    if row is None:
        raise NotFound
    await require_person(database, caller.person, Action.SET_MENTOR, row["employee_id"])
    ends_at = body.valid_to.astimezone(UTC) if body.valid_to else None
    await mentorship_ends(database, mentorship_id, ends_at)
    details = {"mentorship_id": mentorship_id, "valid_to": ends_at}
    change = Change("mentor_changed", row["employee_id"], details=details)
    await audited(database, caller.person.employee_id, change)
    answer = await _mentorship(database, mentorship_id)
    forgetting.add(row["mentor_id"])
    await rights_changed(database, [row["mentor_id"]])
    return answer


@router.get("/v1/me/mentees")
async def my_mentees(caller: Caller, database: Database) -> list[MenteeView]:
    """Those whom I mentor now, by name."""
    return [MenteeView(**row) for row in await mentees(database, sorted(caller.person.mentees))]


@router.get("/v1/mentees/{person_id}/targets")
async def mentee_targets(
    person_id: UUID, caller: Caller, database: Database, now: Now
) -> list[MenteeTarget]:
    """What somebody whom I mentor has to report on, and nothing of how it stands."""
    await require_person(database, caller.person, Action.READ_MENTEE, person_id)
    me = caller.person.employee_id
    await viewed(database, me, "mentee_targets", employee_ids=[person_id])
    rows = await targets_to_report_on(database, person_id, now)
    return [MenteeTarget(**row) for row in rows]


@router.post("/v1/mentees/{person_id}/reports", status_code=201)
async def report_for(
    person_id: UUID, body: ReportFor, caller: Caller, parts: TheParts, now: Now
) -> Response:
    """A report of somebody whom I mentor: 201 with its receipt, 200 when it was there already."""
    report = NewReport(
        body.id, body.target_id, body.quantity, body.activity_at, body.note, body.captured_at
    )
    # A transaction of its own, before the report: the mark is there when the supervisor looks.
    async with parts.database.begin() as session:
        await require_person(session, caller.person, Action.REPORT_FOR, person_id)
        row = await mentee_row(session, person_id)
        if row is None:
            raise NotFound
        reporter = replace(
            caller,
            person=replace(caller.person, employee_id=person_id),
            name=row["name"],
            asks_location=row["asks_location"],
        )
        item = creation(report, reporter, body.sent_at, now)
        item.flags |= int(ReportFlag.ON_BEHALF)
        me = caller.person.employee_id
        if await captured_by(session, body.id, me):
            change = Change("reported_for", person_id, details={"report_id": body.id})
            await audited(session, me, change)
    return await submitted(parts.reports, item)


async def _mentorship(database: Database, mentorship_id: UUID) -> MentorshipView:
    row = await mentorship_row(database, mentorship_id)
    if row is None:
        raise NotFound
    return _view(row)


def _view(row: Row) -> MentorshipView:
    return MentorshipView(**row)
