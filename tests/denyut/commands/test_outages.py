"""`denyut outages` over a real database."""

import asyncio
import json
from uuid import UUID

import asyncpg
import pytest

from tests.builders import make_city
from tests.denyut.commands.test_keeping import fetched, invoked

START, END = "2026-11-02T08:00+07:00", "2026-11-02T11:30+07:00"


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


@pytest.fixture
def nip(database: str) -> str:
    """The NIP of the city's administrator."""

    async def made() -> tuple[UUID, str]:
        connection = await asyncpg.connect(database)
        try:
            city = await make_city(connection)
            return await connection.fetchval(
                "SELECT nip FROM employee WHERE id = $1", city.administrator
            )
        finally:
            await connection.close()

    return str(asyncio.run(made()))


def test_an_outage_is_recorded_with_who_answers_for_it_and_listed(database: str, nip: str) -> None:
    added = invoked("outages", "add", START, END, "--reason", "listrik padam", "--by", nip)
    assert added.exit_code == 0, added.output
    listed = invoked("outages", "list")
    assert "listrik padam" in listed.output
    assert "administrator" in listed.output
    (row,) = json.loads(invoked("outages", "list", "--json").output)
    assert (row["source"], row["reason"]) == ("administrator", "listrik padam")
    by = "SELECT e.nip FROM audit_entry a JOIN employee e ON e.id = a.actor_id"
    assert fetched(database, f"{by} WHERE a.action = 'outage_recorded'") == nip


@pytest.mark.parametrize(
    ("start", "end", "reason", "code"),
    [
        (END, START, "terbalik", 1),
        (START, END, " ", 1),
        ("kemarin", END, "x", 2),
        ("2026-11-02T08:00", END, "x", 2),
    ],
)
def test_what_cannot_be_an_outage_is_refused(
    database: str, start: str, end: str, reason: str, code: int
) -> None:
    done = invoked("outages", "add", start, end, "--reason", reason)
    assert done.exit_code == code
    assert fetched(database, "SELECT count(*) FROM outage") == 0


def test_nobody_answers_for_it_who_is_not_there(nip: str) -> None:
    done = invoked("outages", "add", START, END, "--reason", "x", "--by", "1" * 18)
    assert done.exit_code == 1
    assert "no employee" in done.output
