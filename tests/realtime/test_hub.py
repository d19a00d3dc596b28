"""Whatever the bus does, each subscriber sees each event once, in order, in frames that join."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile_contract import live
from mobile_contract.live import SHARDS
from models.queries.feed import FeedRow
from models.rules.refusals import DatabaseAway
from realtime.gaps import GapOptions
from realtime.hub import Hub, HubOptions
from realtime.pulse import Heads
from realtime.rollup import Today
from realtime.subscriber import Subscription
from tests.realtime.feeds import (
    AGENCY,
    AGENCY_TOPIC,
    COLLEAGUE,
    EMPLOYEE_TOPIC,
    EPOCH,
    OTHER_SCHOOL,
    SCHOOL,
    SCHOOL_TOPIC,
    SHARD,
    Database,
    Follower,
    Remembering,
    event,
    personal_notice,
    position,
)

BEGIN = 10
AT_ONCE = GapOptions(patience_s=0.0, retry_s=0.0)
SOON = HubOptions(tick_s=0.0, settle_s=0.0, gaps=AT_ONCE)
PATIENT = HubOptions(tick_s=30.0)
DEADLINE_S = 20.0  # only a hang reaches it


def heads(at: int, floor: int = 0, epoch: UUID = EPOCH) -> Heads:
    """The database's answer: the tested shard stands at `at`, the others where they began."""
    others = [BEGIN] * SHARDS
    floors = [0] * SHARDS
    others[SHARD], floors[SHARD] = at, floor
    return Heads(epoch, tuple(others), tuple(floors))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0)


class Listener:
    """One socket on one topic, live from the start."""

    def __init__(self, hub: Hub, topic: str = SCHOOL_TOPIC) -> None:
        self.topic = topic
        self.writer = Remembering()
        self.subscription = Subscription(self.writer, hub.gate, lambda: 0.0)
        self.begin = hub.attach(topic, SHARD, self.subscription)
        self.subscription.start(topic, self.begin)

    def follower(self) -> Follower:
        follower = Follower(self.topic, self.begin)
        follower.read(self.writer.messages())
        return follower

    def seen(self) -> list[int]:
        return self.follower().seen


@asynccontextmanager
async def running(
    database: Database,
    options: HubOptions = SOON,
    begin: int = BEGIN,
    fresh: Callable[[], bool] = lambda: True,
) -> AsyncGenerator[Hub]:
    async def count_today(unit_id: UUID, shard: int, zone: ZoneInfo) -> Today:
        return Today(begin, date(2026, 11, 24), [])

    hub = Hub(options, database.fill_gap, count_today, fresh)
    async with hub.running():
        hub.on_heads(heads(begin))
        yield hub


everything = [
    event(
        seq,
        unit_id=[SCHOOL, OTHER_SCHOOL, AGENCY][seq % 3],
        employee_id=COLLEAGUE if seq % 4 == 0 else event(1).employee_id,
    )
    for seq in range(BEGIN + 1, BEGIN + 26)
]
commits = st.lists(st.integers(0, 24), max_size=60).map(
    lambda places: [everything[place] for place in places]
)


@given(st.lists(commits, max_size=8), st.integers(0, 3), st.integers(1, 9))
async def test_any_loss_repetition_and_order_gives_each_event_once_in_order(
    announcements: list[list[FeedRow]], failures: int, fill_events: int
):
    database = Database(everything)
    database.failures = failures
    options = replace(SOON, gaps=replace(AT_ONCE, events=fill_events))
    async with running(database, options) as hub:
        listeners = [Listener(hub, topic) for topic in (AGENCY_TOPIC, SCHOOL_TOPIC, EMPLOYEE_TOPIC)]
        for rows in announcements:
            hub.receive(rows)
            await asyncio.sleep(0)
        hub.on_heads(heads(everything[-1].seq))
        await until(lambda: listeners[0].follower().position == position(everything[-1].seq))
        of_topic = [
            [row.seq for row in everything],
            [row.seq for row in everything if row.unit_id == SCHOOL],
            [row.seq for row in everything if row.employee_id != COLLEAGUE],
        ]
        for listener, expected in zip(listeners, of_topic, strict=True):
            follower = listener.follower()
            assert (follower.seen, follower.losses, follower.resets) == (expected, 0, [])
            frames = [one for one in listener.writer.messages() if isinstance(one, live.Events)]
            assert [one.prev for one in frames] == [
                listener.begin,
                *(one.upto for one in frames[:-1]),
            ][: len(frames)]


