"""Push targets: of one's own phones, sound, and never reaching whoever held the phone before."""

import json
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Signed
from tests.builders import City, make_session, revoke_session
from tests.standins.browser import Browser

SUBSCRIPTION = Browser.made().subscription("https://push.example/abc")


async def test_a_target_is_kept_changed_and_taken_away(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers, path = await signed(city.ani), f"/v1/devices/{uuid4()}"
    for kind, target in (
        ("fcm_token", "token-1"),
        ("fcm_installation", "installation-1"),
        ("web_push", json.dumps(SUBSCRIPTION)),
        ("email", "ani@kota.go.id"),
    ):
        body = {"name": "Redmi", "platform": "android", "push_kind": kind, "push_target": target}
        answer = await client.put(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["push_kind"], answer.json()["name"]) == (kind, "Redmi")
        stored = await pool.fetchrow("SELECT push_kind, push_target FROM device")
        assert tuple(stored) == (kind, target)
    answer = await client.put(path, json={}, headers=headers)
    assert (answer.json()["push_kind"], answer.json()["name"]) == (None, "Redmi")


async def test_a_fresh_target_lifts_an_old_ban(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers, path = await signed(city.ani), f"/v1/devices/{uuid4()}"
    body = {"push_kind": "fcm_token", "push_target": "token-1"}
    await client.put(path, json=body, headers=headers)
    await pool.execute("UPDATE device SET push_disabled_reason = 'unregistered'")
    answer = await client.put(path, json=body | {"push_target": "token-2"}, headers=headers)
    assert answer.json()["push_disabled_reason"] is None


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"push_kind": "pigeon", "push_target": "x"}, "invalid_value", "push_kind"),
        ({"push_kind": "fcm_token"}, "invalid_value", "push_target"),
        ({"push_target": "x"}, "invalid_value", "push_target"),
        ({"push_kind": "fcm_token", "push_target": ""}, "invalid_value", "push_target"),
        ({"push_kind": "fcm_token", "push_target": "a\0b"}, "forbidden_character", "push_target"),
        ({"push_kind": "fcm_token", "push_target": "x" * 9_999}, "note_too_long", "push_target"),
        ({"push_kind": "web_push", "push_target": "no json"}, "invalid_value", "push_target"),
        (
            {
                "push_kind": "web_push",
                "push_target": json.dumps(SUBSCRIPTION | {"endpoint": "http://push.example/"}),
            },
            "invalid_value",
            "push_target",
        ),
        (
            {
                "push_kind": "web_push",
                "push_target": json.dumps(SUBSCRIPTION | {"endpoint": "https://[bad"}),
            },
            "invalid_value",
            "push_target",
        ),
        (
            {
                "push_kind": "web_push",
                "push_target": json.dumps({"endpoint": SUBSCRIPTION["endpoint"]}),
            },
            "invalid_value",
            "push_target",
        ),
        (
            {
                "push_kind": "web_push",
                "push_target": json.dumps(SUBSCRIPTION | {"endpoint": "https://10.0.0.7/admin"}),
            },
            "invalid_value",
            "push_target",
        ),
        (
            {
                "push_kind": "web_push",
                "push_target": json.dumps(SUBSCRIPTION | {"endpoint": "https://localhost/abc"}),
            },
            "invalid_value",
            "push_target",
        ),
        (
            {
                "push_kind": "web_push",
                "push_target": json.dumps(
                    SUBSCRIPTION | {"keys": {"p256dh": "BElO", "auth": "c2Vj"}}
                ),
            },
            "invalid_value",
            "push_target",
        ),
        ({"push_kind": "email", "push_target": "Ani"}, "invalid_value", "push_target"),
    ],
)
async def test_an_unsound_target_is_refused(
    pool: asyncpg.Pool,
    client: httpx.AsyncClient,
    city: City,
    signed: Signed,
    body: Any,
    code: str,
    field: str,
):
    headers = await signed(city.ani)
    answer = await client.put(f"/v1/devices/{uuid4()}", json=body, headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, code, field)
    assert await pool.fetchval("SELECT count(*) FROM device") == 0


async def test_two_people_signed_in_on_one_phone_both_get_pushes(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    phone = uuid4()
    body = {"push_kind": "fcm_token", "push_target": "token-1"}
    for employee_id in (city.ani, city.budi):
        token = await make_session(pool, employee_id, device_id=phone)
        headers = {"authorization": f"Bearer {token}"}
        await client.put(f"/v1/devices/{phone}", json=body, headers=headers)
    targets = await pool.fetch("SELECT push_target FROM device")
    assert [row["push_target"] for row in targets] == ["token-1", "token-1"]


async def test_a_phone_that_was_handed_on_gets_nobody_elses_pushes(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    phone = uuid4()
    body = {"push_kind": "fcm_token", "push_target": "token-1"}
    before = await make_session(pool, city.ani, device_id=phone)
    headers = {"authorization": f"Bearer {before}"}
    await client.put(f"/v1/devices/{phone}", json=body, headers=headers)
    await revoke_session(pool, before)
    token = await make_session(pool, city.budi, device_id=phone)
    headers = {"authorization": f"Bearer {token}"}
    await client.put(f"/v1/devices/{phone}", json=body, headers=headers)
    kept = await pool.fetch("SELECT employee_id FROM device WHERE push_target IS NOT NULL")
    assert [row["employee_id"] for row in kept] == [city.budi]


async def test_only_ones_own_phone_is_forgotten(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    ani, budi, path = await signed(city.ani), await signed(city.budi), f"/v1/devices/{uuid4()}"
    await client.put(path, json={"name": "Redmi"}, headers=ani)
    assert (await client.delete(path, headers=budi)).status_code == 404
    assert (await client.delete(path, headers=ani)).status_code == 204
    assert await pool.fetchval("SELECT count(*) FROM device") == 0
