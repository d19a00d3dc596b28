"""Working time: what lies between two instants, and where a given amount of it runs out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
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
    week,
)
from models.rules.worktime import (
    Timetable,
    instant_after,
    is_working,
    next_working_instant,
    working_day_before,
    working_intervals,
    working_seconds,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR_S = 3600.0
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
FIVE = Calendar("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS)
SIX = Calendar("Asia/Jakarta", SIX_DAYS, RAMADAN_SIX_DAYS)


def wib(day: int, clock: str = "00:00") -> datetime:
    """A clock time in Jakarta, `day` days after Monday, 23 November 2026."""
    hour, minute = clock.split(":")
    start = datetime(MONDAY.year, MONDAY.month, MONDAY.day, int(hour), int(minute), tzinfo=JAKARTA)
    return start + day * DAY


# --- golden weeks -----------------------------------------------------------------------------


def test_a_week_of_five_days_has_its_37_and_a_half_hours():
    assert working_seconds(FIVE, wib(0), wib(7)) == 37.5 * HOUR_S


def test_a_week_in_ramadan_has_its_32_and_a_half_hours():
    fasting = (DateRange(MONDAY, MONDAY + 27 * DAY),)
    for calendar in (FIVE, SIX):
        week_s = working_seconds(replace(calendar, ramadan=fasting), wib(7), wib(14))
        assert week_s == 32.5 * HOUR_S


def test_a_week_of_six_days_works_on_saturday():
    assert working_seconds(SIX, wib(0), wib(7)) == 35.5 * HOUR_S
    assert working_seconds(SIX, wib(5), wib(6)) == 5.5 * HOUR_S


def test_the_breaks_of_monday_and_friday():
    assert working_intervals(FIVE, wib(0), wib(1)) == (
        (wib(0, "07:30"), wib(0, "12:00")),
        (wib(0, "13:00"), wib(0, "16:00")),
    )
    assert working_intervals(FIVE, wib(4), wib(5)) == (
        (wib(4, "07:30"), wib(4, "11:30")),
        (wib(4, "13:00"), wib(4, "16:30")),
    )


@pytest.mark.parametrize(
    ("zone", "opens_utc"),
    [("Asia/Jakarta", "00:30"), ("Asia/Makassar", "23:30"), ("Asia/Jayapura", "22:30")],
)
def test_the_day_begins_by_the_clock_of_the_work_unit(zone: str, opens_utc: str):
    calendar = replace(FIVE, zone=zone)
    opens = next_working_instant(calendar, wib(1, "00:00"))
    assert opens is not None
    assert f"{opens:%H:%M}" == opens_utc
    assert opens.tzinfo is UTC


# --- what stops and moves the clock -----------------------------------------------------------


def test_holidays_and_leave_stop_the_clock():
    away = replace(
        FIVE,
        holidays=frozenset({MONDAY}),
        leave=(DateRange(MONDAY + DAY, MONDAY + 2 * DAY), TimeRange(wib(3), wib(3, "09:30"))),
    )
    assert working_seconds(away, wib(0), wib(3)) == 0
    assert working_seconds(away, wib(3), wib(4)) == 5.5 * HOUR_S
    assert working_seconds(away, wib(0), wib(7)) == (37.5 - 3 * 7.5 - 2) * HOUR_S


def test_leave_within_an_interval_cuts_it_in_two():
    away = replace(FIVE, leave=(TimeRange(wib(0, "08:00"), wib(0, "09:00")),))
    assert working_intervals(away, wib(0), wib(0, "12:30")) == (
        (wib(0, "07:30"), wib(0, "08:00")),
        (wib(0, "09:00"), wib(0, "12:00")),
    )


def test_leaves_that_overlap_count_once():
    leave = (
        TimeRange(wib(0, "09:00"), wib(0, "11:00")),
        TimeRange(wib(0, "08:00"), wib(0, "10:00")),
        TimeRange(wib(0, "08:30"), wib(0, "09:30")),
    )
    assert working_seconds(replace(FIVE, leave=leave), wib(0), wib(1)) == 4.5 * HOUR_S


NIGHTS = replace(
    FIVE,
    roster=True,
    shifts={MONDAY: DayHours.between("22:00", "06:00"), MONDAY + DAY: DayHours(((1320, 1800),))},
)


def test_a_night_shift_runs_over_midnight_into_any_window():
    assert working_intervals(NIGHTS, wib(0), wib(7)) == (
        (wib(0, "22:00"), wib(1, "06:00")),
        (wib(1, "22:00"), wib(2, "06:00")),
    )
    assert working_seconds(NIGHTS, wib(1), wib(2)) == 8 * HOUR_S
    assert is_working(NIGHTS, wib(2, "05:59"))
    assert not is_working(NIGHTS, wib(2, "06:00"))


def test_leave_of_a_day_takes_the_night_shift_that_begins_on_it_whole():
    away = replace(NIGHTS, leave=(DateRange(MONDAY, MONDAY),))
    assert working_intervals(away, wib(0), wib(7)) == ((wib(1, "22:00"), wib(2, "06:00")),)


def test_a_night_shift_and_the_next_days_hours_never_count_twice():
    doubled = replace(FIVE, shifts={MONDAY: DayHours(((1320, 1440 + 9 * 60),))})
    assert working_seconds(doubled, wib(0), wib(2)) == (11 + 6) * HOUR_S


@pytest.mark.parametrize(("changes", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_a_shift_over_a_change_of_clocks_has_its_true_length(changes: date, hours: int):
    night = {changes: DayHours.between("22:00", "06:00")}
    calendar = replace(FIVE, zone="Europe/Berlin", roster=True, shifts=night)
    start = datetime(changes.year, changes.month, changes.day, tzinfo=UTC)
    assert working_seconds(calendar, start, start + 2 * DAY) == hours * HOUR_S


# --- the other questions ----------------------------------------------------------------------


def test_work_that_runs_out_at_the_end_of_a_day_has_run_out_then():
    assert instant_after(FIVE, wib(0), 7.5 * HOUR_S) == wib(0, "16:00")
    assert instant_after(FIVE, wib(0), 7.5 * HOUR_S + 1) == wib(1, "07:30") + timedelta(seconds=1)


def test_nothing_to_wait_for_is_now_even_at_night():
    assert instant_after(FIVE, wib(0, "03:00"), 0) == wib(0, "03:00")


def test_more_work_than_the_horizon_holds_has_no_instant():
    assert instant_after(FIVE, wib(0), 37.5 * HOUR_S + 1, horizon=7 * DAY) is None
    assert instant_after(FIVE, wib(0), 37.5 * HOUR_S, horizon=7 * DAY) == wib(4, "16:30")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (wib(0, "07:30"), wib(0, "07:30")),
        (wib(0, "12:00"), wib(0, "13:00")),
        (wib(0, "15:59"), wib(0, "15:59")),
        (wib(0, "16:00"), wib(1, "07:30")),
        (wib(4, "16:30"), wib(7, "07:30")),
    ],
)
def test_when_work_begins_next(at: datetime, opens: datetime):
    assert next_working_instant(FIVE, at) == opens


def test_whoever_is_away_beyond_the_horizon_never_begins():
    away = replace(FIVE, leave=(DateRange(MONDAY, MONDAY + 500 * DAY),))
    assert next_working_instant(away, wib(0)) is None
    assert next_working_instant(away, wib(0), horizon=502 * DAY) == wib(501, "07:30")
    assert working_day_before(away, wib(490)) is None


@pytest.mark.parametrize(
    ("at", "before"),
    [
        (wib(1, "09:00"), wib(0, "09:00")),
        (wib(7, "07:30"), wib(4, "07:30")),
        (wib(7, "03:00"), wib(4, "07:30")),
        (wib(5, "12:00"), wib(4, "07:30")),
        (wib(4, "12:00"), wib(3, "12:00") - timedelta(minutes=30)),  # Friday's break: 4 h are done
        (wib(1, "16:00"), wib(1, "07:30")),
    ],
)
def test_one_working_day_before(at: datetime, before: datetime):
    assert working_day_before(FIVE, at) == before


def test_one_working_day_before_skips_what_was_not_worked():
    away = replace(FIVE, holidays=frozenset({MONDAY}), leave=(DateRange(MONDAY - 3 * DAY, MONDAY),))
    assert working_day_before(away, wib(1, "10:00")) == wib(-4, "10:00")


def test_one_working_day_before_counts_shifts_as_days():
    assert working_day_before(NIGHTS, wib(2, "02:00")) == wib(1, "02:00")
    assert working_day_before(NIGHTS, wib(1, "02:00")) is None


@pytest.mark.parametrize(
    ("at", "days", "after"),
    [
        (wib(0, "09:00"), 1, wib(1, "09:00")),
        (wib(4, "07:30"), 1, wib(7, "07:30")),
        (wib(5, "12:00"), 1, wib(8, "07:30")),  # found on Saturday: counted from Monday on
        (wib(0, "09:00"), 3, wib(3, "09:00")),
        (wib(3, "12:00") - timedelta(minutes=30), 1, wib(4, "13:00")),  # half a day is half a day
    ],
)
def test_working_days_later(at: datetime, days: int, after: datetime):
    assert Timetable(FIVE, wib(0), wib(20)).working_days_after(at, days) == after


def test_working_days_later_skip_holidays_and_end_with_the_window():
    leave = (DateRange(MONDAY + 2 * DAY, MONDAY + 3 * DAY),)
    away = replace(FIVE, holidays=frozenset({MONDAY + DAY}), leave=leave)
    timetable = Timetable(away, wib(0), wib(7))
    assert timetable.working_days_after(wib(0, "10:00"), 1) == wib(4, "10:00")
    assert timetable.working_days_after(wib(0, "10:00"), 2) is None
    assert timetable.working_days_after(wib(6), 1) is None


def test_the_days_of_a_window_open_and_close():
    days = Timetable(FIVE, wib(3, "09:00"), wib(7, "10:00")).days()
    assert days == (
        (wib(3, "09:00"), wib(3, "16:00")),
        (wib(4, "07:30"), wib(4, "16:30")),
        (wib(7, "07:30"), wib(7, "10:00")),
    )
    assert Timetable(FIVE, wib(5), wib(7)).days() == ()


def test_naive_instants_are_no_instants():
    with pytest.raises(TypeError):
        Timetable(FIVE, wib(0), wib(7)).is_working(datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001


# --- laws -------------------------------------------------------------------------------------

SPAN_DAYS = 6
offsets = st.integers(0, SPAN_DAYS * 24 * 60 * 60).map(lambda s: wib(0) + timedelta(seconds=s))
minutes = st.integers(0, 1439)


@st.composite
def day_hours(draw: st.DrawFn) -> DayHours:
    edges = sorted(draw(st.lists(minutes, max_size=4, unique=True)))
    if len(edges) % 2:
        edges.append(draw(st.integers(edges[-1] + 1, 2880)))
    return DayHours(tuple(zip(edges[::2], edges[1::2], strict=True)))


days = st.integers(-1, SPAN_DAYS).map(lambda day: MONDAY + day * DAY)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    hours = st.sampled_from([FIVE_DAYS.days[0], FIVE_DAYS.days[4], OFF]) | day_hours()
    leave = st.builds(
        lambda one, two: TimeRange(min(one, two), max(one, two)), offsets, offsets
    ) | days.map(lambda day: DateRange(day, day))
    return Calendar(
        draw(st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "Asia/Makassar"])),
        draw(st.sampled_from([FIVE_DAYS, SIX_DAYS]) | st.builds(week, hours, hours, hours, hours)),
        RAMADAN_FIVE_DAYS,
        ramadan=tuple(draw(st.lists(days.map(lambda day: DateRange(day, day)), max_size=1))),
        holidays=frozenset(draw(st.sets(days, max_size=2))),
        leave=tuple(draw(st.lists(leave, max_size=2))),
        shifts=draw(st.dictionaries(days, st.none() | hours, max_size=3)),
        roster=draw(st.booleans()),
    )


def works_by_the_minute(calendar: Calendar, at: datetime) -> bool:
    """The rule read out slowly: is this minute in somebody's hours, and not in leave?"""
    away = any(
        isinstance(leave, TimeRange) and leave.start <= at < leave.end for leave in calendar.leave
    )
    local = at.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    today, yesterday = (calendar.hours_on(local.date() - back * DAY) for back in (0, 1))
    return not away and (
        any(start <= minute < end for start, end in today.intervals)
        or any(start <= minute + 1440 < end for start, end in yesterday.intervals)
    )


