"""Small CSV files and the way they go in, for the tests of every kind of import."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from models.queries.imports.outcome import ImportOptions, ImportResult
from models.queries.imports.run import Kind, imported


def csv(header: str, *rows: str) -> bytes:
    """A file with semicolons, as Indonesian spreadsheets write it."""
    return "\r\n".join([header, *rows]).encode()


async def brought_in(engine: AsyncEngine, kind: Kind, data: bytes, **options: Any) -> ImportResult:
    """The result of one run."""
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    return await imported(sessions, kind, data, ImportOptions(**options))


def whats(result: ImportResult) -> list[tuple[str, str]]:
    """What became of each row, by its key."""
    return [(difference.key, difference.what) for difference in result.differences]


def codes(result: ImportResult) -> Sequence[tuple[int, str, str]]:
    """Where what was wrong."""
    return [(error.line, error.column, error.code) for error in result.errors]


def workbook(*rows: Sequence[Any]) -> bytes:
    """An XLSX file whose first sheet has these rows; what begins with = is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
