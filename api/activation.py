"""First passwords and resets: one-time codes that HR or the head issues, and their use.

Invariant: an unknown NIP, a wrong, a used and a late code get the same answer after the same work;
issuing a code takes the old password and every session away at once; nobody issues one for a person
who holds more than they do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.activation_sheet import SHEET_POLICY, sheet_html
from api.codes import code_hash, new_code
from api.dependencies import Caller, Database, Forgetting, Locale, TheParts
from api.passwords import check_strength
from api.sessions import attempt_of, signed_in_on
from mobile_contract.people import (
    MAX_ITEMS,
    Activation,
    ActivationCode,
    ActivationSheet,
    SignedIn,
)
from models.queries.activations import issued, used, waiting_in
from models.queries.audit import Change, audited
from models.queries.people import EmployeeRow, people_by_id, unit_places
from models.queries.rights import rights_changed
from models.queries.sessions import UsedDevice, credentials_of, ended
from models.queries.subjects import subjects_with_grants
from models.rules.access import Action, Subject, may, may_in_unit
from models.rules.nip import parse_nip
from models.rules.refusals import (
    ActivationInvalid,
    Conflict,
    NotAllowed,
    NotFound,
    TooManyItems,
    WiderRole,
)

router = APIRouter(tags=["activation"])


@router.post("/v1/activations", status_code=201)
async def activate(parts: TheParts, request: Request, body: Activation) -> SignedIn:
    """Trades a one-time code for a password of one's own, and signs in."""
    nip = parse_nip(body.nip).digits
    check_strength(body.password, nip)
    async with parts.database() as session:
        found = await credentials_of(session, nip, body.device.id)
    attempt = attempt_of(request, nip, body.device.id, known=bool(found and found.known_device))
    await parts.attempts.made(attempt)
    # Hashed before the code is looked at, so that a wrong code takes as long as a right one.
    password_hash = await parts.hasher.hashed(body.password)
    device = UsedDevice(body.device.id, body.device.name, body.device.platform)
    signed_in = None
    async with parts.database.begin() as session:
        employee_id = await used(session, nip, code_hash(nip, body.code), password_hash)
        if employee_id:
            signed_in = await signed_in_on(parts, session, employee_id, device)
            await audited(session, employee_id, Change("account_activated", employee_id))
    if signed_in is None:
        await parts.attempts.failed(attempt)
        raise ActivationInvalid
    await parts.attempts.succeeded(attempt)
    return signed_in


@router.post("/v1/people/{person_id}/activation", status_code=201)
async def issue_code(
    parts: TheParts, caller: Caller, database: Database, forgetting: Forgetting, person_id: UUID
) -> ActivationCode:
    """A one-time code for one person, shown once. It also resets a password: sessions end.

    For somebody who holds a role only whoever holds it too, as widely, may issue one.
    """
    subject = (await subjects_with_grants(database, [person_id])).get(person_id)
    if subject is None:
        raise NotFound
    if not may(caller.person, Action.ISSUE_ACTIVATION, subject):
        without_roles = replace(subject, grants=())
        if may(caller.person, Action.ISSUE_ACTIVATION, without_roles):
            raise WiderRole
        raise NotAllowed
    person = (await people_by_id(database, [person_id]))[person_id]
    if not person.active:
        raise Conflict(reason="not_active")
    issuer = _Issuer(database, caller.person.employee_id, parts.options.activation_days)
    codes = await issuer.issue({person_id: person}, {person_id: subject})
    forgetting.add(person_id)
    return codes[0]


@router.post(
    "/v1/units/{unit_id}/activations",
    status_code=201,
    response_model=ActivationSheet,
    responses={201: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
async def issue_sheet(
    parts: TheParts,
    caller: Caller,
    database: Database,
    forgetting: Forgetting,
    language: Locale,
    unit_id: UUID,
    accept: Annotated[str, Header()] = "",
) -> ActivationSheet | Response:
    """Codes for everybody of a unit and below who has no password; with `Accept: text/html` a page.

    Codes they were given before no longer work. Who holds a role that the caller does not hold is
    left out.
    """
    unit = (await unit_places(database, [unit_id])).get(unit_id)
    if unit is None:
        raise NotFound
    if not may_in_unit(caller.person, Action.ISSUE_ACTIVATION, tuple(unit.path)):
        raise NotAllowed
    waiting = await waiting_in(database, unit_id, MAX_ITEMS + 1)
    if len(waiting) > MAX_ITEMS:
        raise TooManyItems(limit=MAX_ITEMS)
    subjects = await subjects_with_grants(database, [person.employee_id for person in waiting])
    allowed = [
        person_id
        for person_id, subject in subjects.items()
        if may(caller.person, Action.ISSUE_ACTIVATION, subject)
    ]
    people = await people_by_id(database, allowed)
    order = [person.employee_id for person in waiting if person.employee_id in people]
    issuer = _Issuer(database, caller.person.employee_id, parts.options.activation_days)
    codes = await issuer.issue({each: people[each] for each in order}, subjects, unit_id)
    forgetting.update(order)
    sheet = ActivationSheet(unit_id=unit_id, unit_name=unit.name, codes=codes)
    if "text/html" not in accept:
        return sheet
    page = sheet_html(sheet, language, caller.zone)
    headers = {"content-security-policy": SHEET_POLICY, "content-language": language}
    return Response(page, 201, headers, media_type="text/html")


@dataclass(frozen=True, slots=True)
class _Issuer:
    """Issues codes in one transaction: hashes kept, sessions ended, written down, rights told."""

    database: AsyncSession
    actor_id: UUID
    valid_days: int

    async def issue(
        self,
        people: Mapping[UUID, EmployeeRow],
        subjects: Mapping[UUID, Subject],
        unit_id: UUID | None = None,
    ) -> list[ActivationCode]:
        """A code for each of these people, in their order. `subjects`: the roles they hold."""
        if not people:
            return []
        codes = {person_id: new_code() for person_id in people}
        hashes = {
            person_id: code_hash(people[person_id].nip, code) for person_id, code in codes.items()
        }
        expires_at = await issued(self.database, hashes, self.valid_days)
        await self._settle({person_id: subjects[person_id] for person_id in people}, unit_id)
        return [
            ActivationCode(
                employee_id=person_id,
                nip=people[person_id].nip,
                name=people[person_id].name,
                code=code,
                expires_at=expires_at,
            )
            for person_id, code in codes.items()
        ]

    async def _settle(self, people: Mapping[UUID, Subject], unit_id: UUID | None) -> None:
        for person_id in sorted(people):
            await ended(self.database, person_id, "password_reset")
            details: dict[str, Any] = {"sheet_of": str(unit_id)} if unit_id else {}
            if roles := sorted({held.role.value for held in people[person_id].grants or ()}):
                details["roles"] = roles
            change = Change("activation_issued", person_id, details=details)
            await audited(self.database, self.actor_id, change)
        await rights_changed(self.database, people)
