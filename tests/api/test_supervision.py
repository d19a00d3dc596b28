"""Heads and personal supervisors: dated, never two at once, and felt in the next request."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.api.conftest import Signed
from tests.api.test_approvals import some
from tests.builders import City


def appointment(unit_id: UUID, supervisor_id: UUID, **changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "unit_id": str(unit_id),
        "supervisor_id": str(supervisor_id),
        "kind": "acting",
        "valid_from": (now - timedelta(hours=1)).isoformat(),
        "valid_to": (now + timedelta(days=14)).isoformat(),
        "decree": "SK 12/2026",
    } | changed


async def outcome(client: httpx.AsyncClient, headers: dict[str, str], report_ids: list[str]) -> str:
    answer = await client.post("/v1/approvals", json={"report_ids": report_ids}, headers=headers)
    (result,) = answer.json()["results"]
    return result["problem"]["code"] if result["problem"] else result["outcome"]


async def test_an_acting_head_decides_and_the_definitive_one_goes_on_reading(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ids = await some(pool, city, city.ani)
    made = await client.post(
        "/v1/supervision",
        json=appointment(city.clinic, city.pharmacy_head),
        headers=await signed(city.hr),
    )
    assert made.status_code == 201, made.text
    definitive = await signed(city.clinic_head)
    assert await outcome(client, definitive, ids) == "not_allowed"
    assert (await client.get(f"/v1/reports/{ids[0]}", headers=definitive)).status_code == 200
    acting = await signed(city.pharmacy_head)
    assert await outcome(client, acting, ids) == "applied"
    ended = await client.patch(
        f"/v1/supervision/{made.json()['id']}",
        json={"valid_to": datetime.now(UTC).isoformat(), "reason": "kembali"},
        headers=await signed(city.hr),
    )
    assert ended.status_code == 200
    more = await some(pool, city, city.budi)
    assert await outcome(client, acting, more) == "unknown_report"
    assert await outcome(client, definitive, more) == "applied"


async def test_an_overlap_is_refused_with_what_is_in_the_way_and_the_remedy(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    body = appointment(city.clinic, city.citra, kind="definitive")
    answer = await client.post("/v1/supervision", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    details = answer.json()["details"]
    existing = await pool.fetchval("SELECT id FROM supervision WHERE unit_id = $1", city.clinic)
    assert details["existing_id"] == str(existing)
    assert details["remedy"] == "end_existing_or_begin_later"
    end = {"valid_to": body["valid_from"], "reason": "pensiun"}
    await client.patch(f"/v1/supervision/{existing}", json=end, headers=headers)
    assert (await client.post("/v1/supervision", json=body, headers=headers)).status_code == 201
    heads = await client.get(
        "/v1/supervision",
        params={"unit_id": str(city.clinic), "at": datetime.now(UTC).isoformat()},
        headers=headers,
    )
    assert [head["supervisor_name"] for head in heads.json()] == ["Citra"]


async def test_whose_rights_change_is_said_in_the_same_transaction(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    before = await pool.fetchval("SELECT version FROM rights_version")
    await client.post(
        "/v1/supervision",
        json=appointment(city.clinic, city.citra),
        headers=await signed(city.hr),
    )
    changes = await pool.fetch("SELECT employee_ids FROM rights_change WHERE version > $1", before)
    assert [set(row["employee_ids"]) for row in changes] == [{city.citra, city.clinic_head}]
    trail = await pool.fetchrow("SELECT action, employee_id, unit_id FROM audit_entry")
    assert tuple(trail) == ("head_appointed", city.citra, city.clinic)


async def test_who_appoints_and_that_nobody_appoints_themselves(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    expected = {
        city.administrator: 201,
        city.hr: 409,
        city.clinic_head: 403,
        city.mayor: 403,
        city.ani: 403,
    }
    for who, status in expected.items():
        answer = await client.post(
            "/v1/supervision",
            json=appointment(city.clinic, city.citra),
            headers=await signed(who),
        )
        assert answer.status_code == status, answer.text
    oneself = await client.post(
        "/v1/supervision",
        json=appointment(city.clinic, city.hr),
        headers=await signed(city.hr),
    )
    assert oneself.status_code == 403
    elsewhere = await client.post(
        "/v1/supervision",
        json=appointment(city.roads, city.citra),
        headers=await signed(city.hr),
    )
    assert elsewhere.status_code == 403


async def test_dates_run_forward_and_heads_are_active_people(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    backward = appointment(city.clinic, city.citra, valid_to="2020-01-01T00:00:00Z")
    wrong = await client.post("/v1/supervision", json=backward, headers=headers)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "valid_to")
    await pool.execute("UPDATE employee SET active = false WHERE id = $1", city.citra)
    gone = await client.post(
        "/v1/supervision", json=appointment(city.clinic, city.citra), headers=headers
    )
    assert (gone.status_code, gone.json()["field"]) == (422, "supervisor_id")


async def test_a_personal_supervisor_is_assigned_and_ended(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    body = {
        "employee_id": str(city.ani),
        "supervisor_id": str(city.works_head),
        "valid_from": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
    }
    made = await client.post("/v1/assignments", json=body, headers=headers)
    assert made.status_code == 201, made.text
    again = await client.post("/v1/assignments", json=body, headers=headers)
    assert (again.status_code, again.json()["details"]["existing_to"]) == (409, None)
    works_head = await signed(city.works_head)
    assert await outcome(client, works_head, await some(pool, city, city.ani)) == "applied"
    end = {"valid_to": datetime.now(UTC).isoformat(), "reason": "selesai"}
    await client.patch(f"/v1/assignments/{made.json()['id']}", json=end, headers=headers)
    assert await outcome(client, works_head, await some(pool, city, city.ani)) == "unknown_report"
    listed = await client.get(
        "/v1/assignments", params={"employee_id": str(city.ani)}, headers=await signed(city.ani)
    )
    assert [each["supervisor_name"] for each in listed.json()] == ["Works Head"]


async def test_nobody_supervises_themselves(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = {
        "employee_id": str(city.ani),
        "supervisor_id": str(city.ani),
        "valid_from": datetime.now(UTC).isoformat(),
    }
    answer = await client.post("/v1/assignments", json=body, headers=await signed(city.hr))
    assert (answer.status_code, answer.json()["field"]) == (422, "supervisor_id")


async def test_the_heads_of_a_strange_unit_are_not_shown(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    asked = {"unit_id": str(city.clinic)}
    for who, status in {city.ani: 200, city.health_head: 200, city.dedi: 403}.items():
        answer = await client.get("/v1/supervision", params=asked, headers=await signed(who))
        assert answer.status_code == status
