"""Signing in and out: uniform answers, rotating tokens, two people on one phone, lost phones."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from api.limits import AttemptOptions, Attempts
from api.parts import ApiOptions, Parts
from api.passwords import Checked, Hasher
from models.queries.tokens import Lifetimes
from tests.api.conftest import CHEAP, Signed, client_of
from tests.builders import City, deactivate

PASSWORD = "delapan sendok teh"


class WatchedHasher(Hasher):
    """Notes what it was asked: whether there was a stored hash to compare with."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.asked: list[bool] = []

    async def checked(self, password: str, stored: str | None) -> Checked:
        self.asked.append(stored is not None)
        return await super().checked(password, stored)


async def with_password(
    parts: Parts, pool: asyncpg.Pool, employee_id: UUID, password: str = PASSWORD
) -> str:
    """Gives somebody a password; the answer is their NIP."""
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, $2)",
        employee_id,
        await parts.hasher.hashed(password),
    )
    return await pool.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)


def sign_in_body(nip: str, password: str = PASSWORD, device_id: UUID | None = None) -> Any:
    device = {"id": str(device_id or uuid4()), "name": "Redmi", "platform": "android"}
    return {"nip": nip, "password": password, "device": device}


async def signed_in(client: httpx.AsyncClient, nip: str, device_id: UUID | None = None) -> Any:
    answer = await client.post("/v1/sessions", json=sign_in_body(nip, device_id=device_id))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refreshed(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/v1/sessions/refresh", json={"refresh_token": token})


def bearer(tokens: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {tokens['access_token']}"}


# --- signing in -------------------------------------------------------------------------------


async def test_nip_and_password_open_a_session(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    nip = await with_password(parts, pool, city.ani)
    tokens = await signed_in(client, f"{nip[:8]} {nip[8:14]} {nip[14:15]} {nip[15:]}")
    assert tokens["expires_in"] == 600
    assert tokens["employee"]["nip"] == nip
    assert tokens["employee"]["unit_name"] == "Puskesmas"
    me = await client.get("/v1/me", headers=bearer(tokens))
    assert me.status_code == 200
    kept = await pool.fetch("SELECT hash, kind FROM session_token")
    assert {row["kind"] for row in kept} == {"access", "refresh"}
    secrets = {tokens["access_token"].encode(), tokens["refresh_token"].encode()}
    assert not secrets & {row["hash"] for row in kept}


async def test_known_and_unknown_people_get_the_same_answer_after_the_same_work(
    parts: Parts, pool: asyncpg.Pool, city: City
):
    known = await with_password(parts, pool, city.ani)
    closed = await with_password(parts, pool, city.budi)
    await deactivate(pool, city.budi)
    never_activated = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.citra)
    hasher = WatchedHasher()
    async with client_of(parts, hasher=hasher) as client:
        answers = [
            await client.post("/v1/sessions", json=sign_in_body(nip, password))
            for nip, password in (
                (known, "bukan kata sandinya"),
                (closed, PASSWORD),
                (never_activated, PASSWORD),
                ("198001012005011999", PASSWORD),
            )
        ]
    hasher.close()
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "wrong_credentials"
    names = [set(answer.headers) for answer in answers]
    assert names == [names[0]] * 4
    assert hasher.asked == [True, False, False, False]  # asked every time; the cost is the same


async def test_a_nip_that_cannot_be_one_is_said_to_be_so(client: httpx.AsyncClient):
    answer = await client.post("/v1/sessions", json=sign_in_body("12345"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_nip")


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"password": "a\x00b"}, 422, "forbidden_character", "password"),
        ({"password": "x" * 300}, 422, "note_too_long", "password"),
        ({"nip": None}, 422, "invalid_value", "nip"),
        ({"device": {"id": "phone"}}, 422, "invalid_value", "device.id"),
        (
            {"device": {"id": str(uuid4()), "name": "n" * 300}},
            422,
            "note_too_long",
            "device.name",
        ),
    ],
)
async def test_bad_fields_are_named(
    client: httpx.AsyncClient, change: Any, status: int, code: str, field: str
):
    answer = await client.post("/v1/sessions", json=sign_in_body("198001012005011001") | change)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (status, code, field)
    assert "password" not in problem["detail"]


