"""The demo's calendars: holidays, Ramadan, leave and rosters as rows, and everybody's working time.

Calendars are built by the same function that the service uses, from the same rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from denyut.demo.ids import Ids
from denyut.demo.months import OFFSET, ZONE, Month, instant
from denyut.demo.people import Person, Staff
from models.queries.calendars import calendars_from
from models.queries.national_holidays import NATIONAL, national_holidays
from models.rules.calendars import (
    FIVE_DAYS,
    RAMADAN_FIVE_DAYS,
    RAMADAN_SIX_DAYS,
    SIX_DAYS,
    Calendar,
    WeekPattern,
)
from models.rules.pace import Goal, Progress, pace
from models.rules.worktime import Timetable

EID: Final = "Hari Raya Idul Fitri"
FAST_DAYS: Final = 30  # the government announces 29 or 30; the demo takes the longer
LEAVE_SHARE: Final = 0.08
ON_LEAVE_NOW_SHARE: Final = 0.015
MARGIN: Final = timedelta(days=40)  # of rosters and timetables beyond this month
EMPTY_WEEK: Final[list[list[list[int]]]] = [[] for _ in range(7)]
# Hours after a local midnight: two mornings, two afternoons, two nights, two days off.
ROSTER: Final = ((7.5, 14), (7.5, 14), (14, 21), (14, 21), (21, 31.5), (21, 31.5), None, None)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """From when to when somebody works on one day, breaks included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Layout:
    """A calendar laid out over a period.

    `first_risk_at`: when a target of the period is first at risk if nothing is reported toward it,
    whatever its goal: by then the grace has all but passed.
    """

    timetable: Timetable
    days: tuple[WorkingDay, ...]
    total_s: float
    first_risk_at: datetime


@dataclass(frozen=True, slots=True)
class Calendars:
    """Rows of the four tables, and each person's calendar."""

    holidays: list[dict[str, Any]]
    ramadans: list[dict[str, Any]]
    leave: list[dict[str, Any]]
    shifts: list[dict[str, Any]]
    by_person: dict[UUID, Calendar]


class Layouts:
    """Timetables, shared by everybody whose calendar is the same."""

    def __init__(self, calendars: Mapping[UUID, Calendar]) -> None:
        self._calendars = calendars
        self._made: dict[Any, Layout] = {}

    def of(self, person: Person, start: datetime, end: datetime) -> Layout:
        """This person's working time in [start, end)."""
        calendar = self._calendars[person.id]
        key: Any = (start, end, id(calendar.pattern), calendar.holidays, calendar.leave)
        if calendar.roster:
            key = (start, end, person.id)
        if key not in self._made:
            timetable = Timetable(calendar, start, end)
            untouched = pace(Goal(1.0), Progress(), timetable, (start, end), start)
            self._made[key] = Layout(
                timetable,
                tuple(_working_days(timetable)),
                timetable.total_s,
                untouched.at_risk_at or end,
            )
        return self._made[key]


def usual_weeks() -> list[Row]:
    """The rows of work_pattern as the first migration makes them, for a city without database."""
    pairs = (("five_days", FIVE_DAYS, RAMADAN_FIVE_DAYS), ("six_days", SIX_DAYS, RAMADAN_SIX_DAYS))
    rows: list[Row] = [_week_row(code, week, fast) for code, week, fast in pairs]
    empty = {"code": "roster", "week": EMPTY_WEEK, "ramadan_week": EMPTY_WEEK, "roster": True}
    return [*rows, empty]


