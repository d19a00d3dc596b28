"""Leave from a file. A row is known by person and first day; days are included at both ends."""

from datetime import date
from typing import Any
from uuid import UUID

from models.queries.asking import asked
from models.queries.audit import Change, audited
from models.queries.calendar_changes import leave_made, people_stale, removed
from models.queries.imports.cells import BadCell, begins, day_in, nip_in
from models.queries.imports.heads import PEOPLE, refused
from models.queries.imports.outcome import Difference, Findings, ImportOptions, compared
from models.queries.imports.table import Column, Row, Table
from models.rules.refusals import Refusal

COLUMNS = (
    Column("nip", required=True),
    Column("first_day", ("starts_on", "mulai", "tanggal_mulai"), required=True),
    Column("last_day", ("ends_on", "sampai", "sampai_dengan", "tanggal_selesai"), required=True),
    Column("kind", ("jenis", "jenis_cuti")),
    Column("decree", ("sk", "nomor_sk", "surat")),
    Column("status", ("keadaan",)),
)

THERE = """
    SELECT l.id, l.employee_id, e.nip, l.starts_on, l.ends_on, l.kind, l.decree
      FROM leave l JOIN employee e ON e.id = l.employee_id
     WHERE l.employee_id = ANY ($1::uuid[])
"""
WITHDRAWN = frozenset({"withdrawn", "retired", "cancelled", "batal", "dibatalkan"})

Key = tuple[UUID, date]


async def import_leave(
    connection: Any, table: Table, options: ImportOptions, findings: Findings
) -> None:
    """Writes the rows and collects what was wrong and what is different."""
    nips = ["".join(row["nip"].split()) for row in table.rows]
    people = {row["nip"]: row["id"] for row in await asked(connection, PEOPLE, nips)}
    there = {
        (row["employee_id"], row["starts_on"]): row
        for row in await asked(connection, THERE, list(people.values()))
    }
    wanted: dict[Key, tuple[Row, date]] = {}
    for row in table.rows:
        try:
            key, last = _understood(row, people)
            if key in wanted:
                raise BadCell("first_day", "duplicate_row", other=str(wanted[key][0].line))
            wanted[key] = row, last
        except BadCell as bad:
            findings.errors.append(bad.at(row.line))
    touched: dict[UUID, date] = {}
    gone = [key for key, (row, _) in wanted.items() if row["status"].lower() in WITHDRAWN]
    if options.retire_missing and not findings.errors:
        today = findings.now.date()
        gone += [key for key, row in there.items() if key not in wanted and row["ends_on"] >= today]
    for key in gone:
        line = wanted[key][0].line if key in wanted else 0
        await _taken_back(connection, line, key, there.get(key), options, findings)
        _touch(touched, key)
    written = [(key, row, last) for key, (row, last) in wanted.items() if key not in set(gone)]
    # What is shortened first, so that a later leave may begin where an earlier one now ends.
    written.sort(key=lambda each: each[0] not in there)
    for key, row, last in written:
        before = there.get(key)
        try:
            if await _written(connection, row, key, last, before, options, findings):
                _touch(touched, key)
        except Refusal as refusal:
            findings.errors.append(refused(row.line, "first_day", refusal))
    if touched and not findings.errors:
        since = begins(min(touched.values()), "Asia/Jayapura")
        await people_stale(connection, touched.keys(), since)


def _understood(row: Row, people: dict[str, UUID]) -> tuple[Key, date]:
    employee_id = people.get(nip_in(row))
    if employee_id is None:
        raise BadCell("nip", "unknown_employee")
    first, last = day_in(row, "first_day"), day_in(row, "last_day")
    if first is None or last is None or last < first:
        raise BadCell("last_day", "date_order")
    return (employee_id, first), last


async def _written(
    connection: Any,
    row: Row,
    key: Key,
    last: date,
    before: Any,
    options: ImportOptions,
    findings: Findings,
) -> bool:
    """Whether anything is different now."""
    employee_id, first = key
    kind, decree = row["kind"].lower() or "annual", row["decree"]
    name = f"{row['nip']} {first}"
    if before is None:
        await leave_made(connection, employee_id, (first, last), kind, decree)
        after = {"starts_on": first, "ends_on": last, "kind": kind}
        difference = Difference(row.line, "added", name, {}, after)
    else:
        wanted = {"ends_on": last, "kind": kind, "decree": decree or before["decree"]}
        difference = compared(row.line, name, before, wanted)
        if difference.what == "changed":
            await removed(connection, "leave", "id", before["id"])
            await leave_made(connection, employee_id, (first, last), kind, wanted["decree"])
    findings.differences.append(difference)
    if difference.what == "unchanged":
        return False
    details = {"before": dict(difference.before), "after": dict(difference.after)}
    change = Change("leave_imported", employee_id, details=details)
    await audited(connection, options.actor_id, change)
    return True


async def _taken_back(
    connection: Any, line: int, key: Key, there: Any, options: ImportOptions, findings: Findings
) -> None:
    if there is None:
        findings.differences.append(Difference(line, "unchanged", str(key[1])))
        return
    await removed(connection, "leave", "id", there["id"])
    name = f"{there['nip']} {there['starts_on']}"
    findings.differences.append(Difference(line, "retired", name))
    change = Change("leave_removed", key[0], details={"starts_on": there["starts_on"]})
    await audited(connection, options.actor_id, change)


def _touch(touched: dict[UUID, date], key: Key) -> None:
    touched[key[0]] = min(key[1], touched.get(key[0], key[1]))
