"""The public's verdict: taken from anybody at a point, read and answered by the unit it is about.

What is open to everybody is counted (`SurveyLimits`) before it is looked at. A receipt shows the
reply and nothing else. Reading a unit's verdicts or its index leaves a trace, as any look does.
"""

from datetime import datetime
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import Announcing, Caller, Database, Locale, Now, TheParts
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.survey_limits import address_of
from mobile_contract.questions import Question, loaded_questions
from mobile_contract.verdicts import (
    Answers,
    Hiding,
    NewReply,
    NewVerdict,
    SurveyQuestion,
    SurveyView,
    VerdictReceipt,
    VerdictReply,
    VerdictsPage,
    VerdictView,
)
from mobile_contract.words import Instant
from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.organisation import unit_row
from models.queries.services import open_point
from models.queries.verdicts import NewVerdict as Verdict
from models.queries.verdicts import (
    Taking,
    comment_hidden,
    replied,
    verdict_given,
    verdict_row,
    verdicts_page,
)
from models.rules.access import Action, Person, may_in_unit
from models.rules.refusals import ElementMissing, NotAllowed, NotFound
from models.rules.satisfaction import ELEMENTS, Element, first_missing
from models.rules.satisfaction import index as index_of_sums
from models.rules.survey_codes import point_code, visit_hash

router = APIRouter(tags=["verdicts"])


@cache
def questions() -> Any:
    """The nine by language; read from the package once."""
    return loaded_questions()


@router.get("/v1/survey/{code}")
async def survey(
    code: str, request: Request, parts: TheParts, database: Database, locale: Locale
) -> SurveyView:
    """Where the citizen stands, and what to ask them. No sign-in."""
    await parts.survey.looked(address_of(request))
    point = await open_point(database, code)
    if point is None:
        raise NotFound
    return SurveyView(
        unit_name=point["unit_name"],
        service_name=point["service_name"],
        point_name=point["name"],
        asks_visit_code=point["asks_visit_code"],
        questions=[_question(each) for each in questions()[locale]],
    )


@router.post("/v1/survey/{code}", status_code=201)
async def give(
    code: str,
    body: NewVerdict,
    request: Request,
    parts: TheParts,
    database: Database,
    announcing: Announcing,
    now: Now,
) -> VerdictReceipt:
    """A citizen's verdict. No sign-in; safe to send again with the same id."""
    await parts.survey.answered(address_of(request), point_code(code))
    point = await open_point(database, code)
    if point is None:
        raise NotFound
    taking = Taking(now, parts.survey.options.low_below, parts.push_kinds)
    announcing += await verdict_given(database, point, verdict_of(body), taking)
    return VerdictReceipt(receipt=body.id)


@router.get("/v1/verdicts/{receipt}")
async def reply_of(
    receipt: UUID, request: Request, parts: TheParts, database: Database
) -> VerdictReply:
    """What the unit answered, for whoever holds the receipt. No sign-in."""
    await parts.survey.looked(address_of(request))
    row = await verdict_row(database, receipt)
    if row is None:
        raise NotFound
    return VerdictReply(reply=row["reply"] or None, replied_at=row["replied_at"])


