"""Approving and returning reports, one or many, each with its own result.

Invariants: every report was asked of the access rules; what a screen calls approved is committed;
sending the same again says `duplicate` and changes nothing, so a lost answer is no trouble.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Announcing, Caller, Database, Locale
from api.problems import problem_of
from mobile_contract.problems import Language
from mobile_contract.reviews import DecisionResult, DecisionResults, Decisions, ReportReturn
from models.queries.feed import FeedRow
from models.queries.reports import Decided, decided
from models.queries.subjects import report_subjects
from models.rules.access import Action, may
from models.rules.refusals import (
    NotAllowed,
    ReasonRequired,
    Refusal,
    UnknownReport,
    all_refusals,
)
from realtime.principals import Principal

router = APIRouter(tags=["reports"])

AIM = {"approve": "approved", "return": "returned"}


@router.post("/v1/approvals")
async def decide(
    body: Decisions, caller: Caller, database: Database, announcing: Announcing, locale: Locale
) -> DecisionResults:
    """Approves or returns up to 100 reports; results in their order. A return needs a reason."""
    if body.decision == "return" and not body.reason.strip():
        raise ReasonRequired(field="reason")
    results = await results_of(
        database, caller, body.decision, body.report_ids, body.reason, announcing
    )
    return DecisionResults(
        results=[
            _result(report_id, result, body.decision, locale)
            for report_id, result in zip(body.report_ids, results, strict=True)
        ]
    )


@router.post("/v1/reports/{report_id}/return")
async def give_back(
    report_id: UUID, body: ReportReturn, caller: Caller, database: Database, announcing: Announcing
) -> DecisionResult:
    """Returns one report; the reason stands as feedback, and the reporter revises."""
    (result,) = await results_of(database, caller, "return", [report_id], body.reason, announcing)
    if isinstance(result, Refusal):
        raise result
    return DecisionResult(report_id=report_id, outcome=result.outcome, status=AIM["return"])


async def results_of(
    database: AsyncSession,
    caller: Principal,
    decision: str,
    report_ids: Sequence[UUID],
    reason: str,
    announcing: list[FeedRow],
) -> list[Decided | Refusal]:
    """What became of each report, in order; what was applied is announced after the commit."""
    subjects = await report_subjects(database, report_ids)
    refused: dict[UUID, Refusal] = {}
    for report_id in report_ids:
        subject = subjects.get(report_id)
        if subject is None or not may(caller.person, Action.READ_REPORT, subject):
            refused[report_id] = UnknownReport()
        elif not may(caller.person, Action.DECIDE_REPORT, subject):
            refused[report_id] = NotAllowed()
    open_ids = [report_id for report_id in report_ids if report_id not in refused]
    actor = caller.person.employee_id, caller.name
    done = iter(await decided(database, actor, decision, open_ids, reason) if open_ids else [])
    results: list[Decided | Refusal] = []
    for report_id in report_ids:
        if report_id in refused:
            results.append(refused[report_id])
            continue
        each = next(done)
        if each.event is not None:
            announcing.append(each.event)
        results.append(all_refusals()[each.code]() if each.code else each)
    return results


def _result(
    report_id: UUID, result: Decided | Refusal, decision: str, language: Language
) -> DecisionResult:
    if isinstance(result, Refusal):
        problem: dict[str, Any] = msgspec.to_builtins(problem_of(result, language))
        return DecisionResult(report_id=report_id, outcome="rejected", problem=problem)
    return DecisionResult(report_id=report_id, outcome=result.outcome, status=AIM[decision])
