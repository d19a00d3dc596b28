"""Targets: mine, those of my people, and setting them.

Invariants: a target is set by whoever decides for its employee, or by HR, and never by the
employee; every change has a reason, keeps what was before, and reaches the live feed.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Announcing, Caller, Database, Now
from api.rights import require_person, require_target
from api.target_views import target_views
from mobile_contract.targets import (
    CourseDay,
    NewTarget,
    TargetChange,
    TargetClosing,
    TargetCourse,
    TargetHistory,
    TargetRollover,
    TargetView,
)
from models.queries.agreements import check_links
from models.queries.asking import Row, decoded
from models.queries.audit import Change, audited, viewed
from models.queries.courses import course_of
from models.queries.feed import FeedRow
from models.queries.people import people_by_id
from models.queries.rollover import Rollover, rolled_over
from models.queries.targets import (
    USUAL_GRACE,
    USUAL_TOLERANCE,
    target_changed,
    target_closed,
    target_history,
    target_row,
    targets_made,
    targets_of,
)
from models.queries.targets import NewTarget as Goal
from models.queries.templates import template_row
from models.rules.access import Action
from models.rules.periods import MOST_DAYS, parse_period
from models.rules.refusals import Conflict, InvalidValue, NotFound
from models.tables.columns import new_id

router = APIRouter(tags=["targets"])

MOST_TARGETS = 200  # of one person in one answer; a year of months with a dozen each
AGREED = (
    *("employee_id", "indicator", "unit_of_measure", "aspect", "direction", "quantity"),
    *("low", "high", "max_quantity", "period_start", "period_end"),
    *("work_result_id", "service_id"),
)
LINKS = ("work_result_id", "service_id")  # null takes these away
EndedWithin = Annotated[int, Query(ge=0, le=400)]
"""Also those whose period ended within so many days: an offline phone reports late on them."""


@router.get("/v1/me/targets")
async def mine(
    caller: Caller, database: Database, now: Now, ended_within_days: EndedWithin = 7
) -> list[TargetView]:
    """My running targets and those that ended just now, the latest period first."""
    return await _targets_of(database, caller.person.employee_id, now, ended_within_days)


@router.get("/v1/people/{person_id}/targets")
async def of_person(
    person_id: UUID,
    caller: Caller,
    database: Database,
    now: Now,
    ended_within_days: EndedWithin = 7,
) -> list[TargetView]:
    """The targets of somebody whose work I may see."""
    await require_person(database, caller.person, Action.READ_TARGET, person_id)
    await viewed(database, caller.person.employee_id, "targets", employee_ids=[person_id])
    return await _targets_of(database, person_id, now, ended_within_days)


@router.get("/v1/targets/{target_id}")
async def target(target_id: UUID, caller: Caller, database: Database, now: Now) -> TargetView:
    """One target and where it stands."""
    subject = await require_target(database, caller.person, Action.READ_TARGET, target_id)
    await viewed(database, caller.person.employee_id, "target", employee_ids=[subject.employee_id])
    return await _view(database, target_id, now)


@router.get("/v1/targets/{target_id}/course")
async def course(target_id: UUID, caller: Caller, database: Database, now: Now) -> TargetCourse:
    """How a target went, day by day, beside what pace asked for over its person's working time."""
    subject = await require_target(database, caller.person, Action.READ_TARGET, target_id)
    await viewed(database, caller.person.employee_id, "target", employee_ids=[subject.employee_id])
    row = await target_row(database, target_id)
    if row is None:
        raise NotFound
    days = [
        CourseDay(day=each.day, done=each.done, expected=each.expected)
        for each in await course_of(database, row, now)
    ]
    return TargetCourse(target_id=target_id, days=days)


@router.get("/v1/targets/{target_id}/changes")
async def changes(target_id: UUID, caller: Caller, database: Database) -> list[TargetHistory]:
    """What was changed about a target, by whom and why, oldest first."""
    subject = await require_target(database, caller.person, Action.READ_TARGET, target_id)
    await viewed(database, caller.person.employee_id, "target", employee_ids=[subject.employee_id])
    return [
        TargetHistory(
            at=row["at"],
            by=row["by"],
            by_name=row["by_name"],
            reason=row["reason"],
            before=decoded(row["before"]),
            after=decoded(row["after"]),
        )
        for row in await target_history(database, target_id)
    ]


