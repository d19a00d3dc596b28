"""What manners say of deliveries at the moment before they are sent.

The only place where a push meets its reader's hours, wishes and the state of its reason, so
whatever changed since the notice was made (leave, a holiday, a late report) counts.
Invariant: reads only. A delivery that cannot be judged is sent: an inbox entry is no secret, and
a push too many is better than a word that is lost.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.calendars import calendar_of
from models.queries.deliveries import ClaimedDelivery
from models.queries.nudges import reported_since
from models.queries.policies import (
    policies_of,
    policy_for,
    preferences_of,
    quiet_hours_of,
    wanted,
)
from models.queries.rechecks import Facts, facts_of, sent_since
from models.rules.manners import (
    REACH,
    Hours,
    NoticePolicy,
    Reason,
    Send,
    Situation,
    Verdict,
    local_day,
    verdict,
)
from models.rules.pace import State
from notifications.ladder import RELIEF_KINDS, SLIP_KINDS, NoticeKind

RELIEFS = sorted(kind.value for kind in RELIEF_KINDS)
SLIPS = sorted(kind.value for kind in SLIP_KINDS)
A_TURN = 50  # verdicts in one turn of the loop; one costs some twenty microseconds


@dataclass(frozen=True, slots=True)
class Manners:
    """What people asked for, and their hours; by person."""

    policies: Mapping[UUID, NoticePolicy]
    preferences: Mapping[UUID, Mapping[tuple[str, str], bool]]
    hours: Mapping[UUID, Hours]


async def rechecked(
    connection: Any, deliveries: Sequence[ClaimedDelivery], now: datetime | None = None
) -> list[Verdict]:
    """A verdict for each delivery, in order. `now`: another instant than the database's."""
    if not deliveries:
        return []
    facts = await facts_of(connection, [each.id for each in deliveries], RELIEFS, SLIPS)
    if not facts:
        return [Send() for _ in deliveries]
    at = now or next(iter(facts.values())).now
    manners = await _manners(connection, {each.employee_id for each in facts.values()}, at)
    reported = await reported_since(
        connection,
        {each.employee_id: each.since for each in facts.values() if each.since is not None},
    )
    phones = {
        (each.employee_id, each.device_id): local_day(
            manners.hours[each.employee_id].calendar.zone, at
        )[0]
        for each in facts.values()
        if each.employee_id in manners.hours
    }
    sent = await sent_since(connection, [(*phone, since) for phone, since in phones.items()])
    return await _verdicts([facts.get(each.id) for each in deliveries], manners, reported, sent, at)


def reason(facts: Facts, has_reported: bool, now: datetime) -> Reason:
    """Whether what a notice says is still so. Pure."""
    if facts.withdrawn:
        return Reason.GONE
    try:
        kind = NoticeKind(facts.kind)
    except ValueError:
        return Reason.HOLDS  # a newer version wrote it and knows why
    if kind is NoticeKind.NUDGE:
        closed = facts.closes_at is not None and now >= facts.closes_at
        return Reason.GONE if has_reported or closed else Reason.HOLDS
    if facts.target_id is None or facts.state is None:
        return Reason.HOLDS
    if kind in RELIEF_KINDS and facts.in_flight:
        return Reason.UNSETTLED
    if not _holds(kind, facts):
        return Reason.GONE
    return Reason.UNSETTLED if facts.stale else Reason.HOLDS


def lasts_s(facts: Facts, now: datetime) -> int | None:
    """For how many seconds its word is worth anything; None: as long as any. Pure.

    A nudge ends with its working day: the next morning it would ask for a day that is closed.
    """
    if facts.kind != NoticeKind.NUDGE or facts.closes_at is None:
        return None
    return max(1, int((facts.closes_at - now).total_seconds()))


def _holds(kind: NoticeKind, facts: Facts) -> bool:
    """By the target's state as it was last worked out."""
    same_slip = facts.slip_number is None or facts.slip_number == facts.slips
    if kind in SLIP_KINDS:
        return facts.state == State.SLIPPED and same_slip
    if kind in RELIEF_KINDS:  # nobody is told of the end of what they never heard of
        return facts.state != State.SLIPPED and same_slip and facts.heard
    if kind is NoticeKind.AT_RISK:
        return facts.state == State.AT_RISK
    return True


async def _verdicts(
    facts: Sequence[Facts | None],
    manners: Manners,
    reported: frozenset[UUID],
    sent: Mapping[tuple[UUID, UUID], int],
    now: datetime,
) -> list[Verdict]:
    """One after the other, since what goes out now counts for the phone's day.

    More than a unit's limit for digests go out as one, so they cost the cap as one.
    """
    verdicts: list[Verdict] = []
    going: Counter[tuple[UUID, UUID]] = Counter()
    alike: dict[tuple[UUID, UUID | None, str], datetime] = {}
    for number, each in enumerate(facts):
        if number % A_TURN == 0:
            await asyncio.sleep(0)  # the live feed of this process has its turn
        hours = manners.hours.get(each.employee_id) if each is not None else None
        if each is None or hours is None:
            verdicts.append(Send())
            continue
        policy = policy_for(manners.policies, each.employee_id)
        phone = (each.employee_id, each.device_id)
        now_going = going[phone]
        cost = 1 if now_going >= policy.digest_above else now_going
        last = alike.get((each.device_id, each.target_id, each.kind), each.last_alike_at)
        answer = verdict(
            policy,
            Situation(
                reason=reason(each, each.employee_id in reported, now),
                noted=each.noted,
                wanted=wanted(
                    manners.preferences.get(each.employee_id, {}), each.kind, each.channel
                ),
                last_alike_at=last if each.target_id is not None else None,
                sent_today=sent.get(phone, 0) + cost,
            ),
            hours,
            now,
        )
        if isinstance(answer, Send):
            answer = replace(answer, ttl_s=lasts_s(each, now))
            going[phone] += 1
            alike[each.device_id, each.target_id, each.kind] = now
        verdicts.append(answer)
    return verdicts


async def _manners(connection: Any, people: set[UUID], now: datetime) -> Manners:
    calendars = await calendar_of(connection, people, (now, now + REACH))
    policies = await policies_of(connection, people)
    personal = await quiet_hours_of(connection, people)
    preferences: dict[UUID, Mapping[tuple[str, str], bool]] = defaultdict(dict)
    preferences |= await preferences_of(connection, people)
    hours: dict[UUID, Hours] = {}
    for employee_id, calendar in calendars.items():
        quiet = personal.get(employee_id)
        if quiet is None and not calendar.roster:
            quiet = policy_for(policies, employee_id).quiet_hours
        hours[employee_id] = Hours(calendar, quiet)
    return Manners(policies, preferences, hours)
