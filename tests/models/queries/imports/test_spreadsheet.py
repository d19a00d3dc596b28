"""Workbooks: the same rows as CSV gives, no formula believed, and nothing that bursts."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from models.queries.imports.spreadsheet import is_workbook, read_spreadsheet, shown
from models.queries.imports.table import Column, Table
from tests.models.queries.imports.files import workbook

COLUMNS = (
    Column("nip", required=True),
    Column("indicator", ("indikator",), required=True),
    Column("quantity", ("kuantitas",)),
)
NIP = "197501012000031001"


def read(*rows: Sequence[Any]) -> Table:
    return read_spreadsheet(workbook(*rows), COLUMNS)


def told(table: Table) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.code) for error in table.errors]


def test_rows_come_as_text_with_the_line_they_stand_in() -> None:
    table = read(("NIP", "Indikator", "Kuantitas", "lain"), (), (NIP, "Pasien", 300, "x"))
    assert table.errors == []
    (row,) = table.rows
    assert (row.line, row["nip"], row["indicator"], row["quantity"]) == (3, NIP, "Pasien", "300")
    assert table.columns == {"nip", "indicator", "quantity"}


def test_each_column_that_is_missing_is_named() -> None:
    table = read(("nama", "kuantitas"), ("Ani", 3))
    assert told(table) == [(1, "nip", "missing_column"), (1, "indicator", "missing_column")]


def test_a_formula_is_an_error_where_it_matters_and_no_matter_elsewhere() -> None:
    table = read(
        ("nip", "indikator", "kuantitas", "lain"),
        (NIP, "Pasien", "=100+200", None),
        (NIP, "Kunjungan", 4, '=HYPERLINK("http://x")'),
    )
    assert told(table) == [(2, "quantity", "formula")]
    assert [row["indicator"] for row in table.rows] == ["Kunjungan"]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (None, "General", ""),
        (300.0, "General", "300"),
        (0.5, "General", "0.5"),
        (0.85, "0%", "85%"),
        (0.855, "0.0%", "85.5%"),
        (True, "General", "TRUE"),
        (datetime.fromisoformat("2026-11-30"), "General", "2026-11-30"),
        (datetime.fromisoformat("2026-11-30T07:30:00"), "General", "2026-11-30 07:30:00"),
        (date(2026, 11, 30), "General", "2026-11-30"),
        (time(7, 30), "General", "07:30:00"),
        (197501012000031001, "General", "1.97501012000031E+17"),
        ("  teks ", "General", "  teks "),
    ],
)
def test_a_cell_is_the_text_that_it_shows(value: Any, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_that_a_spreadsheet_can_keep_shows_all_its_digits(number: int) -> None:
    assert shown(number) == str(number)
    assert int(shown(float(number))) == number


def test_a_nip_that_is_a_number_shows_as_rounded() -> None:
    (row,) = read(("nip", "indikator"), (197501012000031001, "Pasien")).rows
    assert "E+17" in row["nip"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 and then nonsense", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_whole_workbook_is_said_to_be_none(data: bytes) -> None:
    assert is_workbook(data)
    assert told(read_spreadsheet(data, COLUMNS)) == [(0, "", "unreadable_file")]


@given(st.integers(0, 4_000), st.binary(min_size=1, max_size=8))
def test_a_workbook_that_was_damaged_never_raises(place: int, noise: bytes) -> None:
    data = SOUND[:place] + noise + SOUND[place + len(noise) :]
    table = read_spreadsheet(data, COLUMNS)
    assert table.rows or table.errors


def test_a_zip_of_something_else_is_no_workbook() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("surat.txt", "halo")
    assert told(read_spreadsheet(data.getvalue(), COLUMNS)) == [(0, "", "unreadable_file")]


def test_what_would_burst_is_never_opened() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 5_000_000)
    assert told(read_spreadsheet(data.getvalue(), COLUMNS)) == [(0, "", "unpacks_too_much")]


def test_an_empty_sheet_and_one_that_is_too_wide() -> None:
    assert told(read()) == [(0, "", "empty_file")]
    wide = read([f"k{number}" for number in range(201)])
    assert told(wide) == [(1, "", "too_many_columns")]


def test_only_the_first_sheet_is_read() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.append(["nip", "indikator"])
    first.append([NIP, "Pasien"])
    book.create_sheet("kedua").append(["apa saja"])
    data = io.BytesIO()
    book.save(data)
    assert len(read_spreadsheet(data.getvalue(), COLUMNS).rows) == 1


SOUND = workbook(("nip", "indikator"), (NIP, "Pasien"))
