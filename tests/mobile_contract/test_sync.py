"""An outbox is read item by item, so that one bad item never sinks the rest."""

from typing import get_args
from uuid import UUID

import msgspec
import pytest

from mobile_contract.sync import ABSENT, Op, Outcome, SyncMutation, SyncRequest, SyncResult

ID = str(UUID(int=1))


def test_items_stay_as_they_came_until_each_is_looked_at() -> None:
    body = b'{"mutations":[{"mutation_id":"%s","op":"inbox.read"},"nonsense",7],"new":1}'
    request = msgspec.json.decode(body % ID.encode(), type=SyncRequest)
    assert [bytes(each) for each in request.mutations[1:]] == [b'"nonsense"', b"7"]
    good = msgspec.json.decode(request.mutations[0], type=SyncMutation)
    assert (good.mutation_id, good.op, good.read) == (UUID(ID), "inbox.read", ABSENT)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(request.mutations[1], type=SyncMutation)


@pytest.mark.parametrize("part", ["report", "revision", "withdrawal", "acknowledgement", "read"])
def test_a_mutation_has_the_part_that_it_was_given_and_no_other(part: str) -> None:
    mutation = SyncMutation(UUID(ID), "x", **{part: msgspec.Raw(b'{"a":1}')})
    written = msgspec.json.encode(mutation)
    assert msgspec.json.decode(written) == {"mutation_id": ID, "op": "x", part: {"a": 1}}
    assert bytes(getattr(msgspec.json.decode(written, type=SyncMutation), part)) == b'{"a":1}'


def test_the_words_are_those_of_the_contract() -> None:
    assert set(get_args(Op)) == {
        "report.create", "report.revise", "report.withdraw", "feedback.acknowledge", "inbox.read",
    }  # fmt: skip
    assert set(get_args(Outcome)) == {
        "applied", "duplicate", "conflict", "rejected", "retry", "blocked",
    }  # fmt: skip


def test_a_phone_bears_an_outcome_that_it_does_not_know() -> None:
    body = b'{"mutation_id":null,"outcome":"from_the_future"}'
    assert msgspec.json.decode(body, type=SyncResult).outcome == "from_the_future"
