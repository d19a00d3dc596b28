"""The demo's calendars: as the service's own rules build them, and shared where they are equal."""

from datetime import date, timedelta

import asyncpg

from denyut.demo.calendars import EID, ROSTER, Layouts, usual_weeks
from denyut.demo.city import DemoCity
from denyut.demo.months import local
from models.rules.calendars import WeekPattern
from tests.denyut.demo.conftest import NOW


def test_usual_weeks_are_what_the_database_begins_with() -> None:
    weeks = {row["code"]: WeekPattern.from_lists(row["week"]) for row in usual_weeks()}
    assert weeks["five_days"].weekly_hours == 37.5
    assert weeks["six_days"].weekly_hours == 35.5
    assert weeks["roster"].weekly_hours == 0


async def test_they_are_the_rows_of_the_first_migration(pool: asyncpg.Pool) -> None:
    rows = await pool.fetch("SELECT code, week::text, ramadan_week::text, roster FROM work_pattern")
    stored = {
        row["code"]: (row["week"].replace(" ", ""), row["ramadan_week"].replace(" ", ""))
        for row in rows
    }
    made = {
        row["code"]: (
            str(row["week"]).replace(" ", ""),
            str(row["ramadan_week"]).replace(" ", ""),
        )
        for row in usual_weeks()
    }
    assert made == stored


def test_the_fast_ends_on_the_eve_of_the_feast(city: DemoCity) -> None:
    feasts = {row["on_date"] for row in city.calendars.holidays if row["name"] == EID}
    assert feasts
    for ramadan in city.calendars.ramadans:
        assert ramadan["ends_on"] + timedelta(days=1) in feasts
        assert (ramadan["ends_on"] - ramadan["starts_on"]).days in (28, 29)


def test_the_holidays_of_the_year_and_one_of_the_city_are_there(city: DemoCity) -> None:
    days = {row["on_date"]: row for row in city.calendars.holidays}
    assert days[date(2026, 8, 17)]["kind"] == "national"
    local_days = [row for row in city.calendars.holidays if row["kind"] == "local"]
    assert [row["unit_id"] for row in local_days] == [city.units[0].id]


def test_the_cast_is_at_work_and_the_absent_head_is_not(city: DemoCity) -> None:
    today = local(NOW).date()
    away = {
        row["employee_id"]
        for row in city.calendars.leave
        if row["starts_on"] <= today <= row["ends_on"]
    }
    cast = city.staff.cast
    assert cast.absent_head.id in away
    present = (cast.employee, cast.supervisor, cast.outsider, cast.acting_head, cast.struggling)
    assert not away & {person.id for person in present}


def test_shifts_of_a_person_never_overlap(city: DemoCity) -> None:
    ends: dict[object, object] = {}
    for row in sorted(city.calendars.shifts, key=lambda row: row["starts_at"]):
        before = ends.get(row["employee_id"])
        assert before is None or before <= row["starts_at"]
        ends[row["employee_id"]] = row["ends_at"]
    assert len({hours for hours in ROSTER if hours}) == 3


def test_equal_calendars_are_laid_out_once(city: DemoCity) -> None:
    layouts = Layouts(city.calendars.by_person)
    month = city.months[-1]
    away = {row["employee_id"] for row in city.calendars.leave}
    teachers = [
        person
        for person in city.staff.people
        if person.job.code == "guru_sd" and person.id not in away
    ]
    first, *others = [layouts.of(person, month.start, month.end) for person in teachers]
    assert others
    assert all(layout is first for layout in others)
    assert first.total_s == first.timetable.total_s
    assert first.days[0].start >= month.start
    assert first.first_risk_at < first.days[3].end
