"""Appraisals: mine, those of my people, the self-assessment, and the supervisor's decision.

Invariants: the service suggests and a person decides; who decides is whoever decides for that part
at this moment; every look at somebody else's appraisal is written down. Objections stand in
`objections.py`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.appraisal_views import (
    appraisal_view,
    frozen_evidence,
    live_evidence,
    objection_view,
    shown,
    step_view,
    warning_view,
)
from api.dependencies import Announcing, Caller, Database, Now, TheParts
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, key_of
from api.rights import require, require_person, units_watched
from mobile_contract.appraisals import (
    AppraisalDetail,
    AppraisalState,
    AppraisalView,
    DecisionBody,
    DistributionWarningView,
    Opening,
    OpeningDone,
    Reopening,
    SelfAssessment,
    ShownValue,
)
from mobile_contract.people import Page
from models.queries.appraisal_decisions import (
    Decision,
    appraisal_decided,
    author_of,
    targets_ended,
)
from models.queries.appraisal_evidence import evidence_of, newest_evidence
from models.queries.appraisal_opening import Due, opened_and_told, people_due
from models.queries.appraisal_parts import appraisal_subjects
from models.queries.appraisals import (
    UNDECIDED,
    Wanted,
    acknowledged,
    appraisal_row,
    appraisals_of,
    appraisals_watched,
    behaviours_of,
    reopened,
    self_assessed,
    steps_of,
)
from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.distributions import distribution_of
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.objections import objections_to
from models.queries.organisation import unit_row
from models.queries.telling import Word, told
from models.rules.access import Action, Person, Subject, may, may_in_unit
from models.rules.appraising import AppraisalOptions
from models.rules.periods import bounds, parse_period
from models.rules.ratings import Rating, Shown, Value
from models.rules.refusals import InvalidValue, NotAllowed, NotFound

router = APIRouter(tags=["appraisals"])

MOST_APPRAISALS = 100  # of one person in one answer: years of months, quarters and years
MOST_OPENED = 500  # people in one request; it holds shards while it works

Period = Annotated[str | None, Query(max_length=7)]


@router.get("/v1/me/appraisals")
async def mine(caller: Caller, database: Database) -> list[AppraisalView]:
    """My appraisals, the latest period first."""
    rows = await appraisals_of(database, caller.person.employee_id, MOST_APPRAISALS)
    return [appraisal_view(row) for row in rows]


@router.get("/v1/people/{person_id}/appraisals")
async def of_person(person_id: UUID, caller: Caller, database: Database) -> list[AppraisalView]:
    """Somebody's appraisals that I may see, the latest period first."""
    await require_person(database, caller.person, Action.READ_APPRAISAL, person_id)
    await viewed(database, caller.person.employee_id, "appraisals", employee_ids=[person_id])
    rows = await appraisals_of(database, person_id, MOST_APPRAISALS)
    return [appraisal_view(row) for row in await _readable(database, caller.person, rows)]


