"""`denyut rollups` over a real database: equal, different, mended, shown."""

import asyncio
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from tests.builders import City, make_city, make_report
from tests.denyut.commands.test_keeping import fetched, invoked

PERIOD = f"{datetime.now(UTC).astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m}"


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


@pytest.fixture
def city(database: str) -> City:
    """A city with two reports that nobody has counted."""

    async def made() -> City:
        connection = await asyncpg.connect(database)
        try:
            built = await make_city(connection)
            for who in (built.ani, built.dedi):
                await make_report(connection, who, built.targets[who])
            return built
        finally:
            await connection.close()

    return asyncio.run(made())


def executed(dsn: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def test_what_was_rolled_is_equal_to_a_recount(city: City) -> None:
    done = invoked("rollups", "check")
    assert done.exit_code == 0, done.output
    assert "equal to a recount" in done.output


def test_what_is_wrong_is_named_and_mended(database: str, city: City) -> None:
    invoked("rollups", "check")
    executed(database, "UPDATE unit_month SET reports = 9")
    wrong = invoked("rollups", "check")
    assert wrong.exit_code == 1
    assert "unit_month: 5 rows" in wrong.output
    mended = invoked("rollups", "check", "--repair")
    assert mended.exit_code == 0
    assert "2 days of people" in mended.output
    assert fetched(database, "SELECT max(reports) FROM unit_month") == 2
    assert fetched(database, "SELECT action FROM audit_entry") == "rollups_repaired"
    assert invoked("rollups", "check").exit_code == 0


def test_a_unit_is_shown_to_a_person_and_to_a_script(database: str, city: City) -> None:
    invoked("rollups", "check")
    code = fetched(database, "SELECT code FROM unit WHERE parent_id IS NULL")
    shown = invoked("rollups", "show", code, PERIOD)
    assert shown.exit_code == 0, shown.output
    for word in ("Dinas", "Kesehatan", "its own", "Kunjungan", "100%"):
        assert word in shown.output
    told = json.loads(invoked("rollups", "show", code, PERIOD, "--json").output)
    assert [row["quality"]["reports"] for row in told["rows"]] == [1, 1]
    assert told["total"]["quality"]["approval_rate"] is None
    assert fetched(database, "SELECT count(*) FROM audit_entry") == 2


def test_what_is_not_there_is_said(city: City) -> None:
    unknown = invoked("rollups", "show", "TIDAK-ADA", PERIOD)
    assert unknown.exit_code == 1
    assert "no unit" in unknown.output
    assert invoked("rollups", "show", "X", "kemarin").exit_code == 1
