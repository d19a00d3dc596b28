"""A target slips at one computable instant, and that instant obeys the rule it stands for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, Calendar, DateRange, TimeRange
from models.rules.pace import (
    Aspect,
    Direction,
    Goal,
    Pace,
    Progress,
    State,
    expected,
    pace,
    slipping_share,
)
from models.rules.worktime import Timetable

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
START = datetime(2026, 10, 31, 17, tzinfo=UTC)  # 1 November in Jakarta, a Sunday
END = datetime(2026, 11, 30, 17, tzinfo=UTC)  # 21 working days later
FIRST_DAY = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)  # Monday, 07:30 in Jakarta
CALENDAR = Calendar("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS)
MONTH = Timetable(CALENDAR, START, END)
ON_LEAVE = replace(CALENDAR, leave=(DateRange(date(2026, 10, 1), date(2026, 12, 31)),))

VISITS = Goal(quantity=210)  # ten a working day
PLAIN = Goal(quantity=210, tolerance=0.0, grace=0.0)
QUALITY = Goal(quantity=85, aspect=Aspect.QUALITY)
MINUTES = Goal(quantity=5, aspect=Aspect.TIME, direction=Direction.LOWER)
COSTS = Goal(quantity=1000, aspect=Aspect.COST, direction=Direction.LOWER)
RANGE = Goal(quantity=0, direction=Direction.RANGE, low=168, high=252)


def at(goal: Goal, progress: Progress, now: datetime, timetable: Timetable = MONTH) -> Pace:
    return pace(goal, progress, timetable, (START, END), now)


def done(amount: float) -> Progress:
    return Progress(approved=amount / 2, pending=amount / 2)


# --- more is better ---------------------------------------------------------------------------


def test_whoever_does_nothing_slips_when_the_grace_has_passed():
    answer = at(VISITS, Progress(), FIRST_DAY)
    assert answer.slips_at == FIRST_DAY + 2 * DAY + 45 * timedelta(minutes=1)  # 2.1 days of work
    assert answer.at_risk_at == FIRST_DAY + DAY + 45 * timedelta(minutes=1)
    assert answer.state is State.ON_TRACK


def test_the_states_follow_one_another():
    slips_at = at(VISITS, Progress(), FIRST_DAY).slips_at
    assert slips_at is not None
    states = [
        at(VISITS, Progress(), now).state
        for now in (START - DAY, FIRST_DAY, slips_at - HOUR, slips_at, slips_at + DAY, END)
    ]
    assert states == [
        State.ON_TRACK,
        State.ON_TRACK,
        State.AT_RISK,
        State.SLIPPED,
        State.SLIPPED,
        State.LAPSED,
    ]


def test_pending_counts_like_approved():
    now = FIRST_DAY + 10 * DAY
    assert at(VISITS, Progress(approved=100), now) == at(VISITS, Progress(pending=100), now)


def test_exactly_on_pace_at_the_end_of_a_day_is_not_slipped_overnight():
    answer = at(PLAIN, done(10), FIRST_DAY + 12 * HOUR)
    assert answer.expected == pytest.approx(10)
    assert answer.state is not State.SLIPPED
    assert answer.slips_at == FIRST_DAY + DAY  # only when more is expected: at work's beginning


def test_reaching_the_goal_achieves_it_at_once_and_for_good():
    for now in (FIRST_DAY, END, END + DAY):
        assert at(VISITS, done(210), now) == Pace(
            State.ACHIEVED, expected(VISITS, MONTH.seconds_between(START, now) / MONTH.total_s),
            None, None,
        )  # fmt: skip


def test_within_the_tolerance_it_never_slips_but_the_period_ends_unachieved():
    assert at(VISITS, done(200), END - HOUR).slips_at is None
    assert at(VISITS, done(200), END - HOUR).state is State.ON_TRACK
    assert at(VISITS, done(200), END).state is State.LAPSED


def test_a_late_report_brings_a_slipped_target_back():
    now = FIRST_DAY + 10 * DAY
    assert at(VISITS, done(40), now).state is State.SLIPPED
    assert at(VISITS, done(90), now).state is State.ON_TRACK


def test_a_grace_of_the_whole_period_never_slips():
    patient = replace(VISITS, grace=1.0)
    assert slipping_share(patient, 0) == 1.0
    assert at(patient, Progress(), END - HOUR).slips_at is None
    assert at(patient, Progress(), END).state is State.LAPSED


def test_the_day_before_never_lies_before_the_period():
    answer = at(PLAIN, Progress(), START - HOUR)
    assert (answer.slips_at, answer.at_risk_at) == (FIRST_DAY, START)


# --- nothing was expected ---------------------------------------------------------------------


@pytest.mark.parametrize("goal", [VISITS, QUALITY, MINUTES, COSTS, RANGE])
@pytest.mark.parametrize("now", [FIRST_DAY, END])
def test_leave_for_the_whole_period_neither_slips_nor_lapses(goal: Goal, now: datetime):
    away = Timetable(ON_LEAVE, START, END)
    answer = at(goal, Progress(measured=10_000, observations=50, approved=10_000), now, away)
    assert answer.slips_at is answer.at_risk_at is answer.expected is None
    assert answer.state in (State.ON_TRACK, State.ACHIEVED)
    assert at(VISITS, Progress(), now, away) == Pace(State.ON_TRACK, None, None, None)


@pytest.mark.parametrize("now", [FIRST_DAY, END])
@pytest.mark.parametrize("amount", [0, 5, -1e-17])
def test_a_goal_of_zero_asks_for_nothing(now: datetime, amount: float):
    answer = at(Goal(quantity=0), Progress(approved=amount), now)
    assert answer == Pace(State.ON_TRACK, 0, None, None)


@pytest.mark.parametrize("now", [FIRST_DAY, END])
@pytest.mark.parametrize(
    "progress", [Progress(), Progress(observations=9, measured=0), Progress(observations=50)]
)
def test_too_few_observations_are_missing_and_missing_is_not_zero(
    now: datetime, progress: Progress
):
    assert at(QUALITY, progress, now).state is State.ON_TRACK


# --- measured values, limits and ranges -------------------------------------------------------


@pytest.mark.parametrize(
    ("goal", "holding", "failing"),
    [
        (QUALITY, 85, 84.9),
        (MINUTES, 5, 5.1),
        (replace(QUALITY, direction=Direction.RANGE, low=80, high=90), 80, 90.5),
    ],
)
def test_a_measured_value_slips_when_it_fails_and_is_judged_at_the_end(
    goal: Goal, holding: float, failing: float
):
    now = FIRST_DAY + 5 * DAY
    good, bad = (Progress(observations=10, measured=value) for value in (holding, failing))
    assert at(goal, good, now).state is State.ON_TRACK
    assert at(goal, good, END).state is State.ACHIEVED
    assert at(goal, bad, now) == Pace(State.SLIPPED, goal.quantity, now, now)
    assert at(goal, bad, END).state is State.LAPSED


def test_lower_is_better_slips_when_its_limit_is_crossed():
    now = FIRST_DAY + 5 * DAY
    assert at(COSTS, done(1000), now) == Pace(State.ON_TRACK, 1000, None, None)
    assert at(COSTS, done(1001), now) == Pace(State.SLIPPED, 1000, now, now)
    assert at(COSTS, done(1000), END).state is State.ACHIEVED
    assert at(COSTS, done(1001), END).state is State.LAPSED


def test_a_limit_of_zero_is_a_limit():
    none_allowed = replace(COSTS, quantity=0)
    assert at(none_allowed, done(0), FIRST_DAY).state is State.ON_TRACK
    assert at(none_allowed, done(1), FIRST_DAY).state is State.SLIPPED


def test_a_range_is_left_downwards_like_a_goal_and_upwards_for_good():
    low_end = Goal(quantity=168)
    now = FIRST_DAY + 8 * DAY
    assert at(RANGE, done(40), now) == at(low_end, done(40), now)
    assert at(RANGE, done(200), now).state is State.ON_TRACK
    assert at(RANGE, done(253), now) == Pace(
        State.SLIPPED, at(low_end, done(0), now).expected, now, now
    )
    assert [at(RANGE, done(amount), END).state for amount in (167, 168, 252, 253)] == [
        State.LAPSED,
        State.ACHIEVED,
        State.ACHIEVED,
        State.LAPSED,
    ]


def test_a_range_may_begin_at_zero():
    few = Goal(quantity=50, direction=Direction.RANGE, low=0, high=3)
    assert at(few, done(0), END - HOUR).slips_at is None
    assert at(few, done(0), END).state is State.ACHIEVED


@pytest.mark.parametrize(("low", "high"), [(None, 3), (3, None), (4, 3)])
def test_a_range_has_two_ends(low: float | None, high: float | None):
    with pytest.raises(ValueError, match="low and a high"):
        Goal(quantity=1, direction=Direction.RANGE, low=low, high=high)


def test_a_timetable_that_does_not_cover_the_period_is_not_used():
    with pytest.raises(ValueError, match="does not cover"):
        at(VISITS, Progress(), FIRST_DAY, Timetable(CALENDAR, START + DAY, END))


# --- laws -------------------------------------------------------------------------------------

shares = st.floats(0, 0.9)
amounts = st.floats(0, 500) | st.integers(0, 250).map(float)
goals = st.builds(
    Goal, quantity=st.floats(0.5, 400), tolerance=shares, grace=shares
) | st.builds(
    lambda low, width: Goal(quantity=0, direction=Direction.RANGE, low=low, high=low + width),
    st.floats(0.5, 200),
    st.floats(0, 200),
)  # fmt: skip
growing = goals.filter(lambda goal: goal.direction is Direction.HIGHER)
nows = st.timedeltas(timedelta(0), END - START).map(lambda since: START + since)
leaves = st.lists(
    st.builds(lambda day, length: DateRange(day, day + length * DAY),
              st.dates(date(2026, 11, 1), date(2026, 11, 30)), st.integers(0, 6)), max_size=3
)  # fmt: skip


def month(*leave: DateRange | TimeRange) -> Timetable:
    return Timetable(replace(CALENDAR, leave=leave), START, END)


@given(growing, amounts, amounts)
def test_more_progress_never_slips_sooner(goal: Goal, before: float, more: float):
    sooner, later = slipping_share(goal, before), slipping_share(goal, before + more)
    assert later is None or (sooner is not None and sooner <= later)


@given(growing, amounts, amounts, leaves, nows)
def test_more_progress_only_moves_the_instant_later(
    goal: Goal, before: float, more: float, leave: list[DateRange], now: datetime
):
    timetable = month(*leave)
    sooner = at(goal, done(before), now, timetable).slips_at
    later = at(goal, done(before + more), now, timetable).slips_at
    assert later is None or (sooner is not None and sooner <= later)


@given(growing, shares, amounts)
def test_a_longer_grace_never_slips_sooner(goal: Goal, grace: float, amount: float):
    one, two = sorted((goal.grace, grace))
    short, long = (slipping_share(replace(goal, grace=grace), amount) for grace in (one, two))
    assert (short is None) == (long is None)
    assert short is None or long is None or short <= long


@given(growing, shares, amounts)
def test_a_wider_tolerance_never_slips_sooner(goal: Goal, tolerance: float, amount: float):
    one, two = sorted((goal.tolerance, tolerance))
    strict, mild = (
        slipping_share(replace(goal, tolerance=tolerance), amount) for tolerance in (one, two)
    )
    assert mild is None or (strict is not None and strict <= mild)


@settings(max_examples=60)
@given(growing, st.floats(0, 1), leaves)
def test_the_instant_is_the_one_that_watching_the_rule_all_month_finds(
    goal: Goal, part: float, leave: list[DateRange]
):
    timetable = month(*leave)
    assume(timetable.total_s > 0)
    amount = part * goal.quantity
    slips_at = at(goal, done(amount), START, timetable).slips_at
    for step in range(30 * 24 * 4):
        now = START + step * HOUR / 4
        share = timetable.seconds_between(START, now) / timetable.total_s
        margin = expected(goal, share) * (1 - goal.tolerance) - amount
        if abs(margin) < 1e-9 or abs(share - goal.grace) < 1e-9:
            continue  # the very instant, where rounding may fall to either side
        slips_by_the_rule = margin > 0 and share > goal.grace
        assert slips_by_the_rule == (slips_at is not None and now > slips_at)


FEW_DAYS = 5  # Thursday to Monday, so that a weekend lies in it
THURSDAY = datetime(2026, 11, 5, tzinfo=ZoneInfo("Asia/Jakarta"))


def second_of_slipping(goal: Goal, amount: float, calendar: Calendar) -> int | None:
    """Counts every second of the period by a clock on the wall; the first that is too late."""
    works = [
        any(opens <= minute < closes for opens, closes in calendar.hours_on(day).intervals)
        for day in (THURSDAY.date() + offset * DAY for offset in range(FEW_DAYS))
        for minute in range(24 * 60)
    ]
    total, elapsed = 60 * sum(works), 0
    for minute, is_work in enumerate(works):
        if not is_work:
            continue
        for second in range(60):
            elapsed += 1
            share = elapsed / total
            if share > goal.grace and amount < goal.floor * share * (1 - goal.tolerance):
                return minute * 60 + second + 1
    return None


@settings(max_examples=60)
@given(goals, st.floats(0, 1.1), leaves, st.booleans())
def test_the_instant_is_the_second_at_which_a_clock_on_the_wall_finds_it(
    goal: Goal, part: float, leave: list[DateRange], fasting: bool
):
    """Second by second, with its own counting: breaks, leave, a weekend, Ramadan."""
    fast = (DateRange(date(2026, 11, 6), date(2026, 11, 30)),) if fasting else ()
    calendar = replace(CALENDAR, leave=tuple(leave), ramadan=fast)
    end = THURSDAY + FEW_DAYS * DAY
    timetable = Timetable(calendar, THURSDAY, end)
    amount = part * goal.floor
    answer = pace(goal, done(amount), timetable, (THURSDAY, end), THURSDAY)
    if goal.high is not None and amount > goal.high:
        assert answer.slips_at == THURSDAY  # above its range already
        return
    found = second_of_slipping(goal, amount, calendar) if timetable.total_s else None
    if found is None:
        # The last second may hold an instant that no full second shows.
        assert answer.slips_at is None or timetable.seconds_between(answer.slips_at, end) <= 1
        return
    assert answer.slips_at is not None
    late_s = (THURSDAY + timedelta(seconds=found) - answer.slips_at).total_seconds()
    assert -0.001 <= late_s <= 1.001


@given(goals, amounts, leaves, nows)
def test_an_instant_of_slipping_lies_in_the_persons_working_time(
    goal: Goal, amount: float, leave: list[DateRange], now: datetime
):
    timetable = month(*leave)
    answer = at(goal, done(amount), now, timetable)
    if answer.slips_at is not None and answer.slips_at != now:
        assert timetable.is_working(answer.slips_at)
        assert START <= answer.slips_at < END
        assert answer.at_risk_at is not None
        assert START <= answer.at_risk_at <= answer.slips_at


@given(growing, st.floats(0, 0.09), leaves, st.floats(0, 1), st.floats(0, 1))
def test_leave_that_is_over_by_then_never_makes_a_target_slip_sooner(
    goal: Goal, part: float, leave: list[DateRange], one: float, two: float
):
    """Leave still to come may: the same goal is then left for fewer days."""
    amount = part * goal.quantity
    slips_at = at(goal, done(amount), START, month(*leave)).slips_at
    if slips_at is None:
        return  # away all month
    away, back = (START + share * (slips_at - START) for share in sorted((one, two)))
    with_leave = at(goal, done(amount), START, month(*leave, TimeRange(away, back))).slips_at
    rounding = timedelta(microseconds=2)
    assert with_leave is None or with_leave >= slips_at - rounding


@given(goals, amounts, leaves, nows)
def test_the_state_says_what_the_instants_say(
    goal: Goal, amount: float, leave: list[DateRange], now: datetime
):
    answer = at(goal, done(amount), now, month(*leave))
    if answer.state is State.SLIPPED:
        assert answer.slips_at is not None
        assert answer.slips_at <= now < END
    elif answer.state is State.AT_RISK:
        assert answer.slips_at is not None
        assert answer.at_risk_at is not None
        assert answer.at_risk_at <= now < answer.slips_at
    elif answer.state is State.ON_TRACK:
        assert answer.at_risk_at is None or now < answer.at_risk_at
