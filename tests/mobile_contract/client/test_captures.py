"""An id is made from the phone's clock and never twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract.client.captures import captured_report, utc_now, uuid7
from mobile_contract.reports import NewReport
from models.rules.clocks import uuid7_time

START = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=200_000)).map(lambda since: START + since)
NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)


@given(INSTANTS)
def test_the_service_reads_the_capture_out_of_the_id(at: datetime) -> None:
    made = uuid7(at)
    assert (made.version, made.variant) == (7, UUID(int=0x8000 << 48).variant)
    read = uuid7_time(made)
    assert read is not None
    assert timedelta(0) <= at - read < timedelta(milliseconds=2)


def test_ids_of_the_same_millisecond_differ() -> None:
    assert len({uuid7(NOON) for _ in range(1_000)}) == 1_000


def test_a_report_happened_when_it_was_taken_down_unless_said_otherwise() -> None:
    now = captured_report(UUID(int=1), 4, "Posyandu", captured_at=NOON)
    assert now.activity_at == now.captured_at == NOON
    earlier = NOON - timedelta(hours=3)
    assert captured_report(UUID(int=1), 4, captured_at=NOON, activity_at=earlier).activity_at == (
        earlier
    )


def test_a_captured_report_travels_whole() -> None:
    report = captured_report(UUID(int=1), 4.5, "Dua rumah", captured_at=utc_now())
    assert msgspec.json.decode(msgspec.json.encode(report), type=NewReport) == report
