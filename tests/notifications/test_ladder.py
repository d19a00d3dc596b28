"""Who hears of what: each once, by a key that stays the same."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.manners import DEFAULT_POLICY, NoticePolicy, Rung
from notifications.ladder import (
    RELIEF_KINDS,
    SLIP_KINDS,
    Achieved,
    AtRisk,
    Cause,
    NothingReported,
    Noticed,
    NoticeKind,
    Recovered,
    Slipped,
    Unanswered,
    Way,
    notices_of,
    opens,
    takes_back,
    tells_of_slip,
)

DAY = date(2026, 11, 24)
ids = st.uuids()
numbers = st.integers(1, 1000)
instants = st.datetimes(timezones=st.just(UTC))
days = st.dates(date(2026, 1, 1), date(2027, 1, 1))
policies = st.builds(NoticePolicy, rungs_off=st.frozensets(st.sampled_from(Rung)))
slips = st.builds(Slipped, ids, numbers, ids, st.none() | ids, instants)
noticed = st.lists(st.builds(Noticed, ids, st.sampled_from(sorted(SLIP_KINDS))), max_size=5).map(
    tuple
)
recoveries = st.builds(
    Recovered, ids, numbers, noticed, instants, days, st.booleans(), st.booleans()
)
causes: st.SearchStrategy[Cause] = st.one_of(
    slips,
    st.builds(Unanswered, ids, numbers, ids, st.booleans(), instants),
    st.builds(AtRisk, ids, numbers, ids, instants),
    recoveries,
    st.builds(Achieved, ids, ids, instants),
    st.builds(NothingReported, ids, days, instants),
)
AT = datetime(2026, 11, 24, 3, 4, tzinfo=UTC)
QUARTER = datetime(2026, 11, 24, 3, 15, tzinfo=UTC)
TARGET, SARI, HEAD = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_slip_reaches_the_employee_at_once_and_the_supervisor_with_the_next_quarter() -> None:
    own, staff = notices_of(Slipped(TARGET, 2, SARI, HEAD, AT))
    assert (own.recipient_id, own.kind, own.not_before) == (SARI, NoticeKind.SLIP, AT)
    assert (staff.recipient_id, staff.kind) == (HEAD, NoticeKind.STAFF_SLIP)
    assert staff.not_before == QUARTER
    assert own.key == f"slip:{TARGET}:2:{SARI}"
    assert staff.key == f"slip:{TARGET}:2:{HEAD}"


def test_a_slip_without_a_supervisor_still_reaches_the_employee() -> None:
    assert [each.recipient_id for each in notices_of(Slipped(TARGET, 1, SARI, None, AT))] == [SARI]


def test_who_answers_to_themselves_hears_once() -> None:
    assert [each.kind for each in notices_of(Slipped(TARGET, 1, SARI, SARI, AT))] == [
        NoticeKind.SLIP
    ]


def test_without_an_answer_the_supervisor_is_asked_singly_and_the_one_above_in_a_digest() -> None:
    (again,) = notices_of(Unanswered(TARGET, 1, HEAD, False, AT))
    (above,) = notices_of(Unanswered(TARGET, 1, HEAD, True, AT))
    assert (again.kind, again.not_before) == (NoticeKind.STAFF_UNANSWERED, AT)
    assert (above.kind, above.not_before) == (NoticeKind.STAFF_UNANSWERED_ABOVE, QUARTER)
    assert len({again.key, above.key, f"slip:{TARGET}:1:{HEAD}"}) == 3


def test_a_risk_is_the_employees_alone_and_told_once_for_each_slip_it_may_become() -> None:
    (early,) = notices_of(AtRisk(TARGET, 1, SARI, AT))
    (again,) = notices_of(AtRisk(TARGET, 1, SARI, AT.replace(hour=5)))
    (next_time,) = notices_of(AtRisk(TARGET, 2, SARI, AT))
    assert early.recipient_id == SARI
    assert early.key == again.key != next_time.key


def test_an_achievement_makes_no_phone_buzz() -> None:
    (praise,) = notices_of(Achieved(TARGET, SARI, AT))
    assert praise.ways == {Way.INBOX}


def test_a_nudge_is_one_a_person_and_day() -> None:
    (nudge,) = notices_of(NothingReported(SARI, DAY, AT))
    (again,) = notices_of(NothingReported(SARI, DAY, QUARTER))
    (tomorrow,) = notices_of(NothingReported(SARI, DAY + timedelta(days=1), AT))
    assert (nudge.kind, nudge.target_id) == (NoticeKind.NUDGE, None)
    assert nudge.key == again.key != tomorrow.key


@pytest.mark.parametrize(
    ("rung", "cause", "left"),
    [
        (Rung.SLIP, Slipped(TARGET, 1, SARI, HEAD, AT), [HEAD]),
        (Rung.STAFF_SLIP, Slipped(TARGET, 1, SARI, HEAD, AT), [SARI]),
        (Rung.AT_RISK, AtRisk(TARGET, 1, SARI, AT), []),
        (Rung.ACHIEVED, Achieved(TARGET, SARI, AT), []),
        (Rung.UNANSWERED, Unanswered(TARGET, 1, HEAD, False, AT), []),
        (Rung.UNANSWERED_ABOVE, Unanswered(TARGET, 1, HEAD, True, AT), []),
        (Rung.NUDGE, NothingReported(SARI, DAY, AT), []),
    ],
)
def test_a_unit_takes_a_rung_out(rung: Rung, cause: Cause, left: list[UUID]) -> None:
    assert notices_of(cause, DEFAULT_POLICY)
    without = NoticePolicy(rungs_off=frozenset({rung}))
    assert [each.recipient_id for each in notices_of(cause, without)] == left


@given(slips, instants, st.booleans(), policies)
def test_what_is_taken_back_reaches_those_who_heard_of_the_slip_and_nobody_else(
    slip: Slipped, at: datetime, withdrawn: bool, policy: NoticePolicy
) -> None:
    told = notices_of(slip)
    heard = tuple(Noticed(each.recipient_id, each.kind) for each in told)
    back = Recovered(slip.target_id, slip.slip_number, heard, at, DAY, withdrawn)
    relieved = notices_of(back, policy)
    assert [each.recipient_id for each in relieved] == [each.recipient_id for each in told]
    word = "withdrawn" if withdrawn else "recovery"
    assert [each.kind for each in relieved] == [
        f"staff_{word}" if each.kind is NoticeKind.STAFF_SLIP else word for each in told
    ]


@given(recoveries)
def test_an_old_slip_is_taken_back_in_the_inbox_and_one_summary_a_day_buzzes(
    back: Recovered,
) -> None:
    notices = notices_of(back)
    people = {each.person_id for each in back.noticed}
    summaries = [each for each in notices if each.kind is NoticeKind.LATE_REPORTS]
    assert {each.recipient_id for each in summaries} == (people if back.is_old else set())
    assert all(back.day.isoformat() in each.key for each in summaries)
    assert all(str(back.target_id) not in each.key for each in summaries)
    rest = [each for each in notices if each not in summaries]
    assert all((Way.PUSH in each.ways) is not back.is_old for each in rest)
    assert {each.recipient_id for each in rest} == people


@given(causes, policies)
def test_whoever_asks_again_names_the_same_notices(cause: Cause, policy: NoticePolicy) -> None:
    assert notices_of(cause, policy) == notices_of(cause, policy)


@given(causes, policies)
def test_nobody_hears_twice_of_one_cause_and_every_notice_stands_in_the_inbox(
    cause: Cause, policy: NoticePolicy
) -> None:
    notices = notices_of(cause, policy)
    assert len({(each.recipient_id, each.target_id is None) for each in notices}) == len(notices)
    assert len({each.key for each in notices}) == len(notices)
    assert all(Way.INBOX in each.ways for each in notices)
    assert all(str(each.recipient_id) in each.key for each in notices)


@given(causes, policies)
def test_nothing_is_due_before_its_cause_and_no_digest_later_than_its_quarter(
    cause: Cause, policy: NoticePolicy
) -> None:
    for each in notices_of(cause, policy):
        waits = each.not_before - cause.at
        assert timedelta(0) <= waits < timedelta(minutes=policy.digest_minutes)


@given(causes, causes)
def test_different_causes_never_share_a_key(one: Cause, other: Cause) -> None:
    shared = {each.key for each in notices_of(one)} & {each.key for each in notices_of(other)}
    assert type(one) is type(other) or not shared


@given(slips, slips)
def test_a_key_tells_of_its_own_slip_alone(one: Slipped, other: Slipped) -> None:
    same = (one.target_id, one.slip_number) == (other.target_id, other.slip_number)
    for each in notices_of(one):
        assert tells_of_slip(each.key, one.target_id, one.slip_number)
        assert tells_of_slip(each.key, other.target_id, other.slip_number) is same
        assert not takes_back(each.key, one.target_id, one.slip_number)
        assert each.kind in SLIP_KINDS


@given(recoveries)
def test_the_key_of_a_relief_takes_its_slip_back(back: Recovered) -> None:
    for each in notices_of(back):
        is_summary = each.kind is NoticeKind.LATE_REPORTS
        assert takes_back(each.key, back.target_id, back.slip_number) is not is_summary
        assert (each.kind in RELIEF_KINDS) is not is_summary
        assert not tells_of_slip(each.key, back.target_id, back.slip_number)


ELSEWHERE = {
    NoticeKind.LATE_REPORTS: "inbox",
    NoticeKind.TEST: "inbox",
    NoticeKind.NUDGE: "report",
    NoticeKind.APPRAISAL_OPENED: "appraisal",
    NoticeKind.STAFF_APPRAISAL_DUE: "appraisal",
    NoticeKind.APPRAISAL_DECIDED: "appraisal",
    NoticeKind.OBJECTION_MADE: "appraisal",
    NoticeKind.OBJECTION_DECIDED: "appraisal",
    NoticeKind.APPRAISAL_REOPENED: "appraisal",
    NoticeKind.FEEDBACK_ASKED: "feedback",
    NoticeKind.FEEDBACK_ANSWERED: "feedback",
    NoticeKind.TARGET_PROPOSED: "proposals",
    NoticeKind.PROPOSAL_DECIDED: "proposals",
    NoticeKind.AGREEMENT_PROPOSED: "agreement",
    NoticeKind.AGREEMENT_AGREED: "agreement",
    NoticeKind.AGREEMENT_RETURNED: "agreement",
    NoticeKind.AGREEMENT_CHANGED: "agreement",
    NoticeKind.LOW_VERDICT: "verdicts",
    NoticeKind.EXPORT_READY: "exports",
    NoticeKind.EXPORT_FAILED: "exports",
    NoticeKind.ANNOUNCEMENT: "announcements",
    NoticeKind.HELP_OFFERED: "help",
    NoticeKind.HELP_ANSWERED: "help",
    NoticeKind.TRAINING_INVITED: "trainings",
}


@given(st.sampled_from(NoticeKind), ids)
def test_a_tap_opens_what_it_is_about_in_the_view_of_its_reader(
    kind: NoticeKind, target: UUID
) -> None:
    data = opens(kind, target)
    assert data["target_id"] == str(target)
    own = "staff_target" if kind.startswith("staff_") else "target"
    assert data["screen"] == ELSEWHERE.get(kind, own)
    assert all(isinstance(value, str) and type(value) is str for value in data.values())
    assert opens(kind, None) == {"kind": kind.value, "screen": data["screen"]}
