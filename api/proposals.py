"""Targets that employees propose, and changes of theirs: asked for, agreed or declined, once.

Invariants: an agreed proposal has become a target, or a change with its history, in the same
transaction; declining has a reason; whoever is told is locked for before anything is written.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Announcing, Caller, Database, TheParts
from api.rights import decides_below, require, require_person, require_target
from mobile_contract.agreements import (
    CHANGEABLE,
    NEEDED,
    NewProposal,
    ProposalDecision,
    ProposalView,
    ProposedGoal,
)
from models.queries.agreements import check_links
from models.queries.audit import Change, audited, viewed
from models.queries.feed import FeedRow
from models.queries.locks import locked_units_of
from models.queries.proposals import (
    NewProposal as Wish,
)
from models.queries.proposals import (
    Proposal,
    open_proposals,
    proposal_by_id,
    proposal_ended,
    proposal_made,
    proposals_of,
)
from models.queries.subjects import subjects_of
from models.queries.targets import NewTarget, target_changed, target_row, targets_made
from models.queries.telling import Word, told
from models.rules.access import Action, may
from models.rules.periods import MOST_DAYS
from models.rules.refusals import AlreadyDecided, InvalidValue, NotFound, ReasonRequired
from realtime.principals import Principal

router = APIRouter(tags=["agreements"])

MOST_PROPOSALS = 200  # in one answer
MOST_LOOKED_AT = 2_000  # of a whole city, of which a head decides on few


@router.post("/v1/target-proposals", status_code=201)
async def propose(
    body: NewProposal,
    caller: Caller,
    database: Database,
    parts: TheParts,
    announcing: Announcing,
    response: Response,
) -> ProposalView:
    """Asks for a target of mine, or for a change; whoever decides for me is told.

    200 when the same id with the same wish was there already.
    """
    me = caller.person.employee_id
    goal = body.body.model_dump(mode="json", exclude_none=True)
    if body.work_result_id is not None:
        goal["work_result_id"] = str(body.work_result_id)
    if (body.kind == "change") is not (body.target_id is not None):
        raise InvalidValue(field="target_id")
    if body.target_id is not None:
        await require_target(database, caller.person, Action.PROPOSE_TARGET, body.target_id)
        goal = {name: value for name, value in goal.items() if name in CHANGEABLE}
        if not goal:
            raise InvalidValue(field="body")
    else:
        _check(goal)
    linked = goal.get("work_result_id")
    await check_links(database, me, UUID(linked) if linked else None, None)
    subject = (await subjects_of(database, [me]))[me]
    to = subject.decider_id
    await locked_units_of(database, [me, *([to] if to else [])])
    wish = Wish(body.id, me, body.kind, body.target_id, goal, body.reason)
    made = await proposal_made(database, wish)
    proposal = await _proposal(database, body.id)
    if made:
        if to is not None:
            announcing += await _told(database, parts.push_kinds, "target_proposed", proposal, to)
        await _audited(database, me, "target_proposed", proposal, body.reason)
    else:
        response.status_code = 200
    return _view(proposal)


@router.get("/v1/target-proposals")
async def waiting(caller: Caller, database: Database) -> list[ProposalView]:
    """The open proposals on which I decide, the oldest first."""
    person = caller.person
    found = await open_proposals(database, *decides_below(person), MOST_LOOKED_AT)
    subjects = await subjects_of(database, {each.employee_id for each in found})
    mine = [each for each in found if may(person, Action.AGREE, subjects[each.employee_id])]
    shown = mine[:MOST_PROPOSALS]
    people = {each.employee_id for each in shown}
    await viewed(database, person.employee_id, "proposals", employee_ids=people)
    return [_view(each) for each in shown]


@router.get("/v1/people/{person_id}/target-proposals")
async def of_person(person_id: UUID, caller: Caller, database: Database) -> list[ProposalView]:
    """What somebody whose work I may see has proposed, the newest first."""
    await require_person(database, caller.person, Action.READ_TARGET, person_id)
    await viewed(database, caller.person.employee_id, "proposals", employee_ids=[person_id])
    return [_view(each) for each in await proposals_of(database, person_id, MOST_PROPOSALS)]


@router.post("/v1/target-proposals/{proposal_id}/decision")
async def decide(
    proposal_id: UUID,
    body: ProposalDecision,
    caller: Caller,
    database: Database,
    parts: TheParts,
    announcing: Announcing,
) -> ProposalView:
    """Agrees, perhaps to something else than was asked, or declines; the employee is told."""
    proposal = await _required(database, caller, Action.AGREE, proposal_id)
    if body.decision == "decline" and not body.reason.strip():
        raise ReasonRequired(field="reason")
    await locked_units_of(database, [proposal.employee_id])
    if (await _proposal(database, proposal_id)).state != "open":  # of two at once, the second
        raise AlreadyDecided
    me = caller.person.employee_id
    if body.decision == "agree":
        given = body.changes.model_dump(mode="json", exclude_none=True) if body.changes else {}
        events = await _agreed(database, proposal, {**proposal.body, **given}, me, body.reason)
        announcing += events
    state = "agreed" if body.decision == "agree" else "declined"
    came_of = proposal.id if state == "agreed" and proposal.kind == "new" else None
    await proposal_ended(database, proposal_id, state, by=me, reason=body.reason, target_id=came_of)
    announcing += await _told(
        database, parts.push_kinds, "proposal_decided", proposal, proposal.employee_id
    )
    await _audited(database, me, f"proposal_{state}", proposal, body.reason)
    return _view(await _proposal(database, proposal_id))


@router.post("/v1/target-proposals/{proposal_id}/withdrawal")
async def withdraw(proposal_id: UUID, caller: Caller, database: Database) -> ProposalView:
    """Takes an open proposal of mine back."""
    proposal = await _required(database, caller, Action.PROPOSE_TARGET, proposal_id)
    me = caller.person.employee_id
    await proposal_ended(database, proposal_id, "withdrawn", by=me)
    await _audited(database, me, "proposal_withdrawn", proposal, "")
    return _view(await _proposal(database, proposal_id))


async def _agreed(
    database: AsyncSession, proposal: Proposal, goal: Mapping[str, Any], by: UUID, reason: str
) -> list[FeedRow]:
    """What was proposed becomes so. Raises what making or changing a target does."""
    linked = goal.get("work_result_id")
    result_id = UUID(linked) if linked else None
    await check_links(database, proposal.employee_id, result_id, None)
    if proposal.target_id is not None:
        changes = {name: value for name, value in goal.items() if name in CHANGEABLE}
        if result_id is not None:
            changes["work_result_id"] = result_id
        return await target_changed(
            database, proposal.target_id, changes, by=by, reason=reason or proposal.reason
        )
    _check(goal)
    target = NewTarget(
        **{
            **goal,
            "id": proposal.id,  # its own, so that deciding twice makes one target
            "employee_id": proposal.employee_id,
            "employee_name": proposal.employee_name,
            "period_start": _instant(goal["period_start"]),
            "period_end": _instant(goal["period_end"]),
            "work_result_id": result_id,
        }
    )
    return await targets_made(database, [target], by, reason or proposal.reason)


def _check(goal: Mapping[str, Any]) -> None:
    """Raises InvalidValue for a new goal that cannot be meant."""
    for name in NEEDED:
        if name not in goal:
            raise InvalidValue(field=name)
    low, high = goal.get("low"), goal.get("high")
    if goal.get("direction") == "range" and (low is None or high is None):
        raise InvalidValue(field="low")
    if low is not None and high is not None and low > high:
        raise InvalidValue(field="low")
    length = _instant(goal["period_end"]) - _instant(goal["period_start"])
    if not timedelta(0) < length <= timedelta(days=MOST_DAYS + 1):
        raise InvalidValue(field="period_end")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def _required(
    database: AsyncSession, caller: Principal, action: Action, proposal_id: UUID
) -> Proposal:
    """The proposal. Raises NotFound for one that the caller may not know of, NotAllowed."""
    proposal = await _proposal(database, proposal_id)
    subject = (await subjects_of(database, [proposal.employee_id])).get(proposal.employee_id)
    require(caller.person, action, subject, seen_by=Action.READ_TARGET)
    return proposal


async def _proposal(database: AsyncSession, proposal_id: UUID) -> Proposal:
    proposal = await proposal_by_id(database, proposal_id)
    if proposal is None:
        raise NotFound
    return proposal


async def _told(
    database: AsyncSession, push_kinds: frozenset[str], kind: str, about: Proposal, to: UUID
) -> list[FeedRow]:
    """Tells one person, whose shard is locked."""
    subject = about.body.get("indicator", "")
    if about.target_id is not None:
        row = await target_row(database, about.target_id)
        subject = row["indicator"] if row else ""
    word = Word(
        kind,
        f"{kind}:{about.id}:{to}",
        to,
        about_id=about.id,
        employee_id=about.employee_id,
        employee_name=about.employee_name,
        subject=subject,
    )
    return await told(database, [word], push_kinds)


async def _audited(
    database: AsyncSession, me: UUID, action: str, about: Proposal, reason: str
) -> None:
    details = {"proposal_id": about.id, "reason": reason}
    await audited(database, me, Change(action, about.employee_id, details=details))


def _view(proposal: Proposal) -> ProposalView:
    return ProposalView(
        id=proposal.id,
        employee_id=proposal.employee_id,
        employee_name=proposal.employee_name,
        kind=proposal.kind,
        target_id=proposal.target_id,
        body=ProposedGoal.model_validate(proposal.body),
        reason=proposal.reason,
        state=proposal.state,
        made_at=proposal.made_at,
        decided_by_name=proposal.decided_by_name,
        decided_at=proposal.decided_at,
        decision_reason=proposal.decision_reason,
    )
