"""Every kind has a shape, and a kind of the future is no mistake."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from mobile_contract.cards import CARD_KINDS, CHANGE_KINDS
from mobile_contract.contents import CONTENTS, DecisionContent, content_of
from mobile_contract.live import Card, Event

NOON = datetime(2026, 11, 2, 5, tzinfo=UTC)
APPROVAL = (
    b'{"report_id":"00000000-0000-0000-0000-000000000001","version":1,"status":"approved",'
    b'"actor_id":"00000000-0000-0000-0000-000000000002","actor_name":"Budi","mood":"fine"}'
)


def event(kind: str, content: bytes) -> Event:
    return Event(16, kind, NOON, UUID(int=9), content=msgspec.Raw(content))


def test_every_kind_of_the_feed_has_a_shape() -> None:
    assert set(CONTENTS) == CARD_KINDS | CHANGE_KINDS | {"feedback"}


def test_a_content_is_read_by_its_kind_and_newer_fields_are_ignored() -> None:
    said = content_of(event("approval", APPROVAL))
    assert said == DecisionContent(UUID(int=1), UUID(int=2), "Budi", 1, "approved")


def test_a_kind_of_the_future_has_no_content_that_we_know() -> None:
    assert content_of(event("from_the_future", b'{"x":1}')) is None
    card = Card(16, "from_the_future", NOON, UUID(int=9))
    assert content_of(card) is None


def test_a_content_that_breaks_its_promise_is_not_passed_on() -> None:
    with pytest.raises(msgspec.ValidationError):
        content_of(event("approval", b"{}"))
