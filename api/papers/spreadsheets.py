"""Workbooks and CSV files of papers and rows.

Invariants: text is written as text and never as a formula or a link, whoever wrote it; a number is
written as a number; the memory of a file does not follow its rows.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from api.papers.paper import Cell, Imprint, Paper, Table
from models.rules.cells import plain_cell

OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MOST_CHARACTERS: Final = 32_767  # of a cell, says the format
_NAME_CHARACTERS: Final = 31  # of a sheet's name, says the format
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDTH: Final = 14  # characters of a column of share 1


def workbook(file: Path, paper: Paper, imprint: Imprint) -> None:
    """Writes a paper as a workbook: a sheet of facts, and one for each table."""
    import xlsxwriter  # 3 MB that a service which writes no workbook need not hold

    book = xlsxwriter.Workbook(str(file), OPTIONS)
    bold = book.add_format({"bold": True})
    names: set[str] = set()
    facts = book.add_worksheet(_sheet_name(paper.title, names))
    facts.set_column(0, 0, 28)
    facts.set_column(1, 1, 60)
    _text(facts, 0, 0, paper.title, bold)
    _text(facts, 1, 0, f"{paper.city} · {paper.subtitle}")
    line = 3
    for label, value in (*paper.facts, (imprint.note, ""), (imprint.code, imprint.address)):
        _text(facts, line, 0, label)
        _text(facts, line, 1, value)
        line += 1
    for table in paper.tables:
        sheet = book.add_worksheet(_sheet_name(table.heading, names))
        _table(sheet, table, paper.missing, bold)
    book.close()


def write_csv(opened: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Appends rows, the header first where it is not empty; how many rows there were."""
    written = csv.writer(opened, lineterminator="\r\n")
    if header:
        written.writerow(header)
    count = 0
    for row in rows:
        written.writerow(["" if cell is None else plain_cell(str(cell)) for cell in row])
        count += 1
    return count


def _table(sheet: Any, table: Table, missing: str, bold: Any) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTH * column.share)
    for place, column in enumerate(table.columns):
        _text(sheet, 0, place, column.label, bold)
    for line, row in enumerate(table.rows, 1):
        for place, cell in enumerate(row):
            if cell is None:
                _text(sheet, line, place, missing)
            elif isinstance(cell, str):
                _text(sheet, line, place, cell)
            else:
                sheet.write_number(line, place, cell)
    if table.note:
        _text(sheet, len(table.rows) + 1, 0, table.note)


def _text(sheet: Any, line: int, place: int, text: str, form: Any = None) -> None:
    sheet.write_string(line, place, text[:MOST_CHARACTERS], form)


def _sheet_name(heading: str, taken: set[str]) -> str:
    """A name that the format takes and no other sheet has, however it is written."""
    plain = _FORBIDDEN.sub(" ", heading).strip()[:_NAME_CHARACTERS] or "-"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = plain[: _NAME_CHARACTERS - len(ending)] + ending
    taken.add(name.lower())
    return name
