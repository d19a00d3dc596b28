"""A result becomes a receipt or a refusal, never both."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from api.receipts import receipt_of, refusal_for
from models.rules.receipts import decode
from realtime.submission import ItemResult

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_committed_report_has_a_receipt_with_its_flags() -> None:
    result = ItemResult("applied", uuid4(), None, "received", 1, 3, 99, NOW, 1 | 4)
    receipt = receipt_of(result)
    assert receipt is not None
    assert decode(receipt.receipt) == (3, 99)
    assert receipt.flags == ["clock_wrong", "late"]


@pytest.mark.parametrize(
    ("outcome", "code", "refused"),
    [
        ("conflict", "report_conflict", "report_conflict"),
        ("conflict", "outdated_base", "outdated_base"),
        ("rejected", "period_closed", "period_closed"),
        ("rejected", "unexpected", "unexpected"),
        ("blocked", "unknown_report", "unknown_report"),
        ("retry", None, "busy"),
    ],
)
def test_without_one_there_is_a_reason(outcome: str, code: str | None, refused: str) -> None:
    result = ItemResult(outcome, uuid4(), code)  # type: ignore[arg-type]
    assert receipt_of(result) is None
    assert refusal_for(result).code == refused
