"""`denyut signals`: who may need help, by name, said as an offer and written down."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tests.builders import City, make_city
from tests.denyut.commands.test_keeping import fetched, invoked
from tests.making.support import activated, make_person_day


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture
def city(database: str) -> City:
    """A clinic where one reports late, and both who bear the name are at work."""

    async def made() -> City:
        connection, now = await asyncpg.connect(database), datetime.now(UTC)
        try:
            built = await make_city(connection)
            for who in (built.clinic_head, built.ani, built.budi):
                await activated(connection, who, now)
            await connection.execute(
                "UPDATE employee SET name = '[red]Siti' WHERE id = ANY ($1::uuid[])",
                [built.ani, built.budi],
            )
            day = (now - timedelta(days=1)).date()
            target = built.targets[built.ani]
            await make_person_day(connection, built.ani, target, day, reports=9, late=9)
            return built
        finally:
            await connection.close()

    return asyncio.run(made())


def code_of(database: str, city: City) -> str:
    code = fetched(database, f"SELECT code FROM unit WHERE id = '{city.clinic}'")
    assert isinstance(code, str)
    return code


def test_a_person_is_shown_with_their_nip_and_an_offer(database: str, city: City) -> None:
    done = invoked("signals", code_of(database, city))
    assert done.exit_code == 0, done.output
    nip = fetched(database, f"SELECT nip FROM employee WHERE id = '{city.ani}'")
    for word in ("Bukan sanksi", "[red]Siti", "always_late", str(nip), "Puskesmas"):
        assert word in done.output
    assert done.output.count("Siti") == 1
    assert fetched(database, "SELECT action FROM audit_entry") == "signals_shown"


def test_a_script_reads_it_in_either_language(database: str, city: City) -> None:
    done = invoked("signals", code_of(database, city), "--json", "--language", "en")
    answer = json.loads(done.output)
    assert "no sanction" in answer["purpose"]
    (person,) = answer["people"]
    assert (person["employee_id"], person["signals"]) == (str(city.ani), ["always_late"])
    assert person["offers"][0].endswith("?")


def test_limits_are_the_settings_of_the_installation(
    database: str, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENYUT_SIGNALS__LATE_REPORTS", "10")
    done = invoked("signals", code_of(database, city), "--json")
    assert json.loads(done.output)["people"] == []


def test_a_unit_that_is_not_there_is_said(database: str) -> None:
    done = invoked("signals", "nowhere")
    assert done.exit_code == 1
    assert "nowhere" in done.output
