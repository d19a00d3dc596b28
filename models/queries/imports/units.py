"""Units from a file: added, renamed, moved and retired. A row is known by its code.

Parents may stand anywhere in the file, before or after their children. A unit that is listed is
open, unless its row says that it is retired.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from models.queries.asking import Row as Known
from models.queries.asking import asked
from models.queries.audit import Change, audited
from models.queries.calendar_changes import units_stale
from models.queries.imports.cells import BadCell, code_in, day_in, word_in
from models.queries.imports.outcome import Difference, Findings, ImportOptions, compared
from models.queries.imports.table import Column, Row, RowError, Table
from models.queries.locks import lock_every_shard
from models.queries.organisation import (
    NewUnit,
    unit_changed,
    unit_made,
    unit_moved,
    unit_retired,
)
from models.rules.refusals import Refusal
from models.tables.columns import new_id

COLUMNS = (
    Column("code", ("kode", "kode_unit"), required=True),
    Column("name", ("nama", "nama_unit"), required=True),
    Column("kind", ("jenis",)),
    Column("parent_code", ("parent", "induk", "kode_induk")),
    Column("zone", ("zona", "zona_waktu", "time_zone")),
    Column("work_pattern", ("pola_kerja",)),
    Column("status", ("keadaan",)),
    Column("retired_on", ("ditutup_pada", "tanggal_tutup")),
)

KINDS = {
    "city": "city",
    "kota": "city",
    "kabupaten": "city",
    "pemerintah": "city",
    "agency": "agency",
    "dinas": "agency",
    "perangkat daerah": "agency",
    "opd": "agency",
    "unit": "unit",
    "unit kerja": "unit",
}
ZONES = {
    "wib": "Asia/Jakarta",
    "asia/jakarta": "Asia/Jakarta",
    "asia/pontianak": "Asia/Pontianak",
    "wita": "Asia/Makassar",
    "asia/makassar": "Asia/Makassar",
    "wit": "Asia/Jayapura",
    "asia/jayapura": "Asia/Jayapura",
}
STATUSES = {"active": "active", "aktif": "active", "retired": "retired", "tutup": "retired"}

UNITS = """
    SELECT u.id, u.code, u.name, u.kind, p.code AS parent_code, u.zone, u.work_pattern,
           u.retired_at
      FROM unit u LEFT JOIN unit p ON p.id = u.parent_id
"""
LEFT_OUT = """
    SELECT u.id, u.code FROM unit u
     WHERE u.retired_at IS NULL AND u.code <> ALL ($1::text[])
       AND u.id IN (SELECT a.unit_id FROM unit_ancestry a JOIN unit t ON t.id = a.ancestor_id
                     WHERE a.current AND t.code = ANY ($1::text[]))
     ORDER BY cardinality(u.path) DESC, u.code
