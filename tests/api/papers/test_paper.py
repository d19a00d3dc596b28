"""Papers: numbers as the language writes them, missing said, and runs that are short enough."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.papers.paper import (
    LINES_A_PIECE,
    Cell,
    Column,
    Imprint,
    Paper,
    Signature,
    Table,
    _lines,
    number,
    pieces_of,
    printed,
)

IMPRINT = Imprint("7K2M-9QXA-3D4EF", "https://denyut.example/verify/x", "Diterbitkan.", "Halaman")
COLUMNS = (Column("Indikator", 3), Column("Nilai", right=True))


def paper(*rows: tuple[Cell, ...], tables: int = 1) -> Paper:
    table = Table("Hasil", COLUMNS, rows)
    signatures = (Signature("Penilai", "Budi", "198"),)
    return Paper("Dokumen", "2026", "Kota", (("Nama", "Ani"),), (table,) * tables, "–", signatures)


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (1234.5, "1.234,5", "1,234.5"),
        (100.0, "100", "100"),
        (1000, "1.000", "1,000"),
        (91.475, "91,47", "91.47"),
        (0.0, "0", "0"),
        (-0.5, "-0,5", "-0.5"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    value: float, indonesian: str, english: str
) -> None:
    assert number(value, "id") == indonesian
    assert number(value, "en") == english


def test_what_is_missing_is_said() -> None:
    told = printed([paper(("A", None), ("B", 1.5))], IMPRINT, "id", 7)

    assert told["papers"][0]["tables"][0]["rows"] == [["A", "–"], ["B", "1,5"]]
    assert told["first_page"] == 7
    assert told["imprint"]["code"] == IMPRINT.code


def test_short_papers_share_a_run() -> None:
    runs = list(pieces_of([paper(("A", 1))] * 30))

    assert sum(len(run) for run in runs) == 30
    assert max(len(run) for run in runs) == 8


rows = st.lists(st.tuples(st.text(max_size=300), st.floats(0, 1e9) | st.none()), max_size=400)


@given(rows, st.integers(1, 3))
def test_every_row_stands_once_in_its_order_in_runs_that_are_short(
    given_rows: list[tuple[Cell, ...]], tables: int
) -> None:
    whole = paper(*given_rows, tables=tables)
    runs = list(pieces_of([whole, whole]))
    parts = [part for run in runs for part in run]

    told = [row for part in parts for table in part.tables for row in table.rows]
    assert told == given_rows * tables * 2
    assert all(sum(_lines(part) for part in run) <= LINES_A_PIECE for run in runs)
    assert [bool(part.facts) for part in parts].count(True) == 2
    assert [bool(part.signatures) for part in parts].count(True) == 2


def test_a_paper_without_tables_is_a_paper() -> None:
    bare = replace(paper(), tables=())

    assert list(pieces_of([bare])) == [[bare]]
    assert list(pieces_of([])) == []