async def test_a_first_event_goes_out_soon_and_the_next_ones_wait_for_the_tick():
    async with running(Database([]), PATIENT) as hub:
        listener = Listener(hub)
        hub.receive([event(11), event(12)])
        await until(lambda: listener.seen() == [11, 12])
        hub.receive([event(13)])
        hub.receive([event(14)])
        for _ in range(20):
            await asyncio.sleep(0)
        assert listener.seen() == [11, 12]
        assert hub.figures.frames == 1


async def test_after_a_costly_flush_the_tick_is_wider_but_bounded():
    costly = HubOptions(tick_s=0.0, settle_s=0.0, wide_tick_s=30.0, flush_share=1e-9)
    async with running(Database([]), costly) as hub:
        listener = Listener(hub)
        hub.receive([event(11)])
        await until(lambda: listener.seen() == [11])
        hub.receive([event(12)])
        for _ in range(20):
            await asyncio.sleep(0)
        assert listener.seen() == [11]
    bounded = replace(costly, wide_tick_s=0.0)
    async with running(Database([]), bounded) as hub:
        listener = Listener(hub)
        for seq in (11, 12):
            hub.receive([event(seq)])
            await until(lambda seq=seq: seq in listener.seen())


async def test_the_same_bytes_go_to_every_subscriber():
    async with running(Database([])) as hub:
        one, other = Listener(hub), Listener(hub)
        hub.receive([event(11)])
        await until(lambda: other.seen() == [11])
        assert one.writer.written[0] is other.writer.written[0]


async def test_events_of_topics_that_nobody_listens_to_are_not_encoded():
    async with running(Database([])) as hub:
        listener = Listener(hub)
        hub.receive([event(11, unit_id=OTHER_SCHOOL), event(12)])
        await until(lambda: listener.seen() == [12])
        assert hub.figures.events == 1


async def test_a_personal_notice_reaches_its_person_alone():
    async with running(Database([])) as hub:
        person, school = Listener(hub, EMPLOYEE_TOPIC), Listener(hub)
        hub.receive([personal_notice(11), event(12)])
        await until(lambda: person.seen() == [11, 12])
        assert school.seen() == [12]


async def test_a_head_past_ours_is_read_from_the_database():
    database = Database([event(seq) for seq in range(11, 14)])
    async with running(database) as hub:
        listener = Listener(hub)
        hub.on_heads(heads(13))
        await until(lambda: listener.seen() == [11, 12, 13])
        assert (SHARD, BEGIN, 13) in database.asked


async def test_before_the_first_heads_nobody_can_attach():
    async def never(*_: object) -> list[FeedRow]:
        raise AssertionError

    async def count(unit_id: UUID, shard: int, zone: ZoneInfo) -> Today:
        raise AssertionError

    hub = Hub(SOON, never, count)
    with pytest.raises(DatabaseAway):
        Listener(hub)


async def test_while_rights_are_not_fresh_nothing_goes_out_and_then_everything_does():
    fresh = True
    database = Database([event(seq) for seq in range(11, 20)])
    async with running(database, fresh=lambda: fresh) as hub:
        listener, lagging = Listener(hub), Listener(hub)
        hub.receive([event(11)])
        await until(lambda: listener.seen() == [11])
        fresh = False
        hub.receive([event(12), event(14)])
        lagging.subscription.start(SCHOOL_TOPIC, lagging.begin)
        for _ in range(20):
            await asyncio.sleep(0)
        assert listener.seen() == [11]
        assert len(lagging.writer.written) == 1
        fresh = True
        hub.on_heads(heads(19))
        await until(lambda: listener.seen() == list(range(11, 20)))
        assert lagging.seen() == list(range(11, 20))


