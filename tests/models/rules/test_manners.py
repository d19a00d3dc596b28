"""Nobody is disturbed outside their hours, and what is true waits instead of being lost."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import (
    FIVE_DAYS,
    RAMADAN_FIVE_DAYS,
    RAMADAN_SIX_DAYS,
    SIX_DAYS,
    Calendar,
    DateRange,
    TimeRange,
    rostered,
)
from models.rules.manners import (
    DEFAULT_POLICY,
    REACH,
    SETTINGS,
    Defer,
    Drop,
    Hours,
    NoticePolicy,
    QuietHours,
    Reason,
    Rung,
    Send,
    Situation,
    WorkingDay,
    local_day,
    next_digest,
    policy_of,
    verdict,
    working_days_around,
)
from models.rules.worktime import is_working

ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
RAMADAN = DateRange(date(2026, 2, 18), date(2026, 3, 19))
EID = frozenset({date(2026, 3, 20), date(2026, 3, 21), date(2026, 3, 23), date(2026, 3, 24)})
LEAVE = DateRange(date(2026, 3, 2), date(2026, 3, 6))
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10:00 in Jakarta


def week(zone: str = "Asia/Jakarta", **changes: Any) -> Calendar:
    return Calendar(zone, FIVE_DAYS, RAMADAN_FIVE_DAYS, **changes)


def local(hours: int, minutes: int = 0, *, day: int = 23, zone: str = "Asia/Jakarta") -> datetime:
    at = datetime(2026, 11, day, hours, minutes, tzinfo=UTC)
    return at - timedelta(hours=ZONES[zone])


QUIET = QuietHours()
FIRST, LAST = datetime(2026, 2, 1), datetime(2026, 4, 10)  # noqa: DTZ001 - Hypothesis wants them bare
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
calendars = st.builds(
    lambda zone, six, away: Calendar(
        zone,
        SIX_DAYS if six else FIVE_DAYS,
        RAMADAN_SIX_DAYS if six else RAMADAN_FIVE_DAYS,
        ramadan=(RAMADAN,),
        holidays=EID,
        leave=(LEAVE,) if away else (),
    ),
    st.sampled_from(sorted(ZONES)),
    st.booleans(),
    st.booleans(),
)
minutes = st.integers(0, 1439)
quiets = st.none() | st.builds(QuietHours, minutes, minutes)
situations = st.builds(
    Situation,
    st.sampled_from(Reason),
    st.booleans(),
    st.booleans(),
    st.none() | instants,
    st.integers(0, 30),
)
policies = st.builds(
    NoticePolicy,
    digest_minutes=st.sampled_from([5, 15, 30]),
    cool_down_s=st.integers(0, 90_000),
    daily_cap=st.integers(1, 20),
)


def may_be_reached(hours: Hours, at: datetime) -> bool:
    local_at = at + timedelta(hours=ZONES[hours.calendar.zone])
    minute = local_at.hour * 60 + local_at.minute
    quiet = hours.quiet is not None and hours.quiet.covers(minute)
    return is_working(hours.calendar, at) and not quiet


@given(calendars, quiets, instants)
def test_the_next_moment_is_the_first_in_which_the_person_may_be_reached(
    calendar: Calendar, quiet: QuietHours | None, at: datetime
) -> None:
    """Against a walk by minutes, which hours, breaks and quiet hours all begin and end with."""
    hours = Hours(calendar, quiet)
    moment = hours.next_moment(at)
    here = at
    for _ in range(5 * 1440):
        if may_be_reached(hours, here):
            break
        here = here.replace(second=0, microsecond=0) + timedelta(minutes=1)
    else:
        assert moment is None or moment >= here
        return
    assert moment == here


@given(calendars, quiets, instants, policies, situations)
def test_nothing_is_sent_outside_the_hours_or_without_a_reason(
    calendar: Calendar,
    quiet: QuietHours | None,
    now: datetime,
    policy: NoticePolicy,
    situation: Situation,
) -> None:
    hours = Hours(calendar, quiet)
    answer = verdict(policy, situation, hours, now)
    match answer:
        case Send():
            assert may_be_reached(hours, now)
            assert situation.reason is Reason.HOLDS
            assert situation.wanted
            assert not situation.noted
            assert situation.sent_today < policy.daily_cap
        case Defer(until):
            assert until > now
        case Drop():
            assert situation.reason is Reason.GONE or situation.noted or not situation.wanted


@given(calendars, instants, policies)
def test_what_stays_true_is_sent_within_the_horizon_however_often_it_is_deferred(
    calendar: Calendar, now: datetime, policy: NoticePolicy
) -> None:
    hours, here = Hours(calendar, QUIET), now
    situation = Situation(last_alike_at=now)
    for _ in range(20):
        answer = verdict(policy, situation, hours, here)
        if isinstance(answer, Send):
            assert here - now <= REACH
            return
        assert isinstance(answer, Defer)
        here = answer.until
    pytest.fail("deferred for ever")


@pytest.mark.parametrize(("zone", "ahead_h"), ZONES.items())
def test_each_zone_begins_its_own_day(zone: str, ahead_h: int) -> None:
    """The same instant, 23:00 UTC on Sunday: every phone waits for 07:30 on its own clock."""
    night = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    moment = Hours(week(zone), QUIET).next_moment(night)
    assert moment == datetime(2026, 11, 23, 7, 30, tzinfo=UTC) - timedelta(hours=ahead_h)


def test_a_ramadan_morning_begins_at_eight_and_its_feast_is_left_alone() -> None:
    fast = week(ramadan=(RAMADAN,), holidays=EID)
    hours = Hours(fast, QUIET)
    assert hours.next_moment(datetime(2026, 2, 18, 0, 31, tzinfo=UTC)) == datetime(
        2026, 2, 18, 1, 0, tzinfo=UTC
    )
    assert hours.next_moment(datetime(2026, 3, 19, 9, 0, tzinfo=UTC)) == datetime(
        2026, 3, 25, 0, 30, tzinfo=UTC
    )  # Thursday's work ended at 15:00; then the feast; Wednesday at 07:30


def test_leave_in_the_middle_of_the_day_and_of_the_week() -> None:
    by_hour = week(leave=(TimeRange(local(9), local(14)),))
    assert Hours(by_hour, QUIET).next_moment(local(10)) == local(14)
    by_day = week(leave=(DateRange(date(2026, 11, 23), date(2026, 11, 25)),))
    assert Hours(by_day, QUIET).next_moment(local(10)) == local(7, 30, day=26)


def test_personal_quiet_hours_cut_working_time_and_the_noon_break_is_left_alone() -> None:
    hours = Hours(week(), QuietHours(9 * 60, 11 * 60))
    assert hours.next_moment(local(10)) == local(11)
    assert hours.next_moment(local(12, 10)) == local(13)


def test_a_night_shift_is_reached_in_its_night() -> None:
    shift = TimeRange(local(21), local(6, day=24))
    roster = week(shifts=dict(rostered([shift], "Asia/Jakarta")), roster=True)
    assert Hours(roster).next_moment(local(10)) == local(21)


def test_who_is_never_reachable_is_looked_at_again_later() -> None:
    away = week(leave=(DateRange(date(2026, 11, 1), date(2027, 3, 1)),))
    assert Hours(away).next_moment(MONDAY) is None
    assert verdict(DEFAULT_POLICY, Situation(), Hours(away), MONDAY) == Defer(
        MONDAY + REACH, "away"
    )


@given(instants, policies)
def test_a_digest_waits_for_the_next_full_quarter_and_no_longer(
    at: datetime, policy: NoticePolicy
) -> None:
    digest = next_digest(policy, at)
    assert timedelta(0) <= digest - at < timedelta(minutes=policy.digest_minutes)
    assert (digest.minute % policy.digest_minutes, digest.second, digest.microsecond) == (0, 0, 0)
    assert next_digest(policy, digest) == digest


@pytest.mark.parametrize(
    ("situation", "why"),
    [
        (Situation(reason=Reason.GONE), "reason_gone"),
        (Situation(noted=True), "noted"),
        (Situation(wanted=False), "preference"),
    ],
)
def test_what_nobody_needs_any_more_is_dropped(situation: Situation, why: str) -> None:
    assert verdict(DEFAULT_POLICY, situation, Hours(week(), QUIET), MONDAY) == Drop(why)
    at_night = local(2)
    assert verdict(DEFAULT_POLICY, situation, Hours(week(), QUIET), at_night) == Drop(why)


@pytest.mark.parametrize(
    ("situation", "until", "why"),
    [
        (
            Situation(last_alike_at=MONDAY - timedelta(minutes=20)),
            MONDAY + timedelta(minutes=40),
            "cool_down",
        ),
        (Situation(sent_today=12), local(7, 30, day=24), "daily_cap"),
        (Situation(reason=Reason.UNSETTLED), MONDAY + timedelta(seconds=5), "unsettled"),
    ],
)
def test_what_comes_too_soon_or_too_often_waits(
    situation: Situation, until: datetime, why: str
) -> None:
    assert verdict(DEFAULT_POLICY, situation, Hours(week(), QUIET), MONDAY) == Defer(until, why)


def test_a_push_inside_the_hours_goes_out_with_the_units_limit_for_digests() -> None:
    policy = NoticePolicy(digest_above=5)
    assert verdict(policy, Situation(sent_today=11), Hours(week(), QUIET), MONDAY) == Send(5)


def test_the_nearest_unit_that_sets_a_name_wins() -> None:
    city = {"daily_cap": 20, "quiet_start_minute": 1200, "rungs_off": ["nudge"]}
    clinic = {"daily_cap": 5, "rungs_off": ["achieved", "at_risk"]}
    policy = policy_of([city, {}, clinic])
    assert (policy.daily_cap, policy.quiet_start_minute) == (5, 1200)
    assert policy.rungs_off == {Rung.ACHIEVED, Rung.AT_RISK}
    assert policy.has(Rung.NUDGE)
    assert not policy.has(Rung.AT_RISK)
    assert policy_of([]) == policy_of([{}]) == DEFAULT_POLICY


@pytest.mark.parametrize(
    "setting",
    [
        {"loudness": 11},
        {"daily_cap": 0},
        {"daily_cap": True},
        {"daily_cap": "12"},
        {"digest_minutes": 7},
        {"quiet_end_minute": 1440},
        {"escalate_after_working_days": 4},
        {"nudge_before_close_minutes": 0},
        {"cool_down_s": -1},
        {"rungs_off": ["shouting"]},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(setting: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the API names the field, the rule says why
        policy_of([setting])


def test_the_settings_are_those_of_the_policy() -> None:
    assert {"quiet_start_minute", "rungs_off", "nudge_before_close_minutes"} <= SETTINGS


@given(st.sampled_from(sorted(ZONES)), instants)
def test_a_local_day_holds_its_instant_and_has_24_hours(zone: str, at: datetime) -> None:
    start, end = local_day(zone, at)
    assert start <= at < end
    assert end - start == timedelta(days=1)
    assert (start + timedelta(hours=ZONES[zone])).hour == 0


@given(calendars, instants)
def test_the_days_ahead_are_whole_in_order_and_not_over(calendar: Calendar, now: datetime) -> None:
    days = working_days_around(calendar, now)
    for day in days:
        assert day.closes > now
        assert is_working(calendar, day.opens)
        assert not is_working(calendar, day.opens - timedelta(microseconds=1))
        assert not is_working(calendar, day.closes)
        opens_local = day.opens + timedelta(hours=ZONES[calendar.zone])
        assert opens_local.date() == day.day
    assert [day.day for day in days] == sorted({day.day for day in days})


def test_a_day_is_nudged_45_minutes_before_it_closes_and_a_short_one_at_its_opening() -> None:
    (today, *_) = working_days_around(week(), local(10))
    assert (today.opens, today.closes) == (local(7, 30), local(16))
    assert today.nudge_at(DEFAULT_POLICY) == local(15, 15)
    short = WorkingDay(date(2026, 11, 23), local(9), local(9, 30))
    assert short.nudge_at(DEFAULT_POLICY) == local(9)


def test_a_day_off_is_no_day_and_the_day_under_way_comes_first() -> None:
    days = working_days_around(week(holidays=frozenset({date(2026, 11, 24)})), local(15, 59))
    assert [day.day.day for day in days[:3]] == [23, 25, 26]
    assert working_days_around(week(), local(16))[0].day == date(2026, 11, 24)
