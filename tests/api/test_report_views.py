"""Rows as they stand on the wire: receipts, flags by name, and locations as they were."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.report_views import feedback_view, report_view, version_view
from models.rules.flags import ReportFlag
from models.rules.receipts import encode

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
ROW: dict[str, Any] = {
    "id": UUID(int=1),
    "employee_id": UUID(int=2),
    "employee_name": "Sari",
    "target_id": UUID(int=3),
    "indicator": None,
    "unit_of_measure": None,
    "unit_id": UUID(int=4),
    "quantity": 2.0,
    "note": "dua",
    "status": "received",
    "version": 1,
    "activity_at": AT,
    "captured_at": AT,
    "corrected_at": AT,
    "received_at": AT,
    "shard": 3,
    "seq": 70,
    "flags": int(ReportFlag.LATE | ReportFlag.CLOCK_WRONG),
    "location": '{"latitude": -0.68}',
    "decided_by": None,
    "decided_by_name": None,
    "decided_at": None,
    "reported_by": None,
    "reported_by_name": None,
}


def test_a_report_shows_its_receipt_and_flags_by_name() -> None:
    view = report_view(ROW)
    assert view.receipt == encode(3, 70)
    assert view.flags == ["clock_wrong", "late"]
    assert view.location == {"latitude": -0.68}
    assert (view.indicator, view.unit_of_measure) == ("", "")
    assert (view.reported_by, view.reported_by_name) == (None, None)


def test_a_report_for_somebody_says_so_and_who_captured_it() -> None:
    mentor = {"reported_by": UUID(int=7), "reported_by_name": "Budi"}
    view = report_view(ROW | mentor | {"flags": int(ReportFlag.ON_BEHALF)})
    assert view.flags == ["on_behalf"]
    assert (view.reported_by, view.reported_by_name) == (UUID(int=7), "Budi")


def test_a_change_and_a_word_are_shown_as_they_were_written() -> None:
    change = {
        "version": 2,
        "kind": "revision",
        "quantity_before": 1.0,
        "note_before": "satu",
        "activity_before": AT,
        "reason": "",
        "made_at": AT,
    }
    assert version_view(change).note_before == "satu"
    word = {
        "id": UUID(int=9),
        "employee_id": UUID(int=2),
        "author_id": UUID(int=5),
        "author_name": "Kepala",
        "report_id": UUID(int=1),
        "target_id": None,
        "kind": "praise",
        "text": "Bagus",
        "next_step": "",
        "made_at": AT,
        "acknowledged_at": None,
        "period": "2026-11",
        "about": "ketepatan waktu",
        "answer": "Siap",
        "answered_at": AT,
        "request_id": UUID(int=8),
    }
    assert feedback_view(word).model_dump() == word
