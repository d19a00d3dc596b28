"""Performance agreements: a year's results, proposed by the employee and agreed by the supervisor.

Invariants: whoever drafts may be the employee, their decider or HR; only the decider agrees, and
changes what is agreed, with a reason. Whoever is told is locked for before anything is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.agreement_views import agreement_views
from api.dependencies import Announcing, Caller, Database, Now, TheParts
from api.rights import decides_below, require, require_person
from mobile_contract.agreements import (
    AgreedResult,
    AgreementHistory,
    AgreementReturn,
    AgreementView,
    NewAgreement,
    ResultsChange,
    ServedResult,
)
from models.queries.agreeing import (
    NewResult,
    agreement_made,
    agreement_stepped,
    results_changed,
)
from models.queries.agreements import (
    Agreement,
    agreement_by_id,
    agreement_history,
    agreements_of,
    proposed_agreements,
    superior_results,
)
from models.queries.asking import decoded
from models.queries.audit import Change, audited, viewed
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.subjects import agreement_subjects
from models.queries.telling import Word, told
from models.rules.access import Action, Subject, may
from models.rules.agreements import State, Step
from models.rules.refusals import NotFound
from realtime.principals import Principal

router = APIRouter(tags=["agreements"])

OfYear = Annotated[int | None, Query(ge=2000, le=2199)]
MOST_WAITING = 50  # in one answer; whoever has answered these sees the next ones
MOST_LOOKED_AT = 2_000  # of a whole city, of which a head decides on few
SEEN_BY = Action.READ_AGREEMENT
DONE = {
    Step.PROPOSE: "agreement_proposed",
    Step.AGREE: "agreement_agreed",
    Step.RETURN: "agreement_returned",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """What every step of an agreement is taken with."""

    caller: Caller
    database: Database
    now: Now
    parts: TheParts
    announcing: Announcing


Asked = Annotated[Asking, Depends()]


@router.get("/v1/me/agreements")
async def mine(
    caller: Caller, database: Database, now: Now, year: OfYear = None
) -> list[AgreementView]:
    """My agreements, the latest year first."""
    found = await agreements_of(database, caller.person.employee_id, year)
    return await agreement_views(database, found, now)


@router.get("/v1/people/{person_id}/agreements")
async def of_person(
    person_id: UUID, caller: Caller, database: Database, now: Now, year: OfYear = None
) -> list[AgreementView]:
    """The agreements of somebody whose work I may see; of years before a transfer, the head of
    then sees theirs by its own address."""
    await require_person(database, caller.person, SEEN_BY, person_id)
    found = await agreements_of(database, person_id, year)
    subjects = await agreement_subjects(database, [each.id for each in found])
    shown = [each for each in found if may(caller.person, SEEN_BY, subjects[each.id])]
    await viewed(database, caller.person.employee_id, "agreement", employee_ids=[person_id])
    return await agreement_views(database, shown, now)


@router.get("/v1/agreements")
async def waiting(caller: Caller, database: Database, now: Now) -> list[AgreementView]:
    """The proposed agreements on which I decide, the longest waiting first."""
    person = caller.person
    found = await proposed_agreements(database, *decides_below(person), MOST_LOOKED_AT)
    subjects = await agreement_subjects(database, [each.id for each in found])
    mine = [each for each in found if may(person, Action.AGREE, subjects[each.id])]
    shown = mine[:MOST_WAITING]
    people = {each.employee_id for each in shown}
    await viewed(database, person.employee_id, "agreement", employee_ids=people)
    return await agreement_views(database, shown, now)


@router.get("/v1/agreements/{agreement_id}")
async def agreement(
    agreement_id: UUID, caller: Caller, database: Database, now: Now
) -> AgreementView:
    """One agreement with its results and their indicators."""
    subject = await _required(database, caller, Action.READ_AGREEMENT, agreement_id)
    me = caller.person.employee_id
    await viewed(database, me, "agreement", employee_ids=[subject.employee_id])
    return await _view(database, agreement_id, now)


@router.get("/v1/agreements/{agreement_id}/changes")
async def changes(agreement_id: UUID, caller: Caller, database: Database) -> list[AgreementHistory]:
    """Steps and changes of an agreement, by whom and why, oldest first."""
    subject = await _required(database, caller, Action.READ_AGREEMENT, agreement_id)
    me = caller.person.employee_id
    await viewed(database, me, "agreement", employee_ids=[subject.employee_id])
    return [
        AgreementHistory(
            at=row["at"],
            by=row["by"],
            by_name=row["by_name"],
            reason=row["reason"],
            before=decoded(row["before"]),
            after=decoded(row["after"]),
        )
        for row in await agreement_history(database, agreement_id)
    ]


@router.get("/v1/agreements/{agreement_id}/superior-results")
async def to_serve(agreement_id: UUID, caller: Caller, database: Database) -> list[ServedResult]:
    """The results of those above that the results of this agreement may serve."""
    await _required(database, caller, Action.WRITE_AGREEMENT, agreement_id)
    found = await _found(database, agreement_id)
    rows = await superior_results(database, found.employee_id, found.year)
    owners = {row["employee_id"] for row in rows}
    await viewed(database, caller.person.employee_id, "agreement", employee_ids=owners)
    return [
        ServedResult(id=row["id"], title=row["title"], employee_name=row["employee_name"])
        for row in rows
    ]


@router.post("/v1/agreements", status_code=201)
async def make(
    body: NewAgreement, caller: Caller, database: Database, now: Now, response: Response
) -> AgreementView:
    """Drafts an agreement; 200 when the same id with the same results was there already."""
    await require_person(database, caller.person, Action.WRITE_AGREEMENT, body.employee_id)
    me = caller.person.employee_id
    results = _results(body.results)
    if await agreement_made(database, body.id, body.employee_id, body.year, results, me):
        await _audited(database, me, "agreement_made", body.employee_id, body.id)
    else:
        response.status_code = 200
    return await _view(database, body.id, now)


@router.put("/v1/agreements/{agreement_id}/results")
async def set_results(
    agreement_id: UUID,
    body: ResultsChange,
    caller: Caller,
    database: Database,
    now: Now,
    parts: TheParts,
    announcing: Announcing,
) -> AgreementView:
    """All results anew; what is left out is dropped, and stays with its targets.

    The employee is told when what was agreed is changed.
    """
    subject = await _required(database, caller, Action.WRITE_AGREEMENT, agreement_id)
    to = subject.employee_id
    await locked_units_of(database, [to])
    me = caller.person.employee_id
    if (await _found(database, agreement_id)).state == State.AGREED:
        await _required(database, caller, Action.AGREE, agreement_id)
    changed = await results_changed(
        database,
        agreement_id,
        _results(body.results),
        by=me,
        reason=body.reason,
        base_version=body.base_version,
    )
    if not changed:
        return await _view(database, agreement_id, now)
    done = await _found(database, agreement_id)
    if done.state == State.AGREED:
        announcing += await _told(database, parts.push_kinds, "agreement_changed", done, to)
    await _audited(
        database, me, "agreement_changed", subject.employee_id, agreement_id, body.reason
    )
    return await _view(database, agreement_id, now)


@router.post("/v1/agreements/{agreement_id}/proposal")
async def propose(agreement_id: UUID, asked: Asked) -> AgreementView:
    """Puts a draft before whoever decides, who is told."""
    subject = await _required(asked.database, asked.caller, Action.WRITE_AGREEMENT, agreement_id)
    return await _stepped(asked, Step.PROPOSE, agreement_id, subject, to=subject.decider_id)


@router.post("/v1/agreements/{agreement_id}/agreement")
async def agree(agreement_id: UUID, asked: Asked) -> AgreementView:
    """Agrees what was proposed; the employee is told."""
    subject = await _required(asked.database, asked.caller, Action.AGREE, agreement_id)
    return await _stepped(asked, Step.AGREE, agreement_id, subject, to=subject.employee_id)


@router.post("/v1/agreements/{agreement_id}/return")
async def give_back(agreement_id: UUID, body: AgreementReturn, asked: Asked) -> AgreementView:
    """Gives a proposed one back as a draft; the employee is told, the history says why."""
    subject = await _required(asked.database, asked.caller, Action.AGREE, agreement_id)
    to = subject.employee_id
    return await _stepped(asked, Step.RETURN, agreement_id, subject, to=to, reason=body.reason)


async def _stepped(
    asked: Asking,
    step: Step,
    agreement_id: UUID,
    subject: Subject,
    *,
    to: UUID | None,
    reason: str = "",
) -> AgreementView:
    """Takes a step that the caller may take, and tells whom it concerns."""
    database, me, kind = asked.database, asked.caller.person.employee_id, DONE[step]
    await locked_units_of(database, [subject.employee_id, *([to] if to else [])])
    done = await agreement_stepped(database, agreement_id, step, by=me, reason=reason)
    asked.announcing.extend(await _told(database, asked.parts.push_kinds, kind, done, to))
    await _audited(database, me, kind, subject.employee_id, agreement_id, reason)
    return await _view(database, agreement_id, asked.now)


async def _required(
    database: AsyncSession, caller: Principal, action: Action, agreement_id: UUID
) -> Subject:
    """Whose agreement it is. Raises NotFound for one that the caller may not know of."""
    subject = (await agreement_subjects(database, [agreement_id])).get(agreement_id)
    return require(caller.person, action, subject, seen_by=SEEN_BY)


async def _told(
    database: AsyncSession,
    push_kinds: frozenset[str],
    kind: str,
    about: Agreement,
    to: UUID | None,
) -> list[FeedRow]:
    """Tells one person, whose shard is locked; a later proposal of the same one is news again."""
    if to is None:
        return []
    word = Word(
        kind,
        f"{kind}:{about.id}:{about.version}:{to}",
        to,
        about_id=about.id,
        employee_id=about.employee_id,
        employee_name=about.employee_name,
        subject=str(about.year),
    )
    return await told(database, [word], push_kinds)


async def _audited(
    database: AsyncSession,
    me: UUID,
    action: str,
    employee_id: UUID,
    agreement_id: UUID,
    reason: str = "",
) -> None:
    details = {"agreement_id": agreement_id, "reason": reason}
    await audited(database, me, Change(action, employee_id, details=details))


def _results(results: Sequence[AgreedResult]) -> list[NewResult]:
    return [
        NewResult(
            each.id,
            each.kind,
            each.title,
            each.serves_id,
            place if each.place is None else each.place,
        )
        for place, each in enumerate(results)
    ]


async def _found(database: AsyncSession, agreement_id: UUID) -> Agreement:
    found = await agreement_by_id(database, agreement_id)
    if found is None:
        raise NotFound
    return found


async def _view(database: AsyncSession, agreement_id: UUID, now: datetime) -> AgreementView:
    found = await _found(database, agreement_id)
    return (await agreement_views(database, [found], now))[0]
