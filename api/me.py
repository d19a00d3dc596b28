"""What is mine: who I am here, my language, my password, and who looked at my data."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Caller, Database, Forgetting, Now, TheParts
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.passwords import check_strength
from api.sessions import attempt_of
from mobile_contract.people import (
    DataView,
    Employee,
    Headship,
    Me,
    MeChange,
    Page,
    PasswordChange,
    Role,
)
from models.queries.activations import password_changed
from models.queries.audit import Change, audited, views_of
from models.queries.people import headed_units, language_set, people_by_id
from models.queries.rights import rights_changed
from models.queries.roles import grants_of
from models.queries.sessions import ended, own_password_hash
from models.queries.subjects import subjects_of
from models.rules.refusals import NotFound, WrongCredentials
from realtime.principals import Principal

router = APIRouter(tags=["me"])


@router.get("/v1/me")
async def me(caller: Caller, database: Database, now: Now) -> Me:
    """Who I am, what I head, which roles I hold, and who decides for me."""
    return await _me(database, caller, now)


@router.patch("/v1/me")
async def change_me(
    caller: Caller, database: Database, forgetting: Forgetting, now: Now, body: MeChange
) -> Me:
    """Changes the language the service speaks to me."""
    my_id = caller.person.employee_id
    await language_set(database, my_id, body.language)
    answer = await _me(database, caller, now)
    forgetting.add(my_id)
    await rights_changed(database, [my_id])  # what is cached of me holds my language
    return answer.model_copy(update={"language": body.language})


@router.put("/v1/me/password", status_code=204)
async def change_password(
    parts: TheParts, request: Request, caller: Caller, body: PasswordChange
) -> Response:
    """Changes my password. Every other session of mine ends; this one stays."""
    my_id = caller.person.employee_id
    check_strength(body.new_password, caller.nip)
    attempt = attempt_of(request, caller.nip, caller.device_id, known=True)
    await parts.attempts.made(attempt)
    async with parts.database() as session:
        stored = await own_password_hash(session, my_id)
    checked = await parts.hasher.checked(body.current_password, stored)
    if not checked.right or stored is None:
        raise WrongCredentials(field="current_password")
    fresh = await parts.hasher.hashed(body.new_password)
    async with parts.database.begin() as session:
        if not await password_changed(session, my_id, stored, fresh):
            raise WrongCredentials(field="current_password")
        gone = await ended(session, my_id, "password_changed", besides=caller.session_id)
        details = {"sessions_ended": len(gone)}
        await audited(session, my_id, Change("password_changed", my_id, details=details))
        await rights_changed(session, [my_id])
    parts.principals.rights_changed(frozenset({my_id}))
    await parts.attempts.succeeded(attempt)
    return Response(status_code=204)


@router.get("/v1/me/views")
async def my_views(
    caller: Caller, database: Database, cursor: Cursor = None, limit: Limit = USUAL_ROWS
) -> Page[DataView]:
    """Who looked at my data, or at a unit as a whole while I worked there, newest first."""
    before = key_of(cursor, instant, UUID) if cursor else None
    rows = await views_of(database, caller.person.employee_id, before=before, limit=limit + 1)
    shown = rows[:limit]
    return Page[DataView](
        items=[DataView.model_validate(row, from_attributes=True) for row in shown],
        next_cursor=cursor_of(shown[-1].at, shown[-1].id) if len(rows) > limit else None,
    )


async def _me(database: AsyncSession, caller: Principal, now: datetime) -> Me:
    my_id = caller.person.employee_id
    subject = (await subjects_of(database, [my_id])).get(my_id)
    decider_id = subject.decider_id if subject else None
    people = await people_by_id(database, [my_id, *([decider_id] if decider_id else [])])
    if my_id not in people:
        raise NotFound
    deciding = {headship.unit_id for headship in caller.person.headships if headship.deciding}
    return Me(
        employee=Employee.model_validate(people[my_id], from_attributes=True),
        language="en" if caller.language == "en" else "id",
        zone=caller.zone,
        asks_location=caller.asks_location,
        headships=[
            Headship(
                unit_id=headed.unit_id,
                unit_name=headed.unit_name,
                kind="acting" if headed.kind == "acting" else "definitive",
                deciding=headed.unit_id in deciding,
                valid_to=headed.valid_to,
            )
            for headed in await headed_units(database, my_id)
        ],
        roles=[
            Role.model_validate(grant, from_attributes=True)
            for grant in await grants_of(database, my_id)
        ],
        supervisor=(
            Employee.model_validate(people[decider_id], from_attributes=True)
            if decider_id is not None and decider_id in people
            else None
        ),
        server_time=now,
    )
