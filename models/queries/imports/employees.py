"""Employees from a file: added, renamed, transferred, retired and taken back. Known by the NIP.

Who is listed is active, unless the row says that they are retired. Transfers happen all at once
at the end, so that the shards they lock are held for a moment only.
"""

from typing import Any
from uuid import UUID

from models.queries.asking import Row as Known
from models.queries.asking import asked
from models.queries.audit import Change, audited
from models.queries.calendar_changes import people_stale
from models.queries.imports.cells import BadCell, code_in, day_in, nip_in, word_in
from models.queries.imports.outcome import Difference, Findings, ImportOptions, compared
from models.queries.imports.table import Column, Row, Table
from models.queries.locks import locked_units_of
from models.queries.people import NewPerson, added, closed, reopened
from models.queries.sessions import ended
from models.queries.transfers import transferred

COLUMNS = (
    Column("nip", required=True),
    Column("name", ("nama", "nama_pegawai"), required=True),
    Column("unit_code", ("unit", "kode_unit", "unit_kerja"), required=True),
    Column("job_title", ("jabatan", "kode_jabatan", "job_title_code")),
    Column("work_pattern", ("pola_kerja",)),
    Column("language", ("bahasa",)),
    Column("status", ("keadaan",)),
    Column("retired_on", ("berhenti_pada", "tanggal_berhenti", "pensiun_pada", "tmt_pensiun")),
)

STATUSES = {
    "active": "active",
    "aktif": "active",
    "retired": "retired",
    "pensiun": "retired",
    "berhenti": "retired",
    "keluar": "retired",
}
LANGUAGES = {"id": "id", "indonesia": "id", "en": "en", "english": "en", "inggris": "en"}

EMPLOYEES = """
    SELECT e.id, e.nip, e.name, e.unit_id, u.code AS unit_code, j.code AS job_title,
           e.work_pattern, e.language, e.active
      FROM employee e JOIN unit u ON u.id = e.unit_id
      LEFT JOIN job_title j ON j.id = e.job_title_id
     WHERE e.nip = ANY ($1::text[])
"""
LEFT_OUT = """
    SELECT e.id, e.nip FROM employee e JOIN unit u ON u.id = e.unit_id
     WHERE e.active AND u.code = ANY ($1::text[]) AND e.nip <> ALL ($2::text[])
     ORDER BY e.nip
"""
CHANGE = """
    UPDATE employee SET name = $2, job_title_id = $3, work_pattern = $4, language = $5
     WHERE id = $1
"""