async def test_an_outdated_hash_is_renewed_at_sign_in(parts: Parts, pool: asyncpg.Pool, city: City):
    nip = await with_password(parts, pool, city.ani)
    before = await pool.fetchval("SELECT password_hash FROM account")
    dearer = Hasher(replace(CHEAP, passes=2))
    async with client_of(parts, hasher=dearer) as client:
        await signed_in(client, nip)
        after = await pool.fetchval("SELECT password_hash FROM account")
        assert after != before
        assert "t=2" in after
        await signed_in(client, nip)
    dearer.close()


async def test_a_full_queue_says_when_to_come_back(parts: Parts, pool: asyncpg.Pool, city: City):
    nip = await with_password(parts, pool, city.ani)
    full = Hasher(replace(CHEAP, workers=1, queue_limit=-1))
    async with client_of(parts, hasher=full) as client:
        answer = await client.post("/v1/sessions", json=sign_in_body(nip))
    full.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "3"


# --- limits -----------------------------------------------------------------------------------


async def test_too_many_tries_from_one_device_are_refused_with_a_time(
    parts: Parts, pool: asyncpg.Pool, city: City
):
    nip = await with_password(parts, pool, city.ani)
    attempts = Attempts(AttemptOptions(account_and_device=3))
    device_id = uuid4()
    async with client_of(parts, attempts=attempts) as client:
        for _ in range(3):
            answer = await client.post("/v1/sessions", json=sign_in_body(nip, "salah", device_id))
            assert answer.status_code == 401
        answer = await client.post("/v1/sessions", json=sign_in_body(nip, PASSWORD, device_id))
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
        assert 1 <= int(answer.headers["retry-after"]) <= 900
        await signed_in(client, nip)  # another phone is another window


async def test_strangers_cannot_lock_the_owner_out_of_a_phone_they_know(
    parts: Parts, pool: asyncpg.Pool, city: City
):
    nip = await with_password(parts, pool, city.ani)
    attempts = Attempts(AttemptOptions(account_from_strangers=4, address=1_000))
    own_phone = uuid4()
    async with client_of(parts, attempts=attempts) as client:
        await signed_in(client, nip, own_phone)
        answers = [
            (await client.post("/v1/sessions", json=sign_in_body(nip, "salah"))).status_code
            for _ in range(5)
        ]
        assert answers[-1] == 429
        await signed_in(client, nip, own_phone)


