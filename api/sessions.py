"""Signing in and out: sessions, refreshing them, and what a person or HR sees and ends of them.

Invariant: a known and an unknown NIP, a wrong password, a closed and a never activated account all
get the same answer after the same work. No connection is held while a password is hashed.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Caller, Database, Forgetting, TheParts
from api.limits import Attempt
from api.pages import USUAL_ROWS, Cursor, Limit, cursor_of, instant, key_of
from api.parts import Parts
from mobile_contract.people import (
    Employee,
    Page,
    RefreshSession,
    Session,
    SignedIn,
    SignIn,
    Tokens,
)
from models.queries.activations import hash_renewed
from models.queries.audit import Change, audited, viewed
from models.queries.people import people_by_id
from models.queries.rights import rights_changed
from models.queries.rotation import refreshed
from models.queries.sessions import (
    Credentials,
    UsedDevice,
    credentials_of,
    ended,
    live_sessions,
    opened,
    still_holds,
)
from models.queries.subjects import subjects_of
from models.queries.tokens import OpenSession
from models.rules.access import Action, may
from models.rules.nip import parse_nip
from models.rules.refusals import NotAllowed, NotFound, Refusal, WrongCredentials
from realtime.principals import Principal

router = APIRouter(tags=["sessions"])


@router.post("/v1/sessions", status_code=201)
async def sign_in(parts: TheParts, request: Request, body: SignIn) -> SignedIn:
    """Signs in with NIP and password on a device. The tokens are shown once."""
    nip = parse_nip(body.nip).digits
    async with parts.database() as session:
        found = await credentials_of(session, nip, body.device.id)
    attempt = attempt_of(request, nip, body.device.id, known=bool(found and found.known_device))
    await parts.attempts.made(attempt)
    checked = await parts.hasher.checked(body.password, _usable_hash(found))
    device = UsedDevice(body.device.id, body.device.name, body.device.platform)
    signed_in = None
    if checked.right and found and found.password_hash:
        async with parts.database.begin() as session:
            # The password may have been changed while it was being checked.
            if await still_holds(session, found.employee_id, found.password_hash):
                signed_in = await signed_in_on(parts, session, found.employee_id, device)
                if checked.fresh_hash:
                    await hash_renewed(
                        session, found.employee_id, found.password_hash, checked.fresh_hash
                    )
    if signed_in is None:
        await parts.attempts.failed(attempt)
        raise WrongCredentials
    await parts.attempts.succeeded(attempt)
    return signed_in


@router.post("/v1/sessions/refresh")
async def refresh(parts: TheParts, body: RefreshSession) -> Tokens:
    """A new pair for a refresh token. An answer that was lost may be asked for again."""
    async with parts.database.begin() as session:
        outcome = await refreshed(session, body.refresh_token, parts.options.lifetimes)
    if isinstance(outcome, Refusal):
        raise outcome  # after the commit: a reuse has ended the family
    return Tokens(
        access_token=outcome.access_token,
        refresh_token=outcome.refresh_token,
        expires_in=parts.options.lifetimes.access_s,
    )


@router.delete("/v1/sessions/current", status_code=204)
async def sign_out(caller: Caller, database: Database, forgetting: Forgetting) -> Response:
    """Ends the session of this token, and pushes to this phone for this person."""
    await _end(database, forgetting, caller.person.employee_id, "signed_out", caller.session_id)
    return Response(status_code=204)


@router.get("/v1/me/sessions")
async def my_sessions(
    caller: Caller, database: Database, cursor: Cursor = None, limit: Limit = USUAL_ROWS
) -> Page[Session]:
    """Where I am signed in, last used first."""
    return await _page(database, caller, caller.person.employee_id, cursor, limit)


@router.delete("/v1/me/sessions", status_code=204)
async def end_my_other_sessions(
    caller: Caller, database: Database, forgetting: Forgetting
) -> Response:
    """Ends every session of mine but this one."""
    me = caller.person.employee_id
    if await ended(database, me, "ended_by_owner", besides=caller.session_id):
        await _told(database, forgetting, me)
    return Response(status_code=204)


@router.delete("/v1/me/sessions/{session_id}", status_code=204)
async def end_my_session(
    caller: Caller, database: Database, forgetting: Forgetting, session_id: UUID
) -> Response:
    """Ends one session of mine, such as the one on a lost phone."""
    await _end(database, forgetting, caller.person.employee_id, "ended_by_owner", session_id)
    return Response(status_code=204)


@router.get("/v1/people/{person_id}/sessions")
async def sessions_of_person(
    caller: Caller,
    database: Database,
    person_id: UUID,
    cursor: Cursor = None,
    limit: Limit = USUAL_ROWS,
) -> Page[Session]:
    """Where somebody is signed in, for HR and administrators who help with a lost phone."""
    await _may_end(database, caller, person_id)
    if cursor is None:
        await viewed(database, caller.person.employee_id, "sessions", employee_ids=[person_id])
    return await _page(database, caller, person_id, cursor, limit)


@router.delete("/v1/people/{person_id}/sessions", status_code=204)
async def end_sessions_of_person(
    caller: Caller, database: Database, forgetting: Forgetting, person_id: UUID
) -> Response:
    """Ends every session of somebody."""
    await _may_end(database, caller, person_id)
    gone = await ended(database, person_id, "ended_by_office")
    details = {"sessions": len(gone)}
    await audited(
        database,
        caller.person.employee_id,
        Change("sessions_ended", person_id, details=details),
    )
    await _told(database, forgetting, person_id)
    return Response(status_code=204)


@router.delete("/v1/people/{person_id}/sessions/{session_id}", status_code=204)
async def end_session_of_person(
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
    person_id: UUID,
    session_id: UUID,
) -> Response:
    """Ends one session of somebody."""
    await _may_end(database, caller, person_id)
    details = {"session_id": str(session_id)}
    await audited(
        database,
        caller.person.employee_id,
        Change("sessions_ended", person_id, details=details),
    )
    await _end(database, forgetting, person_id, "ended_by_office", session_id)
    return Response(status_code=204)


def attempt_of(request: Request, nip: str, device_id: UUID, *, known: bool) -> Attempt:
    """This request as a try at an account."""
    return Attempt(nip, device_id, known, request.client.host if request.client else "")


async def signed_in_on(
    parts: Parts, session: AsyncSession, employee_id: UUID, device: UsedDevice
) -> SignedIn:
    """Opens a session inside the given transaction; what the phone is told of it."""
    lifetimes = parts.options.lifetimes
    opening: OpenSession = await opened(session, employee_id, device, lifetimes)
    people = await people_by_id(session, [employee_id])
    return SignedIn(
        access_token=opening.access_token,
        refresh_token=opening.refresh_token,
        expires_in=lifetimes.access_s,
        employee=Employee.model_validate(people[employee_id], from_attributes=True),
    )


def _usable_hash(found: Credentials | None) -> str | None:
    return found.password_hash if found and found.active else None


async def _may_end(database: AsyncSession, caller: Principal, person_id: UUID) -> None:
    subject = (await subjects_of(database, [person_id])).get(person_id)
    if subject is None:
        raise NotFound
    if not may(caller.person, Action.END_SESSION, subject):
        raise NotAllowed


async def _end(
    database: AsyncSession, forgetting: set[UUID], person_id: UUID, reason: str, session_id: UUID
) -> None:
    if not await ended(database, person_id, reason, only=session_id):
        raise NotFound
    await _told(database, forgetting, person_id)


async def _told(database: AsyncSession, forgetting: set[UUID], person_id: UUID) -> None:
    forgetting.add(person_id)
    await rights_changed(database, [person_id])


_READERS: tuple[Callable[[str], datetime], type[UUID]] = (instant, UUID)


async def _page(
    database: AsyncSession, caller: Principal, person_id: UUID, cursor: str | None, limit: int
) -> Page[Session]:
    before = key_of(cursor, *_READERS) if cursor else None
    rows = await live_sessions(database, person_id, before=before, limit=limit + 1)
    shown = rows[:limit]
    return Page[Session](
        items=[
            Session(
                id=row.id,
                device_id=row.device_id,
                device_name=row.device_name,
                platform=row.platform,
                made_at=row.made_at,
                used_at=row.used_at,
                expires_at=row.expires_at,
                current=row.id == caller.session_id,
            )
            for row in shown
        ],
        next_cursor=cursor_of(shown[-1].used_at, shown[-1].id) if len(rows) > limit else None,
    )
