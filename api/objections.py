"""Objections: the employee's, within fourteen days; decided for good by the one above.

Invariant: whoever decided what is objected to does not decide the objection.
"""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.appraisal_views import objection_view
from api.appraisals import require_appraisal
from api.dependencies import Announcing, Caller, Database, Now, TheParts
from mobile_contract.appraisals import ObjectionAnswer, ObjectionBody, ObjectionView
from models.queries.appraisal_decisions import author_of
from models.queries.appraisals import appraisal_row
from models.queries.asking import Row
from models.queries.audit import Change, audited
from models.queries.locks import locked_units_of
from models.queries.objections import Answer, objected, objection_decided, objection_row
from models.queries.telling import Word, told
from models.rules.access import Action
from models.rules.ratings import Rating
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["appraisals"])


@router.post("/v1/appraisals/{appraisal_id}/objection", status_code=201)
async def make(
    appraisal_id: UUID,
    body: ObjectionBody,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
    parts: TheParts,
    response: Response,
) -> ObjectionView:
    """I object, with reasons; 200 when the same objection was there already.

    `not_allowed` when nobody stands above whoever decided: there is nobody to decide it.
    """
    subject = await require_appraisal(database, caller.person, Action.OBJECT, appraisal_id)
    above = subject.objection_decider_id
    if above is None:
        raise NotAllowed
    await locked_units_of(database, [subject.employee_id, above])
    row = await _appraisal(database, appraisal_id)
    if not await objected(database, row, body.id, body.reasons, now):
        response.status_code = 200
        return await _view(database, body.id)
    details = {"appraisal_id": appraisal_id, "objection_id": body.id, "period": row["period"]}
    change = Change("objection_made", subject.employee_id, details=details)
    await audited(database, subject.employee_id, change)
    word = Word(
        "objection_made",
        f"objection_made:{body.id}:{above}",
        above,
        about_id=appraisal_id,
        employee_id=subject.employee_id,
        employee_name=row["employee_name"],
        subject=row["period"],
    )
    announcing += await told(database, [word], parts.push_kinds)
    return await _view(database, body.id)


@router.post("/v1/objections/{objection_id}/decision")
async def decide(
    objection_id: UUID,
    body: ObjectionAnswer,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
    parts: TheParts,
) -> ObjectionView:
    """Upholds what was decided or changes it, with a reason; this is final."""
    known = await objection_row(database, objection_id)
    if known is None:
        raise NotFound
    person, appraisal_id = caller.person, known["appraisal_id"]
    subject = await require_appraisal(database, person, Action.DECIDE_OBJECTION, appraisal_id)
    recipients = {subject.employee_id, subject.part_decider_id} - {None, person.employee_id}
    await locked_units_of(database, [each for each in recipients if each])
    row = await _appraisal(database, appraisal_id)
    answer = Answer(
        body.outcome, body.reason, _rating(body.result_rating), _rating(body.behaviour_rating)
    )
    author = await author_of(database, person.employee_id)
    await objection_decided(database, row, objection_id, answer, author, now)
    details = {
        "appraisal_id": appraisal_id,
        "objection_id": objection_id,
        "period": row["period"],
        "outcome": body.outcome,
    }
    change = Change("objection_decided", subject.employee_id, details=details)
    await audited(database, person.employee_id, change)
    words = [
        Word(
            "objection_decided",
            f"objection_decided:{objection_id}:{recipient}",
            recipient,
            about_id=appraisal_id,
            employee_id=subject.employee_id,
            employee_name=row["employee_name"],
            subject=row["period"],
        )
        for recipient in sorted(each for each in recipients if each)
    ]
    announcing += await told(database, words, parts.push_kinds)
    return await _view(database, objection_id)


def _rating(word: str | None) -> Rating | None:
    return Rating(word) if word else None


async def _appraisal(database: AsyncSession, appraisal_id: UUID) -> Row:
    row = await appraisal_row(database, appraisal_id)
    if row is None:
        raise NotFound
    return row


async def _view(database: AsyncSession, objection_id: UUID) -> ObjectionView:
    row = await objection_row(database, objection_id)
    if row is None:
        raise NotFound
    return objection_view(row)
