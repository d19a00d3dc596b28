"""The manners of notices: what I want of them, and the policy that HR sets for a unit.

Invariant: the inbox has every notice whatever is asked here; preferences are nobody's but one's
own, and a policy holds for the unit and everything below that does not set its own.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Caller, Database
from mobile_contract.notices import NoticePolicy as PolicyView
from mobile_contract.notices import (
    NoticePolicyChange,
    NoticePolicyView,
    NoticePreference,
    NoticePreferences,
)
from mobile_contract.notices import QuietHours as QuietHoursView
from models.queries.audit import Change, audited
from models.queries.organisation import unit_row
from models.queries.policies import (
    preferences_of,
    preferences_set,
    quiet_hours_of,
    quiet_hours_set,
    unit_policy,
    unit_policy_set,
)
from models.rules.access import Action, Person, may_in_unit
from models.rules.manners import NoticePolicy, QuietHours
from models.rules.refusals import NotAllowed, NotFound

router = APIRouter(tags=["notices"])


@router.get("/v1/me/notice-preferences")
async def my_preferences(caller: Caller, database: Database) -> NoticePreferences:
    """What I asked of notices; what I said nothing of, I get."""
    return await _preferences(database, caller.person.employee_id)


@router.put("/v1/me/notice-preferences")
async def change_my_preferences(
    caller: Caller, database: Database, body: NoticePreferences
) -> NoticePreferences:
    """Replaces what I ask of notices: kinds and channels, and quiet hours of my own."""
    me = caller.person.employee_id
    wishes = {(each.kind, each.channel): each.enabled for each in body.preferences}
    await preferences_set(database, me, wishes)
    own = body.quiet_hours
    hours = QuietHours(own.start_minute, own.end_minute) if own else None
    await quiet_hours_set(database, me, hours)
    return await _preferences(database, me)


@router.get("/v1/units/{unit_id}/notice-policy")
async def policy(unit_id: UUID, caller: Caller, database: Database) -> NoticePolicyView:
    """What a unit I am HR for sets itself, and what holds in it."""
    await _require_hr(database, caller.person, unit_id)
    settings, holding = await unit_policy(database, unit_id)
    return NoticePolicyView(unit_id=unit_id, settings=settings, policy=_policy_view(holding))


@router.put("/v1/units/{unit_id}/notice-policy")
async def change_policy(
    unit_id: UUID, caller: Caller, database: Database, body: NoticePolicyChange
) -> NoticePolicyView:
    """Replaces what a unit sets; what is left out it inherits. It holds from the next notice on."""
    await _require_hr(database, caller.person, unit_id)
    me = caller.person.employee_id
    settings = body.model_dump(mode="json", exclude_none=True, exclude={"reason"})
    before, _ = await unit_policy(database, unit_id)
    holding = await unit_policy_set(database, unit_id, settings, me)
    details = {"settings": settings, "before": before, "reason": body.reason}
    await audited(database, me, Change("notice_policy_set", unit_id=unit_id, details=details))
    return NoticePolicyView(unit_id=unit_id, settings=settings, policy=_policy_view(holding))


async def _preferences(database: Database, employee_id: UUID) -> NoticePreferences:
    wishes = (await preferences_of(database, [employee_id])).get(employee_id, {})
    own = (await quiet_hours_of(database, [employee_id])).get(employee_id)
    return NoticePreferences(
        preferences=[
            NoticePreference(kind=kind, channel=channel, enabled=enabled)
            for (kind, channel), enabled in sorted(wishes.items())
        ],
        quiet_hours=(
            QuietHoursView(start_minute=own.start_minute, end_minute=own.end_minute)
            if own
            else None
        ),
    )


async def _require_hr(database: Database, person: Person, unit_id: UUID) -> None:
    row = await unit_row(database, unit_id)
    if row is None:
        raise NotFound
    if not may_in_unit(person, Action.SET_NOTICE_POLICY, tuple(row["path"])):
        raise NotAllowed


def _policy_view(policy: NoticePolicy) -> PolicyView:
    values: dict[str, Any] = asdict(policy)
    values["rungs_off"] = sorted(values["rungs_off"])
    return PolicyView(**values)
