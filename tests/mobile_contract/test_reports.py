"""A report parses strictly, ignores what it does not know, and hashes by what it means."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.reports import Location, NewReport, Receipt, Revision, Withdrawal, body_hash

REPORT: dict[str, Any] = {
    "id": str(UUID(int=1)),
    "target_id": str(UUID(int=2)),
    "quantity": 4,
    "activity_at": "2026-11-02T08:15:00+07:00",
}
INSTANTS = st.datetimes().map(lambda at: at.replace(tzinfo=UTC))
REPORTS = st.builds(
    NewReport,
    id=st.uuids(),
    target_id=st.uuids(),
    quantity=st.floats(allow_nan=False, allow_infinity=False),
    activity_at=INSTANTS,
    note=st.text(),
    captured_at=st.none() | INSTANTS,
    location=st.none()
    | st.builds(
        Location,
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        accuracy_m=st.floats(0, 1e4),
        age_s=st.floats(0, 1e4),
    ),
)


def read(body: dict[str, Any]) -> NewReport:
    return msgspec.json.decode(msgspec.json.encode(body), type=NewReport)


@given(REPORTS)
def test_a_report_survives_the_wire_with_its_hash(report: NewReport) -> None:
    again = msgspec.json.decode(msgspec.json.encode(report), type=NewReport)
    assert again == report
    assert body_hash(again) == body_hash(report)
    assert len(body_hash(report)) == 32


@given(REPORTS, REPORTS)
def test_reports_that_differ_hash_differently(one: NewReport, other: NewReport) -> None:
    assert (body_hash(one) == body_hash(other)) == (one == other)


def test_an_update_of_the_app_never_makes_a_conflict() -> None:
    newer = REPORT | {"mood": "fine", "quantity": 4.0, "note": "", "location": None}
    assert body_hash(read(newer)) == body_hash(read(REPORT))


def test_the_same_instant_in_another_zone_is_the_same_report() -> None:
    papua = timezone(timedelta(hours=9))
    moved = read(REPORT).activity_at.astimezone(papua).isoformat()
    assert body_hash(read(REPORT | {"activity_at": moved})) == body_hash(read(REPORT))


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "1"},
        {"quantity": "4"},
        {"quantity": None},
        {"activity_at": "2026-11-02T08:15:00"},
        {"location": {"latitude": 91, "longitude": 0, "accuracy_m": 1}},
        {"location": {"latitude": 0, "longitude": 0, "accuracy_m": -1}},
    ],
)
def test_what_cannot_be_read_is_not_guessed(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(REPORT | wrong)


@pytest.mark.parametrize("version", [-1, 2**31, 2**64, True, 1.5])
def test_a_version_is_what_the_database_can_count_to(version: Any) -> None:
    said = {"report_id": str(UUID(int=1)), "base_version": version}
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(said), type=Withdrawal)


def test_revisions_and_withdrawals_hash_by_what_they_say() -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    revised = Revision(UUID(int=1), 5, at)
    assert body_hash(revised) == body_hash(Revision(UUID(int=1), 5, at, "", None))
    assert body_hash(revised) != body_hash(Revision(UUID(int=1), 5, at, base_version=1))
    assert body_hash(Withdrawal(UUID(int=1))) != body_hash(Withdrawal(UUID(int=1), "salah"))


def test_a_receipt_without_flags_says_nothing_of_them() -> None:
    receipt = Receipt(UUID(int=1), "0000-G5", "received", 1, datetime(2026, 11, 2, tzinfo=UTC))
    assert b"flags" not in msgspec.json.encode(receipt)
