"""Feedback that somebody asks for, and how soon supervisors answer.

Invariants: people ask about their own work only, and whoever decides for them now is asked; a
question is seen by who was asked and may still give a word, and by whoever decides since. Response
times are for the supervisor, for those above and for HR, and never for those below.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.dependencies import Announcing, Caller, Database, Now, TheParts
from api.rights import require_person, require_report, require_target
from mobile_contract.guidance import FeedbackRequestView, NewFeedbackRequest, ResponseTimesView
from models.queries.audit import viewed
from models.queries.locks import locked_units_of
from models.queries.requests import (
    NewRequest,
    open_requests,
    request_made,
    request_row,
    request_withdrawn,
    requests_of,
)
from models.queries.responses import responses_of, zone_of
from models.queries.subjects import subjects_of
from models.queries.telling import Word, told
from models.rules.access import Action, Person, Subject, may
from models.rules.periods import bounds, parse_period
from models.rules.refusals import InvalidValue, NotAllowed, NotFound

router = APIRouter(tags=["feedback"])


@router.post("/v1/feedback-requests", status_code=201)
async def ask(
    body: NewFeedbackRequest,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
    response: Response,
) -> FeedbackRequestView:
    """I ask whoever decides for me for a word on a report, a target or a period of mine."""
    employee_id = caller.person.employee_id
    await _require_own(database, caller.person, body)
    me = (await subjects_of(database, [employee_id]))[employee_id]
    if me.decider_id is None:
        raise NotAllowed  # nobody decides for the head of the whole city
    await locked_units_of(database, [employee_id, me.decider_id])
    request = NewRequest(
        body.id,
        employee_id,
        me.decider_id,
        body.question,
        body.report_id,
        body.target_id,
        body.period,
    )
    if await request_made(database, request):
        word = Word(
            "feedback_asked",
            f"feedback_asked:{body.id}:{me.decider_id}",
            me.decider_id,
            about_id=body.id,
            employee_id=employee_id,
            employee_name=caller.name,
        )
        announcing.extend(await told(database, [word], parts.push_kinds))
    else:
        response.status_code = 200
    row = await request_row(database, body.id)
    if row is None:
        raise NotFound
    return FeedbackRequestView(**row)


@router.get("/v1/me/feedback-requests")
async def mine(caller: Caller, database: Database) -> list[FeedbackRequestView]:
    """What I asked, newest first, the latest two hundred."""
    rows = await requests_of(database, caller.person.employee_id)
    return [FeedbackRequestView(**row) for row in rows]


@router.get("/v1/feedback-requests")
async def asked_of_me(caller: Caller, database: Database) -> list[FeedbackRequestView]:
    """Open questions that wait for my word, the oldest first."""
    person = caller.person
    headed = [headship.unit_id for headship in person.headships if headship.deciding]
    rows = await open_requests(database, person.employee_id, person.assigned, headed)
    subjects = await subjects_of(database, [row["employee_id"] for row in rows])
    shown = [row for row in rows if _is_for(person, subjects[row["employee_id"]], row["asked_id"])]
    asking = {row["employee_id"] for row in shown}
    await viewed(database, person.employee_id, "feedback_requests", employee_ids=asking)
    return [FeedbackRequestView(**row) for row in shown]


@router.post("/v1/feedback-requests/{request_id}/withdrawal", status_code=204)
async def withdraw(request_id: UUID, caller: Caller, database: Database) -> None:
    """I need no answer any more. Twice changes nothing; once it was answered: `conflict`."""
    await request_withdrawn(database, request_id, caller.person.employee_id)


@router.get("/v1/people/{person_id}/response-times")
async def response_times(
    person_id: UUID,
    period: Annotated[str, Query(max_length=7)],
    caller: Caller,
    database: Database,
    now: Now,
) -> ResponseTimesView:
    """How soon this supervisor answered in a period, and what waits for them now."""
    _, days = parse_period(period)
    await require_person(database, caller.person, Action.READ_RESPONSE, person_id)
    zone = await zone_of(database, person_id)
    if zone is None:
        raise NotFound
    found = await responses_of(database, person_id, bounds(days, zone), now)
    await viewed(database, caller.person.employee_id, "response_times", employee_ids=[person_id])
    return ResponseTimesView(
        employee_id=person_id,
        period=period,
        decided=found.times.answered,
        median_working_hours=found.times.median_hours,
        p90_working_hours=found.times.p90_hours,
        waiting=found.times.waiting,
        oldest_waiting_working_hours=found.times.oldest_waiting_hours,
        requests_open=found.requests_open,
    )


async def _require_own(database: Database, person: Person, body: NewFeedbackRequest) -> None:
    """That the question is about one thing, and that it is theirs."""
    if sum(each is not None for each in (body.report_id, body.target_id, body.period)) != 1:
        raise InvalidValue(field="target_id")
    if body.report_id is not None:
        await require_report(database, person, Action.ASK_FEEDBACK, body.report_id)
    elif body.target_id is not None:
        await require_target(database, person, Action.ASK_FEEDBACK, body.target_id)
    elif body.period is not None:
        parse_period(body.period)


def _is_for(person: Person, subject: Subject, asked_id: UUID) -> bool:
    """Whether this question waits for this person's word today."""
    if subject.decider_id == person.employee_id:
        return True
    return asked_id == person.employee_id and may(person, Action.GIVE_FEEDBACK, subject)
