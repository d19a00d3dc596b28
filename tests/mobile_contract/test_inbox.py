"""A notice reads the same however many kinds there will be."""

from datetime import UTC, datetime
from uuid import UUID

from mobile_contract.inbox import NoticeText, NoticeView


def test_a_kind_that_a_phone_does_not_know_is_still_a_notice() -> None:
    notice = NoticeView.model_validate(
        {
            "id": UUID(int=1),
            "kind": "from_the_future",
            "text": {"title": "Kabar", "body": "Ada kabar."},
            "made_at": datetime(2026, 11, 2, tzinfo=UTC),
        }
    )
    assert notice.text == NoticeText(title="Kabar", body="Ada kabar.")
    assert notice.read_at is None
