"""A supervisor's clock runs while they work and can be reached, and never otherwise."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import Calendar, DateRange, DayHours, TimeRange, WeekPattern
from models.rules.responses import (
    ResponseTimes,
    Wait,
    merged,
    nearest_rank,
    reachable_seconds,
    response_times,
)
from models.rules.worktime import Timetable

ZONE = ZoneInfo("Asia/Jakarta")
OFFICE, FREE = DayHours.between("08:00", "16:00", ("12:00", "13:00")), DayHours()  # 7 hours a day
WEEK = WeekPattern((OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, FREE, FREE))
FROM, TO = datetime(2026, 11, 1, tzinfo=ZONE), datetime(2026, 12, 1, tzinfo=ZONE)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def timetable(*leave: DateRange) -> Timetable:
    calendar = Calendar("Asia/Jakarta", WEEK, WEEK, leave=leave)
    return Timetable(calendar, FROM, TO)


AT_WORK = timetable()
instants = st.timedeltas(timedelta(0), TO - FROM).map(lambda since: FROM.astimezone(UTC) + since)
spans = st.tuples(instants, instants).map(sorted)
answered = spans.map(lambda pair: Wait(*pair))
waits = st.lists(st.one_of(answered, instants.map(Wait)), max_size=12)
outages = st.lists(spans.map(lambda pair: TimeRange(*pair)), max_size=4)


def times(*given: Wait, away: tuple[TimeRange, ...] = ()) -> ResponseTimes:
    return response_times(given, AT_WORK, away, TO)


def test_a_night_and_a_weekend_cost_nothing():
    friday_evening, monday = at(20, 15), at(23, 9)
    assert times(Wait(friday_evening, monday)).median_hours == 2.0
    assert times(Wait(at(24, 17), at(25, 7))).median_hours == 0.0


def test_leave_stops_the_clock():
    wait = Wait(at(23, 8), at(26, 8))
    assert response_times([wait], AT_WORK, (), TO).median_hours == 21.0
    away = timetable(DateRange(date(2026, 11, 24), date(2026, 11, 25)))
    assert response_times([wait], away, (), TO).median_hours == 7.0


def test_an_outage_stops_it_once_however_often_it_was_recorded():
    wait = Wait(at(24, 8), at(24, 16))
    outage = TimeRange(at(24, 9), at(24, 11))
    assert times(wait, away=(outage, outage)).median_hours == 5.0
    assert times(wait, away=(outage, TimeRange(at(24, 10), at(24, 14)))).median_hours == 3.0


def test_nobody_asked_is_missing_and_not_zero():
    assert times() == ResponseTimes(0, None, None, 0, None)
    asked = times(Wait(at(24, 8)))
    assert (asked.answered, asked.median_hours, asked.waiting) == (0, None, 1)
    assert asked.oldest_waiting_hours == 35.0  # five days to the end of the month


def test_the_slowest_tenth_does_not_hide_behind_the_median():
    quick = [Wait(at(24, 8), at(24, 9))] * 8
    slow = [Wait(at(23, 8), at(24, 9))] * 2
    assert times(*quick, *slow).median_hours == 1.0
    assert times(*quick, *slow).p90_hours == 8.0


@given(waits, outages, st.randoms(use_true_random=False))
def test_the_order_is_of_no_matter(given: list[Wait], away: list[TimeRange], order: random.Random):
    before = response_times(given, AT_WORK, away, TO)
    order.shuffle(given)
    order.shuffle(away)
    assert response_times(given, AT_WORK, away, TO) == before


@given(waits, outages)
def test_more_outage_never_makes_anybody_slower(given: list[Wait], away: list[TimeRange]):
    with_it, without = (response_times(given, AT_WORK, each, TO) for each in (away, ()))
    assert (with_it.median_hours or 0) <= (without.median_hours or 0)
    assert (with_it.oldest_waiting_hours or 0) <= (without.oldest_waiting_hours or 0)


@given(waits, outages)
def test_the_median_is_never_above_nine_in_ten(given: list[Wait], away: list[TimeRange]):
    found = response_times(given, AT_WORK, away, TO)
    assert found.answered + found.waiting == len(given)
    if found.median_hours is not None:
        assert found.p90_hours is not None
        assert 0 <= found.median_hours <= found.p90_hours


@given(spans, outages)
def test_what_counts_lies_between_nothing_and_all_of_the_time(
    span: list[datetime], away: list[TimeRange]
):
    counted = reachable_seconds(AT_WORK, merged(away), *span)
    assert 0 <= counted <= AT_WORK.seconds_between(*span)


@given(outages)
def test_merged_time_is_in_order_and_apart(away: list[TimeRange]):
    joined = merged(away)
    for before, after in pairwise(joined):
        assert before.end < after.start
    assert all(any(one.start <= each.start and each.end <= one.end for one in joined)
               for each in away)  # fmt: skip


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_the_nearest_rank_is_one_of_them_with_enough_below(values: list[float], share: float):
    found = nearest_rank(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