@settings(max_examples=60)
@given(calendars(), st.integers(0, 4 * 1440), st.integers(1, 600))
def test_working_time_is_what_counting_minutes_gives(calendar: Calendar, first: int, count: int):
    leave = tuple(
        TimeRange(*(at.replace(second=0) for at in (away.start, away.end)))
        if isinstance(away, TimeRange)
        else away
        for away in calendar.leave
    )
    calendar = replace(calendar, leave=leave)
    start = wib(0) + timedelta(minutes=first)
    counted = sum(
        works_by_the_minute(calendar, start + timedelta(minutes=minute)) for minute in range(count)
    )
    timetable = Timetable(calendar, wib(0), wib(SPAN_DAYS))
    end = start + timedelta(minutes=count)
    assert timetable.seconds_between(start, end) == 60 * counted
    assert timetable.is_working(start) == works_by_the_minute(calendar, start)


@given(calendars(), offsets, offsets, offsets)
def test_working_time_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime):
    start, middle, end = sorted((one, two, three))
    timetable = Timetable(calendar, wib(0), wib(SPAN_DAYS))
    parts = timetable.seconds_between(start, middle) + timetable.seconds_between(middle, end)
    assert parts == pytest.approx(timetable.seconds_between(start, end), abs=1e-6)
    assert working_seconds(calendar, start, end) == timetable.seconds_between(start, end)


