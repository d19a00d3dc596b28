"""Announcements: published by HR, read by everybody below, and who has read is HR's to know."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from api import announcements
from tests.api.conftest import Heard, Signed
from tests.builders import City

ADDRESS = "/v1/announcements"


def lesson(city: City, **changed: object) -> dict[str, Any]:
    body = {
        "id": str(uuid4()),
        "kind": "lesson",
        "unit_id": str(city.clinic),
        "title": "Melapor tanpa sinyal",
        "body": "Laporan tersimpan di ponsel.",
        "minutes": 3,
    }
    return body | changed


async def test_people_below_find_it_in_list_and_inbox_without_a_push(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    body, headers = lesson(city), await signed(city.hr)
    first = await client.post(ADDRESS, json=body, headers=headers)
    again = await client.post(ADDRESS, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert (first.json()["people"], first.json()["told"]) == (3, 3)
    told = {row.employee_id for row in heard.events}
    assert told == {city.clinic_head, city.ani, city.budi}
    assert await pool.fetchval("SELECT count(*) FROM delivery") == 0
    headers = await signed(city.ani)
    (mine,) = (await client.get(ADDRESS, headers=headers)).json()
    assert (mine["title"], mine["read_at"]) == ("Melapor tanpa sinyal", None)
    inbox = (await client.get("/v1/inbox", headers=headers)).json()
    assert [item["kind"] for item in inbox["items"]] == ["announcement"]
    elsewhere = await client.get(ADDRESS, headers=await signed(city.citra))
    assert elsewhere.json() == []


async def test_where_it_is_for_very_many_nobody_is_told_singly(
    client: httpx.AsyncClient,
    city: City,
    signed: Signed,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(announcements, "MOST_TOLD", 2)
    made = await client.post(ADDRESS, json=lesson(city), headers=await signed(city.hr))
    assert (made.json()["people"], made.json()["told"]) == (3, 0)
    assert heard.events == []
    assert len((await client.get(ADDRESS, headers=await signed(city.ani))).json()) == 1


async def test_hr_sees_who_has_read_and_looks_are_kept(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    body, headers = lesson(city), await signed(city.hr)
    await client.post(ADDRESS, json=body, headers=headers)
    reading, me = f"{ADDRESS}/{body['id']}/reading", await signed(city.ani)
    for _ in range(2):
        assert (await client.post(reading, headers=me)).status_code == 204
    foreign = await client.post(reading, headers=await signed(city.citra))
    assert foreign.status_code == 404
    address = f"{ADDRESS}/{body['id']}/readers"
    found = (await client.get(address, params={"limit": 2}, headers=headers)).json()
    assert (found["people"], found["read"]) == (3, 1)
    assert [each["unit_name"] for each in found["by_unit"]] == ["Puskesmas"]
    assert [each["name"] for each in found["readers"]] == ["Ani", "Budi"]
    assert [each["read_at"] is not None for each in found["readers"]] == [True, False]
    rest = await client.get(address, params={"cursor": found["next_cursor"]}, headers=headers)
    assert [each["name"] for each in rest.json()["readers"]] == ["Clinic Head"]
    seen = await pool.fetchval("SELECT count(*) FROM data_view WHERE unit_id = $1", city.clinic)
    assert seen == 1
    for who in (city.clinic_head, city.ani, city.administrator):
        refused = await client.get(address, headers=await signed(who))
        assert refused.json()["code"] == "not_allowed"


async def test_what_is_withdrawn_leaves_every_list(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body, headers = lesson(city), await signed(city.hr)
    await client.post(ADDRESS, json=body, headers=headers)
    for _ in range(2):
        gone = await client.post(f"{ADDRESS}/{body['id']}/withdrawal", headers=headers)
        assert gone.status_code == 204
    assert (await client.get(ADDRESS, headers=await signed(city.ani))).json() == []
    unit = {"unit": str(city.clinic)}
    (kept,) = (await client.get(ADDRESS, params=unit, headers=headers)).json()
    assert kept["withdrawn_at"] is not None


async def test_only_hr_of_the_unit_publishes(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    for who in (city.clinic_head, city.mayor, city.administrator, city.ani):
        refused = await client.post(ADDRESS, json=lesson(city), headers=await signed(who))
        assert refused.json()["code"] == "not_allowed"
    headers = await signed(city.hr)
    elsewhere = lesson(city, unit_id=str(city.works))
    assert (await client.post(ADDRESS, json=elsewhere, headers=headers)).status_code == 403
    nowhere = lesson(city, unit_id=str(uuid4()))
    assert (await client.post(ADDRESS, json=nowhere, headers=headers)).status_code == 404
    body = lesson(city)
    await client.post(ADDRESS, json=body, headers=headers)
    other = await client.post(ADDRESS, json=body | {"title": "Lain"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