@router.post("/v1/targets", status_code=201)
async def make(
    body: NewTarget,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
    response: Response,
) -> TargetView:
    """Agrees a target with somebody; 200 when the same id with the same goal was there already."""
    await require_person(database, caller.person, Action.SET_TARGET, body.employee_id)
    if body.period_end - body.period_start > timedelta(days=MOST_DAYS + 1):
        raise InvalidValue(field="period_end")
    if body.template_id is not None and await template_row(database, body.template_id) is None:
        raise InvalidValue(field="template_id")
    if body.service_id is not None and body.aspect != "quality":
        raise InvalidValue(field="service_id")
    await check_links(database, body.employee_id, body.work_result_id, body.service_id)
    target_id = body.id or new_id()
    known = await target_row(database, target_id)
    if known is None:
        if events := await _made(database, caller.person.employee_id, target_id, body):
            announcing += events
            return await _view(database, target_id, now)
        known = await target_row(database, target_id)  # somebody made it in this very moment
    if known is None or not _same(known, body):
        raise Conflict(field="id")
    response.status_code = 200
    return await _view(database, target_id, now)


async def _made(
    database: AsyncSession, by: UUID, target_id: UUID, body: NewTarget
) -> list[FeedRow]:
    """Makes the target and writes it down; nothing when the id is taken."""
    person = (await people_by_id(database, [body.employee_id]))[body.employee_id]
    goal = Goal(
        target_id,
        body.employee_id,
        person.name,
        body.indicator,
        body.unit_of_measure,
        body.quantity,
        body.period_start.astimezone(UTC),
        body.period_end.astimezone(UTC),
        body.aspect,
        body.direction,
        body.low,
        body.high,
        body.max_quantity,
        body.template_id,
        USUAL_TOLERANCE if body.tolerance is None else body.tolerance,
        USUAL_GRACE if body.grace is None else body.grace,
        body.work_result_id,
        body.service_id,
    )
    events = await targets_made(database, [goal], by)
    if events:
        details = {"target_id": target_id}
        await audited(database, by, Change("target_made", body.employee_id, details=details))
    return events


@router.patch("/v1/targets/{target_id}")
async def change(
    target_id: UUID,
    body: TargetChange,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
) -> TargetView:
    """Changes what is given; the reason is told to the employee and kept with what was before."""
    subject = await require_target(database, caller.person, Action.SET_TARGET, target_id)
    wanted = body.model_dump(exclude_unset=True, exclude={"base_version", "reason"})
    wanted = {name: it for name, it in wanted.items() if it is not None or name in LINKS}
    links = [wanted.get(name) for name in LINKS]
    await check_links(database, subject.employee_id, *links)
    me = caller.person.employee_id
    announcing += await target_changed(
        database,
        target_id,
        wanted,
        by=me,
        reason=body.reason,
        base_version=body.base_version,
    )
    details = {"target_id": target_id, "reason": body.reason, "changes": wanted}
    await audited(database, me, Change("target_changed", subject.employee_id, details=details))
    return await _view(database, target_id, now)


@router.post("/v1/targets/{target_id}/closing")
async def close(
    target_id: UUID,
    body: TargetClosing,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
) -> TargetView:
    """Its appraisal is decided: it takes no new captures. Closing twice changes nothing."""
    subject = await require_target(database, caller.person, Action.SET_TARGET, target_id)
    events = await target_closed(database, target_id, body.reason)
    announcing += events
    if events:
        details = {"target_id": target_id, "reason": body.reason}
        closing = Change("target_closed", subject.employee_id, details=details)
        await audited(database, caller.person.employee_id, closing)
    return await _view(database, target_id, now)


@router.post("/v1/targets/{target_id}/rollover")
async def roll_over(
    target_id: UUID,
    body: TargetRollover,
    caller: Caller,
    database: Database,
    now: Now,
    announcing: Announcing,
) -> TargetView:
    """What lapsed goes on in a later period; the answer is the next target. Once: asking again
    answers the same."""
    subject = await require_target(database, caller.person, Action.SET_TARGET, target_id)
    _, days = parse_period(body.period)
    me = caller.person.employee_id
    wanted = Rollover(target_id, days, body.quantity, body.reason)
    next_id, events = await rolled_over(database, wanted, me, now)
    announcing += events
    if events:
        details = {"target_id": target_id, "next_id": next_id, "reason": body.reason}
        change = Change("target_rolled_over", subject.employee_id, details=details)
        await audited(database, me, change)
    return await _view(database, next_id, now)


async def _targets_of(
    database: AsyncSession, employee_id: UUID, now: datetime, ended_within_days: int
) -> list[TargetView]:
    ending_after = now - timedelta(days=ended_within_days)
    rows = await targets_of(database, employee_id, ending_after, MOST_TARGETS)
    return await target_views(database, rows, now)


async def _view(database: AsyncSession, target_id: UUID, now: datetime) -> TargetView:
    row = await target_row(database, target_id)
    if row is None:
        raise NotFound
    return (await target_views(database, [row], now))[0]


def _same(row: Row, body: NewTarget) -> bool:
    """Whether a target that exists is what is asked for, so that asking twice is no error."""
    return all(row[name] == getattr(body, name) for name in AGREED)
