"""A person's calendar as data: sound values only, and which hours hold on which day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import (
    FIVE_DAYS,
    OFF,
    RAMADAN_FIVE_DAYS,
    RAMADAN_SIX_DAYS,
    SIX_DAYS,
    Calendar,
    DateRange,
    DayHours,
    TimeRange,
    WeekPattern,
    rostered,
)

MONDAY = date(2026, 11, 23)
NIGHT = DayHours.between("22:00", "06:00")


@pytest.mark.parametrize(
    ("pattern", "hours"),
    [(FIVE_DAYS, 37.5), (RAMADAN_FIVE_DAYS, 32.5), (SIX_DAYS, 35.5), (RAMADAN_SIX_DAYS, 32.5)],
)
def test_the_assumed_weeks_have_their_hours(pattern: WeekPattern, hours: float):
    assert pattern.weekly_hours == hours


def test_the_assumed_five_days_are_those_of_the_domain():
    assert FIVE_DAYS.as_lists() == [
        *[[[450, 720], [780, 960]]] * 4,
        [[450, 690], [780, 990]],
        [],
        [],
    ]


@pytest.mark.parametrize("pattern", [FIVE_DAYS, SIX_DAYS, RAMADAN_FIVE_DAYS, RAMADAN_SIX_DAYS])
def test_a_pattern_comes_back_from_its_stored_form(pattern: WeekPattern):
    assert WeekPattern.from_lists(pattern.as_lists()) == pattern


@pytest.mark.parametrize("days", [[], [[]] * 6, [[]] * 8, [[[60, 30]], *[[]] * 6]])
def test_a_stored_week_that_is_none_is_refused(days: list[list[list[int]]]):
    with pytest.raises(ValueError, match=r"unpack|overlap"):
        WeekPattern.from_lists(days)


@pytest.mark.parametrize(
    "intervals",
    [
        ((60, 60),),
        ((90, 60),),
        ((-10, 60),),
        ((1440, 1500),),
        ((0, 2881),),
        ((60, 120), (100, 180)),
        ((100, 180), (30, 60)),
    ],
)
def test_hours_that_overlap_or_leave_their_day_do_not_exist(intervals: tuple[tuple[int, int], ...]):
    with pytest.raises(ValueError, match="overlap"):
        DayHours(intervals)


def test_a_shift_that_ends_before_it_begins_ends_tomorrow():
    assert NIGHT.intervals == ((1320, 1800),)
    assert NIGHT.minutes == 8 * 60


def test_ranges_run_forward_and_know_their_zone():
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="ends before"):
        DateRange(MONDAY, MONDAY - timedelta(days=1))
    with pytest.raises(ValueError, match="ends before"):
        TimeRange(noon, noon - timedelta(seconds=1))
    with pytest.raises(ValueError, match="time zones"):
        TimeRange(noon.replace(tzinfo=None), noon)


EVERYTHING = Calendar(
    "Asia/Jakarta",
    FIVE_DAYS,
    RAMADAN_FIVE_DAYS,
    ramadan=(DateRange(MONDAY, MONDAY + timedelta(days=1)),),
    holidays=frozenset({MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)}),
    leave=(DateRange(MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)),),
    shifts={
        MONDAY: NIGHT,
        MONDAY + timedelta(days=1): NIGHT,
        MONDAY + timedelta(days=2): None,
        MONDAY + timedelta(days=3): NIGHT,
        MONDAY + timedelta(days=7): None,
    },
)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (0, NIGHT),  # a shift, in place of Ramadan's hours
        (1, NIGHT),  # a shift on a holiday is worked
        (2, OFF),  # "as usual" on a holiday is a holiday
        (3, OFF),  # leave takes the shift
        (4, OFF),  # leave
        (7, FIVE_DAYS.days[0]),  # "as usual"
    ],
)
@pytest.mark.parametrize("roster", [False, True])
def test_leave_goes_before_shifts_and_shifts_before_the_usual_hours(
    roster: bool, day: int, hours: DayHours
):
    assert replace(EVERYTHING, roster=roster).hours_on(MONDAY + timedelta(days=day)) == hours


def test_a_person_on_a_roster_works_on_no_other_day():
    assert EVERYTHING.hours_on(MONDAY + timedelta(days=8)) == FIVE_DAYS.days[1]
    assert replace(EVERYTHING, roster=True).hours_on(MONDAY + timedelta(days=8)) == OFF


def test_ramadan_has_its_own_hours_but_no_more_days():
    fasting = replace(EVERYTHING, holidays=frozenset(), leave=(), shifts={})
    assert fasting.hours_on(MONDAY) == RAMADAN_FIVE_DAYS.days[0]
    assert fasting.hours_on(MONDAY + timedelta(days=2)) == FIVE_DAYS.days[2]
    assert fasting.hours_on(MONDAY - timedelta(days=1)) == OFF


def test_leave_by_the_hour_leaves_the_day_in():
    at = datetime(2026, 11, 23, 3, tzinfo=UTC)
    away = replace(
        EVERYTHING, ramadan=(), shifts={}, leave=(TimeRange(at, at + timedelta(hours=2)),)
    )
    assert away.hours_on(MONDAY) == FIVE_DAYS.days[0]


def test_a_roster_of_instants_belongs_to_the_local_day_of_its_beginning():
    night = TimeRange(
        datetime(2026, 11, 23, 15, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC)
    )
    assert rostered([night], "Asia/Jakarta") == {MONDAY: NIGHT}
    assert rostered([night], "Asia/Jayapura") == {
        MONDAY + timedelta(days=1): DayHours.between("00:00", "08:00")
    }


starts = st.timedeltas(timedelta(0), timedelta(days=4))
lengths = st.timedeltas(timedelta(0), timedelta(days=4))


@given(st.lists(st.tuples(starts, lengths), max_size=6))
def test_any_roster_becomes_sound_hours(drawn: list[tuple[timedelta, timedelta]]):
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    shifts = [TimeRange(midnight + start, midnight + start + length) for start, length in drawn]
    by_day = rostered(shifts, "Asia/Jakarta")
    assert set(by_day) == {MONDAY + timedelta(days=start.days) for start, _ in drawn}
    for shift in shifts:
        opens = shift.start - midnight
        minute = opens // timedelta(minutes=1) - opens.days * 1440
        within = any(
            start <= minute < end for start, end in by_day[MONDAY + timedelta(opens.days)].intervals
        )
        assert within or shift.end - shift.start < timedelta(minutes=1)
