"""Slips that nobody has taken note of climb the ladder: the supervisor again, then the one above.

A row in `escalation` is due by index; how long it really has to wait is worked out when its lower
bound is over, by the working days of the employee: leave, a holiday and the night stop this clock
as they stop the target's. Note is taken by acknowledging any notice about one's staff's slip.
Invariant: each rung of each slip is told once: the row moves on in the commit that tells it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from models.queries.calendars import calendar_of
from models.queries.escalations import DueEscalation, Step, due_escalations, steps_claimed
from models.queries.feed import Announce
from models.queries.policies import policies_of, policy_for
from models.queries.slips import SeenTarget, Told, seen_targets, shards_of, told_of
from models.queries.subjects import subjects_of
from models.rules.calendars import Calendar
from models.rules.manners import NoticePolicy, Rung
from models.rules.pace import State
from models.rules.worktime import Timetable
from notifications.ladder import NoticeKind, Unanswered, notices_of, tells_of_slip
from notifications.pace_refresh import paced_all
from notifications.rounds import Rounds
from notifications.slip_words import notice_of

AHEAD = timedelta(days=60)  # who works less than that is looked at again
FIRST, LAST = 1, 2  # rungs: the supervisor, the supervisor's supervisor


@dataclass(frozen=True, slots=True)
class EscalationOptions:
    """How unanswered slips climb. `push_kinds`: kinds that a configured channel serves."""

    push_kinds: frozenset[str] = frozenset()
    batch: int = 200
    poll_s: float = 5.0  # a rung waits for days: seconds do not matter
    pause_s: float = 1.0  # after the database failed


class Escalations:
    """One task; several processes may run one each. Counters are for the metrics."""

    def __init__(self, pool: asyncpg.Pool, announce: Announce, options: EscalationOptions) -> None:
        self._pool = pool
        self._announce = announce
        self._options = options
        self._rounds = Rounds("escalations", self.settle, options.pause_s)
        self.notices_made = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Escalations"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Everything that is due now; how many seconds may be slept afterwards."""
        async with self._pool.acquire() as connection:
            while True:
                due = await due_escalations(connection, self._options.batch)
                if not due:
                    return self._options.poll_s
                steps = await steps_of(connection, due)
                recipients = {step.notice.recipient_id for step in steps if step.notice}
                shards = await shards_of(connection, recipients)
                answer = await steps_claimed(
                    connection, steps, set(shards.values()), self._options.push_kinds
                )
                self.notices_made += len(answer.events)
                if answer.events:
                    self._announce(answer.events)
                if len(due) < self._options.batch or not answer.target_ids:
                    return self._options.poll_s
                await asyncio.sleep(0)


async def steps_of(connection: Any, due: Sequence[DueEscalation]) -> list[Step]:
    """What becomes of each, in order."""
    targets = await seen_targets(connection, [each.target_id for each in due])
    told: dict[UUID, list[Told]] = defaultdict(list)
    for notice in await told_of(connection, list(targets)):
        told[notice.target_id].append(notice)
    open_ones = [each for each in due if _is_open(each, targets.get(each.target_id), told)]
    people = {targets[each.target_id].employee_id for each in open_ones}
    policies = await policies_of(connection, people)
    window = (
        min((each.slipped_at for each in open_ones), default=due[0].now),
        due[0].now + AHEAD,
    )
    calendars = await calendar_of(connection, people, window) if people else {}
    deciders = await _deciders(connection, people)
    above = await _deciders(connection, {each for each in deciders.values() if each is not None})
    paces = {
        each.seen.target_id: each.pace
        for each in await paced_all(connection, [targets[each.target_id] for each in open_ones])
    }
    still = {each.target_id for each in open_ones}
    steps: list[Step] = []
    for each in due:
        target, pace = targets.get(each.target_id), paces.get(each.target_id)
        if each.target_id not in still or target is None or pace is None:
            steps.append(Step(each))
            continue
        employee_id = target.employee_id
        decider = deciders.get(employee_id)
        asked = decider if each.rung == FIRST else above.get(decider) if decider else None
        policy = policy_for(policies, employee_id)
        step = next_step(each, policy, calendars.get(employee_id), employee_id, asked)
        if isinstance(step, Unanswered):
            (notice,) = notices_of(step, policy)
            following = _following(each, policy, calendars[employee_id])
            steps.append(
                Step(
                    each,
                    LAST if following else None,
                    following,
                    employee_id,
                    notice_of(target, pace, notice),
                )
            )
        else:
            steps.append(step)
    return steps


def next_step(
    due: DueEscalation,
    policy: NoticePolicy,
    calendar: Calendar | None,
    employee_id: UUID,
    asked_id: UUID | None,
) -> Step | Unanswered:
    """What is due now: to ask somebody, to wait on, or the end. `asked_id`: whom this rung asks.

    A rung that the unit has taken out, or that would ask nobody, leads to the next one.
    """
    if calendar is None:
        return Step(due)
    is_above = due.rung >= LAST
    rung = Rung.UNANSWERED_ABOVE if is_above else Rung.UNANSWERED
    if asked_id is None or asked_id == employee_id or not policy.has(rung):
        following = _following(due, policy, calendar)
        return Step(due, LAST if following else None, following)
    at = due_at(due.slipped_at, _days(due.rung, policy), calendar, due.now)
    if at > due.now:
        return Step(due, due.rung, at)
    return Unanswered(due.target_id, due.slip_number, asked_id, is_above, due.now)


def due_at(slipped_at: datetime, days: int, calendar: Calendar, now: datetime) -> datetime:
    """When so many working days are over since the slip; who is away for long is asked later."""
    # The day of the slip must stand in the window whole: halfway through it is halfway.
    timetable = Timetable(calendar, slipped_at - timedelta(days=2), now + AHEAD)
    return timetable.working_days_after(slipped_at, days) or now + AHEAD


def _following(due: DueEscalation, policy: NoticePolicy, calendar: Calendar) -> datetime | None:
    """When the rung after this one is due; None: there is none."""
    if due.rung >= LAST or not policy.has(Rung.UNANSWERED_ABOVE):
        return None
    return due_at(due.slipped_at, _days(LAST, policy), calendar, due.now)


def _days(rung: int, policy: NoticePolicy) -> int:
    if rung >= LAST:
        return policy.escalate_above_after_working_days
    return policy.escalate_after_working_days


def _is_open(due: DueEscalation, target: SeenTarget | None, told: dict[UUID, list[Told]]) -> bool:
    """Whether it is still that slip, and nobody responsible has taken note of it."""
    if target is None or not target.active or target.closed_at is not None:
        return False
    if target.state != State.SLIPPED or target.slip_number != due.slip_number:
        return False
    return not any(
        each.acknowledged
        and each.kind != NoticeKind.SLIP
        and tells_of_slip(each.key, due.target_id, due.slip_number)
        for each in told[due.target_id]
    )


async def _deciders(connection: Any, people: set[UUID]) -> dict[UUID, UUID | None]:
    """Who decides for each of them today."""
    subjects = await subjects_of(connection, people) if people else {}
    return {employee_id: subject.decider_id for employee_id, subject in subjects.items()}
