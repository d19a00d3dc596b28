"""What the doctor says of pushes: each thing that somebody has to mend, with its remedy."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest

from denyut.push_findings import push_findings
from tests.builders import City, make_city
from tests.models.queries.test_deliveries import queue
from tests.models.queries.test_ledger import end_with


@pytest.fixture
async def connection(pool: asyncpg.Pool) -> AsyncGenerator[Any]:
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def city(connection: Any) -> City:
    return await make_city(connection)


async def said(connection: Any) -> dict[str, tuple[str, str]]:
    found = await push_findings(connection)
    assert all(bool(each.remedy) == (each.state != "ok") for each in found)
    return {each.what: (each.state, each.found) for each in found}


async def test_nothing_is_wrong_where_nothing_waits(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    await end_with(connection, state="sent", outcome="m", what="sent")
    assert [state for state, _ in (await said(connection)).values()] == ["ok"]


async def test_an_outbox_that_ages_is_wrong(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    await connection.execute("UPDATE delivery SET due_at = due_at - interval '1 hour'")
    state, found = (await said(connection))["pushes by fcm"]
    assert state == "wrong"
    assert "60 minutes" in found


async def test_what_waits_for_its_persons_hours_is_not_late(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    tomorrow = await connection.fetchval("SELECT clock_timestamp() + interval '1 day'")
    await end_with(
        connection, state="queued", what="deferred", outcome="hours", due_at=tomorrow, counted=False
    )
    assert set(await said(connection)) == {"pushes"}


async def test_a_provider_that_refuses_us_is_quoted(connection: Any, city: City) -> None:
    await queue(connection, city.ani)
    await end_with(
        connection, state="queued", what="held", outcome="refused: THIRD_PARTY_AUTH", counted=False
    )
    assert (await said(connection))["pushes by fcm"] == ("wrong", "refused: THIRD_PARTY_AUTH")


async def test_foreign_addresses_and_dead_letters_are_warned_of(
    connection: Any, city: City
) -> None:
    await queue(connection, city.ani)
    await end_with(connection, address="disable", push_kind="fcm_token", push_target="a")
    await queue(connection, city.budi)
    await end_with(connection, letter="{}", outcome="given up")
    found = await said(connection)
    assert found["push addresses"][0] == found["dead letters"][0] == "warning"
