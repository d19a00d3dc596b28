"""Counting after the feed: whatever people do, then roll, equals a recount from the reports."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.queries.evidence import Evidence, evidence_set
from models.queries.feed import NewEvent, appended
from models.queries.locks import locked_units_of
from models.queries.organisation import unit_changed
from models.queries.outages import outage_recorded
from models.queries.recount import differences
from models.queries.rolling import Rolled, due_again, is_behind, rolled
from models.tables.columns import new_id
from tests.builders import City, decide, make_city, make_report, move_employee, submit

NOW = datetime.now(UTC)
WITHIN_H = 24.0
TODAY = NOW.astimezone(ZoneInfo("Asia/Jakarta")).date()


async def roll(pool: asyncpg.Pool, events: int = 2_000) -> list[Rolled]:
    """Rolls until nothing is left."""
    steps: list[Rolled] = []
    async with pool.acquire() as connection:
        while True:
            async with connection.transaction():
                step = await rolled(connection, WITHIN_H, events)
            assert step is not None
            steps.append(step)
            if not step.more:
                return steps


async def row_of(pool: asyncpg.Pool, unit_id: UUID, day: date = TODAY) -> dict[str, Any]:
    """The counters of a unit on a day, over all indicators; empty: nothing."""
    row = await pool.fetchrow(
        "SELECT sum(reports) AS reports, sum(approved_reports) AS approved_reports,"
        " sum(first_time) AS first_time, sum(returned_reports) AS returned_reports,"
        " sum(late) AS late, sum(excused) AS excused, sum(with_evidence) AS with_evidence,"
        " sum(measured) AS measured,"
        " sum(approved) AS approved, sum(pending) AS pending"
        " FROM unit_day WHERE unit_id = $1 AND on_day = $2",
        unit_id,
        day,
    )
    return {name: value for name, value in row.items() if value}


async def test_a_report_is_counted_once_in_every_unit_above(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani], quantity=2.5)
    assert await is_behind(pool)
    steps = await roll(pool)
    assert (steps[0].events, steps[0].person_days) == (1, 1)
    assert not await is_behind(pool)
    for unit in (city.clinic, city.health, city.city):
        assert await row_of(pool, unit) == {"reports": 1, "pending": 2.5}
    assert await row_of(pool, city.works) == {}
    again = await roll(pool)
    assert again == [Rolled()]


async def test_a_decision_and_a_withdrawal_move_the_counters(pool: asyncpg.Pool) -> None:
    city, first, second = await make_city(pool), new_id(), new_id()
    for report_id in (first, second):
        await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await decide(pool, city.clinic_head, first)
    await decide(pool, city.clinic_head, second, "return", "foto kurang")
    await roll(pool)
    assert await row_of(pool, city.health) == {
        "reports": 2,
        "approved_reports": 1,
        "first_time": 1,
        "returned_reports": 1,
        "approved": 1.0,
    }
    await submit(pool, "revise", city.ani, report_id=second, quantity=3)
    await decide(pool, city.clinic_head, second)
    await roll(pool)
    assert await row_of(pool, city.health) == {
        "reports": 2,
        "approved_reports": 2,
        "first_time": 1,
        "returned_reports": 1,
        "approved": 4.0,
    }


async def test_what_is_withdrawn_leaves_no_row_behind(pool: asyncpg.Pool) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await roll(pool)
    await submit(pool, "withdraw", city.ani, report_id=report_id, note="keliru")
    await roll(pool)
    for table in ("person_day", "unit_day", "unit_month"):
        assert await pool.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_a_revision_of_the_day_moves_the_report_to_its_new_day(pool: asyncpg.Pool) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await roll(pool)
    earlier = NOW - timedelta(days=1)
    await submit(pool, "revise", city.ani, report_id=report_id, quantity=1, at=earlier)
    await roll(pool)
    assert await row_of(pool, city.clinic) == {}
    assert await row_of(pool, city.clinic, TODAY - timedelta(days=1)) == {
        "reports": 1,
        "pending": 1.0,
    }


async def test_after_a_transfer_what_was_done_stays_where_it_was_done(pool: asyncpg.Pool) -> None:
    city, report_id = await make_city(pool), new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await roll(pool)
    await move_employee(pool, city.ani, city.roads)
    await decide(pool, city.roads_head, report_id)
    await make_report(pool, city.ani, city.targets[city.ani])
    await roll(pool)
    assert (await row_of(pool, city.clinic))["approved_reports"] == 1
    assert await row_of(pool, city.roads) == {"reports": 1, "pending": 1.0}
    assert (await row_of(pool, city.city))["reports"] == 2


async def test_small_steps_come_to_the_same(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    for who in (city.ani, city.budi, city.dedi):
        for _ in range(3):
            await make_report(pool, who, city.targets[who], quantity=0.1)
    steps = await roll(pool, events=2)
    assert sum(step.events for step in steps) == 9
    assert (await row_of(pool, city.city))["pending"] == 0.9
    async with pool.acquire() as connection:
        assert await differences(connection, WITHIN_H) == []


async def test_two_who_roll_at_once_count_once(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    async with pool.acquire() as one, pool.acquire() as other, one.transaction():
        first = await rolled(one, WITHIN_H)
        async with other.transaction():
            assert await rolled(other, WITHIN_H) is None
        assert first is not None
        assert first.events == 1
    assert await row_of(pool, city.clinic) == {"reports": 1, "pending": 1.0}


async def test_a_roller_that_dies_repeats_nothing_and_loses_nothing(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    async with pool.acquire() as connection:
        dying = connection.transaction()
        await dying.start()
        await rolled(connection, WITHIN_H)
        await dying.rollback()
    assert await row_of(pool, city.clinic) == {}
    await roll(pool)
    assert await row_of(pool, city.clinic) == {"reports": 1, "pending": 1.0}


async def test_a_day_that_waits_is_taken_after_whoever_writes_to_it(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    await roll(pool)
    await due_again(pool, [(city.ani, TODAY)])
    async with pool.acquire() as writer, writer.transaction():
        await due_again(writer, [(city.ani, TODAY)])
        await roll(pool)  # passes it over: the writer is not ready yet
        await writer.execute("UPDATE report SET evidence = 1")
    assert await row_of(pool, city.clinic) == {"reports": 1, "pending": 1.0}
    await roll(pool)
    assert (await row_of(pool, city.clinic))["with_evidence"] == 1


async def test_a_target_with_another_name_takes_its_counts_along(pool: asyncpg.Pool) -> None:
    doings = Doings(pool, await make_city(pool))
    await doings.report(5)
    await roll(pool)
    await doings.rename(2)
    await roll(pool)
    names = await pool.fetch("SELECT DISTINCT indicator FROM unit_month")
    assert [row["indicator"] for row in names] == ["Kunjungan 0"]


async def test_in_another_zone_a_report_may_lie_on_another_day(pool: asyncpg.Pool) -> None:
    doings = Doings(pool, await make_city(pool))
    await doings.report(1)
    at = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)  # half past ten in Jakarta, tomorrow in Jayapura
    await pool.execute("UPDATE report SET activity_at = $1", at)
    await roll(pool)
    await doings.rezone(2)
    await roll(pool)
    assert await pool.fetchval("SELECT on_day FROM person_day") == date(2026, 11, 4)


class Doings:
    """What may happen in a city, each by a number: the same numbers do the same."""

    def __init__(self, pool: asyncpg.Pool, city: City) -> None:
        self.pool = pool
        self.city = city
        self.people = [city.ani, city.budi, city.dedi]
        self.reports: list[UUID] = []

    async def report(self, number: int) -> None:
        who, at = self.people[number % 3], NOW - timedelta(hours=7 * (number % 9))
        report_id = new_id()
        await submit(
            self.pool,
            "create",
            who,
            report_id=report_id,
            target_id=self.city.targets[who],
            quantity=(number % 7) / 10,
            at=at,
        )
        self.reports.append(report_id)

    async def on_one(self, number: int, do: Callable[[UUID, UUID], Awaitable[object]]) -> None:
        """Does something with a report that is open, if there is one."""
        for place in range(len(self.reports)):
            report_id = self.reports[(number + place) % len(self.reports)]
            row = await self.pool.fetchrow(
                "SELECT status, employee_id FROM report WHERE id = $1", report_id
            )
            if row["status"] in ("received", "revised"):
                await do(report_id, row["employee_id"])
                return

    async def revise(self, number: int) -> None:
        at = NOW - timedelta(hours=11 * (number % 7))
        await self.on_one(
            number,
            lambda report_id, who: submit(
                self.pool, "revise", who, report_id=report_id, quantity=number / 10, at=at
            ),
        )

    async def withdraw(self, number: int) -> None:
        await self.on_one(
            number,
            lambda report_id, who: submit(self.pool, "withdraw", who, report_id=report_id),
        )

    async def approve(self, number: int) -> None:
        await self.on_one(
            number, lambda report_id, _: decide(self.pool, self.city.mayor, report_id)
        )

    async def send_back(self, number: int) -> None:
        await self.on_one(
            number,
            lambda report_id, _: decide(self.pool, self.city.mayor, report_id, "return", "lagi"),
        )

    async def prove(self, number: int) -> None:
        pieces = [Evidence("link", "https://a.id")] * (number % 3)
        async with self.pool.acquire() as connection, connection.transaction():
            await self.on_one(
                number, lambda report_id, _: evidence_set(connection, report_id, pieces)
            )

    async def transfer(self, number: int) -> None:
        place = (self.city.clinic, self.city.pharmacy, self.city.roads)[number % 3]
        await move_employee(self.pool, self.people[number // 3 % 3], place)

    async def outage(self, number: int) -> None:
        start = NOW - timedelta(hours=9 * (number % 8))
        async with self.pool.acquire() as connection, connection.transaction():
            await outage_recorded(connection, (start, start + timedelta(hours=2)), "padam", None)

    async def arrive_late(self, number: int) -> None:
        """A report whose corrected time lies days after its activity, as from a drowned phone."""
        await self.report(number)
        await self.pool.execute(
            "UPDATE report SET corrected_at = activity_at + make_interval(hours => $2),"
            " flags = $3 WHERE id = $1",
            self.reports[-1],
            10 * (number % 9),
            4 if number % 5 == 0 else 0,
        )

    async def rename(self, number: int) -> None:
        """A target gets another name, and the feed says that it changed."""
        who = self.people[number % 3]
        target_id = self.city.targets[who]
        indicator = f"Kunjungan {number % 2}"
        async with self.pool.acquire() as connection, connection.transaction():
            await locked_units_of(connection, [who])
            await connection.execute(
                "UPDATE target SET indicator = $2 WHERE id = $1", target_id, indicator
            )
            unit_id = await connection.fetchval("SELECT unit_id FROM employee WHERE id = $1", who)
            event = NewEvent("target_changed", who, unit_id, "{}", target_id)
            await appended(connection, [event])

    async def rezone(self, number: int) -> None:
        """A unit turns out to lie in another zone."""
        unit_id = (self.city.clinic, self.city.roads)[number % 2]
        zone = ("Asia/Jakarta", "Asia/Jayapura")[number // 2 % 2]
        await unit_changed(self.pool, unit_id, "Unit", zone, "five_days")

    async def roll(self, number: int) -> None:
        await roll(self.pool, 1 + number % 5)


DOINGS = ("report", "report", "revise", "withdraw", "approve", "send_back", "prove", "transfer")
ALL_DOINGS = (*DOINGS, "outage", "arrive_late", "rename", "rezone", "roll")


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(ALL_DOINGS), st.integers(0, 60)), max_size=25))
async def test_whatever_happens_then_roll_equals_a_recount(
    pool: asyncpg.Pool, happenings: list[tuple[str, int]]
) -> None:
    doings = Doings(pool, await make_city(pool))
    for name, number in happenings:
        await getattr(doings, name)(number)
    await roll(pool)
    async with pool.acquire() as connection:
        assert await differences(connection, WITHIN_H) == []


async def test_reports_that_arrive_while_it_rolls_are_counted_later(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    targets = city.targets

    async def busy() -> None:
        for number in range(12):
            who = (city.ani, city.dedi)[number % 2]
            await make_report(pool, who, targets[who])

    async def rolling() -> None:
        for _ in range(6):
            await roll(pool, 3)

    await asyncio.gather(busy(), rolling())
    await roll(pool)
    assert (await row_of(pool, city.city))["reports"] == 12
