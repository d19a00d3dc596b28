"""The real service on a real port with one employee who can sign in."""

import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from api.passwords import Hasher, HasherOptions
from denyut.serving import serving
from denyut.settings import Settings
from mobile_contract.client.connection import Connection, ConnectionOptions
from mobile_contract.conformance.subject import Subject
from mobile_contract.people import DeviceInfo, Tokens
from tests.builders import City, make_city

CHEAP = HasherOptions(memory_kib=8, passes=1)
PASSWORD = "hujan di ladang jagung"
URL = "http://denyut.test"
DEVICE = DeviceInfo(id=UUID(int=5))
RECEIPT = {
    "id": str(UUID(int=0)),
    "receipt": "0000-G5",
    "status": "received",
    "version": 1,
    "received_at": "2026-11-02T01:20:12Z",
}


@dataclass(frozen=True)
class Running:
    """Where the service is, and who may sign in."""

    url: str
    nip: str
    employee_id: UUID
    city: City


@pytest.fixture
async def running(database: str, pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[Running]:
    """A service on a free port; Ani of the small city knows her password."""
    city = await make_city(pool)
    hasher = Hasher(CHEAP)
    hashed = await hasher.hashed(PASSWORD)
    hasher.close()
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, $2)", city.ani, hashed
    )
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.ani)
    settings = Settings(database_url=database, data_dir=tmp_path, port=0, hasher=CHEAP)
    async with serving(settings) as (_, url):
        yield Running(url, nip, city.ani, city)


def subject_of(answer: Callable[[httpx.Request], httpx.Response], url: str = URL) -> Subject:
    """A subject whose requests this function answers; to see that rules notice what is wrong."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url=url)
    tokens = Tokens(access_token="a", refresh_token="r", expires_in=600)
    connection = Connection(http, ConnectionOptions(url, DEVICE), tokens)
    return Subject(connection, http, "1" * 18, PASSWORD, UUID(int=1), UUID(int=2), patience_s=0.2)


def yes(request: httpx.Request) -> httpx.Response:
    """A service that takes everything and keeps nothing."""
    if request.url.path == "/v1/sync":
        packed = request.headers.get("Content-Encoding") == "gzip"
        body = gzip.decompress(request.content) if packed else request.content
        count = len(msgspec.json.decode(body)["mutations"])
        results = [
            {"mutation_id": str(UUID(int=n)), "outcome": "applied", "receipt": RECEIPT}
            for n in range(count)
        ]
        return httpx.Response(200, json={"results": results})
    if request.url.path.startswith("/v1/sessions"):
        tokens = {"access_token": "a", "refresh_token": "r", "expires_in": 600}
        return httpx.Response(200 if request.url.path.endswith("refresh") else 201, json=tokens)
    if "cursor" in request.url.params:
        return httpx.Response(200, json={"frames": [], "resets": [], "cursor": "c", "more": False})
    if request.url.path == "/v1/feed":
        return httpx.Response(200, json={"epoch": str(UUID(int=1)), "topics": [], "cursor": "c"})
    return httpx.Response(201, json=RECEIPT)


def broken(request: httpx.Request) -> httpx.Response:
    """A service that has lost its head; only refreshing works."""
    if request.url.path.endswith("refresh"):
        return yes(request)
    return httpx.Response(500, text="Internal Server Error")
