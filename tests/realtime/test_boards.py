"""A socket's first roll-up is whole, and so is the next one after any that it missed."""

import asyncio
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from mobile_contract import live
from realtime.boards import Boards
from realtime.rollup import Today
from realtime.subscriber import Gate, Subscription
from realtime.writers import HIGH_WATER
from tests.realtime.feeds import (
    AGENCY,
    NOON,
    OTHER_SCHOOL,
    SCHOOL,
    SHARD,
    Remembering,
    event,
)

ZONE = ZoneInfo("Asia/Jakarta")


class Counting:
    """A database that counts one old report of another school, after failing as told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.asked: list[tuple[UUID, int, ZoneInfo]] = []
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self, unit_id: UUID, shard: int, zone: ZoneInfo) -> Today:
        self.asked.append((unit_id, shard, zone))
        await self.answers.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        return Today(10, date(2026, 11, 24), [live.RollupRow(OTHER_SCHOOL, 1, 0, 0, 0, NOON)])


def socket(*, reads: bool = True) -> tuple[Remembering, Subscription]:
    writer = Remembering(reads=reads)
    return writer, Subscription(writer, Gate(lambda: True), lambda: 0.0)


def units(writer: Remembering) -> list[set[UUID]]:
    """The units in each roll-up that was written."""
    return [
        {row.unit_id for row in said.rows}
        for said in writer.messages()
        if isinstance(said, live.Rollup)
    ]


async def turns() -> None:
    """Lets the loop run what is ready, with retries of no delay."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_first_is_whole_then_only_what_changed():
    counting = Counting()
    boards = Boards(counting, 0)
    writer, subscription = socket()
    boards.attach(AGENCY, SHARD, ZONE, subscription)
    boards.show(NOON)
    assert units(writer) == []
    await turns()
    boards.show(NOON)
    boards.add(event(11))
    boards.show(NOON)
    boards.show(NOON)
    assert units(writer) == [{OTHER_SCHOOL}, {SCHOOL}]
    assert counting.asked == [(AGENCY, SHARD, ZONE)]


async def test_a_second_look_is_whole_without_counting_again():
    counting = Counting()
    boards = Boards(counting, 0)
    boards.attach(AGENCY, SHARD, ZONE, socket()[1])
    await turns()
    boards.add(event(11))
    boards.show(NOON)
    writer, subscription = socket()
    boards.attach(AGENCY, SHARD, ZONE, subscription)
    boards.show(NOON)
    assert units(writer) == [{OTHER_SCHOOL, SCHOOL}]
    assert len(counting.asked) == 1


async def test_a_socket_that_was_behind_gets_the_whole_and_hurts_nobody():
    boards = Boards(Counting(), 0)
    (slow, lagging), (quick, keeping_up) = socket(reads=False), socket()
    boards.attach(AGENCY, SHARD, ZONE, lagging)
    boards.attach(AGENCY, SHARD, ZONE, keeping_up)
    await turns()
    boards.show(NOON)
    lagging.write(b"\x81\x00" * HIGH_WATER)
    boards.add(event(11))
    boards.show(NOON)
    slow.written.clear()
    slow.drain()
    boards.show(NOON)
    assert units(slow) == [{OTHER_SCHOOL, SCHOOL}]
    assert units(quick) == [{OTHER_SCHOOL}, {SCHOOL}]


async def test_counting_is_tried_until_the_database_answers():
    counting = Counting(failures=2)
    boards = Boards(counting, 0)
    writer, subscription = socket()
    boards.attach(AGENCY, SHARD, ZONE, subscription)
    await turns()
    boards.show(NOON)
    assert len(counting.asked) == 3
    assert units(writer) == [{OTHER_SCHOOL}]


async def test_nobody_looking_ends_the_board_and_its_count():
    counting = Counting()
    counting.answers.clear()
    boards = Boards(counting, 0)
    writer, subscription = socket()
    boards.attach(AGENCY, SHARD, ZONE, subscription)
    await turns()
    boards.detach(AGENCY, SHARD, subscription)
    boards.detach(AGENCY, SHARD, subscription)
    counting.answers.set()
    await turns()
    boards.add(event(11))
    boards.show(NOON)
    assert writer.written == []
    boards.attach(AGENCY, SHARD, ZONE, subscription)
    await turns()
    assert len(counting.asked) == 2
    boards.close()


async def test_counts_that_are_no_longer_sure_are_taken_again_and_shown_whole():
    counting = Counting()
    boards = Boards(counting, 0)
    writer, subscription = socket()
    boards.attach(AGENCY, SHARD, ZONE, subscription)
    await turns()
    boards.show(NOON)
    boards.begin_anew(SHARD)
    boards.show(NOON)
    await turns()
    boards.show(NOON)
    assert units(writer) == [{OTHER_SCHOOL}, {OTHER_SCHOOL}]
    assert len(counting.asked) == 2