@router.get("/v1/units/{unit_id}/verdicts")
async def verdicts(
    unit_id: UUID,
    caller: Caller,
    database: Database,
    low: bool = False,
    since: Annotated[Instant | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> VerdictsPage:
    """What was said of the services of a unit and everything below, newest first."""
    await readable_unit(database, caller.person, unit_id)
    before: tuple[datetime, UUID] | None = None
    if cursor is not None:
        at, last_id = key_of(cursor, instant, UUID)
        before = at, last_id
    rows = await verdicts_page(
        database, unit_id, low=low, since=since, before=before, limit=limit + 1
    )
    page, more = rows[:limit], len(rows) > limit
    await viewed(database, caller.person.employee_id, "verdicts", unit_ids=[unit_id])
    return VerdictsPage(
        verdicts=[_view(row) for row in page],
        next_cursor=cursor_of(page[-1]["at"], page[-1]["id"]) if more else None,
    )


@router.post("/v1/verdicts/{verdict_id}/reply")
async def reply(
    verdict_id: UUID, body: NewReply, caller: Caller, database: Database
) -> VerdictView:
    """Answers a citizen, once."""
    row = await _known_verdict(database, caller.person, Action.REPLY_VERDICT, verdict_id)
    if await replied(database, verdict_id, caller.person.employee_id, body.reply):
        await _noted(database, caller.person, "verdict_replied", row, None)
    return await _seen(database, caller.person, verdict_id)


@router.post("/v1/verdicts/{verdict_id}/hiding", status_code=204)
async def hide(verdict_id: UUID, body: Hiding, caller: Caller, database: Database) -> Response:
    """Hides the comment of a verdict, for a reason. Its numbers count as before."""
    row = await _known_verdict(database, caller.person, Action.MANAGE_SURVEY, verdict_id)
    if await comment_hidden(database, verdict_id):
        await _noted(database, caller.person, "verdict_hidden", row, body.reason)
    return Response(status_code=204)


def verdict_of(body: NewVerdict) -> Verdict:
    """What a citizen sent, whole. Raises ElementMissing for the first answer that is wanting."""
    given = body.answers.by_element()
    missing = first_missing(given)
    if missing is not None:
        raise ElementMissing(field=f"answers.{missing}")
    answers = {element: answer for element, answer in given.items() if answer is not None}
    return Verdict(body.id, answers, body.comment, visit_hash(body.visit_code))


async def readable_unit(database: Database, person: Person, unit_id: UUID) -> Row:
    """The unit, if they may read what the public says of it. Raises NotFound, NotAllowed."""
    unit = await unit_row(database, unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(person, Action.READ_VERDICTS, tuple(unit["path"])):
        raise NotAllowed
    return unit


async def _known_verdict(
    database: Database, person: Person, action: Action, verdict_id: UUID
) -> Row:
    """The verdict, if they may. Raises NotAllowed when they may read it, NotFound otherwise."""
    row = await verdict_row(database, verdict_id)
    if row is None:
        raise NotFound
    path = tuple(row["path"])
    if may_in_unit(person, action, path):
        return row
    raise NotAllowed if may_in_unit(person, Action.READ_VERDICTS, path) else NotFound


async def _seen(database: Database, person: Person, verdict_id: UUID) -> VerdictView:
    row = await verdict_row(database, verdict_id)
    if row is None:
        raise NotFound
    await viewed(database, person.employee_id, "verdicts", unit_ids=[row["unit_id"]])
    return _view(row)


async def _noted(
    database: Database, person: Person, action: str, row: Row, reason: str | None
) -> None:
    """Never with the citizen's words."""
    details = {"id": row["id"], **({"reason": reason} if reason else {})}
    change = Change(action, unit_id=row["unit_id"], details=details)
    await audited(database, person.employee_id, change)


def _question(each: Question) -> SurveyQuestion:
    return SurveyQuestion(element=each.element, question=each.question, answers=list(each.answers))


def _view(row: Row) -> VerdictView:
    said: dict[Element, int] = {element: row[element] for element in ELEMENTS}
    own = index_of_sums(said, 1)
    assert own is not None, "one response has an index"
    return VerdictView(
        id=row["id"],
        unit_id=row["unit_id"],
        service_id=row["service_id"],
        service_name=row["service_name"],
        point_name=row["point_name"],
        at=row["at"],
        answers=Answers(**{element.value: answer for element, answer in said.items()}),
        index=own,
        low=row["low"],
        comment=None if row["hidden_at"] else row["comment"] or None,
        hidden=row["hidden_at"] is not None,
        reply=row["reply"] or None,
        replied_by_name=row["replied_by_name"],
        replied_at=row["replied_at"],
    )
