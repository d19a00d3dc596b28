"""Reports as they are read, said anew, and taken back. New ones come in by `api/intake.py`.

Invariants: each report shown was asked of the access rules with the place where its reporter was
then; a look at another person's report leaves a trace; revisions and withdrawals take the one way
into the truth, the intake, and are answered after its commit.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from api.dependencies import Caller, Database, TheParts
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.receipts import receipt_of, refusal_for
from api.report_views import feedback_view, report_view, version_view
from api.rights import hears_below, require_report, units_watched
from mobile_contract.people import Page
from mobile_contract.reports import Revision, Withdrawal
from mobile_contract.reviews import ReportHistory, ReportRevision, ReportView, ReportWithdrawal
from mobile_contract.words import Instant
from models.queries.audit import viewed
from models.queries.feedback import feedback_of_report
from models.queries.reports import ReportFilter, report_changes, report_row, reports_page
from models.queries.subjects import report_subjects, subjects_of, target_subjects
from models.rules.access import Action, may
from models.rules.refusals import NotAllowed, NotFound, UnknownReport
from realtime.captures import revision, withdrawal
from realtime.intake import Intake
from realtime.submission import IntakeItem

router = APIRouter(tags=["reports"])

Status = Literal["received", "approved", "returned", "revised", "withdrawn", "waiting"]
WAITING = ("received", "revised")


@router.get("/v1/reports")
async def reports(
    caller: Caller,
    database: Database,
    employee_id: UUID | None = None,
    target_id: UUID | None = None,
    status: Status | None = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[ReportView]:
    """Mine, or those of somebody whose work I may see; newest first. `waiting`: for a decision.

    A page may hold fewer rows than `limit` although there are more: those that the caller may
    not see are left out of it. `from` and `to` bound `activity_at`, [from, to).
    """
    person = caller.person
    unseen = NotAllowed if target_id is None or employee_id is not None else NotFound
    if employee_id is None and target_id is not None:
        target = (await target_subjects(database, [target_id])).get(target_id)
        if target is None:
            raise NotFound
        employee_id = target.employee_id
    whose = employee_id or person.employee_id
    subject = (await subjects_of(database, [whose])).get(whose)
    if subject is None:
        raise NotFound
    in_line = may(person, Action.READ_REPORT, subject)
    wanted = ReportFilter(
        whose,
        target_id,
        WAITING if status == "waiting" else (status,) if status else None,
        since,
        until,
        None if in_line else units_watched(person),
    )
    after: tuple[datetime, UUID] | None = None
    if cursor is not None:
        at, last_id = key_of(cursor, instant, UUID)
        after = at, last_id
    rows = await reports_page(database, wanted, after, limit + 1)
    page, more = rows[:limit], len(rows) > limit
    subjects = await report_subjects(database, [row["id"] for row in page])
    shown = [row for row in page if may(person, Action.READ_REPORT, subjects[row["id"]])]
    if not (in_line or shown or cursor):
        raise unseen
    await viewed(database, person.employee_id, "reports", employee_ids=[whose])
    return Page[ReportView](
        items=[report_view(row) for row in shown],
        next_cursor=cursor_of(page[-1]["activity_at"], page[-1]["id"]) if more else None,
    )


@router.get("/v1/reports/{report_id}")
async def report(report_id: UUID, caller: Caller, database: Database) -> ReportHistory:
    """One report with what it said before and what was said to it."""
    subject = await require_report(database, caller.person, Action.READ_REPORT, report_id)
    row = await report_row(database, report_id)
    if row is None:
        raise UnknownReport
    await viewed(database, caller.person.employee_id, "report", employee_ids=[subject.employee_id])
    said = await feedback_of_report(database, report_id, hears_below(caller.person, subject))
    return ReportHistory(
        **dict(report_view(row)),
        changes=[version_view(each) for each in await report_changes(database, report_id)],
        feedback=[feedback_view(each) for each in said],
    )


@router.post("/v1/reports/{report_id}/revisions", status_code=201)
async def revise(
    report_id: UUID, body: ReportRevision, caller: Caller, parts: TheParts
) -> Response:
    """My report said anew: 201 with its receipt, 200 when this mutation was done before."""
    said = Revision(report_id, body.quantity, body.activity_at, body.note, body.base_version)
    return await submitted(parts.reports, revision(body.mutation_id, said, caller))


@router.post("/v1/reports/{report_id}/withdrawal", status_code=201)
async def withdraw(
    report_id: UUID, body: ReportWithdrawal, caller: Caller, parts: TheParts
) -> Response:
    """My report taken back: 201 with its receipt, 200 when this mutation was done before."""
    taken = Withdrawal(report_id, body.reason, body.base_version)
    return await submitted(parts.reports, withdrawal(body.mutation_id, taken, caller))


async def submitted(intake: Intake, item: IntakeItem) -> Response:
    """The receipt after the commit, or the refusal that the database gave."""
    (result,) = await intake.submit([item])
    receipt = receipt_of(result)
    if receipt is None:
        raise refusal_for(result)
    status = 201 if result.outcome == "applied" else 200
    return Response(msgspec.json.encode(receipt), status, media_type="application/json")
