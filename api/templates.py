"""Job titles, their target templates, and giving them to a whole unit with a preview first.

Who may: job titles and templates hold for everybody, so HR of the whole tree keeps them; HR of a
unit applies them there. Nobody gives a target to themselves.
"""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Announcing, Caller, Database, Forgetting
from api.rights import keeps_everything
from mobile_contract.targets import (
    PlannedTarget,
    TargetsFromTemplates,
    TargetsPlanned,
    TemplateView,
)
from mobile_contract.templates import JobTitleChange, JobTitleView, NewJobTitle, NewTemplate
from models.queries.asking import Row
from models.queries.audit import Change, audited
from models.queries.organisation import unit_row
from models.queries.rights import rights_changed
from models.queries.templates import (
    Difference,
    Differing,
    Planned,
    Template,
    job_title_changed,
    job_title_made,
    job_title_removed,
    job_title_row,
    job_titles,
    planned_targets,
    template_removed,
    template_row,
    template_set,
    templates_applied,
    templates_of,
)
from models.rules.access import Action, may_in_unit
from models.rules.periods import parse_period
from models.rules.refusals import InvalidValue, NotAllowed, NotFound
from models.tables.columns import new_id
from realtime.principals import Principal

router = APIRouter(tags=["templates"])


@router.get("/v1/job-titles")
async def titles(caller: Caller, database: Database) -> list[JobTitleView]:
    """Every job title by name."""
    return [JobTitleView(**row) for row in await job_titles(database)]


@router.post("/v1/job-titles", status_code=201)
async def add_title(body: NewJobTitle, caller: Caller, database: Database) -> JobTitleView:
    """Adds a job title."""
    _keeper(caller)
    job_title_id = await job_title_made(database, body.code, body.name, body.asks_location)
    await _audited(database, caller, "job_title_added", job_title_id)
    return await _title(database, job_title_id)


@router.patch("/v1/job-titles/{job_title_id}")
async def change_title(
    job_title_id: UUID,
    body: JobTitleChange,
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
) -> JobTitleView:
    """Renames a job or changes whether its reports may carry a location, from now on."""
    _keeper(caller)
    before = await _title(database, job_title_id)
    holders = await job_title_changed(
        database,
        job_title_id,
        before.name if body.name is None else body.name,
        before.asks_location if body.asks_location is None else body.asks_location,
    )
    await _audited(database, caller, "job_title_changed", job_title_id)
    answer = await _title(database, job_title_id)
    if answer.asks_location != before.asks_location:  # cached with the person
        forgetting.update(holders)
        await rights_changed(database, holders)
    return answer


@router.delete("/v1/job-titles/{job_title_id}", status_code=204)
async def remove_title(job_title_id: UUID, caller: Caller, database: Database) -> None:
    """Deletes a job title that nobody holds, with its templates."""
    _keeper(caller)
    await job_title_removed(database, job_title_id)
    await _audited(database, caller, "job_title_removed", job_title_id)


@router.get("/v1/job-titles/{job_title_id}/templates")
async def of_title(job_title_id: UUID, caller: Caller, database: Database) -> list[TemplateView]:
    """What people with this job usually get."""
    await _title(database, job_title_id)
    return [_view(row) for row in await templates_of(database, job_title_id)]


@router.post("/v1/job-titles/{job_title_id}/templates", status_code=201)
async def add_template(
    job_title_id: UUID, body: NewTemplate, caller: Caller, database: Database
) -> TemplateView:
    """Adds a template to a job."""
    _keeper(caller)
    await _title(database, job_title_id)
    template_id = new_id()
    await template_set(database, Template(template_id, job_title_id, **body.model_dump()))
    await _audited(database, caller, "template_added", template_id)
    return await _template(database, template_id)


@router.put("/v1/templates/{template_id}")
async def change_template(
    template_id: UUID, body: NewTemplate, caller: Caller, database: Database
) -> TemplateView:
    """Changes a template; targets made from it stay as they were agreed."""
    _keeper(caller)
    before = await _template(database, template_id)
    await template_set(database, Template(template_id, before.job_title_id, **body.model_dump()))
    await _audited(database, caller, "template_changed", template_id)
    return await _template(database, template_id)


@router.delete("/v1/templates/{template_id}", status_code=204)
async def remove_template(template_id: UUID, caller: Caller, database: Database) -> None:
    """Deletes a template that no target was made from."""
    _keeper(caller)
    await template_removed(database, template_id)
    await _audited(database, caller, "template_removed", template_id)


@router.post("/v1/targets/from-templates")
async def apply(
    body: TargetsFromTemplates, caller: Caller, database: Database, announcing: Announcing
) -> TargetsPlanned:
    """Gives a job's templates to everybody with that job in a unit and below. Safe to repeat."""
    person = caller.person
    unit = await unit_row(database, body.unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(person, Action.SET_TARGET, tuple(unit["path"])):
        raise NotAllowed
    period = parse_period(body.period)
    await _title(database, body.job_title_id)
    me = person.employee_id
    wanted = (body.job_title_id, body.unit_id, period, me, _differing(body))
    if body.preview:
        planned = await planned_targets(database, *wanted)
    else:
        planned, events = await templates_applied(database, *wanted)
        announcing += events
        details = {"job_title_id": body.job_title_id, "period": body.period, "made": len(events)}
        await audited(
            database, me, Change("templates_applied", unit_id=body.unit_id, details=details)
        )
    return TargetsPlanned(
        preview=body.preview,
        made=sum(each.outcome == "made" for each in planned),
        targets=[_planned(each) for each in planned],
    )


def _differing(body: TargetsFromTemplates) -> Differing:
    """Raises InvalidValue for two differences of one person and template."""
    by_pair = {
        (each.employee_id, each.template_id): Difference(
            each.quantity, each.low, each.high, each.max_quantity, each.leave_out
        )
        for each in body.differences
    }
    if len(by_pair) < len(body.differences):
        raise InvalidValue(field="differences")
    only = None if body.employee_ids is None else frozenset(body.employee_ids)
    return Differing(by_pair, only)


def _keeper(caller: Principal) -> None:
    if not keeps_everything(caller.person, caller.unit_path):
        raise NotAllowed


async def _title(database: Database, job_title_id: UUID) -> JobTitleView:
    row = await job_title_row(database, job_title_id)
    if row is None:
        raise NotFound
    return JobTitleView(**row)


async def _template(database: Database, template_id: UUID) -> TemplateView:
    row = await template_row(database, template_id)
    if row is None:
        raise NotFound
    return _view(row)


async def _audited(database: Database, caller: Principal, action: str, what: UUID) -> None:
    """In the audit of the tree's top, since it holds for everybody."""
    change = Change(action, unit_id=caller.unit_path[0], details={"id": what})
    await audited(database, caller.person.employee_id, change)


def _view(row: Row) -> TemplateView:
    return TemplateView(**row)


def _planned(each: Planned) -> PlannedTarget:
    target = each.target
    assert target.template_id is not None, "planned from a template"
    return PlannedTarget(
        outcome=each.outcome,
        employee_id=target.employee_id,
        employee_name=target.employee_name,
        template_id=target.template_id,
        indicator=target.indicator,
        unit_of_measure=target.unit_of_measure,
        quantity=target.quantity,
        low=target.low,
        high=target.high,
        max_quantity=target.max_quantity,
        differs=each.differs,
        period_start=target.period_start,
        period_end=target.period_end,
    )
