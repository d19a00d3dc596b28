"""CSV as spreadsheets write it: every cell is text, and what is wrong has its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.imports.table import Column, plain, read_table

COLUMNS = (
    Column("nip", required=True),
    Column("name", ("nama",), required=True),
    Column("unit_code", ("kode_unit",)),
)


def cells(data: bytes) -> list[dict[str, str]]:
    table = read_table(data, COLUMNS)
    assert table.errors == []
    return [dict(row.cells) for row in table.rows]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [b",", b";", b"\t"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_however_a_spreadsheet_writes_it_the_rows_are_the_same(
    mark: bytes, delimiter: bytes, end: bytes
) -> None:
    lines = [b"nip", b"name", b"unit_code"], [b"1", b"Sari", b"SD-1"]
    data = mark + end.join(delimiter.join(line) for line in lines) + end
    assert cells(data) == [{"nip": "1", "name": "Sari", "unit_code": "SD-1"}]


def test_headers_are_read_in_both_languages_in_any_order_and_case() -> None:
    data = b"Kode Unit;NAMA;NIP;catatan\nSD-1;Sari;1;abaikan"
    assert cells(data) == [{"nip": "1", "name": "Sari", "unit_code": "SD-1"}]


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "+62812", "-5", '=HYPERLINK("x")'])
def test_what_looks_like_a_formula_is_text(formula: str) -> None:
    quoted = '"' + formula.replace('"', '""') + '"'
    assert cells(f"nip,name\n1,{quoted}".encode())[0]["name"] == formula


def test_the_guard_around_digits_is_undone() -> None:
    assert plain('="198001012005011001"') == "198001012005011001"
    assert plain("'198001012005011001") == "198001012005011001"
    assert plain("  Sari ") == "Sari"


def test_a_line_break_in_a_quoted_cell_keeps_the_lines_counted() -> None:
    data = b'nip,name\n1,"Sari\nDewi"\n2,\n'
    (error,) = read_table(data, COLUMNS).errors
    assert (error.line, error.column, error.code) == (4, "name", "required")


def test_empty_lines_are_passed_over() -> None:
    assert len(cells(b"\nnip,name\n\n1,Sari\n,\n")) == 1


@pytest.mark.parametrize(
    ("data", "line", "column", "code"),
    [
        (b"", 0, "", "empty_file"),
        (b"\n \n", 0, "", "empty_file"),
        (b"nip,name\n1,Sar\xe9", 0, "", "not_utf8"),
        (b"nip,unit_code\n1,2", 1, "name", "missing_column"),
        (b"nip,name\n1,Sari,SD-1,x", 2, "", "malformed_row"),
        (b'nip,name\n1,"Sari', 2, "", "malformed_row"),
        (b"nip,name\n1,", 2, "name", "required"),
        (b"nip,name\n1," + b"a" * 501, 2, "name", "too_long"),
        (b"nip,name\n1,a\0b", 2, "name", "forbidden_character"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    data: bytes, line: int, column: str, code: str
) -> None:
    errors = read_table(data, COLUMNS).errors
    assert (line, column, code) in {(each.line, each.column, each.code) for each in errors}


def test_good_rows_are_read_beside_bad_ones() -> None:
    table = read_table(b"nip,name\n1,Sari\n2,\n3,Budi", COLUMNS)
    assert [row["nip"] for row in table.rows] == ["1", "3"]
    assert [error.line for error in table.errors] == [3]


@given(st.binary(max_size=200))
def test_no_file_makes_it_raise(data: bytes) -> None:
    table = read_table(b"nip,name\n" + data, COLUMNS)
    assert all(row["nip"] and row["name"] for row in table.rows)
