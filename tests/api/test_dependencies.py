"""What routes may ask for: committed before the answer, announced after it, nothing by halves."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from api.app import resource_app
from api.dependencies import Announcing, Caller, Database, Forgetting, Locale
from api.parts import Parts
from models.queries.feed import FeedRow, NewEvent, appended_in
from models.rules.refusals import Conflict
from tests.api.conftest import Signed
from tests.builders import City

ADD = text("INSERT INTO ramadan VALUES ('2027-02-08', '2027-03-09')")


class Watched:
    """Parts whose announcements and forgotten people are noted with what was committed by then."""

    def __init__(self, parts: Parts, pool: asyncpg.Pool) -> None:
        self.events: list[FeedRow] = []
        self.forgotten: list[frozenset[UUID] | None] = []
        self._rights_changed = parts.principals.rights_changed
        self.parts = replace(parts, announce=self.announce)
        parts.principals.rights_changed = self.forget

    def announce(self, rows: Sequence[FeedRow]) -> None:
        self.events.extend(rows)

    def forget(self, employee_ids: frozenset[UUID] | None) -> None:
        self.forgotten.append(employee_ids)
        self._rights_changed(employee_ids)

    def client(self) -> httpx.AsyncClient:
        """An application with routes that only these tests need."""
        app = resource_app(self.parts)

        @app.post("/works")
        async def works(
            caller: Caller, database: Database, announcing: Announcing, forgetting: Forgetting
        ) -> dict[str, str]:
            await database.execute(ADD)
            event = NewEvent("notice", caller.person.employee_id, caller.unit_id, "{}")
            announcing.extend(await appended_in(database, [event]))
            forgetting.add(caller.person.employee_id)
            assert not self.events  # not before the commit
            return {"done": "yes"}

        @app.post("/refuses")
        async def refuses(
            caller: Caller, database: Database, announcing: Announcing, forgetting: Forgetting
        ) -> None:
            await database.execute(ADD)
            event = NewEvent("notice", caller.person.employee_id, caller.unit_id, "{}")
            announcing.extend(await appended_in(database, [event]))
            forgetting.add(caller.person.employee_id)
            raise Conflict

        @app.post("/breaks-at-commit")
        async def breaks_at_commit(database: Database, announcing: Announcing) -> dict[str, str]:
            await database.execute(ADD)
            await database.execute(
                text(
                    "CREATE CONSTRAINT TRIGGER never AFTER INSERT ON ramadan"
                    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
                    " EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()"
                )
            )
            await database.execute(text("INSERT INTO ramadan VALUES ('2028-01-28', '2028-02-26')"))
            return {"done": "yes"}

        @app.get("/language")
        async def language(locale: Locale) -> str:
            return locale

        transport = httpx.ASGITransport(app)
        return httpx.AsyncClient(transport=transport, base_url="http://denyut.test")


@pytest.fixture
def watched(parts: Parts, pool: asyncpg.Pool) -> Watched:
    return Watched(parts, pool)


async def test_a_transaction_is_committed_then_announced(
    watched: Watched, pool: asyncpg.Pool, city: City, signed: Signed
):
    async with watched.client() as client:
        answer = await client.post("/works", headers=await signed(city.ani))
    assert answer.json() == {"done": "yes"}
    assert await pool.fetchval("SELECT count(*) FROM ramadan") == 1
    assert [event.employee_id for event in watched.events] == [city.ani]
    assert watched.forgotten == [frozenset({city.ani})]


async def test_a_refusal_undoes_everything_and_announces_nothing(
    watched: Watched, pool: asyncpg.Pool, city: City, signed: Signed
):
    async with watched.client() as client:
        answer = await client.post("/refuses", headers=await signed(city.ani))
    assert answer.json()["code"] == "conflict"
    assert await pool.fetchval("SELECT count(*) FROM ramadan") == 0
    assert await pool.fetchval("SELECT count(*) FROM feed") == 0
    assert (watched.events, watched.forgotten) == ([], [])


async def test_a_commit_that_fails_is_never_answered_as_done(
    watched: Watched, pool: asyncpg.Pool, city: City
):
    async with watched.client() as client:
        answer = await client.post("/breaks-at-commit")
    assert answer.status_code == 500
    assert answer.json()["code"] == "unexpected"
    assert await pool.fetchval("SELECT count(*) FROM ramadan") == 0
    assert watched.events == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Basic YWRtaW46YWRtaW4="},
        {"authorization": "Bearer unknown"},
        {"authorization": "Bearer " + "x" * 5_000},
    ],
)
async def test_without_a_good_token_nobody_is_signed_in(
    client: httpx.AsyncClient, headers: dict[str, str]
):
    answer = await client.get("/v1/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_language_is_that_of_the_header(watched: Watched):
    async with watched.client() as client:
        for header, said in (("en", "en"), ("id", "id"), ("xx", "id")):
            answer = await client.get("/language", headers={"accept-language": header})
            assert answer.json() == said


async def test_a_late_token_is_said_to_be_late(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers: Any = await signed(city.ani)
    await pool.execute("UPDATE session_token SET expires_at = now() - interval '1 second'")
    answer = await client.get("/v1/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")
