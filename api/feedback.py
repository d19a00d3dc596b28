"""Feedback: the supervisors' word on a report or a target, and the employee's acknowledgement."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import Announcing, Caller, Database
from api.report_views import feedback_view
from api.rights import hears_below, require_report, require_target
from mobile_contract.reviews import FeedbackView, NewFeedback
from models.queries.audit import viewed
from models.queries.feedback import (
    NewFeedback as Word,
)
from models.queries.feedback import (
    acknowledged,
    feedback_given,
    feedback_of_target,
    feedback_row,
)
from models.queries.reports import report_row
from models.rules.access import Action
from models.rules.refusals import NotFound, UnknownReport

router = APIRouter(tags=["feedback"])


@router.post("/v1/reports/{report_id}/feedback", status_code=201)
async def on_report(
    report_id: UUID,
    body: NewFeedback,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    response: Response,
) -> FeedbackView:
    """A word on a report; 200 when the same id with the same words was there already."""
    subject = await require_report(database, caller.person, Action.GIVE_FEEDBACK, report_id)
    row = await report_row(database, report_id)
    if row is None:
        raise UnknownReport
    word = Word(
        body.id,
        subject.employee_id,
        caller.person.employee_id,
        caller.name,
        body.kind,
        body.text,
        body.next_step,
        report_id=report_id,
    )
    outcome, events = await feedback_given(database, word, row["target_id"])
    announcing.extend(events)
    return await _given(database, body.id, outcome, response)


@router.post("/v1/targets/{target_id}/feedback", status_code=201)
async def on_target(
    target_id: UUID,
    body: NewFeedback,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    response: Response,
) -> FeedbackView:
    """A word on a target; 200 when the same id with the same words was there already."""
    subject = await require_target(database, caller.person, Action.GIVE_FEEDBACK, target_id)
    word = Word(
        body.id,
        subject.employee_id,
        caller.person.employee_id,
        caller.name,
        body.kind,
        body.text,
        body.next_step,
        target_id=target_id,
    )
    outcome, events = await feedback_given(database, word, target_id)
    announcing.extend(events)
    return await _given(database, body.id, outcome, response)


@router.get("/v1/targets/{target_id}/feedback")
async def of_target(target_id: UUID, caller: Caller, database: Database) -> list[FeedbackView]:
    """Every word on a target itself, oldest first."""
    subject = await require_target(database, caller.person, Action.READ_TARGET, target_id)
    await viewed(
        database, caller.person.employee_id, "feedback", employee_ids=[subject.employee_id]
    )
    said = await feedback_of_target(database, target_id, hears_below(caller.person, subject))
    return [feedback_view(row) for row in said]


@router.post("/v1/feedback/{feedback_id}/acknowledgement")
async def acknowledge(
    feedback_id: UUID, caller: Caller, database: Database, announcing: Announcing
) -> FeedbackView:
    """I have read it. Saying so twice changes nothing."""
    _, events = await acknowledged(database, feedback_id, caller.person.employee_id)
    announcing.extend(events)
    return await _view(database, feedback_id)


async def _given(
    database: Database, feedback_id: UUID, outcome: str, response: Response
) -> FeedbackView:
    response.status_code = 201 if outcome == "applied" else 200
    return await _view(database, feedback_id)


async def _view(database: Database, feedback_id: UUID) -> FeedbackView:
    row = await feedback_row(database, feedback_id)
    if row is None:
        raise NotFound
    return feedback_view(row)
