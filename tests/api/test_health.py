"""Liveness touches nothing; readiness says what is missing; figures name no person."""

from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from api.parts import Parts
from tests.api.conftest import Signed, client_of
from tests.builders import City


def nowhere() -> Any:
    """Sessions on a database that is not there."""
    return async_sessionmaker(create_async_engine("postgresql+asyncpg://127.0.0.1:1/none"))


async def test_live_answers_without_a_database(parts: Parts):
    async with client_of(parts, database=nowhere()) as client:
        answer = await client.get("/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_ready_with_database_and_migrations(client: httpx.AsyncClient):
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def test_a_lost_bus_is_degraded_and_not_unready(parts: Parts):
    async with client_of(parts, bus_is_healthy=lambda: False) as client:
        answer = await client.get("/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["bus"]) == ("degraded", "away")


async def test_a_lost_database_is_unready(parts: Parts):
    async with client_of(parts, database=nowhere()) as client:
        answer = await client.get("/ready")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["database"]) == ("unready", "away")


async def test_a_missing_migration_is_unready(parts: Parts):
    async with client_of(parts, needed_version="9999") as client:
        answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "behind")


async def test_an_older_code_is_ready_on_a_newer_database(parts: Parts):
    async with client_of(parts, needed_version="0000") as client:
        assert (await client.get("/ready")).status_code == 200


async def test_a_blank_database_is_behind(parts: Parts, blank_database: str):
    engine = create_async_engine(blank_database.replace("postgresql://", "postgresql+asyncpg://"))
    async with client_of(parts, database=async_sessionmaker(engine)) as client:
        answer = await client.get("/ready")
    await engine.dispose()
    assert (answer.status_code, answer.json()["migrations"]) == (503, "behind")


async def test_figures_count_routes_and_never_people(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    await client.get(f"/v1/people/{city.ani}", headers=await signed(city.hr))
    await client.get("/v1/nothing/here")
    text = (await client.get("/metrics")).text
    assert (
        'denyut_http_answers_total{method="GET",route="/v1/people/{person_id}",status="200"} 1.0'
        in text
    )
    assert 'denyut_http_answers_total{method="GET",route="none",status="404"} 1.0' in text
    assert str(city.ani) not in text


@pytest.mark.parametrize("path", ["/v1/me", "/v1/people"])
async def test_a_lost_database_is_said_with_a_time(
    parts: Parts, pool: asyncpg.Pool, city: City, signed: Signed, path: str
):
    headers = await signed(city.hr)
    async with client_of(parts, database=nowhere()) as client:
        answer = await client.get(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert answer.headers["retry-after"] == "5"
