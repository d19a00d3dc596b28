"""`denyut templates apply` over a real database: shown first, made once, said in a sentence."""

import asyncio
import os
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from denyut.cli import app
from models.queries.templates import Template, job_title_made, template_set
from models.tables.columns import new_id
from tests.builders import make_city


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


def invoked(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["templates", "apply", *arguments])


async def _nurses(dsn: str) -> dict[str, Any]:
    """Ani and Budi are nurses; the codes that the command wants."""
    connection = await asyncpg.connect(dsn)
    try:
        city = await make_city(connection)
        job = await job_title_made(connection, "perawat", "Perawat", False)
        await template_set(connection, Template(new_id(), job, "Pasien", "orang", 300))
        await connection.execute(
            "UPDATE employee SET job_title_id = $1 WHERE id = ANY ($2::uuid[])",
            job,
            [city.ani, city.budi],
        )
        return {
            "unit": await connection.fetchval("SELECT code FROM unit WHERE id = $1", city.health),
            "hr": await connection.fetchval("SELECT nip FROM employee WHERE id = $1", city.hr),
            "ani": await connection.fetchval("SELECT nip FROM employee WHERE id = $1", city.ani),
        }
    finally:
        await connection.close()


def counted(dsn: str) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(dsn)
        try:
            question = "SELECT count(*) FROM target WHERE template_id IS NOT NULL"
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_a_job_is_given_its_targets_after_a_look_and_only_once(database: str) -> None:
    known = asyncio.run(_nurses(database))
    wanted = ("perawat", known["unit"], "2026-12", "--by", known["hr"])
    seen = invoked(*wanted, "--dry-run")
    assert seen.exit_code == 0, seen.output
    assert "It would be: 2 made" in seen.output
    assert counted(database) == 0
    done = invoked(*wanted)
    assert "Done: 2 made" in done.output
    assert "300 orang" in done.output
    again = invoked(*wanted)
    assert "Done: 2 exists" in again.output
    assert counted(database) == 2


def test_whoever_sets_them_gets_none(database: str) -> None:
    known = asyncio.run(_nurses(database))
    done = invoked("perawat", known["unit"], "2026-12", "--by", known["ani"])
    assert "1 made, 1 oneself" in done.output


def test_what_is_unknown_is_named(database: str) -> None:
    known = asyncio.run(_nurses(database))
    for wrong, said in (
        (("dokter", known["unit"], "2026-12", "--by", known["hr"]), "job title"),
        (("perawat", "tidak-ada", "2026-12", "--by", known["hr"]), "unit"),
        (("perawat", known["unit"], "Desember", "--by", known["hr"]), "no period"),
        (("perawat", known["unit"], "2026-12", "--by", "12345"), "NIP"),
    ):
        refused = invoked(*wrong)
        assert refused.exit_code == 1
        assert said in refused.output
