"""A newcomer's first week: the list of steps, and practice that counts nowhere.

Everything here is one's own. Practice reports never meet the intake, so no progress, no feed and no
supervisor ever sees them.
"""

from datetime import timedelta

from fastapi import APIRouter, Response

from api.dependencies import Caller, Database, Now
from mobile_contract.support import ChecklistView, NewPractice, PracticeView, Step, StepView
from models.queries.asking import Row
from models.queries.calendars import calendar_of
from models.queries.practice import (
    MOST_PRACTICE,
    checklist_facts,
    marked,
    practice_forgotten,
    practice_of,
    practice_row,
    practised,
)
from models.queries.practice import NewPractice as Practice
from models.queries.subjects import target_subjects
from models.rules import checklist
from models.rules.refusals import Conflict, InvalidValue, TooManyItems, UnknownTarget
from models.rules.worktime import Timetable

router = APIRouter(tags=["support"])

FIRST_WEEK = timedelta(days=60)  # five working days lie within, unless leave takes two months


@router.get("/v1/me/checklist")
async def my_checklist(caller: Caller, database: Database, now: Now) -> ChecklistView:
    """The steps of my first week; the service sees all but one of them by itself."""
    my_id = caller.person.employee_id
    facts = await checklist_facts(database, my_id)
    over = False
    if facts.activated_at is not None:
        window = (facts.activated_at, facts.activated_at + FIRST_WEEK)
        calendar = (await calendar_of(database, [my_id], window))[my_id]
        over = checklist.week_over(facts.activated_at, now, Timetable(calendar, *window))
    return ChecklistView(
        steps=[
            StepView(step=state.step.value, done_at=state.done_at)
            for state in checklist.checklist(facts)
        ],
        week_over=over,
    )


@router.post("/v1/me/checklist/{step}", status_code=204)
async def tick(step: Step, caller: Caller, database: Database) -> None:
    """I have checked it: only for `profile_checked`; the rest the service sees by itself."""
    known = checklist.Step(step)
    if known not in checklist.BY_HAND:
        raise InvalidValue(field="step")
    await marked(database, caller.person.employee_id, known)


@router.post("/v1/me/practice-reports", status_code=201)
async def practise(
    body: NewPractice, caller: Caller, database: Database, response: Response
) -> PracticeView:
    """A report for practice: marked, counted nowhere. 200 when the same was there already."""
    my_id = caller.person.employee_id
    if body.target_id is not None:
        subject = (await target_subjects(database, [body.target_id])).get(body.target_id)
        if subject is None or subject.employee_id != my_id:
            raise UnknownTarget(field="target_id")
    known = await practice_row(database, body.id)
    if known is None:
        if not await practised(database, Practice(employee_id=my_id, **body.model_dump())):
            raise TooManyItems(limit=MOST_PRACTICE)
        known = await practice_row(database, body.id)
    else:
        response.status_code = 200
    if known is None or known["employee_id"] != my_id or not _same(known, body):
        raise Conflict(field="id")
    return _view(known)


@router.get("/v1/me/practice-reports")
async def my_practice(caller: Caller, database: Database) -> list[PracticeView]:
    """All of my practice, the latest first."""
    return [_view(row) for row in await practice_of(database, caller.person.employee_id)]


@router.delete("/v1/me/practice-reports", status_code=204)
async def forget(caller: Caller, database: Database) -> None:
    """Deletes all of my practice; that I practised stays a step that is done."""
    await practice_forgotten(database, caller.person.employee_id)


def _same(row: Row, body: NewPractice) -> bool:
    return all(
        row[name] == getattr(body, name)
        for name in ("target_id", "quantity", "note", "activity_at")
    )


def _view(row: Row) -> PracticeView:
    return PracticeView(
        id=row["id"],
        target_id=row["target_id"],
        indicator=row["indicator"] or "",
        unit_of_measure=row["unit_of_measure"] or "",
        quantity=row["quantity"],
        note=row["note"],
        activity_at=row["activity_at"],
        made_at=row["made_at"],
    )
