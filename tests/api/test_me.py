"""What is mine: my place, my offices, my language, my password, and who looked at me."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import httpx
import pytest

from api.parts import Parts
from models.queries.audit import viewed
from tests.api.conftest import Heard, Signed
from tests.api.test_sessions import PASSWORD, bearer, sign_in_body, signed_in, with_password
from tests.builders import City, make_assignment, make_head


async def test_an_employee_sees_their_place_and_who_decides(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    me = (await client.get("/v1/me", headers=await signed(city.ani))).json()
    assert me["employee"]["id"] == str(city.ani)
    assert me["employee"]["unit_id"] == str(city.clinic)
    assert me["supervisor"]["id"] == str(city.clinic_head)
    assert (me["headships"], me["roles"], me["language"]) == ([], [], "id")
    assert me["zone"] == "Asia/Jakarta"
    assert me["server_time"].endswith("Z") or "+" in me["server_time"]


async def test_offices_are_named(client: httpx.AsyncClient, city: City, signed: Signed):
    head = (await client.get("/v1/me", headers=await signed(city.clinic_head))).json()
    assert [(unit["unit_id"], unit["deciding"]) for unit in head["headships"]] == [
        (str(city.clinic), True)
    ]
    assert head["supervisor"]["id"] == str(city.health_head)
    hr = (await client.get("/v1/me", headers=await signed(city.hr))).json()
    assert [(role["role"], role["unit_name"]) for role in hr["roles"]] == [
        ("hr", "Dinas Kesehatan")
    ]
    mayor = (await client.get("/v1/me", headers=await signed(city.mayor))).json()
    assert mayor["supervisor"] is None


async def test_the_definitive_head_reads_while_an_acting_one_decides(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    since = await pool.fetchval("SELECT now() - interval '1 hour'")
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=since)
    head = (await client.get("/v1/me", headers=await signed(city.clinic_head))).json()
    assert [unit["deciding"] for unit in head["headships"]] == [False]
    ani = (await client.get("/v1/me", headers=await signed(city.ani))).json()
    assert ani["supervisor"]["id"] == str(city.citra)


async def test_a_personal_assignment_decides(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    since = await pool.fetchval("SELECT now() - interval '1 hour'")
    await make_assignment(pool, city.ani, city.pharmacy_head, valid_from=since)
    ani = (await client.get("/v1/me", headers=await signed(city.ani))).json()
    assert ani["supervisor"]["id"] == str(city.pharmacy_head)


async def test_a_call_shows_that_the_phone_is_there(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
):
    await client.get("/v1/me", headers=await signed(city.ani))
    assert heard.contacts == [city.ani]


async def test_problems_speak_the_language_somebody_chose(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.ani)
    answer = await client.patch("/v1/me", json={"language": "en"}, headers=headers)
    assert answer.json()["language"] == "en"
    assert (await client.get("/v1/me", headers=headers)).json()["language"] == "en"
    refused = await client.get(f"/v1/people/{city.dedi}", headers=headers)
    assert refused.headers["content-language"] == "en"
    asked = headers | {"accept-language": "id"}
    assert (await client.get(f"/v1/people/{city.dedi}", headers=asked)).headers[
        "content-language"
    ] == "id"
    bad = await client.patch("/v1/me", json={"language": "fr"}, headers=headers)
    assert (bad.status_code, bad.json()["field"]) == (422, "language")


# --- password ---------------------------------------------------------------------------------


async def test_a_new_password_ends_the_other_sessions(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    nip = await with_password(parts, pool, city.ani)
    elsewhere, here = await signed_in(client, nip), await signed_in(client, nip)
    before = await pool.fetchval("SELECT version FROM rights_version")
    body = {"current_password": PASSWORD, "new_password": "sembilan garpu besar"}
    answer = await client.put("/v1/me/password", json=body, headers=bearer(here))
    assert answer.status_code == 204
    assert await pool.fetchval("SELECT version FROM rights_version") == before + 1
    assert (await client.get("/v1/me", headers=bearer(here))).status_code == 200
    assert (await client.get("/v1/me", headers=bearer(elsewhere))).status_code == 401
    assert (await client.post("/v1/sessions", json=sign_in_body(nip))).status_code == 401
    fresh = sign_in_body(nip, "sembilan garpu besar")
    assert (await client.post("/v1/sessions", json=fresh)).status_code == 201
    entry = await pool.fetchrow("SELECT actor_id, action, details::text FROM audit_entry")
    assert tuple(entry)[:2] == (city.ani, "password_changed")
    assert "garpu" not in entry["details"]


@pytest.mark.parametrize(
    ("current", "new", "status", "code"),
    [
        ("bukan yang ini", "sembilan garpu besar", 401, "wrong_credentials"),
        (PASSWORD, "pendek", 422, "password_too_weak"),
        (PASSWORD, "a\x00bcdefghijk", 422, "forbidden_character"),
    ],
)
async def test_a_refused_change_changes_nothing(
    parts: Parts,
    pool: asyncpg.Pool,
    client: httpx.AsyncClient,
    city: City,
    current: str,
    new: str,
    status: int,
    code: str,
):
    nip = await with_password(parts, pool, city.ani)
    elsewhere, here = await signed_in(client, nip), await signed_in(client, nip)
    body = {"current_password": current, "new_password": new}
    answer = await client.put("/v1/me/password", json=body, headers=bearer(here))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await client.get("/v1/me", headers=bearer(elsewhere))).status_code == 200
    assert (await client.post("/v1/sessions", json=sign_in_body(nip))).status_code == 201


async def test_a_found_phone_does_not_guess_the_password(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    here = await signed_in(client, await with_password(parts, pool, city.ani))
    body = {"current_password": "tebakan saja", "new_password": "sembilan garpu besar"}
    answers = [
        (await client.put("/v1/me/password", json=body, headers=bearer(here))).status_code
        for _ in range(11)
    ]
    assert answers == [401] * 10 + [429]


# --- who looked -------------------------------------------------------------------------------


async def test_i_see_who_looked_at_me_and_at_my_unit(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    head = await signed(city.clinic_head)
    assert (await client.get(f"/v1/people/{city.ani}", headers=head)).status_code == 200
    async with pool.acquire() as connection:
        await viewed(connection, city.health_head, "board", unit_ids=[city.health])
        await viewed(connection, city.works_head, "board", unit_ids=[city.works])
        await viewed(connection, city.clinic_head, "person", employee_ids=[city.budi])
    views = (await client.get("/v1/me/views", headers=await signed(city.ani))).json()["items"]
    assert [(view["viewer_name"], view["what"]) for view in views] == [
        ("Health Head", "board"),
        ("Clinic Head", "person"),
    ]


async def test_a_live_look_has_its_interval(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    began = datetime(2026, 11, 2, tzinfo=UTC)
    for until, writer_id in ((began + timedelta(hours=3), uuid4()), (None, uuid4()), (None, None)):
        await pool.execute(
            "INSERT INTO data_view (id, at, until, viewer_id, employee_id, what, writer_id)"
            " VALUES ($1, $2, $3, $4, $5, 'live', $6)",
            *(uuid4(), began, until, city.clinic_head, city.ani, writer_id),
        )
    views = (await client.get("/v1/me/views", headers=await signed(city.ani))).json()["items"]
    intervals = {(view["at"], view["until"], view["lasts"]) for view in views}
    assert intervals == {
        ("2026-11-02T00:00:00Z", "2026-11-02T03:00:00Z", False),
        ("2026-11-02T00:00:00Z", None, True),
        ("2026-11-02T00:00:00Z", None, False),
    }


async def test_views_are_paged_newest_first(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    async with pool.acquire() as connection:
        for number in range(3):
            await viewed(connection, city.hr, f"person {number}", employee_ids=[city.ani])
            await viewed(connection, city.hr, f"unit {number}", unit_ids=[city.clinic])
    headers = await signed(city.ani)
    seen: list[str] = []
    params: dict[str, str] = {"limit": "2"}
    while True:
        page = (await client.get("/v1/me/views", params=params, headers=headers)).json()
        seen += [view["what"] for view in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == ["unit 2", "person 2", "unit 1", "person 1", "unit 0", "person 0"]
