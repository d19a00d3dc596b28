"""Exports over HTTP: asked for by right, fetched by right once made, gone after days."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import httpx

from models.queries.exports_made import export_claimed
from tests.api.conftest import Signed
from tests.builders import City, end_head, move_employee
from tests.making.exports import finish


def wish(employee_id: UUID, **changed: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "kind": "person_recap",
        "employee_id": str(employee_id),
        "period": "2026-Q3",
    } | changed


def unit_wish(unit_id: UUID, **changed: Any) -> dict[str, Any]:
    body = wish(unit_id, kind="unit_recap", unit_id=str(unit_id)) | changed
    return {name: value for name, value in body.items() if name != "employee_id"}


async def made(pool: asyncpg.Pool, *pieces: bytes) -> None:
    """The only export that waits is made."""
    claimed = await export_claimed(pool, 60.0)
    assert claimed is not None
    await finish(pool, claimed, *pieces)


async def test_an_export_is_asked_for_followed_and_fetched(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    headers = await signed(city.clinic_head)
    body = wish(city.ani)
    asked = await client.post("/v1/exports", json=body, headers=headers)
    assert asked.status_code == 202
    assert asked.json()["state"] == "queued"
    address = f"/v1/exports/{body['id']}"
    early = await client.get(f"{address}/file", headers=headers)
    assert (early.status_code, early.json()["code"]) == (409, "export_not_ready")

    await made(pool, b"%PDF-one", b"-two")
    view = (await client.get(address, headers=headers)).json()
    assert (view["state"], view["bytes"], len(view["code"])) == ("done", 12, 15)
    fetched = await client.get(f"{address}/file", headers=headers)
    assert fetched.content == b"%PDF-one-two"
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.headers["content-disposition"] == (
        'attachment; filename="denyut-person-recap-2026-Q3.pdf"'
    )
    assert fetched.headers["cache-control"] == "no-store"
    assert [each["id"] for each in (await client.get("/v1/exports", headers=headers)).json()] == [
        body["id"]
    ]


async def test_asking_twice_is_one_export_and_asking_otherwise_a_conflict(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers, body = await signed(city.ani), wish(city.ani)
    for _ in range(2):
        assert (await client.post("/v1/exports", json=body, headers=headers)).status_code == 202
    other = await client.post("/v1/exports", json=body | {"format": "xlsx"}, headers=headers)

    assert other.json()["code"] == "conflict"
    assert len((await client.get("/v1/exports", headers=headers)).json()) == 1


async def test_the_fourth_at_once_is_too_many(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    answers = [
        await client.post("/v1/exports", json=wish(city.ani), headers=headers) for _ in range(4)
    ]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 422]
    assert answers[-1].json()["code"] == "too_many_items"


async def test_asking_about_somebody_is_a_look_at_them(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    headers = await signed(city.clinic_head)
    await client.post("/v1/exports", json=wish(city.ani), headers=headers)
    await client.post("/v1/exports", json=unit_wish(city.clinic), headers=headers)

    rows = await pool.fetch("SELECT what, employee_id, unit_id FROM data_view ORDER BY at, id")
    assert [tuple(row) for row in rows] == [
        ("export", city.ani, None),
        ("export", None, city.clinic),
    ]


async def test_what_was_taken_away_meanwhile_is_not_handed_out(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    headers, body = await signed(city.clinic_head), wish(city.ani)
    await client.post("/v1/exports", json=body, headers=headers)
    await made(pool, b"x")
    ended = await pool.fetchval("SELECT clock_timestamp()")
    await end_head(pool, city.clinic, ended)

    refused = await client.get(f"/v1/exports/{body['id']}/file", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


async def test_a_past_year_elsewhere_is_closed_to_todays_line(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    year = datetime.now(ZoneInfo("Asia/Jakarta")).year
    await pool.execute("UPDATE placement SET valid_from = valid_from - interval '3 years'")
    await move_employee(pool, city.ani, city.pharmacy)

    async def asked(who: UUID, period: int) -> Any:
        body = wish(city.ani, period=str(period))
        answer = await client.post("/v1/exports", json=body, headers=await signed(who))
        return answer.json().get("code") or answer.status_code

    assert await asked(city.pharmacy_head, year) == 202
    for stranger in (city.pharmacy_head, city.clinic_head):
        assert await asked(stranger, year - 1) == "not_allowed"
    for known in (city.ani, city.hr):
        assert await asked(known, year - 1) == 202


async def test_a_file_that_was_swept_says_so(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    headers, body = await signed(city.ani), wish(city.ani)
    await client.post("/v1/exports", json=body, headers=headers)
    await made(pool, b"x")
    await pool.execute("UPDATE export SET state = 'expired'")

    gone = await client.get(f"/v1/exports/{body['id']}/file", headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (410, "export_expired")


async def test_nobody_finds_an_export_of_somebody_else(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = wish(city.ani)
    await client.post("/v1/exports", json=body, headers=await signed(city.ani))
    others = await signed(city.city_hr)

    for method, path in (("GET", ""), ("GET", "/file"), ("DELETE", "")):
        answer = await client.request(method, f"/v1/exports/{body['id']}{path}", headers=others)
        assert answer.json()["code"] == "not_found"


async def test_an_export_is_taken_away_by_its_asker(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    headers, body = await signed(city.ani), wish(city.ani)
    await client.post("/v1/exports", json=body, headers=headers)
    await made(pool, b"x")

    removed = await client.delete(f"/v1/exports/{body['id']}", headers=headers)
    assert removed.status_code == 204
    assert (await client.get("/v1/exports", headers=headers)).json() == []
    assert await pool.fetchval("SELECT count(*) FROM export_piece") == 0


async def test_national_data_is_for_hr_and_of_the_whole_tree_unless_said(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = {"id": str(uuid4()), "kind": "national", "period": "2026-Q3", "format": "csv"}
    head = await client.post("/v1/exports", json=body, headers=await signed(city.mayor))
    agency = await client.post("/v1/exports", json=body, headers=await signed(city.hr))
    whole = await client.post("/v1/exports", json=body, headers=await signed(city.city_hr))
    own = await client.post(
        "/v1/exports",
        json=body | {"id": str(uuid4()), "unit_id": str(city.health)},
        headers=await signed(city.hr),
    )

    assert (head.json()["code"], agency.json()["code"]) == ("not_allowed", "not_allowed")
    assert (whole.status_code, whole.json()["unit_id"]) == (202, str(city.city))
    assert own.status_code == 202


async def test_what_there_is_no_document_for_is_refused_by_its_field(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.city_hr)
    for body, field in (
        (unit_wish(city.clinic) | {"unit_id": None}, "unit_id"),
        (unit_wish(city.clinic, period="besok"), "period"),
        (unit_wish(city.clinic, format="csv"), "format"),
        (wish(city.ani) | {"employee_id": None}, "employee_id"),
    ):
        answer = await client.post("/v1/exports", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), body
        assert answer.json()["field"] == field
