"""Units from a file: parents in any order, moves with all below, retirements, and nothing twice."""

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import make_employee
from tests.models.queries.imports.files import brought_in, codes, csv, whats

HEADER = "kode;nama;jenis;induk;zona;pola_kerja"
CITY = csv(
    HEADER,
    "seksi-a;Seksi A;unit;dinas-1;;six_days",
    "dinas-1;Dinas Satu;dinas;kota;;",
    "kota;Kota Contoh;kota;;WIB;",
    "dinas-2;Dinas Dua;opd;kota;;",
)


async def test_a_whole_tree_comes_in_whatever_the_order_of_its_rows(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    result = await brought_in(engine, "units", CITY)
    assert (result.applied, result.counts()["added"], codes(result)) == (True, 4, [])
    rows = {
        row["code"]: row
        for row in await pool.fetch("SELECT u.*, cardinality(path) AS depth FROM unit u")
    }
    assert {code: row["depth"] for code, row in rows.items()} == {
        "kota": 1,
        "dinas-1": 2,
        "dinas-2": 2,
        "seksi-a": 3,
    }
    assert rows["seksi-a"]["agency_id"] == rows["dinas-1"]["id"]
    assert rows["seksi-a"]["shard"] == rows["dinas-1"]["shard"] != rows["dinas-2"]["shard"]
    assert (rows["seksi-a"]["work_pattern"], rows["seksi-a"]["zone"]) == (
        "six_days",
        "Asia/Jakarta",
    )


async def test_the_same_file_twice_changes_nothing(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    await brought_in(engine, "units", CITY)
    before = await pool.fetch("SELECT * FROM unit ORDER BY id")
    version = await pool.fetchval("SELECT version FROM rights_version")
    again = await brought_in(engine, "units", CITY)
    assert (again.applied, again.counts()["unchanged"]) == (True, 4)
    assert await pool.fetch("SELECT * FROM unit ORDER BY id") == before
    assert await pool.fetchval("SELECT version FROM rights_version") == version


async def test_a_dry_run_shows_what_would_happen_and_leaves_no_trace(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    dry = await brought_in(engine, "units", CITY, dry_run=True)
    assert (dry.applied, await pool.fetchval("SELECT count(*) FROM unit")) == (False, 0)
    real = await brought_in(engine, "units", CITY)
    assert whats(dry) == whats(real)


async def test_one_bad_row_and_nothing_of_the_file_is_done(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    bad = CITY + b"\r\nx 1;Tanpa Kode;unit;kota;;\r\ny;Y;unit;tidak-ada;;\r\nz;Z;unit;dinas-1;;aneh"
    result = await brought_in(engine, "units", bad)
    assert codes(result) == [
        (6, "code", "invalid_code"),
        (7, "parent_code", "unknown_unit"),
        (8, "work_pattern", "unknown_pattern"),
    ]
    assert (result.applied, await pool.fetchval("SELECT count(*) FROM unit")) == (False, 0)


async def test_a_moved_parent_moves_the_paths_below_and_names_the_difference(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    await brought_in(engine, "units", CITY)
    moved = CITY.replace(b"seksi-a;Seksi A;unit;dinas-1", b"seksi-a;Seksi Alfa;unit;dinas-2")
    result = await brought_in(engine, "units", moved)
    (change,) = [each for each in result.differences if each.what == "changed"]
    assert change.before == {"name": "Seksi A", "parent_code": "dinas-1"}
    assert change.after == {"name": "Seksi Alfa", "parent_code": "dinas-2"}
    parent = await pool.fetchval(
        "SELECT p.code FROM unit u JOIN unit p ON p.id = u.path[2] WHERE u.code = 'seksi-a'"
    )
    assert parent == "dinas-2"


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("a;A;unit;b;;", "b;B;unit;a;;"), "parent_circle"),
        (("kota;Kota;kota;;;", "a;A;unit;kota;;"), "refused"),
        (("kota;Kota;kota;;;", "kota;Lagi;kota;;;"), "duplicate_row"),
        (("kota;Kota;kerajaan;;;",), "unknown_word"),
    ],
)
async def test_trees_that_cannot_stand_are_refused(
    engine: AsyncEngine, rows: tuple[str, ...], code: str
) -> None:
    result = await brought_in(engine, "units", csv(HEADER, *rows))
    assert code in {error.code for error in result.errors}
    assert not result.applied


async def test_what_the_file_leaves_out_is_retired_only_when_asked_and_only_if_empty(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    await brought_in(engine, "units", CITY)
    rest = CITY.replace(b"\r\ndinas-2;Dinas Dua;opd;kota;;", b"")
    kept = await brought_in(engine, "units", rest)
    assert kept.counts()["retired"] == 0
    unit_id = await pool.fetchval("SELECT id FROM unit WHERE code = 'dinas-2'")
    employee_id = await make_employee(pool, unit_id)
    held = await brought_in(engine, "units", rest, retire_missing=True)
    assert codes(held) == [(0, "status", "unit_in_use")]
    await pool.execute("UPDATE employee SET active = false WHERE id = $1", employee_id)
    gone = await brought_in(engine, "units", rest, retire_missing=True)
    assert ("dinas-2", "retired") in whats(gone)
    back = await brought_in(engine, "units", CITY)
    assert ("dinas-2", "changed") in whats(back)
    assert await pool.fetchval("SELECT retired_at FROM unit WHERE code = 'dinas-2'") is None


async def test_a_retirement_is_written_in_the_row_too(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    await brought_in(engine, "units", CITY)
    header = HEADER + ";ditutup_pada"
    closing = csv(
        header, "dinas-2;Dinas Dua;;kota;;;2026-01-31", "dinas-1;Dinas Satu;;kota;;;31/12/2099"
    )
    for what in ("retired", "unchanged"):
        result = await brought_in(engine, "units", closing)
        assert whats(result) == [("dinas-2", what), ("dinas-1", "unchanged")]
