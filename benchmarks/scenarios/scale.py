"""The same questions with 10 thousand and with 3 million reports: cost follows the answer.

Two databases on one server, one service on each; the newest day is the same in both. Asked are a
supervisor's board and a feed page (heads of agencies, 180 people each), the resume of a
ten-person scope at the cursor of a day ago, and a scan of the slip engine that finds 50 targets.
"""

import json
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle

import asyncpg
import msgspec
from websockets.asyncio.client import connect

from benchmarks import history, phones
from benchmarks.figures import Figure, Goal
from benchmarks.history import History, days_for
from benchmarks.load import connected, volley
from benchmarks.rig import Rig, Served
from benchmarks.town import EMPLOYEE, TARGET, Town, section, token, uid
from mobile_contract.live import Cursor, Hello, person_topic, position_of, unit_topic
from notifications.slips import SlipEngine, SlipOptions

TOWN = Town()
SHARE = Goal("at_most", 1.5, "ratio")

Took = Callable[[], Awaitable[float]]
"""Asks once; how many milliseconds the answer took."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `few`, `many`: reports. `calls`, `scans`: of a round on each side."""

    few: int = 10_000
    many: int = 3_000_000
    calls: int = 28  # each agency twice
    scans: int = 3
    due_targets: int = 50  # of a scan


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two databases, and the ways to ask it."""

    rig: Rig
    past: History
    size: Size

    def slip_scan(self, pool: asyncpg.Pool) -> Took:
        """Makes targets due and lets the engine find and settle them."""
        engine = SlipEngine(pool, lambda rows: None, SlipOptions())
        numbers = iter(range(1, self.rig.town.all_targets + 1))

        async def scan() -> float:
            due = [uid(TARGET, next(numbers)) for _ in range(self.size.due_targets)]
            await pool.execute(
                "UPDATE target_pace SET slips_at = now() WHERE target_id = ANY ($1)", due
            )
            found = engine.slips_found
            began = time.perf_counter()
            await engine.settle()
            took_ms = (time.perf_counter() - began) * 1e3
            if engine.slips_found - found != len(due):
                raise RuntimeError(f"{engine.slips_found - found} slips of {len(due)}")
            return took_ms

        return scan

    def page(self, service: Served, path: str) -> Took:
        """`GET` as the head of one agency after another, over one connection."""
        heads = cycle(range(1, self.rig.town.agencies + 1))

        def make() -> bytes:
            return phones.question(path, self.rig.town.agency_head(next(heads)))

        async def ask() -> float:
            async with connected(service.port, 1) as callers:
                await volley(callers, make, 1)  # the connection and the token are known then
                answers = (await volley(callers, make, self.size.calls)).whole()
            return answers.percentile_ms(0.5)

        return ask

    async def resume(self, service: Served) -> Took:
        """A section's head comes back after a day, and has every event of it."""
        async with self.rig.connected() as connection:
            epoch = await connection.fetchval("SELECT epoch FROM feed_epoch")
        sections = cycle(self._sections())

        async def come_back() -> float:
            times = [
                await self._resumed_ms(service, next(sections), epoch)
                for _ in range(self.size.calls)
            ]
            return statistics.median(times)

        return come_back

    def _sections(self) -> Iterator[int]:
        """The second section of each agency."""
        town = self.rig.town
        return (agency * town.sections + 2 for agency in range(town.agencies))

    async def _resumed_ms(self, service: Served, number: int, epoch: object) -> float:
        town = self.rig.town
        head = town.section_head(number)
        day_ago = (self.past.days - 1) * town.agency_targets
        position = position_of(town.agency_of(head), day_ago)
        topic = unit_topic(section(number))
        own = person_topic(uid(EMPLOYEE, head))
        cursor = msgspec.convert(
            {"epoch": str(epoch), "positions": {topic: position, own: position}}, Cursor
        )
        hello = msgspec.json.encode(Hello(token(head), cursor)).decode()
        events = 0
        async with connect(f"ws://127.0.0.1:{service.port}/v1/live", compression=None) as socket:
            began = time.perf_counter()
            await socket.send(hello)
            welcome = json.loads(await socket.recv())
            upto = welcome["topics"][topic]["upto"]
            at = position
            while at < upto:
                message = json.loads(await socket.recv())
                if message.get("topic") == topic:
                    at = message["upto"]
                    events += len(message["events"])
            took_ms = (time.perf_counter() - began) * 1e3
        if events != town.people * town.targets:
            raise RuntimeError(f"{events} events came back of {town.people * town.targets}")
        return took_ms


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Four questions; ours is the large database, the peer the small one."""
    size = size or Size()
    few = await _side(rig, "few", size.few, size)
    many = await _side(rig, "many", size.many, size)
    for side in (few, many):
        began = time.monotonic()
        await history.written(side.rig, side.past)
        print(f"{side.past.reports:,} reports in {time.monotonic() - began:,.0f} s", flush=True)
    async with AsyncExitStack() as services:
        small = await services.enter_async_context(few.rig.service())
        large = await services.enter_async_context(many.rig.service())
        asked: list[tuple[str, Took, Took]] = [
            ("a board", few.page(small, "/v1/board"), many.page(large, "/v1/board")),
            ("a feed page", few.page(small, "/v1/feed"), many.page(large, "/v1/feed")),
            ("a resume", await few.resume(small), await many.resume(large)),
        ]
        figures = [
            await _compared(_figure(few, many, name), small_way, large_way, rounds, 1)
            for name, small_way, large_way in asked
        ]
    return [*figures, await _scans(few, many, rounds)]  # last: it writes


async def _side(rig: Rig, name: str, reports: int, size: Size) -> Side:
    past = History(rig.town, days_for(reports, rig.town), datetime.now(UTC))
    return Side(await rig.beside(name, rig.town), past, size)


async def _scans(few: Side, many: Side, rounds: int) -> Figure:
    """The engine by itself: a service's own would be quicker than we are."""
    async with (
        asyncpg.create_pool(few.rig.dsn, min_size=1, max_size=2) as small,
        asyncpg.create_pool(many.rig.dsn, min_size=1, max_size=2) as large,
    ):
        return await _compared(
            _figure(few, many, "a slip scan"),
            few.slip_scan(small),
            many.slip_scan(large),
            rounds,
            few.size.scans,
        )


def _figure(few: Side, many: Side, name: str) -> Figure:
    ours, theirs = few.past.reports, many.past.reports
    return Figure("scale", f"{name}, {theirs:,} reports", "ms", SHARE, f"{ours:,} reports")


async def _compared(figure: Figure, small: Took, large: Took, rounds: int, times: int) -> Figure:
    """Both in turn, each round the median of so many times; the first answers are not counted."""
    for ask in (small, large):
        await ask()
    for _ in range(rounds):
        theirs, ours = [], []
        for _ in range(times):
            theirs.append(await small())
            ours.append(await large())
        figure.peer_values.append(statistics.median(theirs))
        figure.values.append(statistics.median(ours))
    return figure