@router.get("/v1/appraisals")
async def watched(
    caller: Caller,
    database: Database,
    unit: UUID | None = None,
    period: Period = None,
    state: AppraisalState | None = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[AppraisalView]:
    """Other people's appraisals that I decide or may read, the last opened first.

    A page may be shorter than its limit and still not be the last.
    """
    person = caller.person
    before = key_of(cursor, UUID)[0] if cursor else None
    wanted = Wanted(
        units_watched(person),
        sorted(person.assigned),
        unit,
        period,
        state,
        before,
        person.employee_id,
        limit + 1,
    )
    rows = await appraisals_watched(database, wanted)
    page = await _readable(database, person, rows[:limit])
    about = {row["employee_id"] for row in page}
    await viewed(database, person.employee_id, "appraisals", employee_ids=sorted(about))
    return Page[AppraisalView](
        items=[appraisal_view(row) for row in page],
        next_cursor=cursor_of(rows[limit - 1]["id"]) if len(rows) > limit else None,
    )


@router.get("/v1/appraisals/{appraisal_id}")
async def appraisal(
    appraisal_id: UUID, caller: Caller, database: Database, parts: TheParts
) -> AppraisalDetail:
    """One appraisal with what it stands on: live while it is open, frozen once it is decided."""
    subject = await require_appraisal(database, caller.person, Action.READ_APPRAISAL, appraisal_id)
    me = caller.person.employee_id
    await viewed(database, me, "appraisal", employee_ids=[subject.employee_id])
    return await detail(database, caller.person, appraisal_id, parts.appraisals)


@router.post("/v1/units/{unit_id}/appraisals")
async def open_period(
    unit_id: UUID,
    body: Opening,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
    parts: TheParts,
) -> OpeningDone:
    """Opens a period for everybody who works in a unit or below; what is open stays as it is."""
    row = await unit_row(database, unit_id)
    if row is None:
        raise NotFound
    if not may_in_unit(caller.person, Action.OPEN_APPRAISALS, tuple(row["path"])):
        raise NotAllowed
    kind, days = parse_period(body.period)
    start, end = bounds(days, row["zone"])
    if start > now:
        raise InvalidValue(field="period")
    due = Due(kind.value, body.period, start, end, unit_id)
    people = await people_due(database, due, MOST_OPENED + 1)
    wanted = [employee_id for employee_id, _ in people[:MOST_OPENED]]
    me = caller.person.employee_id
    opened, events = await opened_and_told(database, due, wanted, me, parts.push_kinds)
    announcing += events
    if opened:
        details = {"period": body.period, "opened": len(opened)}
        await audited(database, me, Change("appraisals_opened", unit_id=unit_id, details=details))
    return OpeningDone(period=body.period, opened=len(opened), complete=len(people) <= MOST_OPENED)


@router.post("/v1/appraisals/{appraisal_id}/self-assessment")
async def assess_self(
    appraisal_id: UUID, body: SelfAssessment, caller: Caller, database: Database
) -> AppraisalView:
    """My own word on my period, again as often as I like until it is decided."""
    subject = await require_appraisal(database, caller.person, Action.ASSESS_SELF, appraisal_id)
    await locked_units_of(database, [subject.employee_id])
    await self_assessed(database, appraisal_id, body.text, body.rating)
    return await _view(database, appraisal_id)


@router.post("/v1/appraisals/{appraisal_id}/decision")
async def decide(
    appraisal_id: UUID,
    body: DecisionBody,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
    parts: TheParts,
) -> AppraisalDetail:
    """Decides a part that is over. What it stands on is frozen; the period's targets close."""
    person, me = caller.person, caller.person.employee_id
    subject = await require_appraisal(database, person, Action.DECIDE_APPRAISAL, appraisal_id)
    announcing += await _parts_settled(database, appraisal_id, now, parts.push_kinds)
    await locked_units_of(database, [subject.employee_id])
    row = await _row(database, appraisal_id)
    evidence = await evidence_of(database, row, parts.appraisals.bands)
    predicate = await appraisal_decided(
        database, row, evidence, decision_of(body), await author_of(database, me), now
    )
    announcing += await targets_ended(database, row, row["period"])
    details = {"appraisal_id": appraisal_id, "period": row["period"], "predicate": predicate}
    decided = Change("appraisal_decided", subject.employee_id, details=details)
    await audited(database, me, decided)
    row = await _row(database, appraisal_id)
    word = Word(
        "appraisal_decided",
        f"appraisal_decided:{appraisal_id}:{row['decision_number']}",
        subject.employee_id,
        about_id=appraisal_id,
        subject=row["period"],
    )
    announcing += await told(database, [word], parts.push_kinds)
    return await detail(database, person, appraisal_id, parts.appraisals)


@router.post("/v1/appraisals/{appraisal_id}/acknowledgement")
async def acknowledge(appraisal_id: UUID, caller: Caller, database: Database) -> AppraisalView:
    """I have read the decision, which is no consent. Twice changes nothing."""
    action = Action.ACKNOWLEDGE_APPRAISAL
    subject = await require_appraisal(database, caller.person, action, appraisal_id)
    await locked_units_of(database, [subject.employee_id])
    await acknowledged(database, appraisal_id)
    return await _view(database, appraisal_id)


@router.post("/v1/appraisals/{appraisal_id}/reopening")
async def reopen(
    appraisal_id: UUID,
    body: Reopening,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
) -> AppraisalView:
    """Opens a decided appraisal once more; targets stay closed and the old evidence stays."""
    me = caller.person.employee_id
    subject = await require_appraisal(
        database, caller.person, Action.REOPEN_APPRAISAL, appraisal_id
    )
    recipients = [each for each in (subject.employee_id, subject.part_decider_id) if each]
    await locked_units_of(database, recipients)
    await reopened(database, appraisal_id, me, body.reason)
    row = await _row(database, appraisal_id)
    details = {"appraisal_id": appraisal_id, "period": row["period"], "reason": body.reason}
    change = Change("appraisal_reopened", subject.employee_id, details=details)
    await audited(database, me, change)
    words = [
        Word(
            "appraisal_reopened",
            f"appraisal_reopened:{appraisal_id}:{row['version']}:{recipient}",
            recipient,
            about_id=appraisal_id,
            employee_id=subject.employee_id,
            employee_name=row["employee_name"],
            subject=row["period"],
        )
        for recipient in recipients
    ]
    announcing += await told(database, words, parts.push_kinds)
    return await _view(database, appraisal_id)


async def require_appraisal(
    database: AsyncSession, person: Person, action: Action, appraisal_id: UUID
) -> Subject:
    """Whose appraisal it is, if the person may. Raises NotFound, NotAllowed."""
    subject = (await appraisal_subjects(database, [appraisal_id])).get(appraisal_id)
    return require(person, action, subject, seen_by=Action.READ_APPRAISAL)


async def detail(
    database: AsyncSession, person: Person, appraisal_id: UUID, options: AppraisalOptions
) -> AppraisalDetail:
    """One appraisal with everything. A warning only for those who may read the distribution."""
    row = await _row(database, appraisal_id)
    newest = await newest_evidence(database, appraisal_id)
    if newest is None or row["state"] in UNDECIDED:
        evidence = live_evidence((await evidence_of(database, row, options.bands)).content)
    else:
        evidence = frozen_evidence(newest)
    return AppraisalDetail(
        **shown(row),
        behaviours=[ShownValue(**each) for each in await behaviours_of(database, appraisal_id)],
        evidence=evidence,
        objections=[objection_view(each) for each in await objections_to(database, appraisal_id)],
        steps=[step_view(each) for each in await steps_of(database, appraisal_id)],
        distribution_warning=await _warning(database, person, row, options),
    )


def decision_of(body: DecisionBody) -> Decision:
    """A decision as the rules take it. Raises InvalidValue for a value that is rated twice."""
    if len({each.value for each in body.behaviour}) != len(body.behaviour):
        raise InvalidValue(field="behaviour")
    return Decision(
        body.base_version,
        Rating(body.result_rating),
        [Shown(Value(each.value), Rating(each.rating), each.example) for each in body.behaviour],
        Rating(body.behaviour_rating) if body.behaviour_rating else None,
        body.reason,
    )


async def _parts_settled(
    database: AsyncSession, appraisal_id: UUID, now: datetime, push_kinds: Collection[str]
) -> list[FeedRow]:
    """Of a period that was opened while it ran: its parts as they came to be, told to whom new."""
    row = await _row(database, appraisal_id)
    if not row["opened_at"] < row["period_end"] <= now:
        return []
    due = Due(row["kind"], row["period"], row["period_start"], row["period_end"])
    _, events = await opened_and_told(database, due, [row["employee_id"]], None, push_kinds)
    return events


async def _warning(
    database: AsyncSession, person: Person, row: Row, options: AppraisalOptions
) -> DistributionWarningView | None:
    """Of the unit, else of the nearest one above, as far up as the person may look."""
    path = tuple(row["unit_path"])
    for depth in range(len(path), 0, -1):
        if not may_in_unit(person, Action.READ_DISTRIBUTION, path[:depth]):
            return None
        found = await distribution_of(database, path[depth - 1], row["period"], options)
        if found.warning is not None:
            return warning_view(found.warning)
    return None


async def _readable(database: AsyncSession, person: Person, rows: Sequence[Row]) -> list[Row]:
    subjects = await appraisal_subjects(database, [row["id"] for row in rows])
    return [row for row in rows if may(person, Action.READ_APPRAISAL, subjects[row["id"]])]


async def _row(database: AsyncSession, appraisal_id: UUID) -> Row:
    row = await appraisal_row(database, appraisal_id)
    if row is None:
        raise NotFound
    return row


async def _view(database: AsyncSession, appraisal_id: UUID) -> AppraisalView:
    return appraisal_view(await _row(database, appraisal_id))
