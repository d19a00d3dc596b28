"""Importing a file: what a person sees of rows that are new, changed, or wrong."""

from io import StringIO
from pathlib import Path

import asyncpg
from rich.console import Console

from denyut.importing import FileImport, changed, import_file
from denyut.settings import Settings
from models.queries.imports.outcome import Difference, ImportOptions

UNITS = "kode;nama;jenis;induk\nK;Kota Uji;city;\nA;Dinas Uji;agency;K\nA1;Bidang Satu;;A\n"
PEOPLE = "nip,name,unit_code\n198001012005011001,Budi,A1\n198201012005012002,Ani,A1\n"


async def told(
    database: str, tmp_path: Path, kind: str, text: str, **options: bool
) -> tuple[bool, str]:
    """Imports a file; whether it was sound, and what was said."""
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    console = Console(file=StringIO(), width=110, record=True)
    wanted = FileImport(kind, path, ImportOptions(**options), "en")  # type: ignore[arg-type]
    sound = await import_file(Settings(database_url=database), wanted, console)
    return sound, console.export_text()


async def test_a_dry_run_shows_what_would_be_and_writes_nothing(
    database: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    sound, said = await told(database, tmp_path, "units", UNITS, dry_run=True)
    assert sound
    assert "Dry run, nothing was written. It would be: 3 added" in said
    assert "Bidang Satu" in said
    assert await pool.fetchval("SELECT count(*) FROM unit") == 0


async def test_the_same_file_twice_changes_nothing(
    database: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    first = await told(database, tmp_path, "units", UNITS)
    second = await told(database, tmp_path, "units", UNITS)
    assert "Done: 3 added" in first[1]
    assert "3 unchanged" in second[1]
    assert await pool.fetchval("SELECT count(*) FROM unit") == 3


async def test_a_wrong_row_is_named_with_its_place_and_nothing_is_written(
    database: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    await told(database, tmp_path, "units", UNITS)
    wrong = PEOPLE + "12345,Citra,A1\n198301012005012003,Dedi,Z9\n"
    sound, said = await told(database, tmp_path, "employees", wrong)
    assert not sound
    assert "A NIP has 18 digits" in said
    assert "No unit has the code “Z9”" in said
    assert "2 errors; nothing was written" in said
    assert await pool.fetchval("SELECT count(*) FROM employee") == 0


async def test_who_is_left_out_is_retired_only_when_asked(
    database: str, pool: asyncpg.Pool, tmp_path: Path
) -> None:
    await told(database, tmp_path, "units", UNITS)
    await told(database, tmp_path, "employees", PEOPLE)
    one = "\n".join(PEOPLE.split("\n")[:2]) + "\n"
    assert "1 unchanged" in (await told(database, tmp_path, "employees", one))[1]
    said = (await told(database, tmp_path, "employees", one, retire_missing=True))[1]
    assert "1 retired" in said
    assert await pool.fetchval("SELECT count(*) FROM employee WHERE active") == 1


def test_a_change_names_both_sides() -> None:
    difference = Difference(2, "changed", "A1", {"name": "Lama"}, {"name": "Baru\x1b[2J"})
    assert changed(difference) == "name Lama → Baru[2J"
    assert changed(Difference(2, "added", "A1", {}, {"name": "Baru", "zone": None})) == (
        "name Baru, zone –"
    )
