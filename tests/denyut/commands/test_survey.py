"""`denyut survey` over a real database: an index to read, a poster to print."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from denyut.cli import app
from denyut.commands.survey import sample_said
from models.rules.satisfaction import ELEMENTS
from tests.builders import make_city
from tests.making.survey import CONTENT, make_day, make_point, make_service


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


def invoked(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def made(dsn: str, work: Callable[[Any], Awaitable[str]]) -> str:
    async def connected() -> str:
        connection = await asyncpg.connect(dsn)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(connected())


async def served(connection: Any) -> str:
    """A service with a good day, another without a word; the code of their agency."""
    city = await make_city(connection)
    one = await make_service(connection, city.health, "Perizinan", yearly_users=100)
    await make_service(connection, city.clinic, "Rawat jalan", yearly_users=100)
    await make_point(connection, one, code="AAAA1111")
    poor = dict.fromkeys(ELEMENTS, 2)
    await make_day(connection, one, date(2026, 11, 2), CONTENT, responses=2)
    await make_day(connection, one, date(2026, 11, 3), poor, responses=2)
    return await connection.fetchval("SELECT code FROM unit WHERE id = $1", city.health)


def test_the_index_of_a_unit_its_services_and_those_below(database: str) -> None:
    code = made(database, served)
    done = invoked("survey", "index", code, "2026-11")
    assert done.exit_code == 0, done.output
    for word in ("Dinas Kesehatan", "Perizinan", "75.00", "Puskesmas", "4 of 132 responses"):
        assert word in done.output
    asked = json.loads(invoked("survey", "index", code, "2026-11", "--json").output)
    assert [(row["of"], row["index"], row["grade"]) for row in asked["rows"]] == [
        ("unit", 75.0, "C"),
        ("service", 75.0, "C"),
        ("below", None, None),
    ]


def test_what_is_not_there_is_said(database: str) -> None:
    code = made(database, served)
    for arguments, said in (
        (("index", "none", "2026-11"), "No unit has the code none."),
        (("index", code, "November"), "November is no period"),
        (("poster", "ZZZZZZZZ", "--output", "x.pdf", "--address", "http://a"), "No service point"),
        (("poster", "AAAA1111", "--output", "x.pdf"), "DENYUT_API__PUBLIC_URL"),
    ):
        done = invoked("survey", *arguments)
        assert done.exit_code == 1
        assert said in done.output


def test_a_poster_is_written(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(database, served)
    monkeypatch.setenv("DENYUT_API__PUBLIC_URL", "https://kinerja.example.go.id/")
    output = tmp_path / "poster.pdf"
    done = invoked("survey", "poster", "aaaa-1111", "--output", str(output))
    assert done.exit_code == 0, done.output
    assert "https://kinerja.example.go.id/s/AAAA1111" in done.output
    assert output.read_bytes().startswith(b"%PDF")


def test_a_sample_is_said_in_words() -> None:
    assert sample_said(10, None).startswith("How many people")
    assert sample_said(80, 100).endswith("enough.")
    assert sample_said(79, 100).endswith("too few.")
