"""Announcing never fails after a commit."""

from collections.abc import Sequence

from models.queries.feed import FeedRow
from realtime.bus import Bus, MemoryBus
from tests.realtime.feeds import event


def test_the_hub_has_the_events_before_announce_returns():
    received: list[Sequence[FeedRow]] = []
    bus: Bus = MemoryBus(received.append)
    bus.announce([event(1), event(2)])
    assert received == [[event(1), event(2)]]
    assert not bus.degraded


def test_a_hub_that_fails_does_not_fail_the_one_who_committed():
    def broken(rows: Sequence[FeedRow]) -> None:
        raise RuntimeError("no")

    MemoryBus(broken).announce([event(1)])
