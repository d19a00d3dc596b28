"""`denyut export` and `denyut verify` over a real database: a document, its code, and its check."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from denyut.cli import app
from tests.builders import City, make_city


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


def invoked(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def asked(dsn: str, question: str, *arguments: Any) -> Any:
    async def work() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(question, *arguments)
        finally:
            await connection.close()

    return asyncio.run(work())


@pytest.fixture
def city(database: str) -> City:
    async def work() -> City:
        connection = await asyncpg.connect(database)
        try:
            return await make_city(connection)
        finally:
            await connection.close()

    return asyncio.run(work())


def nip(dsn: str, employee_id: Any) -> str:
    return asked(dsn, "SELECT nip FROM employee WHERE id = $1", employee_id)


def test_a_document_is_made_issued_and_checked(database: str, city: City, tmp_path: Path) -> None:
    ani, hr = nip(database, city.ani), nip(database, city.hr)
    file = tmp_path / "ani.pdf"
    done = invoked("export", "person_recap", ani, "2026-Q3", "--output", str(file), "--by", hr)
    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(b"%PDF-")
    assert [each.name for each in tmp_path.iterdir()] == ["ani.pdf"]
    code = done.output.split()[-1]

    good = invoked("verify", code, "--file", str(file))
    assert good.exit_code == 0, good.output
    assert "Ani" in good.output
    assert "is the one that was issued" in good.output
    file.write_bytes(file.read_bytes() + b"x")
    changed = invoked("verify", code.lower(), "--file", str(file), "--json")
    assert changed.exit_code == 1
    assert json.loads(changed.output)["same_file"] is False
    assert asked(database, "SELECT count(*) FROM audit_entry WHERE action = 'document_exported'")


def test_everybody_in_a_unit_and_everything_about_me(
    database: str, city: City, tmp_path: Path
) -> None:
    unit = asked(database, "SELECT code FROM unit WHERE id = $1", city.clinic)
    hr, ani = nip(database, city.hr), nip(database, city.ani)
    whole, mine = str(tmp_path / "unit.pdf"), str(tmp_path / "mine.zip")

    done = invoked("export", "unit_documents", unit, "2026", "--output", whole, "--by", hr)
    assert done.exit_code == 0, done.output
    own = invoked("export", "my_data", ani, "--output", mine)
    assert own.exit_code == 0, own.output
    assert asked(database, "SELECT count(*) FROM issued_document") == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("person_recap", "1", "2026", "--output", "x.pdf", "--by", "1"), "nobody with the NIP"),
        (("unit_recap", "nirgends", "2026", "--output", "x.pdf", "--by", "1"), "no unit"),
        (("unit_recap", "UNIT", "2026", "--output", "x.pdf"), "--by"),
        (("unit_recap", "UNIT", "2026", "--output", "x.doc", "--by", "1"), "must end"),
        (("unit_recap", "UNIT", "besok", "--output", "x.pdf", "--by", "1"), "period"),
        (("national", "UNIT", "2026", "--output", "x.pdf", "--by", "1"), "format"),
    ],
)
def test_what_cannot_be_made_says_why(
    database: str, city: City, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    unit = asked(database, "SELECT code FROM unit WHERE id = $1", city.clinic)
    words = [unit if word == "UNIT" else word for word in arguments]
    words = [str(tmp_path / word) if word.startswith("x.") else word for word in words]
    done = invoked("export", *words)

    assert done.exit_code == 1
    assert told in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_code_of_nothing(database: str) -> None:
    done = invoked("verify", "7K2M-9QXA-3D4EF")
    assert done.exit_code == 1
    assert "Nothing was issued" in done.output
    assert json.loads(invoked("verify", "x", "--json").output) == {"valid": False}