async def test_a_hub_held_by_hand_lets_go_of_what_was_already_on_its_way():
    async with running(Database([])) as hub:
        listener = Listener(hub)
        hub.receive([event(11)])
        hub.hold(True)
        for _ in range(20):
            await asyncio.sleep(0)
        assert listener.writer.written == []
        hub.hold(False)
        await until(lambda: listener.seen() == [11])


async def test_a_restored_database_resets_every_topic_and_goes_on():
    async with running(Database([])) as hub:
        listener = Listener(hub)
        hub.receive([event(11), event(12)])
        await until(lambda: listener.seen() == [11, 12])
        hub.on_heads(heads(5, epoch=UUID(int=78)))
        hub.receive([event(6)])
        await until(lambda: listener.seen()[-1] == 6)
        (reset,) = listener.follower().resets
        assert reset == live.Reset("epoch", SCHOOL_TOPIC, position(5))


async def test_what_retention_dropped_before_it_came_resets_the_topic():
    async with running(Database([event(31)])) as hub:
        listener = Listener(hub)
        hub.on_heads(heads(31, floor=30))
        await until(lambda: listener.seen() == [31])
        assert listener.follower().resets == [live.Reset("retention", SCHOOL_TOPIC, position(30))]


async def test_events_that_the_database_does_not_know_are_dropped():
    async with running(Database([])) as hub:
        listener = Listener(hub)
        hub.receive([event(900)])
        hub.receive([event(11)])
        await until(lambda: listener.seen() == [11])
        await asyncio.sleep(0)
        hub.receive([event(12)])
        await until(lambda: listener.seen() == [11, 12])


async def test_a_topic_serves_those_who_come_back_and_is_forgotten_later():
    async with running(Database([]), replace(SOON, rollup_every_s=0.0)) as hub:
        listener = Listener(hub)
        hub.detach(SCHOOL_TOPIC, SHARD, listener.subscription)
        hub.detach(SCHOOL_TOPIC, SHARD, listener.subscription)
        hub.receive([event(11)])
        ring = hub.ring(SCHOOL_TOPIC, SHARD)
        assert ring is not None
        await until(lambda: ring.head == position(11))
        back = Listener(hub)
        assert back.begin == position(11)
        assert listener.writer.written == []

    options = replace(SOON, rollup_every_s=0.0, keep_topic_s=0.0)
    async with running(Database([]), options) as hub:
        listener = Listener(hub)
        hub.detach(SCHOOL_TOPIC, SHARD, listener.subscription)
        await until(lambda: hub.ring(SCHOOL_TOPIC, SHARD) is None)


async def test_a_big_scope_gets_roll_ups_and_no_single_events():
    async with running(Database([]), replace(SOON, rollup_every_s=0.0)) as hub:
        writer = Remembering()
        subscription = Subscription(writer, hub.gate, lambda: 0.0)
        zone = ZoneInfo("Asia/Jakarta")
        assert hub.attach_rollup(AGENCY, SHARD, zone, subscription) == position(BEGIN)
        await until(lambda: len(writer.written) == 1)
        hub.receive([event(11), event(12)])
        await until(lambda: len(writer.written) == 2)
        first, second = writer.messages()
        assert isinstance(first, live.Rollup)
        assert isinstance(second, live.Rollup)
        assert list(first.rows) == []
        assert [row.unit_id for row in second.rows] == [SCHOOL]
        assert second.upto == position(12)
        hub.detach_rollup(AGENCY, SHARD, subscription)
        hub.receive([event(13)])
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(writer.written) == 2


async def test_stopping_ends_what_is_under_way():
    asked = asyncio.Event()

    async def hangs(shard: int, after_seq: int, upto_seq: int) -> list[FeedRow]:
        asked.set()
        await asyncio.Event().wait()
        return []

    async def count(unit_id: UUID, shard: int, zone: ZoneInfo) -> Today:
        raise AssertionError

    hub = Hub(SOON, hangs, count)
    async with hub.running():
        hub.on_heads(heads(BEGIN))
        hub.on_heads(heads(BEGIN + 1))
        await asked.wait()
    assert asyncio.all_tasks() == {asyncio.current_task()}
