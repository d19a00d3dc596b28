"""Feedback: the supervisors' word on a report, a target or a period, and the employee's answer.

Invariant: a suggestion or a correction says what it is about and what could come next, whoever
sends it; what was said before this was asked stands as it is.
"""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.dependencies import Announcing, Caller, Database, TheParts
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.report_views import feedback_view
from api.rights import hears_below, require_person, require_report, require_target
from mobile_contract.people import Page
from mobile_contract.reviews import FeedbackAnswer, FeedbackView, NewFeedback, NewPeriodFeedback
from models.queries.audit import viewed
from models.queries.feedback import (
    NewFeedback as Word,
)
from models.queries.feedback import (
    acknowledged,
    answered,
    feedback_given,
    feedback_of_person,
    feedback_of_target,
    feedback_row,
)
from models.queries.reports import report_row
from models.queries.telling import Word as TellingWord
from models.queries.telling import told
from models.rules.access import Action, Subject
from models.rules.feedback import FeedbackKind, problem_of
from models.rules.periods import parse_period
from models.rules.refusals import NotFound, UnknownReport
from realtime.principals import Principal

router = APIRouter(tags=["feedback"])

PeriodQuery = Annotated[str | None, Query(max_length=7)]
"""`2026-11`, `2026-Q4` or `2026`."""


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
    word = replace(_word(body, subject, caller, cites=True), report_id=report_id)
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
    word = replace(_word(body, subject, caller, cites=True), target_id=target_id)
    outcome, events = await feedback_given(database, word, target_id)
    announcing.extend(events)
    return await _given(database, body.id, outcome, response)


@router.post("/v1/people/{person_id}/feedback", status_code=201)
async def on_period(
    person_id: UUID,
    body: NewPeriodFeedback,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    response: Response,
) -> FeedbackView:
    """A word on somebody's work of a month, quarter or year."""
    parse_period(body.period)
    subject = await require_person(database, caller.person, Action.GIVE_FEEDBACK, person_id)
    word = replace(_word(body, subject, caller, cites=False), period=body.period)
    outcome, events = await feedback_given(database, word, None)
    announcing.extend(events)
    return await _given(database, body.id, outcome, response)


@router.get("/v1/people/{person_id}/feedback")
async def of_person(
    person_id: UUID,
    caller: Caller,
    database: Database,
    period: PeriodQuery = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[FeedbackView]:
    """Every word to somebody, newest first; with `period`, those on that period itself."""
    if period is not None:
        parse_period(period)
    await require_person(database, caller.person, Action.READ_TARGET, person_id)
    before = key_of(cursor, instant, UUID) if cursor else None
    rows = await feedback_of_person(database, person_id, period, before, limit + 1)
    shown = rows[:limit]
    if cursor is None:
        await viewed(database, caller.person.employee_id, "feedback", employee_ids=[person_id])
    last = shown[-1] if len(rows) > limit else None
    return Page[FeedbackView](
        items=[feedback_view(row) for row in shown],
        next_cursor=cursor_of(last["made_at"], last["id"]) if last is not None else None,
    )


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


@router.post("/v1/feedback/{feedback_id}/answer")
async def answer(
    feedback_id: UUID,
    body: FeedbackAnswer,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
) -> FeedbackView:
    """My answer to a word; it says that I have read it, too. Its author is told.

    It stands: the same again changes nothing, another one is a `conflict`.
    """
    employee_id = caller.person.employee_id
    outcome, author_id, events = await answered(database, feedback_id, employee_id, body.answer)
    announcing.extend(events)
    if outcome == "applied":
        word = TellingWord(
            "feedback_answered",
            f"feedback_answered:{feedback_id}:{author_id}",
            author_id,
            about_id=feedback_id,
            employee_id=employee_id,
            employee_name=caller.name,
        )
        announcing.extend(await told(database, [word], parts.push_kinds))
    return await _view(database, feedback_id)


def _word(body: NewFeedback, subject: Subject, caller: Principal, *, cites: bool) -> Word:
    """What is said, by whom and to whom. Raises ReasonRequired when it leaves its reader alone."""
    problem = problem_of(
        FeedbackKind(body.kind), cites=cites, about=body.about, next_step=body.next_step
    )
    if problem is not None:
        raise problem
    return Word(
        body.id,
        subject.employee_id,
        caller.person.employee_id,
        caller.name,
        body.kind,
        body.text,
        body.next_step,
        about=body.about,
        request_id=body.request_id,
    )


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
