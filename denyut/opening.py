"""Opens appraisals when their period is over, on the first working day after it.

What is due is found in the database each time, so nothing is remembered and nothing is lost: a
service that was down opens when it is back, and several processes open nothing twice. Each batch
commits by itself and holds shards for that long only.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import structlog

from denyut.metrics import PartFigures
from models.queries.appraisal_opening import Due, opened_and_told, people_due
from models.queries.feed import Announce
from models.rules.parts import opening_day
from models.rules.periods import PeriodKind, bounds, last_ended, parse_period
from models.rules.refusals import Busy
from notifications.rounds import Rounds

# The calendar of the organisation's top: people of other calendars get theirs on the same day.
CALENDAR = """
    SELECT u.id, u.zone, w.week::text AS week, clock_timestamp() AS now
      FROM unit u JOIN work_pattern w ON w.code = u.work_pattern
     WHERE u.parent_id IS NULL AND u.retired_at IS NULL ORDER BY u.id
"""
HOLIDAYS = """
    SELECT on_date FROM holiday
     WHERE on_date BETWEEN $2 AND $3 AND (unit_id IS NULL OR unit_id = $1)
"""


@dataclass(frozen=True, slots=True)
class OpeningOptions:
    """When appraisals open by themselves. `push_kinds`: kinds that a configured channel serves."""

    push_kinds: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ("quarter", "year")  # assumed; "month" too where it is the custom
    within_days: int = 31  # a period that ended longer ago is opened by hand
    batch: int = 100  # people in one transaction
    begin_after_s: float = 60.0  # a service that starts has more urgent things to do
    every_s: float = 900.0  # how often the calendar is looked at
    between_s: float = 0.2  # between two batches, so that others come first
    pause_s: float = 60.0  # after the database failed

    def __post_init__(self) -> None:
        for kind in self.kinds:
            PeriodKind(kind)  # ValueError for a word that is none


class Opening:
    """One task; several processes may run one each. `opened` is for the metrics."""

    def __init__(self, pool: asyncpg.Pool, announce: Announce, options: OpeningOptions) -> None:
        self._pool = pool
        self._announce = announce
        self._options = options
        self._begun = options.begin_after_s <= 0
        self._rounds = Rounds("opening", self.settle, options.pause_s)
        self._log = structlog.stdlib.get_logger("denyut.opening")
        self.opened = 0

    @property
    def failures(self) -> int:
        """Rounds that were broken off."""
        return self._rounds.failures

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Opening"]:
        """Works while the block runs."""
        async with self._rounds.running():
            yield self

    async def settle(self) -> float:
        """Opens all that is due by the database's clock; how many seconds may be slept then."""
        if not self._begun:
            self._begun = True
            return self._options.begin_after_s
        async with self._pool.acquire() as connection:
            return await self.settle_at(connection, None)

    async def settle_at(self, connection: Any, now: datetime | None) -> float:
        """The same on a given day; None: today."""
        for top in await connection.fetch(CALENDAR):
            today = (now or top["now"]).astimezone(ZoneInfo(top["zone"])).date()
            for kind in self._options.kinds:
                due = await self._due(connection, top, PeriodKind(kind), today)
                if due is not None and not await self._open(connection, due):
                    return self._options.pause_s
        return self._options.every_s

    async def _due(
        self, connection: Any, top: asyncpg.Record, kind: PeriodKind, today: date
    ) -> Due | None:
        """The last period of this length below a top unit, if it is its time."""
        period = last_ended(kind, today)
        _, days = parse_period(period)
        latest = days.last + timedelta(days=self._options.within_days)
        rows = await connection.fetch(HOLIDAYS, top["id"], days.last, latest)
        closed = {row["on_date"] for row in rows}
        week = json.loads(top["week"])

        def is_working(day: date) -> bool:
            return bool(week[day.weekday()]) and day not in closed

        if not opening_day(days.last, is_working) <= today <= latest:
            return None
        return Due(kind.value, period, *bounds(days, top["zone"]), UUID(str(top["id"])))

    async def _open(self, connection: Any, due: Due) -> bool:
        """Everybody who is due, unit by unit; False: somebody is being moved, try again soon."""
        while True:
            people = await people_due(connection, due, self._options.batch)
            if not people:
                return True
            wanted = [employee_id for employee_id, _ in people]
            try:
                async with connection.transaction():
                    opened, events = await opened_and_told(
                        connection, due, wanted, None, self._options.push_kinds
                    )
            except Busy:
                return False
            if events:
                self._announce(events)
            new = sum(each.is_new for each in opened)
            self.opened += new
            if new:
                self._log.info("appraisals_opened", period=due.period, count=new)
            due = replace(due, after=people[-1])
            await asyncio.sleep(self._options.between_s)


def opening_figures(opening: Opening) -> PartFigures:
    """What the opening of appraisals counts, for Prometheus."""
    return PartFigures(
        "appraisals",
        {
            "opened_total": lambda: opening.opened,
            "failures_total": lambda: opening.failures,
        },
        "Appraisals opened by the calendar, and rounds of it that were broken off",
    )
