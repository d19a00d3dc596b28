"""People's working calendars, read for many people at once and built as `models.rules.calendars`.

A calendar belongs to a person: their own work pattern, else their unit's; holidays of every unit
on their path and of everybody; Ramadan; their leave and their shifts. Five questions for any
number of people. What lies outside the window is left out, so a calendar answers only inside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, decoded
from models.rules.calendars import Calendar, DateRange, DayHours, TimeRange, WeekPattern, rostered

MARGIN = timedelta(days=2)  # local days reach over UTC's midnight, and night shifts over theirs

PEOPLE = """
    SELECT e.id, u.zone, u.path, coalesce(e.work_pattern, u.work_pattern) AS pattern
      FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.id = ANY ($1::uuid[])
"""
PATTERNS = "SELECT code, week, ramadan_week, roster FROM work_pattern WHERE code = ANY ($1::text[])"
HOLIDAYS = """
    SELECT on_date, unit_id FROM holiday
     WHERE on_date BETWEEN $2 AND $3 AND (unit_id IS NULL OR unit_id = ANY ($1::uuid[]))
"""
RAMADANS = "SELECT starts_on, ends_on FROM ramadan WHERE ends_on >= $1 AND starts_on <= $2"
AWAY_AND_SHIFTS = """
    SELECT employee_id, starts_on, ends_on,
           NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at
      FROM leave
     WHERE employee_id = ANY ($1::uuid[]) AND ends_on >= $2 AND starts_on <= $3
    UNION ALL
    SELECT employee_id, NULL, NULL, starts_at, ends_at
      FROM shift
     WHERE employee_id = ANY ($1::uuid[]) AND ends_at >= $4 AND starts_at <= $5
"""


async def calendar_of(
    connection: Any, employee_ids: Collection[UUID], window: tuple[datetime, datetime]
) -> dict[UUID, Calendar]:
    """The calendar of each of these people, good for questions inside `window` [start, end].

    `connection`: AsyncSession or asyncpg. Unknown people are left out.
    """
    people = await asked(connection, PEOPLE, list(set(employee_ids)))
    if not people:
        return {}
    start, end = window[0] - MARGIN, window[1] + MARGIN
    first, last = start.date(), end.date()
    ids = [person["id"] for person in people]
    units = list({unit_id for person in people for unit_id in person["path"]})
    patterns = await asked(connection, PATTERNS, list({person["pattern"] for person in people}))
    holidays = await asked(connection, HOLIDAYS, units, first, last)
    ramadans = await asked(connection, RAMADANS, first, last)
    dated = await asked(connection, AWAY_AND_SHIFTS, ids, first, last, start, end)
    return calendars_from(people, patterns, holidays, ramadans, dated)


def calendars_from(
    people: Iterable[Row],
    patterns: Iterable[Row],
    holidays: Iterable[Row],
    ramadans: Iterable[Row],
    dated: Iterable[Row],
) -> dict[UUID, Calendar]:
    """Rows of the five questions as calendars; equal parts are shared between people."""
    weeks = {row["code"]: _weeks(row) for row in patterns}
    fasts = tuple(DateRange(row["starts_on"], row["ends_on"]) for row in ramadans)
    days_off: dict[UUID | None, set[date]] = defaultdict(set)
    for row in holidays:
        days_off[row["unit_id"]].add(row["on_date"])
    leave: dict[UUID, list[DateRange]] = defaultdict(list)
    shifts: dict[UUID, list[TimeRange]] = defaultdict(list)
    for row in dated:
        if row["starts_on"] is not None:
            leave[row["employee_id"]].append(DateRange(row["starts_on"], row["ends_on"]))
        else:
            shifts[row["employee_id"]].append(TimeRange(row["starts_at"], row["ends_at"]))
    everybodys = days_off.pop(None, set())
    calendars: dict[UUID, Calendar] = {}
    by_path: dict[tuple[UUID, ...], frozenset[date]] = {}
    for person in people:
        path = tuple(person["path"])
        if path not in by_path:
            by_path[path] = frozenset(everybodys.union(*(days_off.get(unit, ()) for unit in path)))
        week, ramadan_week, roster = weeks[person["pattern"]]
        roster_days: dict[date, DayHours] = rostered(shifts[person["id"]], person["zone"])
        calendars[person["id"]] = Calendar(
            person["zone"],
            week,
            ramadan_week,
            fasts,
            by_path[path],
            tuple(leave[person["id"]]),
            dict[date, DayHours | None](roster_days),
            roster,
        )
    return calendars


def _weeks(row: Row) -> tuple[WeekPattern, WeekPattern, bool]:
    week, ramadan_week = decoded(row["week"]), decoded(row["ramadan_week"])
    return WeekPattern.from_lists(week), WeekPattern.from_lists(ramadan_week), row["roster"]
