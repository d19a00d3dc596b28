"""Every mutation gets exactly one result, whatever is in it (hypothesis over the wire)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from api.outbox import OutboxItems, refused
from models.rules.refusals import Busy, NotFound
from realtime.intake import Intake
from realtime.principals import Principal
from realtime.submission import IntakeItem, ItemResult
from tests.realtime.test_captures import reporter

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Accepting(Intake):
    """An intake that takes everything and commits nothing."""

    def __init__(self) -> None:
        self.taken: list[IntakeItem] = []

    async def submit(self, items: Any) -> list[ItemResult]:
        self.taken.extend(items)
        return [
            ItemResult("applied", item.report_id, None, "received", 1, 3, place + 1, NOW)
            for place, item in enumerate(items)
        ]


async def mark(principal: Principal, marked_id: UUID) -> Any:
    """Everything is news."""
    return "applied"


good = st.builds(
    lambda quantity: {
        "mutation_id": str(uuid4()),
        "op": "report.create",
        "report": {
            "id": str(uuid4()),
            "target_id": str(uuid4()),
            "quantity": quantity,
            "activity_at": NOW.isoformat(),
        },
    },
    st.floats(0, 100),
)
DEEP = msgspec.Raw(b"[" * 5_000 + b"]" * 5_000)
values = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
bad = values | st.dictionaries(
    st.sampled_from(["mutation_id", "op", "report", "read"]), values | st.lists(values, max_size=2)
)


@given(items=st.lists(st.one_of(good, bad), max_size=20))
async def test_one_result_for_each_item_and_the_good_ones_go_through(items: list[Any]) -> None:
    intake = Accepting()
    results = await OutboxItems(intake, mark, mark).results(
        [msgspec.Raw(msgspec.json.encode(item)) for item in items], reporter(), None, NOW, "id"
    )
    assert len(results) == len(items)
    for item, result in zip(items, results, strict=True):
        is_good = isinstance(item, dict) and isinstance(item.get("report"), dict)
        assert (result.outcome == "applied") == is_good
        assert (result.problem is None) == is_good
    assert len(intake.taken) == sum(result.outcome == "applied" for result in results)


async def test_an_item_nested_too_deep_is_malformed_and_sinks_nothing() -> None:
    intake = Accepting()
    sound = {"mutation_id": uuid4(), "op": "report.withdraw", "withdrawal": {"report_id": uuid4()}}
    deep = {"mutation_id": uuid4(), "op": "report.create", "report": {"a": DEEP}}
    items = [msgspec.Raw(msgspec.json.encode(item)) for item in (deep, sound)]
    results = await OutboxItems(intake, mark, mark).results(items, reporter(), None, NOW, "id")
    assert [result.outcome for result in results] == ["rejected", "applied"]
    assert results[0].problem is not None
    assert results[0].problem.code == "malformed"


async def test_a_mark_that_breaks_sinks_nothing_and_is_tried_again() -> None:
    async def broken(principal: Principal, marked_id: UUID) -> Any:
        raise RuntimeError

    intake = Accepting()
    sound = {"mutation_id": uuid4(), "op": "report.withdraw", "withdrawal": {"report_id": uuid4()}}
    read = {"mutation_id": uuid4(), "op": "inbox.read", "read": {"notice_id": uuid4()}}
    items = [msgspec.Raw(msgspec.json.encode(item)) for item in (read, sound)]
    results = await OutboxItems(intake, mark, broken).results(items, reporter(), None, NOW, "id")
    assert [result.outcome for result in results] == ["retry", "applied"]
    assert results[0].problem is not None
    assert results[0].problem.code == "unexpected"


def test_what_is_away_for_now_is_tried_again_and_the_rest_never() -> None:
    assert refused(None, Busy(retry_after_s=1), "id").outcome == "retry"
    assert refused(None, NotFound(), "id").outcome == "rejected"
