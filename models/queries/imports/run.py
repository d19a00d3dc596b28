"""One file, one transaction: everything in it is applied, or nothing is.

A dry run does exactly what a real one does and then undoes it, so what it shows is what would
happen. The same file twice changes nothing the second time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.queries.imports import employees, heads, leave, targets, units
from models.queries.imports.outcome import Findings, ImportOptions, ImportResult
from models.queries.imports.spreadsheet import is_workbook, read_spreadsheet
from models.queries.imports.table import Column, RowError, Table, read_table
from models.queries.rights import rights_changed

Kind = Literal["units", "employees", "supervision", "leave", "targets"]
Write = Callable[[Any, Table, ImportOptions, Findings], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Form:
    columns: Sequence[Column]
    write: Write


FORMS: dict[Kind, _Form] = {
    "units": _Form(units.COLUMNS, units.import_units),
    "employees": _Form(employees.COLUMNS, employees.import_employees),
    "supervision": _Form(heads.COLUMNS, heads.import_heads),
    "leave": _Form(leave.COLUMNS, leave.import_leave),
    "targets": _Form(targets.COLUMNS, targets.import_targets),
}


async def imported(
    sessions: async_sessionmaker[AsyncSession],
    kind: Kind,
    data: bytes,
    options: ImportOptions | None = None,
) -> ImportResult:
    """Reads a CSV file or a workbook and applies it. Announce `events` when there is a live feed
    to tell. Errors of the file come back in the result and never raise; the database being away
    does."""
    options = options or ImportOptions()
    form = FORMS[kind]
    table = await read_file(data, form.columns)
    findings = Findings(datetime.now(UTC), errors=list(table.errors))
    if not table.rows:
        return ImportResult(_in_order(findings), [], applied=False)
    async with sessions() as session:
        try:
            await form.write(session, table, options, findings)
            if not findings.errors and not options.dry_run:
                if findings.rights:
                    await rights_changed(session, None)
                await session.commit()
                return ImportResult([], findings.differences, True, findings.events)
        except IntegrityError as error:
            why = str(getattr(error.orig, "sqlstate", "")) or "integrity"
            findings.errors.append(RowError(0, "", "refused", {"why": why}))
        await session.rollback()
    return ImportResult(_in_order(findings), findings.differences, applied=False)


async def read_file(data: bytes, columns: Sequence[Column]) -> Table:
    """The rows of a file of either kind, read in a thread of its own: a large one takes seconds."""
    read = read_spreadsheet if is_workbook(data) else read_table
    return await asyncio.to_thread(read, data, columns)


def _in_order(findings: Findings) -> list[RowError]:
    return sorted(findings.errors, key=lambda error: (error.line, error.column, error.code))
