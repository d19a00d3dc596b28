"""My phones: where pushes to each of them go.

Invariant: a device belongs to a person; the same phone of two people is two devices. An address
that no channel could ever send to is refused here, where somebody can do something about it.
"""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import Caller, Database
from mobile_contract.people import Device, PushTarget
from models.queries.devices import PushAddress, forgotten, registered
from models.rules.refusals import ForbiddenCharacter, InvalidValue, NotFound
from notifications.channels.addresses import UnreadableAddress, push_target
from notifications.channels.channel import WebPush
from notifications.channels.endpoints import endpoint_problem

router = APIRouter(tags=["devices"])


@router.put("/v1/devices/{device_id}")
async def register_device(
    caller: Caller, database: Database, device_id: UUID, body: PushTarget
) -> Device:
    """Says where pushes to this phone of mine go; without a target, nowhere."""
    row = await registered(
        database,
        device_id,
        caller.person.employee_id,
        name=body.name,
        platform=body.platform,
        push=_address(body),
    )
    return Device.model_validate(row, from_attributes=True)


@router.delete("/v1/devices/{device_id}", status_code=204)
async def forget_device(caller: Caller, database: Database, device_id: UUID) -> Response:
    """Removes a phone of mine; no pushes go there, and a sign-in on it counts as from a new one."""
    if not await forgotten(database, device_id, caller.person.employee_id):
        raise NotFound
    return Response(status_code=204)


def _address(body: PushTarget) -> PushAddress | None:
    """The push address in a request, if there is one. Raises InvalidValue."""
    if body.push_kind is None and body.push_target is None:
        return None
    if body.push_kind is None or not body.push_target:
        raise InvalidValue(field="push_target")
    if any(not letter.isprintable() for letter in body.push_target):
        raise ForbiddenCharacter(field="push_target")
    try:
        target = push_target(body.push_kind, body.push_target)
    except UnreadableAddress:
        raise InvalidValue(field="push_target") from None
    if isinstance(target, WebPush) and endpoint_problem(target.endpoint):
        raise InvalidValue(field="push_target")
    return PushAddress(body.push_kind, body.push_target)
