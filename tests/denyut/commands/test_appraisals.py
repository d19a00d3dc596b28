"""`denyut appraisals` over a real database: opened once, listed, reproduced or found touched."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.appraisal_decisions import appraisal_decided, author_of
from models.queries.appraisal_evidence import evidence_of
from models.queries.appraisals import appraisal_row
from models.rules.ratings import ASSUMED
from tests.builders import City, make_city
from tests.denyut.commands.test_keeping import fetched, invoked
from tests.making.appraisal import decision, make_appraisal, month_before

NOW = datetime.now(UTC)
PERIOD = month_before(NOW)


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    monkeypatch.setenv("DENYUT_DATABASE_URL", database)


def done_in(dsn: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture
def city(database: str) -> City:
    return done_in(database, make_city)


@pytest.fixture
def decided(database: str, city: City) -> UUID:
    """An appraisal of Ani that was decided."""

    async def decide(connection: Any) -> UUID:
        appraisal_id = await make_appraisal(connection, city.ani)
        row = await appraisal_row(connection, appraisal_id)
        assert row is not None
        evidence = await evidence_of(connection, row, ASSUMED)
        author = await author_of(connection, city.clinic_head)
        wanted = decision(reason="Belum ada laporan")
        await appraisal_decided(connection, row, evidence, wanted, author, NOW)
        return appraisal_id

    return done_in(database, decide)


def test_a_period_is_opened_once_and_listed(database: str, city: City) -> None:
    first = invoked("appraisals", "open", PERIOD)
    assert first.exit_code == 0, first.output
    assert f"{len(city.people)} appraisals of {PERIOD}" in first.output
    assert "0 appraisals" in invoked("appraisals", "open", PERIOD).output
    listed = json.loads(invoked("appraisals", "list", PERIOD, "--json").output)
    assert len(listed) == len(city.people)
    assert {each["state"] for each in listed} == {"open"}
    code = fetched(database, "SELECT code FROM unit WHERE name = 'Puskesmas'")
    in_clinic = invoked("appraisals", "list", PERIOD, "--unit", code)
    assert in_clinic.exit_code == 0
    assert len(in_clinic.output.splitlines()) == 4  # a header, the head, and two of the staff
    actions = fetched(
        database,
        "SELECT count(unit_id) FROM audit_entry WHERE action = 'appraisals_listed'",
    )
    assert actions == 2


def test_only_those_of_a_unit_are_opened_when_one_is_named(database: str, city: City) -> None:
    code = fetched(database, "SELECT code FROM unit WHERE name = 'Bina Marga'")
    assert "3 appraisals" in invoked("appraisals", "open", PERIOD, "--unit", code).output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("open", "nanti"), "2026-Q4"),
        (("open", PERIOD, "--unit", "tidak-ada"), "no unit"),
        (("open", PERIOD), "no units yet"),
        (("reproduce", "bukan-id"), "An id is written"),
        (("reproduce", "00000000-0000-7000-8000-000000000000"), "Nothing was decided"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: tuple[str, ...], told: str) -> None:
    answer = invoked("appraisals", *arguments)
    assert answer.exit_code == 1
    assert told in answer.output


def test_a_decision_is_reproduced_from_its_evidence(decided: UUID) -> None:
    answer = invoked("appraisals", "reproduce", str(decided))
    assert answer.exit_code == 0, answer.output
    assert "suggested nothing (-), behaviour meets; reproduced" in answer.output


def test_a_text_that_was_touched_is_found_out(database: str, decided: UUID) -> None:
    async def touch(connection: Any) -> None:
        await connection.execute(
            "UPDATE appraisal_evidence SET content = replace(content, 'Belum ada', 'Sudah ada')"
        )

    done_in(database, touch)
    answer = invoked("appraisals", "reproduce", str(decided), "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.output)[0]["verdict"] == "touched"
