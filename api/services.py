"""The services that units give the public, their points, and sheets of codes for visits.

Who may: HR and administrators of the unit keep them; its heads read the list as well, since a
target may name a service. The poster of a point is in api/poster.py.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.dependencies import Caller, Database, Now
from api.parts import Parts
from mobile_contract.services import (
    NewPoint,
    NewService,
    NewVisitCodes,
    PointChange,
    PointView,
    ServiceChange,
    ServiceView,
    VisitCodes,
)
from models.queries.asking import Row, decoded
from models.queries.audit import Change, audited
from models.queries.organisation import unit_row
from models.queries.services import NewPoint as Point
from models.queries.services import NewService as Service
from models.queries.services import (
    point_changed,
    point_made,
    point_row,
    service_changed,
    service_made,
    service_row,
    services_below,
    visit_codes_made,
)
from models.rules.access import Action, Person, may_in_unit
from models.rules.refusals import NotAllowed, NotFound
from models.tables.columns import new_id

router = APIRouter(tags=["services"])


@router.get("/v1/units/{unit_id}/services")
async def services(
    unit_id: UUID, caller: Caller, database: Database, request: Request, retired: bool = False
) -> list[ServiceView]:
    """The services of a unit and everything below, by name; `retired=true` shows those as well."""
    unit = await unit_row(database, unit_id)
    if unit is None:
        raise NotFound
    if not any(
        may_in_unit(caller.person, action, tuple(unit["path"]))
        for action in (Action.MANAGE_SURVEY, Action.READ_VERDICTS)
    ):
        raise NotAllowed
    root = root_of(request)
    return [_view(row, root) for row in await services_below(database, unit_id, retired)]


@router.post("/v1/units/{unit_id}/services", status_code=201)
async def add_service(
    unit_id: UUID,
    body: NewService,
    caller: Caller,
    database: Database,
    request: Request,
    response: Response,
) -> ServiceView:
    """Adds a service to a unit. Its own name; the same id with the same facts again is the same."""
    keeps(caller.person, await unit_row(database, unit_id))
    service = Service(body.id or new_id(), unit_id, body.name, body.yearly_users)
    if await service_made(database, service):
        await _noted(database, caller.person, "service_added", unit_id, service.id, body.name)
    else:
        response.status_code = 200
    return await _service(database, service.id, request)


@router.patch("/v1/services/{service_id}")
async def change_service(
    service_id: UUID,
    body: ServiceChange,
    caller: Caller,
    database: Database,
    request: Request,
    now: Now,
) -> ServiceView:
    """Renames or retires a service, or says how many people it serves in a year."""
    before = keeps(caller.person, await service_row(database, service_id))
    await service_changed(
        database,
        service_id,
        body.name or before["name"],
        body.yearly_users if "yearly_users" in body.model_fields_set else before["yearly_users"],
        _retired(body.retired, before, now),
    )
    unit_id = before["unit_id"]
    await _noted(
        database, caller.person, "service_changed", unit_id, service_id, body.name or before["name"]
    )
    return await _service(database, service_id, request)


@router.post("/v1/services/{service_id}/points", status_code=201)
async def add_point(
    service_id: UUID,
    body: NewPoint,
    caller: Caller,
    database: Database,
    request: Request,
    response: Response,
) -> PointView:
    """Adds a point with a code of its own, for its poster."""
    service = keeps(caller.person, await service_row(database, service_id))
    point = Point(body.id or new_id(), service_id, body.name, body.asks_visit_code)
    if await point_made(database, point):
        unit_id = service["unit_id"]
        await _noted(database, caller.person, "service_point_added", unit_id, point.id, body.name)
    else:
        response.status_code = 200
    return await _point(database, point.id, request)


@router.patch("/v1/service-points/{point_id}")
async def change_point(
    point_id: UUID,
    body: PointChange,
    caller: Caller,
    database: Database,
    request: Request,
    now: Now,
) -> PointView:
    """Renames or retires a point, or begins or ends asking for a code of each visit."""
    before = keeps(caller.person, await point_row(database, point_id))
    asks = before["asks_visit_code"] if body.asks_visit_code is None else body.asks_visit_code
    name = body.name or before["name"]
    await point_changed(database, point_id, name, asks, _retired(body.retired, before, now))
    unit_id = before["unit_id"]
    await _noted(database, caller.person, "service_point_changed", unit_id, point_id, name)
    return await _point(database, point_id, request)


@router.post("/v1/service-points/{point_id}/visit-codes", status_code=201)
async def add_visit_codes(
    point_id: UUID, body: NewVisitCodes, caller: Caller, database: Database, now: Now
) -> VisitCodes:
    """New codes to hand out, one for each visit. They are shown now and never again."""
    point = keeps(caller.person, await point_row(database, point_id))
    expires_at = now + timedelta(days=body.days)
    codes = await visit_codes_made(database, point_id, body.count, now, body.days)
    details = {"id": point_id, "count": len(codes), "expires_at": expires_at}
    await audited(
        database,
        caller.person.employee_id,
        Change("visit_codes_made", unit_id=point["unit_id"], details=details),
    )
    return VisitCodes(codes=codes, expires_at=expires_at)


def keeps(person: Person, row: Any) -> Any:
    """The row, when they keep the surveys of the unit that it is, or is in.

    Raises NotFound without a row. Services are no secret: NotAllowed for everybody else.
    """
    if row is None:
        raise NotFound
    if not may_in_unit(person, Action.MANAGE_SURVEY, tuple(row["path"])):
        raise NotAllowed
    return row


def root_of(request: Request) -> str:
    """The address that citizens reach us at, without a slash at its end."""
    parts: Parts = request.app.state.parts
    return (parts.options.public_url or str(request.base_url)).rstrip("/")


def point_view(row: Row, root: str) -> PointView:
    """A point and the address that its poster leads to."""
    return PointView(
        id=row["id"],
        service_id=row["service_id"],
        code=row["code"],
        name=row["name"],
        asks_visit_code=row["asks_visit_code"],
        address=f"{root}/s/{row['code']}",
        retired_at=row["retired_at"],
    )


def _view(row: Row, root: str) -> ServiceView:
    return ServiceView(
        id=row["id"],
        unit_id=row["unit_id"],
        unit_name=row["unit_name"],
        name=row["name"],
        yearly_users=row["yearly_users"],
        retired_at=row["retired_at"],
        points=[point_view(point, root) for point in decoded(row["points"])],
    )


async def _service(database: Database, service_id: UUID, request: Request) -> ServiceView:
    row = await service_row(database, service_id)
    if row is None:
        raise NotFound
    return _view(row, root_of(request))


async def _point(database: Database, point_id: UUID, request: Request) -> PointView:
    row = await point_row(database, point_id)
    if row is None:
        raise NotFound
    return point_view(row, root_of(request))


def _retired(wanted: bool | None, before: Row, now: datetime) -> datetime | None:
    """When it went out of use: as it was, from now on, or not at all."""
    if wanted is None:
        return before["retired_at"]
    return (before["retired_at"] or now) if wanted else None


async def _noted(
    database: Database, person: Person, action: str, unit_id: UUID, what: UUID, name: str
) -> None:
    details = {"id": what, "name": name}
    await audited(database, person.employee_id, Change(action, unit_id=unit_id, details=details))
