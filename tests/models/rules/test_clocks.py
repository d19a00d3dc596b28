"""A wrong phone clock is corrected and flagged, never a reason to refuse."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.clocks import OLDEST, ClockDoubt, corrected, uuid7_time
from models.rules.flags import ReportFlag

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

instants = st.datetimes(timezones=st.just(UTC))
waits = st.timedeltas(timedelta(0), timedelta(days=30))
offsets = st.timedeltas(timedelta(days=-300), timedelta(days=300))


@given(instants, st.none() | instants, instants)
def test_nothing_is_refused_and_nothing_happened_after_it_arrived(
    captured: datetime, sent: datetime | None, received: datetime
):
    answer = corrected(captured, sent, received)
    assert answer.at <= received
    assert answer.flagged == (answer.reason is not None) == bool(answer.flags)


@given(waits, offsets)
def test_a_clock_that_is_off_by_any_amount_yields_the_true_capture(
    waited: timedelta, wrong: timedelta
):
    captured = NOON - waited
    answer = corrected(captured + wrong, NOON + wrong, NOON)
    assert answer.offset_s == pytest.approx(-wrong.total_seconds(), abs=1e-6)
    if abs(wrong) <= timedelta(seconds=120):
        assert answer.at == min(captured + wrong, NOON)
        assert not answer.flagged
    else:
        assert abs(answer.at - captured) <= timedelta(milliseconds=1)
        assert answer.reason is ClockDoubt.WRONG_CLOCK
        assert answer.flags == ReportFlag.CLOCK_WRONG


@pytest.mark.parametrize("off_s", [-120, 0, 120])
def test_two_minutes_count_as_right(off_s: int):
    captured = NOON - timedelta(hours=5)
    answer = corrected(captured, NOON + timedelta(seconds=off_s), NOON)
    assert answer.at == captured
    assert not answer.flagged


def test_the_tolerance_is_a_setting():
    captured = NOON - timedelta(hours=5)
    answer = corrected(captured, NOON - timedelta(seconds=60), NOON, right_within_s=30)
    assert answer.at == captured + timedelta(seconds=60)
    assert answer.reason is ClockDoubt.WRONG_CLOCK


def test_a_capture_after_its_own_sending_means_that_the_clock_was_changed():
    answer = corrected(NOON + timedelta(hours=1), NOON, NOON)
    assert answer.at == NOON
    assert answer.reason is ClockDoubt.CLOCK_CHANGED


def test_without_a_sending_time_the_capture_stands():
    captured = NOON - timedelta(days=20)
    answer = corrected(captured, None, NOON)
    assert (answer.at, answer.offset_s, answer.flagged) == (captured, None, False)


def test_without_a_sending_time_a_capture_from_the_future_is_flagged():
    answer = corrected(NOON + timedelta(days=2), None, NOON)
    assert answer.at == NOON
    assert answer.reason is ClockDoubt.IN_FUTURE
    assert answer.flags == ReportFlag.CLOCK_UNKNOWN


def test_a_minute_ahead_is_an_ordinary_phone():
    answer = corrected(NOON + timedelta(seconds=60), None, NOON)
    assert answer.at == NOON
    assert not answer.flagged


@pytest.mark.parametrize("sent", [None, NOON])
def test_a_capture_older_than_any_outbox_is_flagged(sent: datetime | None):
    assert not corrected(NOON - OLDEST, sent, NOON).flagged
    answer = corrected(NOON - OLDEST - timedelta(seconds=1), sent, NOON)
    assert answer.reason is ClockDoubt.TOO_OLD
    assert answer.at == NOON - OLDEST - timedelta(seconds=1)


@given(st.integers(0, 2**47 - 1), st.integers(0, 2**74 - 1))
def test_the_capture_time_inside_an_id_is_found(milliseconds: int, noise: int):
    low = noise & (2**62 - 1) | 0b10 << 62
    report_id = UUID(int=milliseconds << 80 | 0x7 << 76 | (noise >> 62) << 64 | low)
    assert report_id.version == 7
    found = uuid7_time(report_id)
    if found is not None:
        assert found - datetime(1970, 1, 1, tzinfo=UTC) == timedelta(milliseconds=milliseconds)


def test_the_example_of_the_standard():
    found = uuid7_time(UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
    assert found == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_other_ids_and_absurd_years_tell_no_time():
    assert uuid7_time(uuid4()) is None
    assert uuid7_time(UUID("ffffffff-ffff-7000-8000-000000000000")) is None
