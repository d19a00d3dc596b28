"""Heads of units from a file. A row is known by unit, person, kind and first day.

Days are local days of the unit, both included. What ends is written before what begins, so that
a handover within one file is no overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked
from models.queries.audit import Change, audited
from models.queries.heads import NewHead, head_changed, head_made
from models.queries.imports.cells import BadCell, begins, code_in, day_in, ends, nip_in, word_in
from models.queries.imports.outcome import Difference, Findings, ImportOptions, compared
from models.queries.imports.table import Column, Row, RowError, Table
from models.rules.refusals import Conflict, Refusal
from models.tables.columns import new_id

COLUMNS = (
    Column("unit_code", ("unit", "kode_unit"), required=True),
    Column("nip", ("nip_pejabat", "supervisor_nip"), required=True),
    Column("kind", ("jenis",)),
    Column("first_day", ("valid_from", "mulai", "tmt", "sejak"), required=True),
    Column("last_day", ("valid_to", "sampai", "sampai_dengan", "berakhir")),
    Column("decree", ("sk", "nomor_sk")),
)

KINDS = {
    "definitive": "definitive",
    "definitif": "definitive",
    "acting": "acting",
    "plt": "acting",
    "plh": "acting",
}

PLACES = "SELECT id, code, zone FROM unit WHERE code = ANY ($1::text[]) AND retired_at IS NULL"
PEOPLE = "SELECT id, nip FROM employee WHERE nip = ANY ($1::text[]) AND active"
THERE = """
    SELECT s.id, s.unit_id, u.code, e.nip, s.supervisor_id, s.kind, s.valid_from, s.valid_to,
           s.decree
      FROM supervision s JOIN unit u ON u.id = s.unit_id JOIN employee e ON e.id = s.supervisor_id
     WHERE s.unit_id = ANY ($1::uuid[])
"""

Key = tuple[UUID, UUID, str, datetime]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row that was understood."""

    row: Row
    name: str
    unit_id: UUID
    supervisor_id: UUID
    kind: str
    valid_from: datetime
    valid_to: datetime | None

    @property
    def key(self) -> Key:
        """What makes it the same headship."""
        return self.unit_id, self.supervisor_id, self.kind, self.valid_from


async def import_heads(
    connection: Any, table: Table, options: ImportOptions, findings: Findings
) -> None:
    """Writes the rows and collects what was wrong and what is different."""
    wanted = await _understood(connection, table.rows, findings)
    units = list({each.unit_id for each in wanted.values()})
    there = {
        (row["unit_id"], row["supervisor_id"], row["kind"], row["valid_from"]): row
        for row in await asked(connection, THERE, units)
    }
    new = [each for key, each in wanted.items() if key not in there]
    if options.retire_missing and not findings.errors:
        for key, row in there.items():
            over = row["valid_to"] is not None and row["valid_to"] <= findings.now
            if key not in wanted and not over:
                await _ended(connection, row, options, findings)
    for key, each in wanted.items():
        if key in there:
            await _changed(connection, there[key], each, options, findings)
    for each in new:
        await _added(connection, each, options, findings)


async def _understood(
    connection: Any, rows: Sequence[Row], findings: Findings
) -> dict[Key, Wanted]:
    units = {
        row["code"]: row
        for row in await asked(connection, PLACES, list({row["unit_code"] for row in rows}))
    }
    nips = ["".join(row["nip"].split()) for row in rows]
    people = {row["nip"]: row["id"] for row in await asked(connection, PEOPLE, nips)}
    wanted: dict[Key, Wanted] = {}
    for row in rows:
        try:
            unit = units.get(code_in(row, "unit_code"))
            if unit is None:
                raise BadCell("unit_code", "unknown_unit", value=row["unit_code"])
            supervisor_id = people.get(nip_in(row))
            if supervisor_id is None:
                raise BadCell("nip", "unknown_employee")
            kind = word_in(row, "kind", KINDS, "definitive")
            first, last = day_in(row, "first_day"), day_in(row, "last_day")
            if first is None or (last is not None and last < first):
                raise BadCell("last_day", "date_order")
            each = Wanted(
                row,
                f"{row['unit_code']} {row['nip']} {kind} {first}",
                unit["id"],
                supervisor_id,
                kind,
                begins(first, unit["zone"]),
                ends(last, unit["zone"]) if last else None,
            )
            if each.key in wanted:
                other = str(wanted[each.key].row.line)
                raise BadCell("unit_code", "duplicate_row", other=other)
            wanted[each.key] = each
        except BadCell as bad:
            findings.errors.append(bad.at(row.line))
    return wanted


async def _changed(
    connection: Any, there: Any, each: Wanted, options: ImportOptions, findings: Findings
) -> None:
    wanted = {"valid_to": each.valid_to, "decree": each.row["decree"] or there["decree"]}
    difference = compared(each.row.line, each.name, there, wanted)
    if difference.what == "changed":
        try:
            await head_changed(connection, there["id"], each.valid_to, wanted["decree"])
        except Refusal as refusal:
            findings.errors.append(refused(each.row.line, "last_day", refusal))
            return
        await _audited(connection, each, options, "head_imported")
        findings.rights = True
    findings.differences.append(difference)


async def _added(connection: Any, each: Wanted, options: ImportOptions, findings: Findings) -> None:
    head = NewHead(
        new_id(),
        each.unit_id,
        each.supervisor_id,
        each.kind,
        each.valid_from,
        each.valid_to,
        each.row["decree"],
    )
    try:
        await head_made(connection, head)
    except Refusal as refusal:
        findings.errors.append(refused(each.row.line, "first_day", refusal))
        return
    after = {"valid_from": each.valid_from, "valid_to": each.valid_to}
    findings.differences.append(Difference(each.row.line, "added", each.name, {}, after))
    findings.rights = True
    await _audited(connection, each, options, "head_imported")


async def _ended(connection: Any, row: Any, options: ImportOptions, findings: Findings) -> None:
    """Ends a headship that the file leaves out; one that has not begun goes altogether."""
    if row["valid_from"] < findings.now:
        await head_changed(connection, row["id"], findings.now, row["decree"])
    else:
        await asked(connection, "DELETE FROM supervision WHERE id = $1", row["id"])
    name = f"{row['code']} {row['nip']} {row['kind']} {row['valid_from'].date()}"
    findings.differences.append(Difference(0, "retired", name))
    findings.rights = True
    change = Change("head_ended", row["supervisor_id"], row["unit_id"])
    await audited(connection, options.actor_id, change)


async def _audited(connection: Any, each: Wanted, options: ImportOptions, action: str) -> None:
    details = {"kind": each.kind, "valid_from": each.valid_from, "valid_to": each.valid_to}
    change = Change(action, each.supervisor_id, each.unit_id, details)
    await audited(connection, options.actor_id, change)


def refused(line: int, column: str, refusal: Refusal) -> RowError:
    """A refusal as an error of a row; an overlap names what is in the way."""
    if isinstance(refusal, Conflict) and refusal.details.get("reason") == "overlap":
        facts = {
            "since": _day(refusal.details.get("existing_from")),
            "until": _day(refusal.details.get("existing_to")),
        }
        return RowError(line, column, "overlap", facts)
    return RowError(line, column, "refused", {"why": str(refusal)})


def _day(text: object) -> str:
    return date.fromisoformat(str(text)[:10]).isoformat() if text else "…"
