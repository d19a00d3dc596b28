"""Work captured before the books were closed is never refused, however late it arrives."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import TimeRange
from models.rules.lateness import Period, Timeliness, classify

START = datetime(2026, 10, 31, 17, tzinfo=UTC)  # midnight in Jakarta
END = datetime(2026, 11, 30, 17, tzinfo=UTC)
CLOSED = END + timedelta(days=9)
HOUR = timedelta(hours=1)

OPEN_PERIOD = Period(START, END)
CLOSED_PERIOD = Period(START, END, CLOSED)

instants = st.timedeltas(timedelta(days=-30), timedelta(days=90)).map(lambda since: START + since)
periods = st.sampled_from([OPEN_PERIOD, CLOSED_PERIOD])


def timeliness(period: Period, captured: datetime, received: datetime) -> Timeliness:
    return classify(period, captured, received, activity_at=captured).timeliness


@pytest.mark.parametrize("period", [OPEN_PERIOD, CLOSED_PERIOD])
def test_within_the_period_it_is_on_time(period: Period):
    assert timeliness(period, START, START + HOUR) is Timeliness.ON_TIME
    assert timeliness(period, END - HOUR, END) is Timeliness.ON_TIME


@pytest.mark.parametrize("period", [OPEN_PERIOD, CLOSED_PERIOD])
def test_captured_in_the_period_and_arriving_later_it_is_late(period: Period):
    assert timeliness(period, END - HOUR, END + HOUR) is Timeliness.LATE


def test_a_period_that_was_never_closed_takes_it_months_later():
    assert timeliness(OPEN_PERIOD, END - HOUR, END + timedelta(days=90)) is Timeliness.LATE


@pytest.mark.parametrize("captured", [START, END - HOUR, END + HOUR, CLOSED])
def test_captured_before_the_closing_it_waits_for_the_supervisor(captured: datetime):
    assert timeliness(CLOSED_PERIOD, captured, CLOSED + HOUR) is Timeliness.AFTER_CLOSING


def test_only_a_new_capture_for_a_closed_period_is_refused():
    captured = CLOSED + timedelta(seconds=1)
    assert timeliness(CLOSED_PERIOD, captured, captured + HOUR) is Timeliness.REFUSED


@given(periods, instants, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_refused_means_captured_after_the_closing(
    period: Period, captured: datetime, waited: timedelta
):
    refused = timeliness(period, captured, captured + waited) is Timeliness.REFUSED
    assert refused == (period.closed_at is not None and captured > period.closed_at)


@given(periods, instants, st.timedeltas(timedelta(0), timedelta(days=60)), st.data())
def test_waiting_longer_never_makes_it_more_timely(
    period: Period, captured: datetime, waited: timedelta, data: st.DataObject
):
    sooner = captured + data.draw(st.timedeltas(timedelta(0), waited))
    order = list(Timeliness)
    first, second = (
        order.index(timeliness(period, captured, received))
        for received in (sooner, captured + waited)
    )
    assert first <= second


def test_captured_in_a_recorded_outage_it_counts_as_on_time():
    outage = TimeRange(END - 3 * HOUR, END + 5 * HOUR)
    during = classify(OPEN_PERIOD, END - HOUR, END + 6 * HOUR, END - HOUR, [outage])
    before = classify(OPEN_PERIOD, END - 4 * HOUR, END + 6 * HOUR, END - HOUR, [outage])
    assert during.timeliness is Timeliness.ON_TIME
    assert before.timeliness is Timeliness.LATE


def test_an_outage_excuses_neither_a_new_capture_after_the_period_nor_a_closed_one():
    outage = TimeRange(END - 3 * HOUR, CLOSED)
    after_end = classify(OPEN_PERIOD, END + HOUR, END + 2 * HOUR, END, [outage])
    after_closing = classify(CLOSED_PERIOD, END - HOUR, CLOSED + HOUR, END, [outage])
    assert after_end.timeliness is Timeliness.LATE
    assert after_closing.timeliness is Timeliness.AFTER_CLOSING


@pytest.mark.parametrize(
    ("activity", "outside"),
    [(START - HOUR, True), (START, False), (END - HOUR, False), (END, True)],
)
def test_an_activity_outside_the_period_is_marked_whatever_else_holds(
    activity: datetime, outside: bool
):
    assert classify(OPEN_PERIOD, END - HOUR, END - HOUR, activity).outside_period is outside