def kept(
    staff: Staff, weeks: Sequence[Row], months: Sequence[Month], today: date, ids: Ids
) -> Calendars:
    """Holidays, leave and rosters of the months' years, with everybody's calendar."""
    years = sorted({months[0].first.year, months[-1].last.year, (months[-1].last + MARGIN).year})
    holidays = [
        {"id": ids.early(), "on_date": day, "name": name, "kind": kind, "unit_id": None}
        for year in years
        for day, (name, kind) in national_holidays(year).items()
    ]
    city = staff.people[0].unit
    anniversary = months[-2].first + timedelta(days=9)
    if all(row["on_date"] != anniversary for row in holidays):
        holidays.append(
            {
                "id": ids.early(),
                "on_date": anniversary,
                "name": "Hari Jadi Kota",
                "kind": "local",
                "unit_id": city.id,
            }
        )
    ramadans = [
        {"starts_on": row["on_date"] - timedelta(days=FAST_DAYS), "ends_on": row["on_date"] - _DAY}
        for row in holidays
        if row["name"] == EID and row["kind"] == NATIONAL
    ]
    leave = list(_leave(staff, months, today, ids))
    shifts = list(_shifts(staff.people, months, ids))
    dated = [
        *(row | {"starts_at": None, "ends_at": None} for row in leave),
        *(row | {"starts_on": None, "ends_on": None} for row in shifts),
    ]
    people = [
        {
            "id": person.id,
            "zone": ZONE,
            "path": person.unit.path,
            "pattern": person.pattern or person.unit.pattern,
        }
        for person in staff.people
    ]
    by_person = calendars_from(people, weeks, holidays, ramadans, dated)
    return Calendars(holidays, ramadans, leave, shifts, by_person)


_DAY: Final = timedelta(days=1)


def _leave(
    staff: Staff, months: Sequence[Month], today: date, ids: Ids
) -> Iterator[dict[str, Any]]:
    cast = staff.cast
    present = {cast.employee, cast.supervisor, cast.outsider, cast.hr, cast.administrator}
    present |= {cast.acting_head, cast.struggling}
    span_days = (months[-1].last - months[0].first).days
    random = ids.random
    for person in staff.people:
        chance = random.random()
        length = timedelta(days=random.randrange(2, 6))
        starts_on = months[0].first + timedelta(days=random.randrange(span_days))
        if person is cast.absent_head:
            yield _leave_row(person, ids, today - timedelta(days=5), today + timedelta(days=9))
        elif person in present:
            continue
        elif chance < ON_LEAVE_NOW_SHARE:
            yield _leave_row(person, ids, today - _DAY, today + length)
        elif chance < LEAVE_SHARE:
            yield _leave_row(person, ids, starts_on, starts_on + length)


def _leave_row(person: Person, ids: Ids, starts_on: date, ends_on: date) -> dict[str, Any]:
    return {
        "id": ids.early(),
        "employee_id": person.id,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "kind": "annual",
        "decree": f"SC-{person.nip[-6:]}/{starts_on.year}",
    }


def _shifts(
    people: Iterable[Person], months: Sequence[Month], ids: Ids
) -> Iterator[dict[str, Any]]:
    days, random = (months[-1].last + MARGIN - months[0].first).days, ids.random
    for person in people:
        if (person.pattern or person.unit.pattern) != "roster":
            continue
        turn = random.randrange(len(ROSTER))
        for day in range(days):
            hours = ROSTER[(day + turn) % len(ROSTER)]
            if hours is not None:
                on = months[0].first + timedelta(days=day)
                yield {
                    "id": ids.early(),
                    "employee_id": person.id,
                    "starts_at": instant(on, hours[0]),
                    "ends_at": instant(on, hours[1]),
                }


def _working_days(timetable: Timetable) -> Iterator[WorkingDay]:
    """Intervals joined by the local day on which they begin."""
    day: date | None = None
    opens = closes = timetable.start
    for start, end in timetable.intervals():
        begins_on = (start + OFFSET).date()
        if begins_on != day:
            if day is not None:
                yield WorkingDay(opens, closes)
            day, opens = begins_on, start
        closes = end
    if day is not None:
        yield WorkingDay(opens, closes)


def _week_row(code: str, week: WeekPattern, fast: WeekPattern) -> Row:
    return {
        "code": code,
        "week": week.as_lists(),
        "ramadan_week": fast.as_lists(),
        "roster": False,
    }
