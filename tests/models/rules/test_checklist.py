"""Seven steps in their order, and a first week of five working days."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import FIVE_DAYS, RAMADAN_FIVE_DAYS, Calendar, DateRange
from models.rules.checklist import BY_HAND, Facts, Step, checklist, week_over
from models.rules.worktime import Timetable

MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # eight o'clock in Jakarta
JAKARTA = Calendar("Asia/Jakarta", FIVE_DAYS, RAMADAN_FIVE_DAYS)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
facts = st.builds(Facts, **{each.name: st.none() | instants for each in fields(Facts)})


def table(calendar: Calendar = JAKARTA) -> Timetable:
    return Timetable(calendar, MONDAY, MONDAY + timedelta(days=60))


@given(facts)
def test_every_step_stands_once_in_its_order(known: Facts):
    states = checklist(known)
    assert [state.step for state in states] == list(Step)
    assert sum(state.done_at is not None for state in states) == sum(
        getattr(known, each.name) is not None for each in fields(Facts)
    )


@given(facts, st.sampled_from(fields(Facts)), instants)
def test_one_more_thing_done_undoes_no_step(known: Facts, one: object, at: datetime):
    more = replace(known, **{one.name: at})  # type: ignore[attr-defined]
    before = {state.step for state in checklist(known) if state.done_at}
    after = {state.step for state in checklist(more) if state.done_at}
    assert before <= after


def test_only_the_profile_is_ticked_by_hand():
    assert {Step.PROFILE_CHECKED} == BY_HAND


def test_the_first_week_has_five_working_days():
    assert not week_over(MONDAY, MONDAY + timedelta(days=6, hours=23), table())
    assert week_over(MONDAY, MONDAY + timedelta(days=7), table())


def test_leave_prolongs_the_first_week():
    away = replace(JAKARTA, leave=(DateRange(date(2026, 11, 4), date(2026, 11, 6)),))
    assert not week_over(MONDAY, MONDAY + timedelta(days=7), table(away))
    assert week_over(MONDAY, MONDAY + timedelta(days=10), table(away))


def test_without_an_activation_no_week_has_begun():
    assert not week_over(None, MONDAY, table())
