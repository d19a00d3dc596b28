"""What a phone sent, judged and put into the words of the feed."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.reports import (
    MAX_NOTE_CHARACTERS,
    MAX_QUANTITY,
    Location,
    NewReport,
    Revision,
    Withdrawal,
)
from models.rules import access
from models.rules.flags import ReportFlag, flag_names
from models.rules.refusals import (
    ForbiddenCharacter,
    InvalidValue,
    NoteTooLong,
    QuantityOutOfRange,
)
from models.tables.columns import new_id
from realtime.captures import creation, revision, withdrawal
from realtime.principals import Principal

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def reporter(*, asks_location: bool = False) -> Principal:
    """Ani, who reports."""
    unit = uuid4()
    return Principal(
        person=access.Person(employee_id=uuid4(), active=True, unit_path=(unit,)),
        session_id=uuid4(),
        device_id=uuid4(),
        name="Ani",
        nip="199001012020012001",
        language="id",
        unit_id=unit,
        unit_path=(unit,),
        agency_id=unit,
        shard=3,
        zone="Asia/Jakarta",
        asks_location=asks_location,
        token_expires_at=NOW + timedelta(minutes=10),
        valid_until=NOW + timedelta(minutes=10),
    )


def report(**changes: object) -> NewReport:
    """An ordinary report of an hour ago."""
    fields = {
        "id": uuid4(),
        "target_id": uuid4(),
        "quantity": 2.0,
        "activity_at": NOW - timedelta(hours=1),
        "note": "dua kunjungan",
    }
    return NewReport(**(fields | changes))  # type: ignore[arg-type]


def test_the_feeds_words_are_those_of_the_report() -> None:
    sent = report(captured_at=NOW - timedelta(minutes=30))
    ani = reporter()
    item = creation(sent, ani, NOW, NOW)
    assert (item.op, item.employee_id, item.device_id) == (
        "create",
        ani.person.employee_id,
        ani.device_id,
    )
    assert json.loads(item.content) == {
        "report_id": str(sent.id),
        "employee_name": "Ani",
        "target_id": str(sent.target_id),
        "quantity": 2.0,
        "note": "dua kunjungan",
        "activity_at": "2026-11-24T07:00:00Z",
        "captured_at": "2026-11-24T07:30:00Z",
        "corrected_at": "2026-11-24T07:30:00Z",
    }
    assert item.flags == 0


def test_the_capture_time_is_read_from_a_version_7_id() -> None:
    before = datetime.now(UTC)
    item = creation(report(id=new_id()), reporter(), None, before + timedelta(minutes=1))
    assert item.captured_at is not None
    assert abs(item.captured_at - before) < timedelta(seconds=10)


def test_without_any_capture_time_the_activity_stands_for_it() -> None:
    item = creation(report(), reporter(), None, NOW)
    assert item.captured_at == NOW - timedelta(hours=1)


def test_a_clock_a_year_ahead_is_corrected_and_flagged_never_refused() -> None:
    year = timedelta(days=365)
    sent = report(captured_at=NOW + year - timedelta(minutes=5))
    item = creation(sent, reporter(), NOW + year, NOW)
    assert item.corrected_at == NOW - timedelta(minutes=5)
    assert flag_names(item.flags) == ["clock_wrong"]


@given(
    captured=st.datetimes(timezones=st.just(UTC)),
    sent=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_no_clock_refuses_a_report_nor_puts_it_into_the_future(
    captured: datetime, sent: datetime | None
) -> None:
    item = creation(report(captured_at=captured), reporter(), sent, NOW)
    assert item.corrected_at is not None
    assert item.corrected_at <= NOW


def test_a_location_is_kept_only_where_the_job_asks_for_one() -> None:
    place = Location(-0.68, 100.78, 12.0, 3.0)
    asked = creation(report(location=place), reporter(asks_location=True), NOW, NOW)
    assert json.loads(asked.location or "") == {
        "latitude": -0.68,
        "longitude": 100.78,
        "accuracy_m": 12.0,
        "age_s": 3.0,
    }
    unasked = creation(report(location=place), reporter(), NOW, NOW)
    assert unasked.location is None
    assert "latitude" not in unasked.content
    assert unasked.flags & ReportFlag.LOCATION_DROPPED


@pytest.mark.parametrize("quantity", [-1.0, -1e-9, MAX_QUANTITY * 2, float("nan"), float("inf")])
def test_an_absurd_quantity_is_refused(quantity: float) -> None:
    with pytest.raises(QuantityOutOfRange):
        creation(report(quantity=quantity), reporter(), NOW, NOW)


def test_a_note_is_refused_when_it_is_too_long_or_holds_nul() -> None:
    creation(report(note="x" * MAX_NOTE_CHARACTERS), reporter(), NOW, NOW)
    with pytest.raises(NoteTooLong):
        creation(report(note="x" * (MAX_NOTE_CHARACTERS + 1)), reporter(), NOW, NOW)
    with pytest.raises(ForbiddenCharacter):
        creation(report(note="a\0b"), reporter(), NOW, NOW)


def test_a_time_outside_the_calendar_names_its_field() -> None:
    beyond = datetime.fromisoformat("9999-12-31T23:59:59-11:00")
    with pytest.raises(InvalidValue) as refused:
        creation(report(activity_at=beyond), reporter(), NOW, NOW)
    assert refused.value.details == {"field": "activity_at"}


def test_a_revision_and_a_withdrawal_carry_their_words() -> None:
    ani, mutation_id, report_id = reporter(), uuid4(), uuid4()
    revised = revision(mutation_id, Revision(report_id, 3.0, NOW, "tiga", 1), ani)
    assert json.loads(revised.content) == {
        "report_id": str(report_id),
        "quantity": 3.0,
        "note": "tiga",
        "activity_at": "2026-11-24T08:00:00Z",
    }
    assert (revised.op, revised.base_version, revised.mutation_id) == ("revise", 1, mutation_id)
    withdrawn = withdrawal(mutation_id, Withdrawal(report_id, "salah target"), ani)
    assert json.loads(withdrawn.content) == {"report_id": str(report_id), "reason": "salah target"}
    with pytest.raises(ForbiddenCharacter):
        withdrawal(mutation_id, Withdrawal(report_id, "\0"), ani)


@given(note=st.text(max_size=50), quantity=st.floats(0, MAX_QUANTITY))
def test_the_same_report_hashes_the_same_and_another_one_differs(
    note: str, quantity: float
) -> None:
    sent = report(note=note.replace("\0", ""), quantity=quantity)
    ani = reporter()
    first, again = creation(sent, ani, NOW, NOW), creation(sent, ani, None, NOW)
    assert first.body_hash == again.body_hash
    other = creation(report(id=sent.id), ani, NOW, NOW)
    assert other.body_hash != first.body_hash
