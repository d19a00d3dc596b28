"""A workbook (XLSX) as the same rows of plain text that a CSV file gives. No I/O.

Invariant: a cell is the text that it shows, and a formula is never calculated and never believed:
its cell is an error with a remedy. What a workbook may unpack to is bounded before it is opened.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from models.queries.imports.table import Column, Line, RowError, Table, table_of

ZIP_SIGN: Final = b"PK\x03\x04"
OLD_SIGN: Final = b"\xd0\xcf\x11\xe0"  # XLS, or a workbook with a password
MOST_UNPACKED_BYTES: Final = 200 * 1_048_576
MOST_TIMES_PACKED: Final = 100  # XML packs 10 to 40 times; a bomb, a thousand
MOST_COLUMNS: Final = 200
MOST_LINES: Final = 1_048_576  # of any sheet; a row number above it is made up
EXACT_BELOW: Final = 10**15  # spreadsheets keep 15 digits of a number


def is_workbook(data: bytes) -> bool:
    """Whether a file is of a spreadsheet program, by its first bytes."""
    return data.startswith((ZIP_SIGN, OLD_SIGN))


def read_spreadsheet(data: bytes, columns: Sequence[Column]) -> Table:
    """The rows of a workbook's first sheet. Never raises for what a file holds.

    Takes seconds for a large one: call it in a thread.
    """
    from openpyxl import load_workbook  # 6 MB that a service which reads none need not hold

    errors: list[RowError] = []
    try:
        if not _is_bounded(data):
            return Table([], [RowError(0, "", "unpacks_too_much")])
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            lines = _lines(book, errors)
            header = next(lines, None)
            if header is None:
                return Table([], [RowError(0, "", "empty_file")])
            if len(header.cells) > MOST_COLUMNS:
                facts = {"limit": str(MOST_COLUMNS)}
                return Table([], [RowError(header.number, "", "too_many_columns", facts)])
            return table_of(_with(header, lines), columns, errors)
        finally:
            book.close()
    except Exception:  # the reader stumbles over a broken file in any way there is
        return Table([], [RowError(0, "", "unreadable_file")])


def shown(value: Any, number_format: str = "") -> str:
    """The text of a cell as it is shown. A number with more digits than are kept shows as one
    that was rounded (`1.9E+17`), a share as `85%`."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, number_format)
        case datetime():
            return str(value.date() if value.time() == time() else value.replace(microsecond=0))
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: float, number_format: str) -> str:
    if abs(value) >= EXACT_BELOW:
        return f"{value:.14E}"
    if "%" in number_format:
        return f"{round(value * 100, 10):.15g}%"
    if value == int(value):
        return str(int(value))
    text = repr(value)
    # With three decimals it could be taken for thousands.
    return f"{text}0" if len(text.partition(".")[2]) == len("234") else text


def _is_bounded(data: bytes) -> bool:
    """Whether what it unpacks to is within reason, by its table of contents.

    A table that lies is no matter: no more than it says is ever unpacked.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return unpacked <= MOST_UNPACKED_BYTES and unpacked <= packed * MOST_TIMES_PACKED


def _lines(book: Any, errors: list[RowError]) -> Iterator[Line]:
    """The lines of the first sheet that hold anything, with their numbers."""
    sheets = book.worksheets
    if not sheets:
        return
    sheets[0].reset_dimensions()  # what a file says of its own size is often wrong
    for number, row in enumerate(sheets[0].iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        if number > MOST_LINES:
            errors.append(RowError(number, "", "too_many_rows", {"limit": str(MOST_LINES)}))
            return
        cells: list[str] = []
        formulas: list[int] = []
        for place, cell in enumerate(row):
            value = cell.value
            if value is None:
                cells.append("")
                continue
            if cell.data_type == "f":
                formulas.append(place)
                cells.append("=")
                continue
            is_number = isinstance(value, int | float)
            cells.append(shown(value, (cell.number_format or "") if is_number else ""))
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield Line(number, cells, formulas)


def _with(first: Line, rest: Iterator[Line]) -> Iterator[Line]:
    yield first
    yield from rest
