"""`denyut audit who-saw` over a real database: who, what, from when to when."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from denyut.cli import app
from denyut.commands.audit import tabled, told
from models.queries.audit import Look, viewed
from models.tables.columns import new_id
from tests.builders import make_city

ZONE = ZoneInfo("Asia/Jakarta")
BEGAN = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)  # half past midnight of the 25th in Jakarta


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    for name in list(os.environ):
        if name.startswith("DENYUT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


def invoked(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["audit", "who-saw", *arguments])


def looked_at(dsn: str) -> str:
    """Ani's NIP, after HR looked at her and her agency's head followed the whole agency live."""

    async def made() -> str:
        connection = await asyncpg.connect(dsn)
        try:
            city = await make_city(connection)
            await viewed(connection, city.hr, "person", employee_ids=[city.ani])
            await connection.execute(
                "INSERT INTO data_view (id, at, until, viewer_id, unit_id, what)"
                " VALUES ($1, $2, $3, $4, $5, 'live')",
                *(new_id(), BEGAN, BEGAN + timedelta(hours=2), city.health_head, city.health),
            )
            return await connection.fetchval("SELECT nip FROM employee WHERE id = $1", city.ani)
        finally:
            await connection.close()

    return asyncio.run(made())


def audited(dsn: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(
                "SELECT count(*) FROM audit_entry WHERE action = 'who_saw' AND actor_id IS NULL"
            )
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_it_says_who_saw_what_and_when_and_is_written_down(database: str) -> None:
    nip = looked_at(database)
    shown = invoked(nip)
    assert shown.exit_code == 0, shown.output
    assert "Ani: 2 looks" in shown.output
    found = json.loads(invoked(nip, "--json").output)
    assert {(each["viewer_name"], each["what"], each["unit"]) for each in found} == {
        ("Hr", "person", None),
        ("Health Head", "live", "Dinas Kesehatan"),
    }
    (live,) = [each for each in found if each["what"] == "live"]
    assert live["from"] == "2026-11-25T00:30:00+07:00"
    assert live["until"] == "2026-11-25T02:30:00+07:00"
    assert audited(database) == 2


def test_days_are_local_days_both_included(database: str) -> None:
    nip = looked_at(database)

    def seen(*days: str) -> list[str]:
        found = json.loads(invoked(nip, "--json", *days).output)
        return [each["what"] for each in found if each["what"] == "live"]

    assert seen("--since", "2026-11-25", "--until", "2026-11-25") == ["live"]
    assert seen("--until", "2026-11-24") == []
    assert seen("--since", "2026-11-26") == []


def test_nobody_has_this_nip(database: str) -> None:
    unknown = invoked("198001012005011001")
    assert unknown.exit_code == 1
    assert "no employee" in unknown.output


def test_a_look_that_lasts_has_no_end_and_names_are_no_markup() -> None:
    look = Look(BEGAN, None, True, new_id(), "1" * 18, "[bold]Sri", "live", "Dinas [red]")
    assert told(look, ZONE)["until"] is None
    single = Look(BEGAN, None, False, new_id(), "1" * 18, "Sri", "person", None)
    assert told(single, ZONE)["until"] == told(single, ZONE)["from"]
    console = Console(width=200)
    with console.capture() as captured:
        console.print(tabled([look, single], ZONE))
    assert "[bold]Sri" in captured.get()
    assert "all of Dinas [red]" in captured.get()
    assert "lasts" in captured.get()
