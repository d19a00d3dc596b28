"""Who struggles, unit by unit: the facts that `models.rules.signals` judges.

Reports are counted from `person_day`, so the cost follows people and days; only what lay in a phone
for long is looked for among the reports themselves, by the index of each person. Calendars are
asked for those alone about whom something could be said at all.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked
from models.queries.calendars import calendar_of
from models.rules.signals import PersonFacts, Signal, SignalLimits, in_order, signals
from models.rules.worktime import Timetable

LOOK_BACK = timedelta(days=60)  # a stuck report's activity lies before its arrival, by this at most

FACTS = """
    WITH person AS MATERIALIZED (
        SELECT e.id, e.name, e.nip, e.unit_id, u.name AS unit_name
          FROM unit_ancestry a
          JOIN employee e ON e.unit_id = a.unit_id AND e.active
          JOIN unit u ON u.id = e.unit_id
         WHERE a.ancestor_id = ANY ($1::uuid[]) AND a.current AND e.id <> ALL ($7::uuid[])
    ), placed AS MATERIALIZED (
        SELECT s.employee_id, min(s.valid_from) AS at
          FROM person p JOIN placement s ON s.employee_id = p.id GROUP BY s.employee_id
    )
    SELECT p.*, c.activated_at, l.at AS heard_at,
           coalesce(f.at, $2) AS placed_at,
           coalesce(d.reports, 0) AS reports, coalesce(d.late, 0) AS late,
           coalesce(d.first_time + d.returned, 0) AS decided, coalesce(d.returned, 0) AS returned,
           s.stuck
      FROM person p
      LEFT JOIN placed f ON f.employee_id = p.id
      LEFT JOIN account c ON c.employee_id = p.id
      LEFT JOIN last_contact l ON l.employee_id = p.id
      LEFT JOIN LATERAL (
           SELECT sum(reports)::int AS reports, sum(late)::int AS late,
                  sum(first_time)::int AS first_time, sum(returned_reports)::int AS returned
             FROM person_day d WHERE d.employee_id = p.id AND d.on_day >= $3) d ON true
      CROSS JOIN LATERAL (
           SELECT count(*)::int AS stuck FROM report r
            WHERE r.employee_id = p.id AND r.activity_at >= $4 AND r.received_at >= $5
              AND r.received_at - r.corrected_at > make_interval(secs => $6)) s
     ORDER BY p.name, p.nip
"""

OPEN_OFFERS = """
    SELECT DISTINCT employee_id FROM help_offer
     WHERE employee_id = ANY ($1::uuid[]) AND state IN ('open', 'accepted')
"""


@dataclass(frozen=True, slots=True)
class Struggling:
    """Somebody who may need help, and why. `helped`: an offer stands that is not done."""

    employee_id: UUID
    name: str
    nip: str
    unit_id: UUID
    unit_name: str
    signals: tuple[Signal, ...]
    facts: PersonFacts
    helped: bool


async def struggling(
    connection: Any,
    unit_ids: Collection[UUID],
    now: datetime,
    limits: SignalLimits,
    *,
    but: Collection[UUID] = (),
) -> list[Struggling]:
    """Those in these units and below who give a sign, by name; `but`: people left out."""
    window = timedelta(days=limits.window_days)
    rows = await asked(
        connection,
        FACTS,
        list(unit_ids),
        now,
        (now - window).date(),
        now - LOOK_BACK,
        now - timedelta(days=limits.stuck_window_days),
        float(limits.stuck_s),
        list(but),
    )
    # By calendar days first: more silence never takes a sign away, so nobody is missed.
    maybe = [row for row in rows if signals(_facts(row, now), limits)]
    found = await _judged(connection, maybe, now, limits)
    helped = {
        row["employee_id"]
        for row in await asked(connection, OPEN_OFFERS, [each.employee_id for each in found])
    }
    return [replace(each, helped=each.employee_id in helped) for each in found]


async def _judged(
    connection: Any, rows: Sequence[Row], now: datetime, limits: SignalLimits
) -> list[Struggling]:
    """With everybody's own working days."""
    start = now - timedelta(days=limits.window_days)
    calendars = await calendar_of(connection, [row["id"] for row in rows], (start, now))
    found: list[Struggling] = []
    for row in rows:
        table = Timetable(calendars[row["id"]], start, now)
        facts = replace(
            _facts(row, now),
            silent_working_days=_silent_days(row["heard_at"], table),
            away=table.working_days == 0,
        )
        if said := signals(facts, limits):
            found.append(
                Struggling(
                    row["id"],
                    row["name"],
                    row["nip"],
                    row["unit_id"],
                    row["unit_name"],
                    tuple(in_order(said)),
                    facts,
                    helped=False,
                )
            )
    return found


def _facts(row: Row, now: datetime) -> PersonFacts:
    heard_at: datetime | None = row["heard_at"]
    return PersonFacts(
        activated=row["activated_at"] is not None,
        days_in_service=(now - row["placed_at"]).days,
        reports=row["reports"],
        late=row["late"],
        decided=row["decided"],
        returned=row["returned"],
        stuck=row["stuck"],
        silent_working_days=None if heard_at is None else max(0, (now - heard_at).days + 1),
    )


def _silent_days(heard_at: datetime | None, table: Timetable) -> int | None:
    """Working days that began and closed since the phone was heard."""
    if heard_at is None:
        return None
    return sum(opens >= heard_at and closes < table.end for opens, closes in table.days())
