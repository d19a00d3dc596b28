"""Shares of what was reported: bounds, monotony, and what an outage excuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.rules.calendars import TimeRange
from models.rules.flags import ReportFlag
from models.rules.quality import TIMELY_WITHIN, Counts, Promptness, promptness, quality

DAY_END = datetime(2026, 11, 24, 17, tzinfo=UTC)
LATE = Promptness(late=True, excused=False)
EXCUSED = Promptness(late=False, excused=True)
IN_TIME = Promptness(late=False, excused=False)


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    """Counters as reports make them: parts of a whole."""
    reports = draw(st.integers(0, 50))
    approved = draw(st.integers(0, reports))
    first_time = draw(st.integers(0, approved))
    again = approved - first_time
    returned = again + draw(st.integers(0, reports - approved))
    late = draw(st.integers(0, reports))
    return Counts(
        reports,
        approved,
        first_time,
        returned,
        late,
        draw(st.integers(0, reports - late)),
        draw(st.integers(0, reports)),
        draw(st.integers(0, reports)),
    )


@given(counts())
def test_every_share_is_a_share_or_missing(found: Counts) -> None:
    told = quality(found)
    for share in (
        told.approval_rate,
        told.returned_share,
        told.on_time_share,
        told.evidence_rate,
    ):
        assert share is None or 0 <= share <= 1
    assert (told.on_time_share is None) == (found.reports == 0)
    assert (told.approval_rate is None) == (found.decided == 0)
    assert found.decided <= found.reports


@given(counts())
def test_a_return_never_raises_the_approval_rate(found: Counts) -> None:
    worse = replace(found, reports=found.reports + 1, returned_reports=found.returned_reports + 1)
    before, after = quality(found).approval_rate, quality(worse).approval_rate
    assert after is not None
    assert before is None or after <= before


@given(counts())
def test_being_excused_is_as_good_as_being_on_time(found: Counts) -> None:
    assert quality(replace(found, excused=0)).on_time_share == quality(found).on_time_share


@given(counts(), counts())
def test_counters_add_up(some: Counts, more: Counts) -> None:
    assert (some + more).decided == some.decided + more.decided
    assert some + more == more + some
    assert some + Counts() == some


def test_nothing_decided_is_missing_and_not_zero() -> None:
    told = quality(Counts(reports=3))
    assert (told.approval_rate, told.returned_share, told.observations) == (None, None, 0)
    assert (told.on_time_share, told.evidence_rate) == (1.0, 0.0)
    assert quality(Counts()).evidence_rate is None


def test_approved_after_a_return_is_not_approved_at_once() -> None:
    told = quality(Counts(reports=4, approved_reports=3, first_time=2, returned_reports=2))
    assert (told.approval_rate, told.returned_share, told.observations) == (0.5, 0.5, 4)


@given(st.timedeltas(timedelta(0), TIMELY_WITHIN))
def test_a_day_after_the_day_is_in_time(after: timedelta) -> None:
    assert promptness(0, DAY_END, DAY_END + after) == IN_TIME


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=90)))
def test_later_is_late_unless_an_outage_lay_in_between(after: timedelta) -> None:
    corrected = DAY_END + TIMELY_WITHIN + after
    assert promptness(0, DAY_END, corrected) == LATE
    between = TimeRange(DAY_END + timedelta(hours=3), DAY_END + timedelta(hours=4))
    assert promptness(0, DAY_END, corrected, [between]) == EXCUSED
    for elsewhere in (
        TimeRange(DAY_END - timedelta(hours=2), DAY_END),
        TimeRange(corrected, corrected + timedelta(hours=2)),
    ):
        assert promptness(0, DAY_END, corrected, [elsewhere]) == LATE


def test_what_the_intake_said_of_the_period_stands() -> None:
    assert promptness(ReportFlag.LATE, DAY_END, DAY_END) == LATE
    assert promptness(ReportFlag.OUTAGE, DAY_END, DAY_END) == EXCUSED
    tardy = DAY_END + timedelta(days=3)
    assert promptness(ReportFlag.OUTAGE, DAY_END, tardy) == EXCUSED
