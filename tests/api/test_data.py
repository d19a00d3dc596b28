"""My data is asked for once for an id, by nobody but me, a few at a time."""

from uuid import uuid4

import asyncpg
import httpx

from tests.api.conftest import Signed
from tests.builders import City

ADDRESS = "/v1/me/data-exports"


async def test_i_ask_for_my_own_and_asking_twice_is_once(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    body, headers = {"id": str(uuid4()), "language": "en"}, await signed(city.ani)
    first = await client.post(ADDRESS, json=body, headers=headers)
    again = await client.post(ADDRESS, json=body, headers=headers)
    assert first.status_code == 202, first.text
    assert first.json() == again.json()
    shown = first.json()
    assert (shown["kind"], shown["format"], shown["state"]) == ("my_data", "zip", "queued")
    assert shown["employee_id"] == str(city.ani)
    assert await pool.fetchval("SELECT count(*) FROM export") == 1
    other = await client.post(ADDRESS, json=body, headers=await signed(city.budi))
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    mine = await client.get("/v1/exports", headers=headers)
    assert [each["id"] for each in mine.json()] == [body["id"]]


async def test_few_are_open_at_a_time(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    codes = [
        (await client.post(ADDRESS, json={"id": str(uuid4())}, headers=headers)).json().get("code")
        for _ in range(4)
    ]
    assert codes == [None, None, None, "too_many_items"]
