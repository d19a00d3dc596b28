"""Workbooks and CSV: everybody's text is text, numbers are numbers, missing is said."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.papers.paper import Cell, Column, Imprint, Paper, Table
from api.papers.spreadsheets import workbook, write_csv

IMPRINT = Imprint("7K2M-9QXA-3D4EF", "https://denyut.example/verify/x", "Diterbitkan.", "Halaman")
EVIL = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x.example")',
    "http://x.example",
    "{=1}",
)


def paper(*tables: Table, name: str = "Ani") -> Paper:
    return Paper("Dokumen", "2026", "Kota", (("Nama", name),), tables, "belum ada data")


def table(heading: str, *rows: tuple[Cell, ...]) -> Table:
    return Table(heading, (Column("Indikator", 3), Column("Nilai")), rows)


@pytest.mark.parametrize("text", EVIL)
def test_what_people_write_is_never_a_formula_or_a_link(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.xlsx"
    workbook(file, paper(table("Hasil", (text, 1.5)), name=text), IMPRINT)
    book = openpyxl.load_workbook(file)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert [cell.value for cell in cells].count(text) == 2


def test_numbers_are_numbers_and_missing_is_said(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook(file, paper(table("Hasil", ("A", 1.5), ("B", None), ("C", 0))), IMPRINT)
    rows = list(openpyxl.load_workbook(file)["Hasil"].iter_rows(values_only=True))

    assert rows == [("Indikator", "Nilai"), ("A", 1.5), ("B", "belum ada data"), ("C", 0)]


def test_headings_that_are_alike_too_long_or_forbidden_make_sheets(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    headings = ["Hasil", "hasil", "x" * 60, "X" * 60, "a/b:c*?[d]", "'"]
    workbook(file, paper(*(table(heading) for heading in headings)), IMPRINT)

    names = openpyxl.load_workbook(file).sheetnames
    assert len({name.lower() for name in names}) == len(names) == 7
    assert max(map(len, names)) == 31


def test_the_code_stands_in_the_workbook(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    workbook(file, paper(), IMPRINT)
    values = [cell for row in openpyxl.load_workbook(file)["Dokumen"].values for cell in row]

    assert IMPRINT.code in values
    assert IMPRINT.address in values


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)))
def test_no_cell_of_a_csv_begins_like_a_formula(texts: list[str]) -> None:
    written = io.StringIO(newline="")
    assert write_csv(written, ["kolom"], [[text] for text in texts]) == len(texts)
    header, *rows = csv.reader(io.StringIO(written.getvalue(), newline=""))

    assert header == ["kolom"]
    assert not [row for row in rows if row and row[0].lstrip()[:1] in tuple("=+-@\t\r")]


def test_missing_is_empty_in_a_csv() -> None:
    written = io.StringIO(newline="")
    write_csv(written, [], [["a", None, 1.5]])

    assert written.getvalue() == "a,,1.5\r\n"
