"""The board of an agency of 3,000 people and roll-ups of the city, at 10 thousand and 3 million.

Two databases on one server, one service on each, with the same people, targets (those of past
months, too) and newest day; only the reports behind them differ. Roll-ups are counted from the
reports when the history is written, as `denyut rollups check --repair` counts them. Beside the
times, the plans are printed: rows read by a roll-up and by the board at both sizes.
"""

import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import history, phones
from benchmarks.figures import Figure, Goal
from benchmarks.history import PACE, History, days_for, target_sql
from benchmarks.load import connected, volley
from benchmarks.rig import Rig, Served
from benchmarks.town import CITY, EMPLOYEE, OTHER, TARGET, Town, agency, uid, uid_sql
from models.queries.board import MOST_PEOPLE, PAGE
from models.queries.recount import refilled
from models.queries.rollups import OF_UNITS, span_arguments
from models.rules.periods import parse_period

TOWN = Town(agencies=2, sections=100, people=30, targets=2)  # agencies of 3,000 people
QUICK = Goal("at_most", 50.0)
SHARE = Goal("at_most", 1.5, "ratio")
MAYOR_GRANT = 900_000  # the number of the grant by which somebody may look at the whole city
ZONE = ZoneInfo("Asia/Jakarta")

# As many indicators as a city has, so that a roll-up has as many rows as one.
INDICATORS = f"""
    UPDATE target t SET indicator = 'Kegiatan ' || n.indicator
      FROM (SELECT {uid_sql(TARGET, "k")} AS id, k % $2 AS indicator
              FROM generate_series(1, $1::int) k) n
     WHERE t.id = n.id
"""

Took = Callable[[], Awaitable[float]]
"""Asks once; how many milliseconds the median answer took."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it. `few`, `many`: reports. `calls`: of a round, on each side."""

    few: int = 10_000
    many: int = 3_000_000
    calls: int = 20
    indicators: int = 40


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two databases."""

    rig: Rig
    past: History

    def asked(self, service: Served, path: str, employee: int, calls: int) -> Took:
        """`GET` as this employee, over one connection."""

        def make() -> bytes:
            return phones.question(path, employee)

        async def ask() -> float:
            async with connected(service.port, 1) as callers:
                await volley(callers, make, 1)  # the connection and the token are known then
                answers = (await volley(callers, make, calls)).whole()
            return answers.percentile_ms(0.5)

        return ask


async def measured(rig: Rig, rounds: int, size: Size | None = None) -> list[Figure]:
    """Ours is the large database, the peer the small one; each question has both goals."""
    size = size or Size()
    few, many = await _side(rig, "few", size.few), await _side(rig, "many", size.many)
    for side in (few, many):
        began = time.monotonic()
        await written(side, many.past, size)
        print(f"{side.past.reports:,} reports in {time.monotonic() - began:,.0f} s", flush=True)
    for side in (few, many):
        board, rollup = await rows_touched(side)
        print(f"{side.past.reports:,} reports: the board reads {board:,} rows,", end=" ")
        print(f"a roll-up {rollup:,}", flush=True)
    head, mayor = rig.town.agency_head(1), rig.town.section_head(3)
    month, year = f"{_today():%Y-%m}", f"{_today():%Y}"
    questions = [
        ("a board of 3,000", f"/v1/board?limit={MOST_PEOPLE}", head),
        ("a city's month", f"/v1/units/{CITY}/rollup?period={month}", mayor),
        ("a city's year", f"/v1/units/{CITY}/rollup?period={year}", mayor),
        ("an agency's month", f"/v1/units/{agency(1)}/rollup?period={month}", head),
    ]
    figures: list[Figure] = []
    async with AsyncExitStack() as services:
        small = await services.enter_async_context(few.rig.service())
        large = await services.enter_async_context(many.rig.service())
        for name, path, employee in questions:
            theirs = few.asked(small, path, employee, size.calls)
            ours = many.asked(large, path, employee, size.calls)
            figures += await _compared(name, (few, theirs), (many, ours), rounds)
    return figures


async def written(side: Side, longest: History, size: Size) -> None:
    """Writes a side's reports, everybody's targets of the longest history, and the roll-ups."""
    await history.written(side.rig, side.past)
    town = side.rig.town
    async with side.rig.connected() as connection:
        await connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        if side.past.past_periods < longest.past_periods:
            await connection.execute("DELETE FROM target_pace WHERE period_end < now()")
            await connection.execute("DELETE FROM target WHERE period_end < now()")
            await connection.execute(target_sql(replace(side.past, days=longest.days)))
            await connection.execute(PACE)
        every = town.all_targets * (1 + longest.past_periods)
        await connection.execute(INDICATORS, every, size.indicators)
        await connection.execute(
            "INSERT INTO role_grant (id, employee_id, role, unit_id) VALUES ($1, $2, 'hr', $3)",
            *(uid(OTHER, MAYOR_GRANT), uid(EMPLOYEE, town.section_head(3)), CITY),
        )
        await connection.execute("VACUUM ANALYZE target")
        await refilled(connection)
        await connection.execute("VACUUM ANALYZE")


async def rows_touched(side: Side) -> tuple[int, int]:
    """Rows that the plans of a board and of a roll-up of the month read."""
    town, now = side.rig.town, datetime.now(UTC)
    units = [CITY, *(agency(number) for number in range(1, town.agencies + 1))]
    span = parse_period(f"{_today():%Y-%m}")[1]
    head = uid(EMPLOYEE, town.agency_head(1))
    board = (*([agency(1)], [], now, head, None, None, None, MOST_PEOPLE, []),)
    async with side.rig.connected() as connection:
        await connection.execute("SET plan_cache_mode = force_custom_plan")
        return (
            await _rows(connection, PAGE, *board),
            await _rows(connection, OF_UNITS, units, *span_arguments(span.first, span.last)),
        )


def rows_read(plan: dict[str, Any]) -> int:
    """Rows that the leaves of a plan read, with those that they left out."""
    below = plan.get("Plans", [])
    if below:
        return sum(rows_read(part) for part in below)
    each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return round(plan["Actual Loops"] * each)


async def _rows(connection: Any, statement: str, *arguments: object) -> int:
    answer = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", *arguments)
    return rows_read(json.loads(answer)[0]["Plan"])


async def _side(rig: Rig, name: str, reports: int) -> Side:
    past = History(rig.town, days_for(reports, rig.town), datetime.now(UTC))
    return Side(await rig.beside(name, rig.town), past)


async def _compared(
    name: str, few: tuple[Side, Took], many: tuple[Side, Took], rounds: int
) -> list[Figure]:
    """The same measurement against both goals; the first answers are not counted.

    A year has only the first one: months in which nobody had reported are no rows to read.
    """
    metric, peer = f"{name}, {many[0].past.reports:,} reports", f"{few[0].past.reports:,} reports"
    value = Figure("cycle", metric, "ms", QUICK, peer)
    ratio = Figure("cycle", f"{metric}, the same", "ms", SHARE, peer)
    for _, ask in (few, many):
        await ask()
    for _ in range(rounds):
        theirs, ours = await few[1](), await many[1]()
        for figure in (value, ratio):
            figure.peer_values.append(theirs)
            figure.values.append(ours)
    return [value] if name.endswith("year") else [value, ratio]


def _today() -> date:
    return datetime.now(ZONE).date()
