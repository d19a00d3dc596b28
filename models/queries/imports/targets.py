"""Targets from a file: made, or their goals changed. A row is known by NIP, indicator and period.

Its id follows from these three, so the same file twice changes nothing. Everything is understood
before anybody's shard is locked; then the writes come in batches, all of them or none.
"""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID, uuid5

from models.queries.asking import Row as Known
from models.queries.asking import asked
from models.queries.imports.cells import BadCell, nip_in, number_in, word_in
from models.queries.imports.outcome import Difference, Findings, ImportOptions, compared
from models.queries.imports.table import Column, Row, Table
from models.queries.locks import locked_units_of
from models.queries.target_batches import Rewording, known_targets, targets_reworded
from models.queries.targets import NewTarget, targets_made
from models.rules.periods import Days, bounds, parse_period
from models.rules.refusals import InvalidValue
from models.tables.columns import new_id

COLUMNS = (
    Column("nip", required=True),
    Column("indicator", ("indikator", "indikator_kinerja"), required=True),
    Column("unit_of_measure", ("satuan", "unit"), required=True),
    Column("aspect", ("aspek",)),
    Column("direction", ("arah",)),
    Column("quantity", ("kuantitas", "jumlah"), required=True),
    Column("low", ("rendah", "batas_bawah")),
    Column("high", ("tinggi", "batas_atas")),
    Column("period", ("periode", "masa"), required=True),
    Column("result", ("hasil_kerja",)),
)

