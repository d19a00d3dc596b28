"""Roles: granted and ended by administrators of the unit, never of oneself, acting at once."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Signed
from tests.builders import City, make_grant


def grant_body(employee_id: UUID, unit_id: UUID, role: str = "hr") -> dict[str, Any]:
    return {
        "employee_id": str(employee_id),
        "role": role,
        "unit_id": str(unit_id),
        "reason": "SK wali kota",
    }


async def test_a_granted_role_acts_at_once_and_ends_at_once(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    administrator, citra = await signed(city.administrator), await signed(city.citra)
    path = f"/v1/people/{city.ani}"
    assert (await client.get(path, headers=citra)).status_code == 403
    answer = await client.post(
        "/v1/roles", json=grant_body(city.citra, city.clinic), headers=administrator
    )
    assert answer.status_code == 201, answer.text
    grant = answer.json()
    assert (grant["employee_name"], grant["unit_name"]) == ("Citra", "Puskesmas")
    assert (await client.get(path, headers=citra)).status_code == 200
    role = f"/v1/roles/{grant['id']}"
    params = {"reason": "tugas selesai"}
    answer = await client.delete(role, params=params, headers=administrator)
    assert answer.status_code == 204
    assert (await client.get(path, headers=citra)).status_code == 403
    assert (await client.delete(role, params=params, headers=administrator)).status_code == 404
    entries = await pool.fetch(
        "SELECT actor_id, action, employee_id, unit_id, details FROM audit_entry ORDER BY at"
    )
    assert [tuple(entry)[:4] for entry in entries] == [
        (city.administrator, "role_granted", city.citra, city.clinic),
        (city.administrator, "role_ended", city.citra, city.clinic),
    ]
    assert [json.loads(entry["details"])["reason"] for entry in entries] == [
        "SK wali kota",
        "tugas selesai",
    ]
    told = await pool.fetch("SELECT employee_ids FROM rights_change ORDER BY version DESC LIMIT 2")
    assert [row["employee_ids"] for row in told] == [[city.citra]] * 2


async def test_a_role_is_held_once(client: httpx.AsyncClient, city: City, signed: Signed):
    administrator = await signed(city.administrator)
    body = grant_body(city.citra, city.clinic)
    assert (await client.post("/v1/roles", json=body, headers=administrator)).status_code == 201
    again = await client.post("/v1/roles", json=body, headers=administrator)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("who", ["ani", "clinic_head", "hr", "city_hr", "mayor"])
async def test_only_administrators_see_and_grant_roles(
    client: httpx.AsyncClient, city: City, signed: Signed, who: str
):
    headers = await signed(getattr(city, who))
    body = grant_body(city.citra, city.clinic)
    assert (await client.post("/v1/roles", json=body, headers=headers)).status_code == 403
    assert (await client.get("/v1/roles", headers=headers)).status_code == 403


async def test_nobody_grants_or_ends_a_role_of_their_own(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.administrator)
    body = grant_body(city.administrator, city.clinic)
    assert (await client.post("/v1/roles", json=body, headers=headers)).status_code == 403
    own = await pool.fetchval(
        "SELECT id FROM role_grant WHERE employee_id = $1", city.administrator
    )
    answer = await client.delete(f"/v1/roles/{own}", params={"reason": "x"}, headers=headers)
    assert answer.status_code == 403


async def test_an_administrator_of_a_unit_stays_within_it(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await make_grant(pool, city.citra, "administrator", city.health)
    headers = await signed(city.citra)
    inside = grant_body(city.ani, city.clinic)
    assert (await client.post("/v1/roles", json=inside, headers=headers)).status_code == 201
    for employee_id, unit_id in (
        (city.ani, city.roads),  # their person, another's unit
        (city.ani, city.city),
        (city.dedi, city.clinic),  # their unit, another's person
    ):
        body = grant_body(employee_id, unit_id)
        assert (await client.post("/v1/roles", json=body, headers=headers)).status_code == 403
    listed = (await client.get("/v1/roles", headers=headers)).json()["items"]
    assert {grant["employee_name"] for grant in listed} == {"Hr", "Citra", "Ani"}
    city_wide = await pool.fetchval("SELECT id FROM role_grant WHERE unit_id = $1", city.city)
    answer = await client.delete(f"/v1/roles/{city_wide}", params={"reason": "x"}, headers=headers)
    assert answer.status_code == 403


async def test_roles_are_paged(client: httpx.AsyncClient, city: City, signed: Signed):
    headers = await signed(city.administrator)
    seen: list[str] = []
    params: dict[str, str] = {"limit": "1"}
    while True:
        page = (await client.get("/v1/roles", params=params, headers=headers)).json()
        seen += [grant["employee_name"] for grant in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == ["Hr", "City Hr", "Administrator"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "king"}, "role"),
        ({"reason": ""}, "reason"),
        ({"employee_id": str(uuid4())}, "employee_id"),
        ({"unit_id": str(uuid4())}, "unit_id"),
    ],
)
async def test_bad_fields_are_named(
    client: httpx.AsyncClient, city: City, signed: Signed, changes: Any, field: str
):
    body = grant_body(city.citra, city.clinic) | changes
    answer = await client.post("/v1/roles", json=body, headers=await signed(city.administrator))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_role_ends_with_a_reason(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    grant_id = await pool.fetchval("SELECT id FROM role_grant WHERE employee_id = $1", city.hr)
    headers = await signed(city.administrator)
    answer = await client.delete(f"/v1/roles/{grant_id}", headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")
