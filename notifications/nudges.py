"""Shortly before a working day closes, those who have reported nothing are asked, once.

One row for each person who has targets says when to look next; it is due by index, so a look costs
the people whose day closes now. Invariants: at most one nudge for a person and working day (the
key names both), none outside the day, none for somebody who has reported, and again none if they
report before it is sent: the re-check asks once more.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from models.queries.calendars import MARGIN, calendar_of
from models.queries.feed import Announce
from models.queries.nudges import DueLook, Look, due_looks, looks_claimed, reported_since
from models.queries.policies import policies_of, policy_for
from models.queries.slips import NewNotice, shards_of
from models.rules.manners import (
    REACH,
    NoticePolicy,
    Rung,
    WorkingDay,
    local_day,
    working_days_around,
)
from models.tables.columns import new_id
from notifications.ladder import NothingReported, notices_of
from notifications.rounds import Rounds


@dataclass(frozen=True, slots=True)
class NudgeOptions:
    """How closing days are looked at. `push_kinds`: kinds that a configured channel serves."""

    push_kinds: frozenset[str] = frozenset()
    batch: int = 200
    poll_s: float = 15.0  # a quarter of a minute of three quarters of an hour
    pause_s: float = 1.0  # after the database failed


class Nudges:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(self, pool: asyncpg.Pool, announce: Announce, options: NudgeOptions) -> None:
        self._pool = pool
        self._announce = announce
        self._options = options
        self._rounds = Rounds("nudges", self.settle, options.pause_s)
        self.notices_made = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Nudges"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Everybody whose day is to be looked at now; how many seconds may be slept afterwards."""
        async with self._pool.acquire() as connection:
            while True:
                due = await due_looks(connection, self._options.batch)
                if not due:
                    return self._options.poll_s
                looks = await looks_of(connection, due, due[0].now)
                recipients = {look.notice.recipient_id for look in looks if look.notice}
                shards = await shards_of(connection, recipients)
                claimed, events = await looks_claimed(
                    connection, looks, set(shards.values()), self._options.push_kinds
                )
                self.notices_made += len(events)
                if events:
                    self._announce(events)
                if len(due) < self._options.batch or not claimed:
                    return self._options.poll_s
                await asyncio.sleep(0)


async def looks_of(connection: Any, due: Sequence[DueLook], now: datetime) -> list[Look]:
    """What becomes of each look at this instant, in order."""
    people = {each.employee_id for each in due if each.has_work}
    calendars = await calendar_of(connection, people, (now - MARGIN, now + REACH))
    policies = await policies_of(connection, people)
    days = {
        employee_id: working_days_around(calendar, now)
        for employee_id, calendar in calendars.items()
    }
    closing: dict[UUID, WorkingDay] = {}
    for employee_id, found in days.items():
        policy = policy_for(policies, employee_id)
        if found and found[0].nudge_at(policy) <= now and policy.has(Rung.NUDGE):
            closing[employee_id] = found[0]
    since = {
        employee_id: local_day(calendars[employee_id].zone, day.opens)[0]
        for employee_id, day in closing.items()
    }
    reported = await reported_since(connection, since)
    looks: list[Look] = []
    for each in due:
        employee_id = each.employee_id
        if employee_id not in days:
            looks.append(Look(each))
            continue
        policy = policy_for(policies, employee_id)
        following = next_look(days[employee_id], policy, now)
        day = closing.get(employee_id)
        notice = None
        if day is not None and employee_id not in reported:
            notice = _nudge(employee_id, day, since[employee_id], policy, now)
        looks.append(Look(each, following, notice))
    return looks


def next_look(days: Sequence[WorkingDay], policy: NoticePolicy, now: datetime) -> datetime:
    """When the next day that is not being looked at now comes near its closing."""
    moments = (day.nudge_at(policy) for day in days)
    return next((moment for moment in moments if moment > now), now + REACH)


def _nudge(
    employee_id: UUID, day: WorkingDay, since: datetime, policy: NoticePolicy, now: datetime
) -> NewNotice | None:
    for notice in notices_of(NothingReported(employee_id, day.day, now), policy):
        notice_id = new_id()
        content = {
            "notice_id": str(notice_id),
            "notice_kind": notice.kind.value,
            "since": since.astimezone(UTC).isoformat(),
            "closes_at": day.closes.isoformat(),
        }
        return NewNotice(
            notice_id,
            notice.key,
            employee_id,
            notice.kind.value,
            json.dumps(content, separators=(",", ":")),
            True,
            notice.not_before,
        )
    return None
