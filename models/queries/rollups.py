"""What units and people reported in a span of days, read from the roll-ups alone.

Invariant: the cost follows the units, indicators and months asked about, never the number of
reports. `as_of`: everything committed until then is counted, at the least.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.queries.cells import COUNTED, COUNTERS
from models.rules.periods import Days
from models.rules.quality import Counts
from models.rules.spans import pieces

DECIMALS = 6  # of sums, as in cells.py

# The first event that is not counted yet; without one, now.
AS_OF = """
    SELECT coalesce(min(f.at), clock_timestamp()) AS as_of
      FROM rollup_shard c
      JOIN feed_shard s ON s.shard = c.shard AND s.head > c.seq
      JOIN feed f ON f.shard = c.shard AND f.seq = c.seq + 1
"""

# Retired units are shown only where they had reported.
UNITS = """
    SELECT u.id, u.name, u.retired_at IS NOT NULL AS retired,
           (SELECT count(*)::int FROM unit_ancestry a
              JOIN employee e ON e.unit_id = a.unit_id AND e.active
             WHERE a.ancestor_id = u.id AND a.current) AS people
      FROM unit u WHERE u.id = $1 OR u.parent_id = $1 ORDER BY u.id <> $1, u.name, u.id
"""

_SUMS = ", ".join(
    f"sum({name})::{'int' if name in COUNTERS else 'float8'} AS {name}" for name in COUNTED
)

OF_UNITS = f"""
    SELECT unit_id, indicator, unit_of_measure, {_SUMS}
      FROM (SELECT unit_id, indicator, unit_of_measure, {", ".join(COUNTED)} FROM unit_month
             WHERE unit_id = ANY ($1::uuid[]) AND month >= $2 AND month < $3
            UNION ALL
            SELECT unit_id, indicator, unit_of_measure, {", ".join(COUNTED)} FROM unit_day
             WHERE unit_id = ANY ($1::uuid[]) AND on_day BETWEEN $4 AND $5
            UNION ALL
            SELECT unit_id, indicator, unit_of_measure, {", ".join(COUNTED)} FROM unit_day
             WHERE unit_id = ANY ($1::uuid[]) AND on_day BETWEEN $6 AND $7) counted
     GROUP BY unit_id, indicator, unit_of_measure
     ORDER BY unit_id, indicator, unit_of_measure
"""

OF_PERSON = f"""
    SELECT {_SUMS} FROM person_day WHERE employee_id = $1 AND on_day BETWEEN $2 AND $3
"""

# By the key of person_day, which begins with the person.
OF_TARGETS = """
    SELECT p.target_id, sum(p.approved) AS approved, sum(p.pending) AS pending,
           sum(p.reports)::int AS reports
      FROM target t
      JOIN person_day p ON p.employee_id = t.employee_id AND p.target_id = t.id
                       AND p.on_day BETWEEN $2 AND $3
     WHERE t.id = ANY ($1::uuid[])
     GROUP BY p.target_id