async def test_unknown_nips_meet_the_same_limits(parts: Parts):
    attempts = Attempts(AttemptOptions(account_from_strangers=2))
    async with client_of(parts, attempts=attempts) as client:
        body = sign_in_body("198001012005011999")
        answers = [(await client.post("/v1/sessions", json=body)).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


# --- refreshing -------------------------------------------------------------------------------


async def test_a_refresh_rotates_the_pair(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    second = (await refreshed(client, first["refresh_token"])).json()
    third = (await refreshed(client, second["refresh_token"])).json()
    assert len({tokens["refresh_token"] for tokens in (first, second, third)}) == 3
    assert (await client.get("/v1/me", headers=bearer(third))).status_code == 200


async def test_a_lost_answer_logs_nobody_out(parts: Parts, pool: asyncpg.Pool, city: City):
    nip = await with_password(parts, pool, city.ani)
    async with client_of(parts, options=strict_options()) as client:
        first = await signed_in(client, nip)
        lost = (await refreshed(client, first["refresh_token"])).json()
        second = await refreshed(client, first["refresh_token"])
        assert second.status_code == 200
        third = await refreshed(client, second.json()["refresh_token"])
        assert third.status_code == 200
        # The answer that never arrived is void: whoever shows it now is not the phone.
        stolen = await refreshed(client, lost["refresh_token"])
        assert stolen.json()["code"] == "refresh_reused"


async def test_a_late_reuse_ends_the_whole_family(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    nip = await with_password(parts, pool, city.ani)
    elsewhere = await signed_in(client, nip)
    first = await signed_in(client, nip)
    second = (await refreshed(client, first["refresh_token"])).json()
    third = (await refreshed(client, second["refresh_token"])).json()
    before = await pool.fetchval("SELECT version FROM rights_version")
    reuse = await refreshed(client, first["refresh_token"])
    assert (reuse.status_code, reuse.json()["code"]) == (401, "refresh_reused")
    assert reuse.json()["retry"] == "after_sign_in"
    for token in (first, second, third):
        again = await refreshed(client, token["refresh_token"])
        assert again.json()["code"] == "session_revoked"
    answer = await client.get("/v1/me", headers=bearer(third))
    assert (answer.status_code, answer.json()["code"]) == (401, "session_revoked")
    assert await pool.fetchval("SELECT version FROM rights_version") == before + 1
    assert await pool.fetchval("SELECT action FROM audit_entry") == "refresh_reused"
    # Another sign-in of the same person is another family.
    assert (await refreshed(client, elsewhere["refresh_token"])).status_code == 200


async def test_two_refreshes_at_once_leave_one_family_and_nobody_logged_out(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    answers = await asyncio.gather(*(refreshed(client, first["refresh_token"]) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert await pool.fetchval("SELECT count(*) FROM session") == 1
    for answer in answers:
        assert (await client.get("/v1/me", headers=bearer(answer.json()))).status_code == 200


@pytest.mark.parametrize("kept", [0, 1])
async def test_whichever_of_two_answers_the_phone_keeps_is_good(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, kept: int
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    pairs = [(await refreshed(client, first["refresh_token"])).json() for _ in range(2)]
    next_pair = await refreshed(client, pairs[kept]["refresh_token"])
    assert next_pair.status_code == 200
    other = await refreshed(client, pairs[1 - kept]["refresh_token"])
    assert other.json()["code"] == "refresh_reused"


@pytest.mark.parametrize("token", ["unknown", "ž" * 20, "\ud800"])
async def test_a_token_of_nobody_means_signing_in(client: httpx.AsyncClient, token: str):
    answer = await client.post(
        "/v1/sessions/refresh",
        content=b'{"refresh_token": "' + token.encode("unicode_escape") + b'"}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (400, 401, 422)
    assert answer.json()["type"].startswith("urn:denyut:problem:")


async def test_an_access_token_refreshes_nothing(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    answer = await refreshed(client, first["access_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_refresh_token_signs_no_request(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    headers = {"authorization": f"Bearer {first['refresh_token']}"}
    assert (await client.get("/v1/me", headers=headers)).status_code == 401


async def test_an_old_session_ends_by_itself(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    await pool.execute("UPDATE session SET expires_at = now() - interval '1 second'")
    answer = await refreshed(client, first["refresh_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")


async def test_a_closed_account_refreshes_nothing(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    first = await signed_in(client, await with_password(parts, pool, city.ani))
    await deactivate(pool, city.ani)
    answer = await refreshed(client, first["refresh_token"])
    assert answer.json()["code"] == "session_revoked"


# --- ending -----------------------------------------------------------------------------------


async def test_signing_out_ends_this_session_and_its_pushes(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    nip = await with_password(parts, pool, city.ani)
    device_id = uuid4()
    tokens, elsewhere = await signed_in(client, nip, device_id), await signed_in(client, nip)
    target = {"push_kind": "fcm_token", "push_target": "token-of-this-phone"}
    path = f"/v1/devices/{device_id}"
    assert (await client.put(path, json=target, headers=bearer(tokens))).status_code == 200
    before = await pool.fetchval("SELECT version FROM rights_version")
    answer = await client.delete("/v1/sessions/current", headers=bearer(tokens))
    assert answer.status_code == 204
    assert await pool.fetchval("SELECT version FROM rights_version") == before + 1
    assert (await client.get("/v1/me", headers=bearer(tokens))).status_code == 401
    assert (await client.get("/v1/me", headers=bearer(elsewhere))).status_code == 200
    assert await pool.fetchval("SELECT push_target FROM device WHERE id = $1", device_id) is None


async def test_two_people_on_one_phone_are_kept_apart(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    phone = uuid4()
    ani = await signed_in(client, await with_password(parts, pool, city.ani), phone)
    budi = await signed_in(client, await with_password(parts, pool, city.budi), phone)
    assert (await client.get("/v1/me", headers=bearer(ani))).json()["employee"]["name"] == "Ani"
    assert (await client.get("/v1/me", headers=bearer(budi))).json()["employee"]["name"] == "Budi"
    mine = (await client.get("/v1/me/sessions", headers=bearer(ani))).json()["items"]
    assert [session["device_id"] for session in mine] == [str(phone)]
    assert (await client.delete("/v1/sessions/current", headers=bearer(ani))).status_code == 204
    assert (await client.get("/v1/me", headers=bearer(budi))).status_code == 200
    assert (await refreshed(client, budi["refresh_token"])).status_code == 200
    assert (await refreshed(client, ani["refresh_token"])).json()["code"] == "session_revoked"


async def test_a_lost_phone_is_ended_from_another(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    nip = await with_password(parts, pool, city.ani)
    lost, here = await signed_in(client, nip), await signed_in(client, nip)
    listed = (await client.get("/v1/me/sessions", headers=bearer(here))).json()["items"]
    (other,) = [session["id"] for session in listed if not session["current"]]
    path = f"/v1/me/sessions/{other}"
    assert (await client.delete(path, headers=bearer(here))).status_code == 204
    assert (await client.delete(path, headers=bearer(here))).status_code == 404
    assert (await client.get("/v1/me", headers=bearer(lost))).json()["code"] == "session_revoked"
    assert (await client.get("/v1/me", headers=bearer(here))).status_code == 200


async def test_nobody_ends_a_session_of_somebody_else_as_their_own(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await signed(city.budi)
    session_id = await pool.fetchval("SELECT id FROM session WHERE employee_id = $1", city.budi)
    path = f"/v1/me/sessions/{session_id}"
    assert (await client.delete(path, headers=await signed(city.ani))).status_code == 404
    assert await pool.fetchval("SELECT revoked_at FROM session WHERE id = $1", session_id) is None


async def test_all_other_sessions_end_at_once(
    parts: Parts, pool: asyncpg.Pool, client: httpx.AsyncClient, city: City
):
    nip = await with_password(parts, pool, city.ani)
    others = [await signed_in(client, nip) for _ in range(2)]
    here = await signed_in(client, nip)
    assert (await client.delete("/v1/me/sessions", headers=bearer(here))).status_code == 204
    answers = [await client.get("/v1/me", headers=bearer(tokens)) for tokens in others]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert (await client.get("/v1/me", headers=bearer(here))).status_code == 200


async def test_sessions_are_paged(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = [await signed(city.ani) for _ in range(5)][-1]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get("/v1/me/sessions", params={"limit": 2} | cursor, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= 2
        seen += [session["id"] for session in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5


async def test_hr_sees_and_ends_the_sessions_of_its_people_and_it_is_written_down(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    hers = await signed(city.ani)
    hr = await signed(city.hr)
    path = f"/v1/people/{city.ani}/sessions"
    listed = (await client.get(path, headers=hr)).json()["items"]
    assert [session["current"] for session in listed] == [False]
    assert (await client.delete(path, headers=hr)).status_code == 204
    assert (await client.get("/v1/me", headers=hers)).json()["code"] == "session_revoked"
    entry = await pool.fetchrow("SELECT actor_id, action, employee_id FROM audit_entry")
    assert tuple(entry) == (city.hr, "sessions_ended", city.ani)


async def test_a_look_at_somebodys_sessions_is_written_down(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await client.get(f"/v1/people/{city.ani}/sessions", headers=await signed(city.hr))
    await client.get("/v1/me/sessions", headers=await signed(city.ani))
    rows = await pool.fetch("SELECT viewer_id, employee_id, what FROM data_view")
    assert [tuple(row) for row in rows] == [(city.hr, city.ani, "sessions")]


async def test_hr_ends_one_session(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await signed(city.ani)
    stays = await signed(city.ani)
    first = await pool.fetchval("SELECT id FROM session ORDER BY id LIMIT 1")
    path = f"/v1/people/{city.ani}/sessions/{first}"
    assert (await client.delete(path, headers=await signed(city.hr))).status_code == 204
    assert (await client.get("/v1/me", headers=stays)).status_code == 200


@pytest.mark.parametrize("who", ["budi", "clinic_head", "works_head"])
async def test_colleagues_and_heads_do_not_see_sessions(
    client: httpx.AsyncClient, city: City, signed: Signed, who: str
):
    headers = await signed(getattr(city, who))
    for method in ("GET", "DELETE"):
        answer = await client.request(method, f"/v1/people/{city.ani}/sessions", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_hr_of_another_agency_sees_nothing(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.hr)
    answer = await client.get(f"/v1/people/{city.dedi}/sessions", headers=headers)
    assert answer.status_code == 403
    answer = await client.get(f"/v1/people/{uuid4()}/sessions", headers=headers)
    assert answer.status_code == 404


def strict_options() -> ApiOptions:
    """No grace for two requests at once: every repeat is a lost answer."""
    return ApiOptions(lifetimes=Lifetimes(concurrent_refresh_s=0))
