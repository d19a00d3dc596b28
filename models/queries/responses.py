"""How soon a supervisor answers: what waited for them, when, and in which calendar.

A wait begins when the report came in or was revised, or the question was asked, and never before
the supervisor became responsible: an acting head of three days is not late by what waited before.
Costs what they decided in the period, by index, and the open reports of the people they decide for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.calendars import calendar_of
from models.queries.subjects import subjects_of
from models.rules.calendars import TimeRange
from models.rules.responses import ResponseTimes, Wait, response_times
from models.rules.worktime import Timetable

# The revision that a decision answered is the last one before it; one that waits keeps the decision
# before it.
ASKED_AT = """
    greatest(r.received_at,
             (SELECT max(c.made_at) FROM report_change c
               WHERE c.report_id = r.id AND c.kind = 'revision'
                 AND (r.status = 'revised' OR c.made_at <= r.decided_at)))
"""
DECIDED = f"""
    SELECT {ASKED_AT} AS since, r.decided_at AS until
      FROM report r
     WHERE r.decided_by = $1 AND r.decided_at >= $2 AND r.decided_at < $3
       AND r.status IN ('approved', 'returned')
"""
ANSWERED = """
    SELECT q.made_at AS since, q.answered_at AS until
      FROM feedback_request q
     WHERE q.asked_id = $1 AND q.answered_at >= $2 AND q.answered_at < $3
"""
OPEN_REQUESTS = """
    SELECT q.made_at AS since, NULL::timestamptz AS until
      FROM feedback_request q
     WHERE q.asked_id = $1 AND q.answered_at IS NULL AND q.withdrawn_at IS NULL
"""

# The pace counts what waits, so only people with something that waits are looked into. Like the
# board: a report on a target that ended three months ago waits no longer in any list (and no target
# runs longer than a year).
WAITING_PEOPLE = """
    SELECT DISTINCT p.employee_id
      FROM target_pace p JOIN employee e ON e.id = p.employee_id AND e.active
     WHERE p.waiting > 0 AND p.period_end > $4::timestamptz - interval '92 days'
       AND e.id <> $1
       AND (e.id = ANY ($2::uuid[])
            OR e.unit_id IN (SELECT a.unit_id FROM unit_ancestry a
                              WHERE a.ancestor_id = ANY ($3::uuid[]) AND a.current))
"""
WAITING = f"""
    SELECT {ASKED_AT} AS since, NULL::timestamptz AS until
      FROM target_pace p
      JOIN report r ON r.employee_id = p.employee_id AND r.target_id = p.target_id
     WHERE p.employee_id = ANY ($1::uuid[]) AND p.waiting > 0
       AND p.period_end > $2::timestamptz - interval '92 days'
       AND r.activity_at > $2::timestamptz - interval '460 days'
       AND r.status IN ('received', 'revised')
"""
RESPONSIBLE = """
    SELECT s.valid_from, s.valid_to FROM supervision s WHERE s.supervisor_id = $1
    UNION ALL
    SELECT a.valid_from, a.valid_to FROM personal_assignment a WHERE a.supervisor_id = $1
"""
OUTAGES = "SELECT starts_at, ends_at FROM outage WHERE ends_at > $1 AND starts_at < $2"
HEADED_NOW = """
    SELECT s.unit_id FROM supervision s
     WHERE s.supervisor_id = $1 AND s.valid_from <= $2 AND (s.valid_to IS NULL OR s.valid_to > $2)
"""
ASSIGNED_NOW = """
    SELECT a.employee_id FROM personal_assignment a
     WHERE a.supervisor_id = $1 AND a.valid_from <= $2 AND (a.valid_to IS NULL OR a.valid_to > $2)
"""


@dataclass(frozen=True, slots=True)
class Responses:
    """A supervisor's times, and how many questions to them are open."""

    times: ResponseTimes
    requests_open: int


async def responses_of(
    connection: Any, supervisor_id: UUID, period: tuple[datetime, datetime], now: datetime
) -> Responses:
    """What was answered in [start, end), and what waits for them at `now`."""
    rows = [
        *await asked(connection, DECIDED, supervisor_id, *period),
        *await asked(connection, ANSWERED, supervisor_id, *period),
    ]
    questions = await asked(connection, OPEN_REQUESTS, supervisor_id)
    rows += [*questions, *await _waiting(connection, supervisor_id, now)]
    spans = await asked(connection, RESPONSIBLE, supervisor_id)
    waits = [_wait(row, spans, now) for row in rows]
    start = min((wait.since for wait in waits), default=now)
    end = max([now, *(wait.until for wait in waits if wait.until is not None)])
    calendar = (await calendar_of(connection, [supervisor_id], (start, end)))[supervisor_id]
    outages = [TimeRange(*row.values()) for row in await asked(connection, OUTAGES, start, end)]
    times = response_times(waits, Timetable(calendar, start, end), outages, now)
    return Responses(times, len(questions))


async def zone_of(connection: Any, employee_id: UUID) -> str | None:
    """The zone of the unit in which somebody works; None: there is nobody with this id."""
    row = await asked_one(
        connection,
        "SELECT u.zone FROM employee e JOIN unit u ON u.id = e.unit_id WHERE e.id = $1",
        employee_id,
    )
    return None if row is None else row["zone"]


async def _waiting(connection: Any, supervisor_id: UUID, now: datetime) -> Sequence[Row]:
    """The open reports of everybody whom this supervisor decides for."""
    assigned = await _ids(connection, ASSIGNED_NOW, supervisor_id, now)
    headed = await _ids(connection, HEADED_NOW, supervisor_id, now)
    if not assigned and not headed:
        return []
    rows = await asked(connection, WAITING_PEOPLE, supervisor_id, assigned, headed, now)
    subjects = await subjects_of(connection, [row["employee_id"] for row in rows])
    theirs = [each.employee_id for each in subjects.values() if each.decider_id == supervisor_id]
    return await asked(connection, WAITING, theirs, now) if theirs else []


async def _ids(
    connection: Any, statement: str, supervisor_id: UUID, now: datetime
) -> Collection[UUID]:
    rows = await asked(connection, statement, supervisor_id, now)
    return [next(iter(row.values())) for row in rows]


def _wait(row: Row, spans: Sequence[Row], now: datetime) -> Wait:
    """The clock starts when somebody responsible could know of it."""
    until: datetime | None = row["until"]
    at = until or now
    began = [
        span["valid_from"]
        for span in spans
        if span["valid_from"] <= at and (span["valid_to"] is None or span["valid_to"] > at)
    ]
    return Wait(max(row["since"], min(began, default=row["since"])), until)
