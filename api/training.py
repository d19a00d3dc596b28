"""Trainings: HR invites people, everybody sees their own, and HR writes down who came.

Invariants: each person of a list has their own result; who is on a list is for the HR of these
people alone, and a look at it is written down.
"""

from collections.abc import Collection
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from api.dependencies import Announcing, Caller, Database, Locale, TheParts
from api.problems import problem_of
from mobile_contract.guidance import (
    AttendanceMarks,
    AttendanceResult,
    AttendanceResults,
    AttendeeView,
    NewTraining,
    TrainingDetail,
    TrainingMade,
    TrainingView,
)
from mobile_contract.problems import Language
from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.locks import locked_units_of
from models.queries.organisation import unit_row
from models.queries.subjects import subjects_of
from models.queries.telling import Word, told
from models.queries.training import NewTraining as Training
from models.queries.training import (
    attendees,
    invited,
    marked,
    training_made,
    training_row,
    trainings_of,
    trainings_of_unit,
)
from models.rules.access import Action, Person, may, may_in_unit
from models.rules.refusals import InvalidValue, NotAllowed, NotFound, Refusal

router = APIRouter(tags=["training"])


@router.post("/v1/trainings", status_code=201)
async def hold(
    body: NewTraining,
    caller: Caller,
    database: Database,
    announcing: Announcing,
    parts: TheParts,
    locale: Locale,
    response: Response,
) -> TrainingMade:
    """Announces a training and invites people, each with a result; who is new to it is told."""
    if body.ends_at <= body.starts_at:
        raise InvalidValue(field="ends_at")
    me = caller.person.employee_id
    await _require_keeper(database, caller.person, body.unit_id)
    refused = await _refused(database, caller.person, body.employee_ids)
    wanted = sorted(set(body.employee_ids) - refused.keys())
    await locked_units_of(database, wanted)
    training = Training(
        body.id, body.unit_id, body.title, body.place, body.starts_at, body.ends_at, me
    )
    if await training_made(database, training):
        details = {"training_id": body.id, "title": body.title, "people": len(wanted)}
        change = Change("training_held", unit_id=body.unit_id, details=details)
        await audited(database, me, change)
    else:
        response.status_code = 200
    new = await invited(database, body.id, wanted)
    words = [_invitation(body.id, body.title, each) for each in sorted(new)]
    announcing.extend(await told(database, words, parts.push_kinds))
    view = _view(await _row(database, body.id, me))
    results = [_result(each, refused.get(each), new, locale) for each in body.employee_ids]
    return TrainingMade(**view.model_dump(), results=results)


@router.get("/v1/trainings")
async def trainings(
    caller: Caller, database: Database, unit: UUID | None = None
) -> list[TrainingView]:
    """Those that I am invited to; with `unit`, those that it holds, for its HR."""
    person = caller.person
    if unit is None:
        rows = await trainings_of(database, person.employee_id)
    else:
        await _require_keeper(database, person, unit)
        rows = await trainings_of_unit(database, person.employee_id, unit)
    return [_view(row) for row in rows]


@router.get("/v1/trainings/{training_id}")
async def training(training_id: UUID, caller: Caller, database: Database) -> TrainingDetail:
    """One training with the people on its list whom I keep."""
    person = caller.person
    row = await _row(database, training_id, person.employee_id)
    await _require_keeper(database, person, row["unit_id"])
    kept = [
        grant.unit_id
        for grant in person.grants
        if may_in_unit(person, Action.MANAGE_TRAINING, (grant.unit_id,))
    ]
    rows = await attendees(database, training_id, kept)
    listed = [AttendeeView(**each) for each in rows]
    await viewed(
        database,
        person.employee_id,
        "training",
        employee_ids=[each.employee_id for each in listed],
    )
    return TrainingDetail(**_view(row).model_dump(), attendees=listed)


@router.put("/v1/trainings/{training_id}/attendance")
async def attendance(
    training_id: UUID,
    body: AttendanceMarks,
    caller: Caller,
    database: Database,
    locale: Locale,
) -> AttendanceResults:
    """Who came, each with a result; whoever came uninvited is put on the list by it."""
    me = caller.person.employee_id
    row = await _row(database, training_id, me)
    await _require_keeper(database, caller.person, row["unit_id"])
    refused = await _refused(database, caller.person, [each.employee_id for each in body.items])
    states: dict[UUID, str] = {
        each.employee_id: each.state for each in body.items if each.employee_id not in refused
    }
    new = await marked(database, training_id, states, me)
    if new:
        details = {"training_id": training_id, "people": len(new)}
        change = Change("attendance_marked", unit_id=row["unit_id"], details=details)
        await audited(database, me, change)
    return AttendanceResults(
        results=[
            _result(each.employee_id, refused.get(each.employee_id), new, locale)
            for each in body.items
        ]
    )


async def _refused(
    database: Database, person: Person, employee_ids: Collection[UUID]
) -> dict[UUID, Refusal]:
    """Whom they may put on no list, and why."""
    subjects = await subjects_of(database, employee_ids)
    refused: dict[UUID, Refusal] = {}
    for employee_id in employee_ids:
        subject = subjects.get(employee_id)
        if subject is None:
            refused[employee_id] = NotFound()
        elif not may(person, Action.MANAGE_TRAINING, subject):
            refused[employee_id] = NotAllowed()
    return refused


async def _require_keeper(database: Database, person: Person, unit_id: UUID) -> None:
    """That they hold trainings for this unit. Raises NotFound, NotAllowed."""
    unit = await unit_row(database, unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(person, Action.MANAGE_TRAINING, tuple(unit["path"])):
        raise NotAllowed


async def _row(database: Database, training_id: UUID, employee_id: UUID) -> Row:
    row = await training_row(database, training_id, employee_id)
    if row is None:
        raise NotFound
    return row


def _invitation(training_id: UUID, title: str, employee_id: UUID) -> Word:
    key = f"training_invited:{training_id}:{employee_id}"
    return Word("training_invited", key, employee_id, about_id=training_id, subject=title)


def _result(
    employee_id: UUID, refused: Refusal | None, new: frozenset[UUID], language: Language
) -> AttendanceResult:
    if refused is not None:
        return AttendanceResult(
            employee_id=employee_id,
            outcome="rejected",
            problem=msgspec.to_builtins(problem_of(refused, language)),
        )
    outcome = "applied" if employee_id in new else "duplicate"
    return AttendanceResult(employee_id=employee_id, outcome=outcome)


def _view(row: Row) -> TrainingView:
    return TrainingView.model_validate({**row})
