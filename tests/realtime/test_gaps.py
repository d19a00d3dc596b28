"""A gap is waited for, then read; whatever the database answers, the lane comes to where it is."""

import asyncio
from collections.abc import Callable

from models.queries.feed import FeedRow
from realtime.gaps import GapOptions, Gaps
from realtime.lane import Lane
from realtime.subscriber import Gate
from tests.realtime.feeds import SHARD, Database, event

DEADLINE_S = 20.0  # only a hang reaches it
AT_ONCE = GapOptions(patience_s=0.0, retry_s=0.0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0)


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Scene:
    """One lane at 10 and a database whose shard stands where the test says."""

    def __init__(self, database: Database, options: GapOptions = AT_ONCE) -> None:
        self.database = database
        self.fresh = True
        self.database_head = 10
        self.taken: list[int] = []
        self.lane = Lane(SHARD)
        self.lane.heard(10)
        self.gaps = Gaps(
            options,
            database.fill_gap,
            Gate(lambda: self.fresh),
            self.advance,
            lambda shard: self.database_head,
        )

    def advance(self, lane: Lane) -> None:
        if self.fresh:
            self.taken += [row.seq for row in lane.take()]
            if lane.behind:
                self.gaps.watch(lane)

    def heard(self, head: int) -> None:
        self.database_head = head
        self.lane.heard(head)
        self.advance(self.lane)


def committed(upto: int) -> Database:
    return Database([event(seq) for seq in range(11, upto + 1)])


async def test_what_is_only_late_is_not_read():
    scene = Scene(committed(12), GapOptions(patience_s=0.01))
    scene.heard(11)
    scene.lane.put([event(11)])
    scene.advance(scene.lane)
    await asyncio.sleep(0.03)
    assert scene.taken == [11]
    assert scene.database.asked == []
    await scene.gaps.close()


async def test_of_events_that_keep_coming_only_what_stays_missing_is_read():
    scene = Scene(committed(30), GapOptions(patience_s=0.01))
    for seq in range(11, 21):
        scene.heard(seq + 1)
        scene.lane.put([event(seq)])
        scene.advance(scene.lane)
    await until(lambda: scene.taken[-1] == 21)
    assert scene.database.asked == [(SHARD, 20, 21)]
    assert scene.gaps.filled == 1


async def test_a_gap_before_what_arrived_is_read_alone():
    scene = Scene(committed(15))
    scene.lane.put([event(14), event(15)])
    scene.advance(scene.lane)
    await until(lambda: scene.taken == [11, 12, 13, 14, 15])
    assert scene.database.asked == [(SHARD, 10, 13)]


async def test_a_long_gap_is_read_in_pieces():
    scene = Scene(committed(17), GapOptions(patience_s=0.0, retry_s=0.0, events=3))
    scene.heard(17)
    await until(lambda: scene.taken == list(range(11, 18)))
    assert scene.database.asked == [(SHARD, 10, 13), (SHARD, 13, 16), (SHARD, 16, 17)]


async def test_a_database_that_is_away_is_asked_again():
    scene = Scene(committed(12))
    scene.database.failures = 3
    scene.heard(12)
    await until(lambda: scene.taken == [11, 12])
    assert scene.gaps.failures == 3


async def test_while_the_gate_is_shut_nothing_is_read():
    scene = Scene(committed(12))
    scene.fresh = False
    scene.gaps.watch(scene.lane)
    scene.lane.heard(12)
    await turns()
    assert scene.database.asked == []
    scene.fresh = True
    scene.heard(12)
    await until(lambda: scene.taken == [11, 12])


async def test_events_that_only_a_bus_knows_are_dropped_once_the_database_denies_them():
    scene = Scene(committed(10))
    scene.lane.put([event(500)])
    scene.advance(scene.lane)
    await until(lambda: not scene.lane.behind)
    assert scene.taken == []
    scene.lane.put([event(11)])
    scene.advance(scene.lane)
    assert scene.taken == [11]


async def test_an_event_that_the_database_promises_is_asked_for_until_it_comes():
    scene = Scene(committed(10))
    scene.heard(11)
    await until(lambda: len(scene.database.asked) > 2)
    scene.database.rows.append(event(11))
    await until(lambda: scene.taken == [11])


async def test_a_lane_that_began_anew_gets_nothing_from_before():
    scene = Scene(committed(12))
    held = asyncio.Event()

    async def slow(shard: int, after_seq: int, upto_seq: int) -> list[FeedRow]:
        await held.wait()
        return [event(11)]

    scene.gaps = Gaps(AT_ONCE, slow, Gate(lambda: True), scene.advance, lambda shard: 12)
    scene.heard(12)
    await turns()
    scene.gaps.forget(scene.lane)
    scene.lane.restart(10)
    held.set()
    await turns()
    assert scene.taken == []
    scene.heard(11)
    await until(lambda: scene.taken == [11])
    await scene.gaps.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