@given(calendars(), offsets, st.floats(0, 3 * 86400))
def test_the_instant_after_some_work_is_the_first_by_which_it_is_done(
    calendar: Calendar, start: datetime, seconds: float
):
    timetable = Timetable(calendar, wib(0), wib(SPAN_DAYS))
    reached = timetable.instant_after(start, seconds)
    if reached is None:
        assert timetable.seconds_between(start, timetable.end) < seconds
    else:
        assert timetable.seconds_between(start, reached) == pytest.approx(seconds, abs=1e-6)
        just_before = reached - timedelta(microseconds=1)
        assert reached == start or timetable.is_working(just_before)


@given(calendars(), offsets)
def test_the_next_working_instant_is_worked_and_nothing_before_it_is(
    calendar: Calendar, at: datetime
):
    timetable = Timetable(calendar, wib(0), wib(SPAN_DAYS))
    opens = timetable.next_working_instant(at)
    if opens is None:
        assert timetable.seconds_between(at, timetable.end) == 0
    else:
        assert timetable.is_working(opens)
        assert timetable.seconds_between(at, opens) == 0
        assert timetable.is_working(at) == (opens == at)


@given(calendars(), offsets, offsets)
def test_a_later_instant_never_has_an_earlier_day_before(
    calendar: Calendar, one: datetime, two: datetime
):
    timetable = Timetable(calendar, wib(0), wib(SPAN_DAYS))
    sooner, later = (timetable.working_day_before(at) for at in sorted((one, two)))
    assert sooner is None or (later is not None and sooner <= later)
    if later is not None:
        assert later < max(one, two)
        assert timetable.is_working(later)


@given(calendars(), offsets, st.integers(1, 3))
def test_days_later_is_the_way_back_of_days_earlier(calendar: Calendar, at: datetime, days: int):
    timetable = Timetable(calendar, wib(0), wib(SPAN_DAYS))
    later = timetable.working_days_after(at, days)
    assume(later is not None)
    back: datetime | None = later
    for _ in range(days):
        back = timetable.working_day_before(back)
    start = timetable.next_working_instant(at)
    # Each way rounds down to a microsecond of the day it arrives in, which may be a longer one.
    assert back <= start
    assert timetable.seconds_between(back, start) <= 1


@settings(max_examples=50)
@given(calendars(), offsets)
def test_the_window_of_the_question_does_not_change_the_answer(calendar: Calendar, at: datetime):
    wide = Timetable(calendar, wib(-60), wib(60))
    assert is_working(calendar, at) == wide.is_working(at)
    before, opens = wide.working_day_before(at), wide.next_working_instant(at)
    assume(before is not None and opens is not None)
    assert working_day_before(calendar, at, horizon=50 * DAY) == before
    assert next_working_instant(calendar, at, horizon=50 * DAY) == opens
