"""`denyut import`, `appoint` and `holidays` over a real database."""

import asyncio
import os
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from denyut.cli import app

UNITS = "kode;nama;jenis;induk\nK;Kota Uji;city;\nA;Dinas Uji;agency;K\n"
PEOPLE = "nip,name,unit_code\n198001012005011001,Budi,A\n198201012005012002,Ani,A\n"
HEADS = "unit_code,nip,first_day\nA,198001012005011001,2026-01-01\n"
TARGETS = "nip,indicator,unit,quantity,period\n198201012005012002,Pasien,orang,300,2026-12\n"
LEAVE = "nip,first_day,last_day\n198201012005012002,2026-11-24,2026-11-26\n"


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


def invoked(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def fetched(dsn: str, question: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(ask())


def files(tmp_path: Path) -> dict[str, str]:
    texts = {"units": UNITS, "employees": PEOPLE, "supervision": HEADS, "leave": LEAVE}
    texts["targets"] = TARGETS
    for kind, text in texts.items():
        (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8")
    return {kind: str(tmp_path / f"{kind}.csv") for kind in texts}


def test_an_organisation_and_its_targets_come_in_by_files(database: str, tmp_path: Path) -> None:
    for kind, path in files(tmp_path).items():
        done = invoked("import", kind, path)
        assert done.exit_code == 0, done.output
        assert "Done:" in done.output
    assert fetched(database, "SELECT count(*) FROM supervision") == 1
    assert fetched(database, "SELECT count(*) FROM leave") == 1
    assert (
        fetched(database, "SELECT quantity FROM target JOIN target_pace ON target_id = id") == 300
    )


def test_a_dry_run_writes_nothing_and_a_wrong_file_ends_with_one(
    database: str, tmp_path: Path
) -> None:
    path = files(tmp_path)["units"]
    dry = invoked("import", "units", path, "--dry-run")
    assert (dry.exit_code, "Dry run" in dry.output) == (0, True)
    assert fetched(database, "SELECT count(*) FROM unit") == 0
    Path(path).write_text("kode;nama\n;tanpa kode\n", encoding="utf-8")
    wrong = invoked("import", "units", path, "--language", "en")
    assert wrong.exit_code == 1
    assert "Must not be empty." in wrong.output
    missing = invoked("import", "units", str(tmp_path / "none.csv"))
    assert missing.exit_code == 2


def test_the_first_officer_gets_a_code(tmp_path: Path) -> None:
    paths = files(tmp_path)
    assert "Import employees first" in invoked("appoint", "198001012005011001", "hr").output
    invoked("import", "units", paths["units"])
    invoked("import", "employees", paths["employees"])
    done = invoked("appoint", "198001012005011001", "hr", "--unit", "A")
    assert done.exit_code == 0, done.output
    assert "Budi is now hr for Dinas Uji." in done.output
    assert "Activation code" in done.output
    again = invoked("appoint", "1980 0101 200501 1 001", "hr", "--unit", "A")
    assert "already was" in again.output
    mistyped = invoked("appoint", "12", "hr")
    assert mistyped.exit_code == 1
    assert "18 digits" in mistyped.output
    assert invoked("appoint", "198001012005011001", "king").exit_code == 2


def test_holidays_of_a_year_are_filled_in_once(database: str) -> None:
    shown = invoked("holidays", "2026", "--dry-run")
    assert "2026-08-17" in shown.output
    assert fetched(database, "SELECT count(*) FROM holiday") == 0
    first = invoked("holidays", "2026")
    assert "2026-08-17" in first.output
    count = fetched(database, "SELECT count(*) FROM holiday")
    assert count > 15
    assert "Nothing is new." in invoked("holidays", "2026").output
    assert fetched(database, "SELECT count(*) FROM holiday") == count