ASPECTS = {
    "kuantitas": "quantity",
    "kualitas": "quality",
    "mutu": "quality",
    "waktu": "time",
    "biaya": "cost",
    "quantity": "quantity",
    "quality": "quality",
    "time": "time",
    "cost": "cost",
}
DIRECTIONS = {
    "naik": "higher",
    "tinggi": "higher",
    "higher": "higher",
    "turun": "lower",
    "rendah": "lower",
    "lower": "lower",
    "rentang": "range",
    "range": "range",
}
PEOPLE = """
    SELECT e.id, e.nip, e.name, u.zone, u.path FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.nip = ANY ($1::text[]) AND e.active
"""
RESULTS = """
    SELECT a.employee_id, a.year, lower(w.title) AS title, w.id
      FROM agreement a JOIN work_result w ON w.agreement_id = a.id
     WHERE a.employee_id = ANY ($1::uuid[]) AND w.dropped_at IS NULL
"""
WRITE_ENTRIES = """
    INSERT INTO audit_entry (id, actor_id, action, employee_id, details)
    SELECT n.id, $2, 'target_imported', n.employee_id, n.details::jsonb
      FROM unnest($1::uuid[], $3::uuid[], $4::text[]) AS n(id, employee_id, details)
"""
NAMES = UUID("0d6a2b7e-90f3-4e0c-8a35-5f0a1f6f6a10")  # of our own making: of targets from files
REASON = "impor"
MOST_NAME_CHARACTERS = 200
T = TypeVar("T")
AT_ONCE = 1_000  # rows of one statement
BREATH = 500  # rows after which others get a turn


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that was understood, for somebody known."""

    row: Row
    target: NewTarget
    has_result: bool

    @property
    def key(self) -> str:
        """What it is called in the result."""
        return f"{self.row['nip']} {self.target.indicator} {self.row['period']}"


async def import_targets(
    connection: Any, table: Table, options: ImportOptions, findings: Findings
) -> None:
    """Writes the rows and collects what was wrong and what is different."""
    wanted = await _understood(connection, table.rows, options, findings)
    if findings.errors:
        return
    people = {each.target.employee_id for each in wanted}
    await locked_units_of(connection, people)  # from here on what is read stays
    known = await known_targets(connection, [each.target.id for each in wanted])
    new: list[NewTarget] = []
    changes: list[Rewording] = []
    touched: dict[UUID, list[str]] = {}
    for each in wanted:
        before = known.get(each.target.id)
        try:
            difference = _against(before, each)
        except BadCell as bad:
            findings.errors.append(bad.at(each.row.line))
            continue
        findings.differences.append(difference)
        if difference.what == "unchanged":
            continue
        touched.setdefault(each.target.employee_id, []).append(each.key)
        if before is None:
            new.append(each.target)
        else:
            changes.append(Rewording(before, difference.after))
    if findings.errors:
        return
    by = options.actor_id
    for some in _batches(new):
        findings.events += await targets_made(connection, some, by, REASON)
    for some in _batches(changes):
        findings.events += await targets_reworded(connection, some, by, REASON)
    await _written_down(connection, touched, by)


async def _understood(
    connection: Any, rows: Sequence[Row], options: ImportOptions, findings: Findings
) -> list[Wanted]:
    """The rows as targets of people who are there; what is wrong stands in the findings."""
    nips = list({"".join(row["nip"].split()) for row in rows})
    people = {row["nip"]: row for row in await asked(connection, PEOPLE, nips)}
    results = {
        (row["employee_id"], row["year"], row["title"]): row["id"]
        for row in await asked(connection, RESULTS, [row["id"] for row in people.values()])
    }
    seen: dict[UUID, Wanted] = {}
    for number, row in enumerate(rows):
        if number % BREATH == 0:
            await asyncio.sleep(0)
        try:
            each = _wanted(row, people, results, options)
            if each.target.id in seen:
                other = str(seen[each.target.id].row.line)
                raise BadCell("indicator", "duplicate_row", other=other)
            seen[each.target.id] = each
        except BadCell as bad:
            findings.errors.append(bad.at(row.line))
    return list(seen.values())


def _wanted(
    row: Row,
    people: Mapping[str, Known],
    results: Mapping[tuple[UUID, int, str], UUID],
    options: ImportOptions,
) -> Wanted:
    nip = nip_in(row)
    person = people.get(nip)
    if person is None:
        raise BadCell("nip", "unknown_employee")
    if options.units is not None and options.units.isdisjoint(person["path"]):
        raise BadCell("nip", "not_allowed")
    if person["id"] == options.actor_id:
        raise BadCell("nip", "own_target")
    days = _days(row)
    start, end = bounds(days, person["zone"])
    goal = _goal(row)
    title = row["result"].lower()
    result_id = results.get((person["id"], days.first.year, title)) if title else None
    if title and result_id is None:
        raise BadCell("result", "unknown_result", value=row["result"][:64])
    indicator = " ".join(row["indicator"].split())
    name = f"{nip}|{indicator.lower()}|{days.first}|{days.last}"
    target = NewTarget(
        id=uuid5(NAMES, name),
        employee_id=person["id"],
        employee_name=person["name"],
        indicator=_short(indicator, "indicator"),
        unit_of_measure=_short(row["unit_of_measure"], "unit_of_measure"),
        period_start=start,
        period_end=end,
        work_result_id=result_id,
        **goal,
    )
    return Wanted(row, target, has_result=bool(title))


def _goal(row: Row) -> dict[str, Any]:
    """The cells that say what is asked for."""
    quantity = number_in(row, "quantity")
    if quantity is None:
        raise BadCell("quantity", "required")
    low, high = number_in(row, "low"), number_in(row, "high")
    direction = word_in(row, "direction", DIRECTIONS, "higher")
    if direction == "range" and (low is None or high is None):
        raise BadCell("low" if low is None else "high", "required")
    if low is not None and high is not None and low > high:
        raise BadCell("low", "range_turned")
    return {
        "aspect": word_in(row, "aspect", ASPECTS, "quantity"),
        "direction": direction,
        "quantity": quantity,
        "low": low,
        "high": high,
    }


def _days(row: Row) -> Days:
    """`2026-11`, `2026-Q4` or `2026`; a spreadsheet makes the first day of a month of it."""
    text = row["period"].upper()
    try:
        return parse_period(text.removesuffix("-01") if len(text) == len("2026-11-01") else text)[1]
    except InvalidValue:
        raise BadCell("period", "invalid_period", value=row["period"][:64]) from None


def _short(text: str, column: str) -> str:
    if len(text) > MOST_NAME_CHARACTERS:
        raise BadCell(column, "too_long", limit=str(MOST_NAME_CHARACTERS))
    return text


def _against(before: Known | None, each: Wanted) -> Difference:
    """What the row makes different of what is there. Raises BadCell for what may not change."""
    target, line = each.target, each.row.line
    goal = {
        "unit_of_measure": target.unit_of_measure,
        "quantity": target.quantity,
        "low": target.low,
        "high": target.high,
    }
    if each.has_result:
        goal["work_result_id"] = target.work_result_id
    if before is None:
        return Difference(line, "added", each.key, {}, dict(_given(goal)))
    for column in ("aspect", "direction"):
        if before[column] != getattr(target, column):
            raise BadCell(column, "goal_is_fixed", value=before[column])
    difference = compared(line, each.key, before, goal)
    if difference.what == "changed" and before["closed_at"] is not None:
        raise BadCell("quantity", "target_closed")
    return difference


def _given(goal: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in goal.items() if value is not None)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of as many as one statement takes."""
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some


async def _written_down(
    connection: Any, touched: Mapping[UUID, Sequence[str]], by: UUID | None
) -> None:
    """One entry of the audit for each person, in one statement for so many."""
    for some in _batches(touched.items()):
        await asked(
            connection,
            WRITE_ENTRIES,
            [new_id() for _ in some],
            by,
            [employee_id for employee_id, _ in some],
            [json.dumps({"targets": len(keys)}) for _, keys in some],
        )