"""


@dataclass(frozen=True, slots=True)
class IndicatorSums:
    """What was reported of one indicator; sums are in the unit of measure."""

    indicator: str
    unit_of_measure: str
    counts: Counts
    approved: float
    pending: float

    @property
    def is_measured(self) -> bool:
        """Whether every report of it holds a measured value (quality, time): no sum means anything.
        Where one name is used both ways, it counts as a quantity."""
        return 0 < self.counts.measured == self.counts.reports

    @property
    def mean(self) -> float | None:
        """Of a measured indicator, the mean of the approved values; None: it adds up, or nothing
        of it is approved."""
        if not self.is_measured or not self.counts.approved_reports:
            return None
        return round(self.approved / self.counts.approved_reports, DECIMALS)


@dataclass(frozen=True, slots=True)
class UnitSums:
    """One unit and everything below it. `people`: who work there today, whoever reported then."""

    unit_id: UUID
    unit_name: str
    people: int
    indicators: tuple[IndicatorSums, ...]

    @property
    def counts(self) -> Counts:
        """Of all indicators together."""
        return sum((each.counts for each in self.indicators), Counts())


@dataclass(frozen=True, slots=True)
class Rollup:
    """A unit by its child units. `own`: what is left of the whole, which people of the unit itself
    reported; a child counts whole, also what it did while it stood elsewhere in the tree."""

    unit_id: UUID
    first: date
    last: date
    as_of: datetime
    total: UnitSums
    own: UnitSums
    children: tuple[UnitSums, ...]


@dataclass(frozen=True, slots=True)
class TargetSums:
    """What was reported of one target; sums are in its unit of measure."""

    approved: float = 0.0
    pending: float = 0.0
    reports: int = 0


async def as_of(connection: Any) -> datetime:
    """Up to when everything is counted."""
    row = await asked_one(connection, AS_OF)
    assert row is not None  # an aggregate without groups always has a row
    return row["as_of"]


async def rollup_of(connection: Any, unit_id: UUID, first: date, last: date) -> Rollup | None:
    """A unit and its child units over these local days, both included; None: no such unit."""
    counted_until = await as_of(connection)
    units = await asked(connection, UNITS, unit_id)
    if not units or units[0]["id"] != unit_id:
        return None
    rows = await asked(
        connection, OF_UNITS, [unit["id"] for unit in units], *span_arguments(first, last)
    )
    by_unit: dict[UUID, list[IndicatorSums]] = defaultdict(list)
    for row in rows:
        by_unit[row["unit_id"]].append(_indicator(row))
    total, *children = (
        UnitSums(unit["id"], unit["name"], unit["people"], tuple(by_unit[unit["id"]]))
        for unit in units
    )
    retired = {unit["id"] for unit in units if unit["retired"]}
    shown = tuple(each for each in children if each.indicators or each.unit_id not in retired)
    return Rollup(unit_id, first, last, counted_until, total, _own(total, shown), shown)


def span_arguments(first: date, last: date) -> tuple[date, ...]:
    """$2 to $7 of OF_UNITS: whole months, and two edges, empty ones as days that run backward."""
    cut = pieces(Days(first, last))
    nothing = Days(last, date.min)
    before, after, *_ = (*cut.edges, nothing, nothing)
    return (cut.months_from, cut.months_until, before.first, before.last, after.first, after.last)


async def counts_of_person(connection: Any, employee_id: UUID, first: date, last: date) -> Counts:
    """The counters of one person over these local days."""
    row = await asked_one(connection, OF_PERSON, employee_id, first, last)
    return _counts(row) if row is not None else Counts()


async def sums_of_targets(
    connection: Any, target_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, TargetSums]:
    """What was reported of each target on these local days; of all of them, also with nothing."""
    found = dict.fromkeys(target_ids, TargetSums())
    rows = await asked(connection, OF_TARGETS, list(found), first, last)
    for row in rows:
        found[row["target_id"]] = TargetSums(
            round(row["approved"], DECIMALS), round(row["pending"], DECIMALS), row["reports"]
        )
    return found


def _indicator(row: Row) -> IndicatorSums:
    return IndicatorSums(
        row["indicator"],
        row["unit_of_measure"],
        _counts(row),
        round(row["approved"], DECIMALS),
        round(row["pending"], DECIMALS),
    )


def _counts(row: Row) -> Counts:
    return Counts(*(row[name] or 0 for name in COUNTERS))


def _own(total: UnitSums, children: Sequence[UnitSums]) -> UnitSums:
    """The whole without the children; never less than nothing, since a child may have come later
    with what it did elsewhere."""
    below: dict[tuple[str, str], list[IndicatorSums]] = defaultdict(list)
    for child in children:
        for each in child.indicators:
            below[each.indicator, each.unit_of_measure].append(each)
    left: list[IndicatorSums] = []
    for whole in total.indicators:
        parts = below[whole.indicator, whole.unit_of_measure]
        taken = sum((part.counts for part in parts), Counts())
        counts = Counts(
            *(max(0, getattr(whole.counts, name) - getattr(taken, name)) for name in COUNTERS)
        )
        if counts.reports:
            approved = whole.approved - sum(part.approved for part in parts)
            pending = whole.pending - sum(part.pending for part in parts)
            left.append(
                IndicatorSums(
                    whole.indicator,
                    whole.unit_of_measure,
                    counts,
                    max(0.0, round(approved, DECIMALS)),
                    max(0.0, round(pending, DECIMALS)),
                )
            )
    people = max(0, total.people - sum(child.people for child in children))
    return UnitSums(total.unit_id, total.unit_name, people, tuple(left))