"""


async def import_units(
    connection: Any, table: Table, options: ImportOptions, findings: Findings
) -> None:
    """Writes the rows and collects what was wrong and what is different."""
    await lock_every_shard(connection)  # once, in order: rows would take theirs as they come
    known = {row["code"]: row for row in await asked(connection, UNITS)}
    patterns = {row["code"] for row in await asked(connection, "SELECT code FROM work_pattern")}
    wanted: dict[str, Row] = {}
    for row in table.rows:
        try:
            code = code_in(row, "code")
            if code in wanted:
                raise BadCell("code", "duplicate_row", other=str(wanted[code].line))
            if row["work_pattern"] and row["work_pattern"] not in patterns:
                raise BadCell("work_pattern", "unknown_pattern", value=row["work_pattern"])
            wanted[code] = row
        except BadCell as bad:
            findings.errors.append(bad.at(row.line))
    for row in _parents_first(wanted, set(known), findings):
        try:
            await _written(connection, row, known, options, findings)
        except BadCell as bad:
            findings.errors.append(bad.at(row.line))
        except Refusal as refusal:
            findings.errors.append(_refused(row, refusal))
    if options.retire_missing and not findings.errors:
        for unit in await asked(connection, LEFT_OUT, list(wanted)):
            await _retired(connection, 0, unit["id"], unit["code"], options, findings)


def _parents_first(wanted: dict[str, Row], there: set[str], findings: Findings) -> Sequence[Row]:
    """The rows in an order in which each parent exists before its children."""
    ordered: list[Row] = []
    left = dict(wanted)
    while left:
        ready = [
            code
            for code, row in left.items()
            if not row["parent_code"] or row["parent_code"] not in left
        ]
        if not ready:
            findings.errors += [
                RowError(row.line, "parent_code", "parent_circle") for row in left.values()
            ]
            break
        for code in ready:
            row = left.pop(code)
            parent = row["parent_code"]
            if parent and parent not in there:
                facts = {"value": parent}
                findings.errors.append(RowError(row.line, "parent_code", "unknown_unit", facts))
            else:
                there.add(code)
                ordered.append(row)
    return ordered


async def _written(
    connection: Any,
    row: Row,
    known: dict[str, Known],
    options: ImportOptions,
    findings: Findings,
) -> None:
    code, parent_code = row["code"], row["parent_code"] or None
    kind = word_in(row, "kind", KINDS, "")
    zone = word_in(row, "zone", ZONES, "")
    retired_on = day_in(row, "retired_on")
    retired = word_in(row, "status", STATUSES, "active") == "retired" or (
        retired_on is not None and retired_on <= findings.now.date()
    )
    before = known.get(code)
    parent_id = await _id_of(connection, parent_code) if parent_code else None
    if before is None:
        if retired:
            findings.differences.append(Difference(row.line, "unchanged", code))
            return
        unit = NewUnit(
            new_id(),
            code,
            row["name"],
            kind or ("unit" if parent_code else "city"),
            parent_id,
            zone or None,
            row["work_pattern"] or None,
        )
        await unit_made(connection, unit)
        after = {"name": unit.name, "kind": unit.kind, "parent_code": parent_code}
        findings.differences.append(Difference(row.line, "added", code, {}, after))
        await audited(
            connection, options.actor_id, Change("unit_imported", unit_id=unit.id, details=after)
        )
        findings.rights = True
        return
    if kind and kind != before["kind"]:
        raise BadCell("kind", "kind_is_fixed")
    if retired:
        await _retired(connection, row.line, before["id"], code, options, findings)
        return
    wanted = {
        "name": row["name"],
        "parent_code": parent_code,
        "zone": zone or before["zone"],
        "work_pattern": row["work_pattern"] or before["work_pattern"],
        "retired": False,
    }
    difference = compared(
        row.line, code, dict(before) | {"retired": before["retired_at"] is not None}, wanted
    )
    findings.differences.append(difference)
    if difference.what == "unchanged":
        return
    if before["retired_at"] is not None:
        await asked(connection, "UPDATE unit SET retired_at = NULL WHERE id = $1", before["id"])
    if parent_code != before["parent_code"]:
        if parent_id is None:
            raise BadCell("parent_code", "required")
        await unit_moved(connection, before["id"], parent_id)
        findings.rights = True
    await unit_changed(
        connection, before["id"], wanted["name"], wanted["zone"], wanted["work_pattern"]
    )
    if not {"parent_code", "zone", "work_pattern"}.isdisjoint(difference.after):
        await units_stale(connection, [before["id"]], findings.now)
        findings.rights = True
    details = {"before": dict(difference.before), "after": dict(difference.after)}
    await audited(
        connection,
        options.actor_id,
        Change("unit_imported", unit_id=before["id"], details=details),
    )


async def _retired(
    connection: Any,
    line: int,
    unit_id: UUID,
    code: str,
    options: ImportOptions,
    findings: Findings,
) -> None:
    closed = await asked(
        connection, "SELECT 1 FROM unit WHERE id = $1 AND retired_at IS NOT NULL", unit_id
    )
    if closed:
        findings.differences.append(Difference(line, "unchanged", code))
        return
    try:
        await unit_retired(connection, unit_id)
    except Refusal:
        findings.errors.append(RowError(line, "status", "unit_in_use", {"value": code}))
        return
    findings.differences.append(Difference(line, "retired", code))
    findings.rights = True
    await audited(connection, options.actor_id, Change("unit_retired", unit_id=unit_id))


async def _id_of(connection: Any, code: str) -> UUID:
    rows = await asked(connection, "SELECT id FROM unit WHERE code = $1", code)
    if not rows:  # its own row was refused
        raise BadCell("parent_code", "unknown_unit", value=code)
    return rows[0]["id"]


def _refused(row: Row, refusal: Refusal) -> RowError:
    column = str(refusal.details.get("field", ""))
    if column == "parent_id":
        return RowError(row.line, "parent_code", "parent_circle")
    return RowError(row.line, column, "refused", {"why": str(refusal)})
