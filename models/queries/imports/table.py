"""A file as rows of plain text, with the place of everything that is wrong with it. No I/O.

Here a CSV file is read; what is done with the lines of a workbook is the same (`spreadsheet.py`).

Spreadsheets write CSV in many ways: with or without a byte order mark, with commas, semicolons or
tabs, with headers in English or Indonesian. Invariant: a cell is text and nothing else. What
looks like a formula is never read as one; the one thing undone is the guard `="…"` or `'…` that
spreadsheets put around digits.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MOST_ROWS = 200_000
MOST_CELL_CHARACTERS = 500
_DELIMITERS = ";,\t"
_GUARDED = re.compile(r'="(.*)"', re.DOTALL)
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong and where. `line` counts from 1 and 0 means the file as a whole.

    `facts` are what the message names: the value found, the row it contradicts.
    """

    line: int
    column: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, with the headers that mean it (letters and digits count, not case)."""

    name: str
    also: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file. `cells` has every known column; what the file lacks is empty."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with anything in it. `formulas`: the places of cells that are calculated."""

    number: int
    cells: Sequence[str]
    formulas: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: the sound rows, what was wrong, and which columns the file has."""

    rows: Sequence[Row]
    errors: Sequence[RowError]
    columns: frozenset[str] = frozenset()


def read_table(data: bytes, columns: Sequence[Column]) -> Table:
    """The rows of a CSV file. Never raises for what a file holds: it comes back as errors."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Table([], [RowError(0, "", "not_utf8")])
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    if not first_line.strip():
        return Table([], [RowError(0, "", "empty_file")])
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    errors: list[RowError] = []
    return table_of(_lines(reader, errors), columns, errors)


def table_of(lines: Iterator[Line], columns: Sequence[Column], errors: list[RowError]) -> Table:
    """What lines that hold anything say, the header first. `errors`: of the lines themselves."""
    header = next(lines, Line(0, []))
    places = _places(header.cells, columns)
    missing = [column.name for column in columns if column.required and column.name not in places]
    if missing:
        errors += [RowError(header.number, name, "missing_column") for name in missing]
        return Table([], errors)
    width = len(header.cells)
    rows: list[Row] = []
    for line in lines:
        number, cells = line.number, line.cells
        if len(rows) == MOST_ROWS:
            errors.append(RowError(number, "", "too_many_rows", {"limit": str(MOST_ROWS)}))
            break
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            errors.append(RowError(number, "", "malformed_row"))
            continue
        found = {
            column.name: plain(cells[places[column.name]])
            if places.get(column.name, len(cells)) < len(cells)
            else ""
            for column in columns
        }
        wrong = [
            RowError(number, name, "formula")
            for name, place in places.items()
            if place in line.formulas
        ] or list(_wrong_cells(number, found, columns))
        errors += wrong
        if not wrong:
            rows.append(Row(number, found))
    return Table(rows, errors, frozenset(places))


def plain(cell: str) -> str:
    """The text that somebody typed: without blanks around it and without a spreadsheet's guard."""
    text = cell.strip()
    guarded = _GUARDED.fullmatch(text)
    if guarded:
        return guarded[1].strip()
    return text.removeprefix("'").strip()


def _lines(reader: Iterator[list[str]], errors: list[RowError]) -> Iterator[Line]:
    """The lines that hold anything, with their numbers; a broken quote ends the file."""
    line = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            errors.append(RowError(getattr(reader, "line_num", line), "", "malformed_row"))
            return
        line = getattr(reader, "line_num", line)
        if any(cell.strip() for cell in cells):
            yield Line(line, cells)


def _places(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each known column stands."""
    written = {_key(title): place for place, title in reversed(list(enumerate(header)))}
    places: dict[str, int] = {}
    for column in columns:
        for title in (column.name, *column.also):
            if _key(title) in written:
                places[column.name] = written[_key(title)]
                break
    return places


def _key(title: str) -> str:
    return _NOT_LETTERS.sub("", title.lower())


def _wrong_cells(
    line: int, found: Mapping[str, str], columns: Sequence[Column]
) -> Iterator[RowError]:
    for column in columns:
        cell = found[column.name]
        if column.required and not cell:
            yield RowError(line, column.name, "required")
        elif len(cell) > MOST_CELL_CHARACTERS:
            yield RowError(line, column.name, "too_long", {"limit": str(MOST_CELL_CHARACTERS)})
        elif "\0" in cell or any("\ud800" <= letter <= "\udfff" for letter in cell):
            yield RowError(line, column.name, "forbidden_character")
