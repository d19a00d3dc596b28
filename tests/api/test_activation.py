"""First passwords: codes from HR or the head, used once; a reset takes everything old away."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from api.limits import AttemptOptions, Attempts
from api.parts import Parts
from api.passwords import Hasher
from tests.api.conftest import CHEAP, Signed, client_of
from tests.builders import City, deactivate, make_employee, make_grant, make_head

PASSWORD = "delapan sendok teh"


def activation_body(nip: str, code: str, password: str = PASSWORD) -> dict[str, Any]:
    device = {"id": str(uuid4()), "name": "Redmi", "platform": "android"}
    return {"nip": nip, "code": code, "password": password, "device": device}


async def code_for(
    client: httpx.AsyncClient, headers: dict[str, str], employee_id: UUID
) -> dict[str, Any]:
    answer = await client.post(f"/v1/people/{employee_id}/activation", headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_code_opens_the_account_once(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    issued = await code_for(client, await signed(city.hr), city.ani)
    assert issued["name"] == "Ani"
    body = activation_body(issued["nip"], issued["code"].lower().replace("-", " "))
    answer = await client.post("/v1/activations", json=body)
    assert answer.status_code == 201, answer.text
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await client.get("/v1/me", headers=headers)).json()["employee"]["name"] == "Ani"
    sign_in = {"nip": issued["nip"], "password": PASSWORD, "device": body["device"]}
    assert (await client.post("/v1/sessions", json=sign_in)).status_code == 201
    again = await client.post("/v1/activations", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "activation_invalid")
    kept = json.dumps([dict(row) for row in await pool.fetch("SELECT * FROM account")], default=str)
    assert issued["code"] not in kept
    assert PASSWORD not in kept


async def test_wrong_used_late_and_unknown_get_the_same_answer_after_the_same_work(
    parts: Parts, pool: asyncpg.Pool, city: City, signed: Signed
):
    class WatchedHasher(Hasher):
        asked = 0

        async def hashed(self, password: str) -> str:
            self.asked += 1
            return await super().hashed(password)

    hasher = WatchedHasher(CHEAP)
    async with client_of(parts, hasher=hasher) as client:
        hr = await signed(city.hr)
        right, late = await code_for(client, hr, city.ani), await code_for(client, hr, city.budi)
        closed = await code_for(client, hr, city.citra)
        await deactivate(pool, city.citra)
        await pool.execute(
            "UPDATE account SET activation_expires_at = now() - interval '1 second'"
            " WHERE employee_id = $1",
            city.budi,
        )
        never = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.dedi)
        answers = [
            await client.post("/v1/activations", json=activation_body(nip, code))
            for nip, code in (
                (right["nip"], "0000-0000-0000"),
                (right["nip"], late["code"]),
                (late["nip"], late["code"]),
                (closed["nip"], closed["code"]),
                (never, right["code"]),
                ("198001012005011999", right["code"]),
            )
        ]
    hasher.close()
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert hasher.asked == len(answers)


async def test_a_new_code_is_a_reset(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    hr = await signed(city.hr)
    first = await code_for(client, hr, city.ani)
    body = activation_body(first["nip"], first["code"])
    tokens = (await client.post("/v1/activations", json=body)).json()
    before = await pool.fetchval("SELECT version FROM rights_version")
    second = await code_for(client, hr, city.ani)
    assert await pool.fetchval("SELECT version FROM rights_version") == before + 1
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await client.get("/v1/me", headers=headers)).json()["code"] == "session_revoked"
    sign_in = {"nip": first["nip"], "password": PASSWORD, "device": body["device"]}
    assert (await client.post("/v1/sessions", json=sign_in)).status_code == 401
    third = await code_for(client, hr, city.ani)
    replaced = activation_body(first["nip"], second["code"])
    assert (await client.post("/v1/activations", json=replaced)).status_code == 401
    latest = activation_body(first["nip"], third["code"], "sembilan garpu besar")
    assert (await client.post("/v1/activations", json=latest)).status_code == 201
    actions = await pool.fetch("SELECT actor_id, action, employee_id FROM audit_entry ORDER BY at")
    assert [tuple(row) for row in actions] == [
        (city.hr, "activation_issued", city.ani),
        (city.ani, "account_activated", city.ani),
        (city.hr, "activation_issued", city.ani),
        (city.hr, "activation_issued", city.ani),
        (city.ani, "account_activated", city.ani),
    ]


async def test_a_weak_password_spends_neither_code_nor_try(
    parts: Parts, city: City, signed: Signed
):
    attempts = Attempts(AttemptOptions(account_from_strangers=1))
    async with client_of(parts, attempts=attempts) as client:
        issued = await code_for(client, await signed(city.hr), city.ani)
        for weak in ("pendek", issued["nip"], "Rahasia123"):
            body = activation_body(issued["nip"], issued["code"], weak)
            answer = await client.post("/v1/activations", json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "password_too_weak")
        body = activation_body(issued["nip"], issued["code"])
        assert (await client.post("/v1/activations", json=body)).status_code == 201


async def test_guessing_codes_is_bounded(parts: Parts, city: City, signed: Signed):
    attempts = Attempts(AttemptOptions(account_from_strangers=2))
    async with client_of(parts, attempts=attempts) as client:
        issued = await code_for(client, await signed(city.hr), city.ani)
        guesses = [
            await client.post("/v1/activations", json=activation_body(issued["nip"], f"{n:012}"))
            for n in range(3)
        ]
    assert [answer.status_code for answer in guesses] == [401, 401, 429]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("hr", 201),
        ("city_hr", 201),
        ("clinic_head", 201),
        ("health_head", 403),  # heads a unit above; somebody nearer decides
        ("pharmacy_head", 403),
        ("budi", 403),
        ("ani", 403),
        ("administrator", 403),
        ("mayor", 403),
    ],
)
async def test_hr_and_the_deciding_head_issue_codes(
    client: httpx.AsyncClient, city: City, signed: Signed, who: str, status: int
):
    headers = await signed(getattr(city, who))
    answer = await client.post(f"/v1/people/{city.ani}/activation", headers=headers)
    assert answer.status_code == status


async def test_an_acting_head_issues_and_the_definitive_one_does_not(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    now = await pool.fetchval("SELECT now() - interval '1 hour'")
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=now)
    path = f"/v1/people/{city.ani}/activation"
    assert (await client.post(path, headers=await signed(city.citra))).status_code == 201
    assert (await client.post(path, headers=await signed(city.clinic_head))).status_code == 403


async def test_no_code_for_the_unknown_and_the_deactivated(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    hr = await signed(city.hr)
    answer = await client.post(f"/v1/people/{uuid4()}/activation", headers=hr)
    assert answer.status_code == 404
    await deactivate(pool, city.ani)
    answer = await client.post(f"/v1/people/{city.ani}/activation", headers=hr)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_a_units_sheet_has_a_working_code_for_everybody_without_a_password(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    hr = await signed(city.hr)
    issued = await code_for(client, hr, city.budi)
    body = activation_body(issued["nip"], issued["code"])
    assert (await client.post("/v1/activations", json=body)).status_code == 201
    answer = await client.post(f"/v1/units/{city.clinic}/activations", headers=hr)
    assert answer.status_code == 201
    sheet = answer.json()
    assert [code["name"] for code in sheet["codes"]] == ["Ani", "Clinic Head"]
    for code in sheet["codes"]:
        body = activation_body(code["nip"], code["code"])
        assert (await client.post("/v1/activations", json=body)).status_code == 201
    empty = (await client.post(f"/v1/units/{city.clinic}/activations", headers=hr)).json()
    assert empty["codes"] == []


async def test_the_sheet_prints_as_a_page_that_loads_nothing(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await make_employee(pool, city.clinic, "<script>alert(1)</script>")
    headers = await signed(city.hr) | {"accept": "text/html", "accept-language": "en"}
    answer = await client.post(f"/v1/units/{city.clinic}/activations", headers=headers)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "Denyut activation codes · Puskesmas" in answer.text


async def test_a_sheet_is_hrs_alone_and_bounded(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    path = f"/v1/units/{city.clinic}/activations"
    for who in (city.clinic_head, city.administrator, city.ani):
        assert (await client.post(path, headers=await signed(who))).status_code == 403
    hr = await signed(city.hr)
    assert (await client.post(f"/v1/units/{city.roads}/activations", headers=hr)).status_code == 403
    assert (await client.post(f"/v1/units/{uuid4()}/activations", headers=hr)).status_code == 404
    await pool.execute(
        "INSERT INTO employee (id, nip, name, unit_id) SELECT gen_random_uuid(),"
        " '19800101200501' || lpad(n::text, 4, '0'), 'Pegawai', $1 FROM generate_series(1, 501) n",
        city.clinic,
    )
    answer = await client.post(path, headers=hr)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_items")


@pytest.mark.parametrize("who", ["hr", "clinic_head"])
async def test_no_code_for_somebody_who_holds_more(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed, who: str
):
    await make_grant(pool, city.ani, "administrator", city.clinic)
    path = f"/v1/people/{city.ani}/activation"
    answer = await client.post(path, headers=await signed(getattr(city, who)))
    assert (answer.status_code, answer.json()["code"]) == (403, "wider_role")
    assert answer.json()["detail"]
    assert not await pool.fetch("SELECT 1 FROM audit_entry WHERE action = 'activation_issued'")
    answer = await client.post(path, headers=await signed(city.budi))
    assert answer.json()["code"] == "not_allowed"


async def test_whoever_holds_it_as_widely_issues_one_and_the_audit_names_the_role(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await make_grant(pool, city.ani, "hr", city.clinic)
    await code_for(client, await signed(city.hr), city.ani)
    details = await pool.fetchval(
        "SELECT details FROM audit_entry WHERE action = 'activation_issued'"
    )
    assert json.loads(details) == {"roles": ["hr"]}
    await make_grant(pool, city.ani, "hr", city.city)
    answer = await client.post(f"/v1/people/{city.ani}/activation", headers=await signed(city.hr))
    assert answer.json()["code"] == "wider_role"


async def test_a_sheet_leaves_out_who_holds_more(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await make_grant(pool, city.ani, "administrator", city.clinic)
    path = f"/v1/units/{city.clinic}/activations"
    sheet = (await client.post(path, headers=await signed(city.hr))).json()
    names = {code["name"] for code in sheet["codes"]}
    assert "Budi" in names
    assert "Ani" not in names


async def test_a_role_granted_meanwhile_voids_a_code_that_waits(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    issued = await code_for(client, await signed(city.clinic_head), city.ani)
    body = {
        "employee_id": str(city.ani),
        "role": "hr",
        "unit_id": str(city.clinic),
        "reason": "tugas",
    }
    answer = await client.post("/v1/roles", json=body, headers=await signed(city.administrator))
    assert answer.status_code == 201, answer.text
    late = activation_body(issued["nip"], issued["code"])
    answer = await client.post("/v1/activations", json=late)
    assert (answer.status_code, answer.json()["code"]) == (401, "activation_invalid")
