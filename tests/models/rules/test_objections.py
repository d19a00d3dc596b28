"""Fourteen days, at both sides of midnight, west and east; and who is above whom."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.objections import check_in_time, last_day, objection_decider
from models.rules.refusals import ObjectionTooLate

JAKARTA, JAYAPURA = "Asia/Jakarta", "Asia/Jayapura"
DECIDED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # 16:00 in Jakarta, 18:00 in Jayapura


@pytest.mark.parametrize(
    ("zone", "last_second"),
    [
        (JAKARTA, datetime(2026, 1, 19, 16, 59, 59, tzinfo=UTC)),
        (JAYAPURA, datetime(2026, 1, 19, 14, 59, 59, tzinfo=UTC)),
    ],
)
def test_day_14_is_in_time_to_its_last_second_and_day_15_is_not(zone, last_second):
    assert last_day(DECIDED, zone) == date(2026, 1, 19)
    check_in_time(DECIDED, last_second, zone)
    with pytest.raises(ObjectionTooLate) as refused:
        check_in_time(DECIDED, last_second + timedelta(seconds=1), zone)
    assert refused.value.details == {"last_day": "2026-01-19"}


def test_a_decision_late_in_the_evening_counts_by_the_local_day():
    late = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)  # the 6th in Jayapura, the 5th in Jakarta
    assert last_day(late, JAKARTA) == date(2026, 1, 19)
    assert last_day(late, JAYAPURA) == date(2026, 1, 20)


@given(
    st.integers(0, 20 * 366 * 24 * 60).map(lambda minutes: DECIDED + timedelta(minutes=minutes)),
    st.integers(0, 30 * 24),
    st.sampled_from([JAKARTA, "Asia/Makassar", JAYAPURA]),
)
def test_whatever_is_in_time_was_in_time_before(decided_at, hours, zone):
    now = decided_at + timedelta(hours=hours)
    try:
        check_in_time(decided_at, now, zone)
    except ObjectionTooLate:
        assert now - decided_at > timedelta(days=14)
    else:
        assert now - decided_at < timedelta(days=15)


def test_the_supervisors_supervisor_decides():
    employee, supervisor, above, mayor = (uuid4() for _ in range(4))
    line: dict[UUID, UUID | None] = {supervisor: above, above: mayor, mayor: None}
    assert objection_decider(supervisor, line, frozenset({employee, supervisor})) == above


def test_whoever_made_the_decision_does_not_judge_it_from_a_higher_office():
    employee, successor, promoted, mayor = (uuid4() for _ in range(4))
    line: dict[UUID, UUID | None] = {successor: promoted, promoted: mayor, mayor: None}
    assert objection_decider(successor, line, frozenset({employee, promoted})) == mayor


def test_above_the_mayor_there_is_nobody():
    employee, mayor = uuid4(), uuid4()
    assert objection_decider(mayor, {mayor: None}, frozenset({employee, mayor})) is None
    assert objection_decider(None, {}, frozenset({employee})) is None


def test_a_circle_of_supervisors_ends():
    employee, one, other = uuid4(), uuid4(), uuid4()
    line: dict[UUID, UUID | None] = {one: other, other: one}
    assert objection_decider(one, line, frozenset({employee, other})) is None
