"""When a heartbeat tells of an outage."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import TimeRange
from models.rules.heartbeat import gap

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
LONGEST = timedelta(seconds=90)


@given(st.integers(-10_000, 90))
def test_a_heart_that_beats_in_time_records_nothing(seconds: int) -> None:
    assert gap(NOW - timedelta(seconds=seconds), NOW, LONGEST) is None


@given(st.integers(91, 10_000_000))
def test_what_is_recorded_lies_between_the_two_beats(seconds: int) -> None:
    before = NOW - timedelta(seconds=seconds)
    assert gap(before, NOW, LONGEST) == TimeRange(before, NOW)


def test_a_first_beat_tells_of_no_outage() -> None:
    assert gap(None, NOW, LONGEST) is None