class EmployeeImport:
    """One run over the rows: what is known of units, jobs and people, and the moves to make."""

    def __init__(self, connection: Any, options: ImportOptions, findings: Findings) -> None:
        self._connection = connection
        self._options = options
        self._findings = findings
        self._units: dict[str, UUID] = {}
        self._jobs: dict[str, UUID] = {}
        self._patterns: set[str] = set()
        self._known: dict[str, Known] = {}
        self._moves: dict[UUID, UUID] = {}
        self._other_hours: list[UUID] = []

    async def run(self, table: Table) -> None:
        """Writes the rows; collects what was wrong and what is different."""
        lines: dict[str, Row] = {}
        for row in table.rows:
            try:
                nip = nip_in(row)
                if nip in lines:
                    raise BadCell("nip", "duplicate_row", other=str(lines[nip].line))
                lines[nip] = row
            except BadCell as bad:
                self._findings.errors.append(bad.at(row.line))
        await self._read(list(lines))
        for nip, row in lines.items():
            try:
                await self._written(nip, row)
            except BadCell as bad:
                self._findings.errors.append(bad.at(row.line))
        if self._findings.errors:
            return
        if self._options.retire_missing:
            await self._retire_left_out(lines)
        movers = self._moves.keys() | set(self._other_hours)
        await locked_units_of(self._connection, movers, self._moves.values())  # once, in order
        self._findings.events += await transferred(self._connection, self._moves, "import")
        await people_stale(self._connection, self._other_hours, self._findings.now)

    async def _read(self, nips: list[str]) -> None:
        units = await asked(self._connection, "SELECT id, code FROM unit WHERE retired_at IS NULL")
        self._units = {row["code"]: row["id"] for row in units}
        jobs = await asked(self._connection, "SELECT id, code FROM job_title")
        self._jobs = {row["code"]: row["id"] for row in jobs}
        patterns = await asked(self._connection, "SELECT code FROM work_pattern")
        self._patterns = {row["code"] for row in patterns}
        people = await asked(self._connection, EMPLOYEES, nips)
        self._known = {row["nip"]: row for row in people}

    async def _written(self, nip: str, row: Row) -> None:
        unit_code = code_in(row, "unit_code")
        if unit_code not in self._units:
            raise BadCell("unit_code", "unknown_unit", value=unit_code)
        if row["job_title"] and row["job_title"] not in self._jobs:
            raise BadCell("job_title", "unknown_job_title", value=row["job_title"][:64])
        if row["work_pattern"] and row["work_pattern"] not in self._patterns:
            raise BadCell("work_pattern", "unknown_pattern", value=row["work_pattern"][:64])
        retired_on = day_in(row, "retired_on")
        retired = word_in(row, "status", STATUSES, "active") == "retired" or (
            retired_on is not None and retired_on <= self._findings.now.date()
        )
        before = self._known.get(nip)
        language = word_in(row, "language", LANGUAGES, before["language"] if before else "id")
        if before is None:
            await self._add(nip, row, language, retired)
        elif retired:
            await self._retire(row.line, before["id"], nip, before["active"])
        else:
            await self._change(nip, row, before, language)

    async def _add(self, nip: str, row: Row, language: str, retired: bool) -> None:
        if retired:  # somebody who left before we came
            self._findings.differences.append(Difference(row.line, "unchanged", nip))
            return
        unit_id = self._units[row["unit_code"]]
        job_title_id = self._jobs.get(row["job_title"])
        person = NewPerson(nip, row["name"], unit_id, job_title_id, language)
        employee_id = await added(self._connection, person)
        if row["work_pattern"]:
            await asked(
                self._connection,
                "UPDATE employee SET work_pattern = $2 WHERE id = $1",
                employee_id,
                row["work_pattern"],
            )
        after = {"name": row["name"], "unit_code": row["unit_code"]}
        self._findings.differences.append(Difference(row.line, "added", nip, {}, after))
        self._findings.rights = True
        await self._audit("person_imported", employee_id, after)

    async def _change(self, nip: str, row: Row, before: Known, language: str) -> None:
        wanted = {
            "name": row["name"],
            "unit_code": row["unit_code"],
            "job_title": row["job_title"] or before["job_title"],
            "work_pattern": row["work_pattern"] or before["work_pattern"],
            "language": language,
            "active": True,
        }
        difference = compared(row.line, nip, before, wanted)
        self._findings.differences.append(difference)
        if difference.what == "unchanged":
            return
        await asked(
            self._connection,
            CHANGE,
            before["id"],
            wanted["name"],
            self._jobs.get(wanted["job_title"]),
            wanted["work_pattern"],
            language,
        )
        if not before["active"]:
            await reopened(self._connection, before["id"])
        if row["unit_code"] != before["unit_code"]:
            self._moves[before["id"]] = self._units[row["unit_code"]]
        if "work_pattern" in difference.after:
            self._other_hours.append(before["id"])
        self._findings.rights = True
        details = {"before": dict(difference.before), "after": dict(difference.after)}
        await self._audit("person_imported", before["id"], details)

    async def _retire(self, line: int, employee_id: UUID, nip: str, active: bool) -> None:
        if not active:
            self._findings.differences.append(Difference(line, "unchanged", nip))
            return
        await closed(self._connection, employee_id)
        await ended(self._connection, employee_id, "deactivated")
        self._findings.differences.append(Difference(line, "retired", nip))
        self._findings.rights = True
        await self._audit("person_retired", employee_id, {})

    async def _retire_left_out(self, lines: dict[str, Row]) -> None:
        units = sorted({row["unit_code"] for row in lines.values()})
        for person in await asked(self._connection, LEFT_OUT, units, list(lines)):
            if self._moves.get(person["id"]) is None:
                await self._retire(0, person["id"], person["nip"], True)

    async def _audit(self, action: str, employee_id: UUID, details: dict[str, Any]) -> None:
        change = Change(action, employee_id, details=details)
        await audited(self._connection, self._options.actor_id, change)


async def import_employees(
    connection: Any, table: Table, options: ImportOptions, findings: Findings
) -> None:
    """Writes the rows and collects what was wrong and what is different."""
    await EmployeeImport(connection, options, findings).run(table)
