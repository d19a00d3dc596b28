"""Who hears of what: each once, by a key that stays the same."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from notifications.ladder import (
    Achieved,
    AtRisk,
    Noticed,
    NoticeKind,
    PaceEvent,
    Recovered,
    Slipped,
    Way,
    notices_of,
    opens,
)

ids = st.uuids()
numbers = st.integers(1, 1000)
instants = st.datetimes(timezones=st.just(UTC))
slips = st.builds(Slipped, ids, numbers, ids, st.none() | ids, instants)
noticed = st.lists(
    st.builds(Noticed, ids, st.sampled_from([NoticeKind.SLIP, NoticeKind.STAFF_SLIP])), max_size=5
).map(tuple)
events: st.SearchStrategy[PaceEvent] = st.one_of(
    slips,
    st.builds(AtRisk, ids, numbers, ids, instants),
    st.builds(Recovered, ids, numbers, noticed, instants),
    st.builds(Achieved, ids, ids, instants),
)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TARGET, SARI, HEAD = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_slip_reaches_the_employee_and_the_deciding_supervisor_at_once() -> None:
    own, staff = notices_of(Slipped(TARGET, 2, SARI, HEAD, AT))
    assert (own.recipient_id, own.kind, own.not_before) == (SARI, NoticeKind.SLIP, AT)
    assert (staff.recipient_id, staff.kind, staff.not_before) == (HEAD, NoticeKind.STAFF_SLIP, AT)
    assert own.key == f"slip:{TARGET}:2:{SARI}"
    assert staff.key == f"slip:{TARGET}:2:{HEAD}"


def test_a_slip_without_a_supervisor_still_reaches_the_employee() -> None:
    assert [each.recipient_id for each in notices_of(Slipped(TARGET, 1, SARI, None, AT))] == [SARI]


def test_who_answers_to_themselves_hears_once() -> None:
    assert [each.kind for each in notices_of(Slipped(TARGET, 1, SARI, SARI, AT))] == [
        NoticeKind.SLIP
    ]


def test_a_risk_is_the_employees_alone_and_told_once_for_each_slip_it_may_become() -> None:
    (early,) = notices_of(AtRisk(TARGET, 1, SARI, AT))
    (again,) = notices_of(AtRisk(TARGET, 1, SARI, AT.replace(hour=5)))
    (next_time,) = notices_of(AtRisk(TARGET, 2, SARI, AT))
    assert early.recipient_id == SARI
    assert early.key == again.key != next_time.key


def test_an_achievement_makes_no_phone_buzz() -> None:
    (praise,) = notices_of(Achieved(TARGET, SARI, AT))
    assert praise.ways == {Way.INBOX}


@given(slips, instants)
def test_a_recovery_reaches_those_who_heard_of_the_slip_and_nobody_else(
    slip: Slipped, at: datetime
) -> None:
    told = notices_of(slip)
    heard = tuple(Noticed(each.recipient_id, each.kind) for each in told)
    relieved = notices_of(Recovered(slip.target_id, slip.slip_number, heard, at))
    assert [each.recipient_id for each in relieved] == [each.recipient_id for each in told]
    assert [each.kind for each in relieved] == [
        NoticeKind.STAFF_RECOVERY if each.kind is NoticeKind.STAFF_SLIP else NoticeKind.RECOVERY
        for each in told
    ]


@given(events)
def test_whoever_asks_again_names_the_same_notices(event: PaceEvent) -> None:
    assert notices_of(event) == notices_of(event)


@given(events)
def test_nobody_hears_twice_of_one_event_and_every_notice_stands_in_the_inbox(
    event: PaceEvent,
) -> None:
    notices = notices_of(event)
    assert len({each.recipient_id for each in notices}) == len(notices)
    assert len({each.key for each in notices}) == len(notices)
    assert all(Way.INBOX in each.ways for each in notices)
    assert all(str(each.recipient_id) in each.key for each in notices)


@given(events, events)
def test_different_causes_never_share_a_key(one: PaceEvent, other: PaceEvent) -> None:
    shared = {each.key for each in notices_of(one)} & {each.key for each in notices_of(other)}
    same_cause = type(one) is type(other) and one.target_id == other.target_id
    assert same_cause or not shared


@given(st.sampled_from(NoticeKind), ids)
def test_a_tap_opens_the_target_in_the_view_of_its_reader(kind: NoticeKind, target: UUID) -> None:
    data = opens(kind, target)
    assert data["target_id"] == str(target)
    assert data["screen"] == ("staff_target" if kind.startswith("staff_") else "target")
    assert all(isinstance(value, str) and type(value) is str for value in data.values())
