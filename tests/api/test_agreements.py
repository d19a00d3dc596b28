"""Agreements over HTTP: drafted, proposed, agreed, and changed afterwards only by the decider."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.api.conftest import Heard, Signed
from tests.builders import City
from tests.making.agreements import make_agreement, make_result

YEAR = datetime.now(UTC).year


def promised(title: str = "Kunjungan rumah", **changed: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "title": title} | changed


def draft(city: City, *results: dict[str, Any], **changed: Any) -> dict[str, Any]:
    given = {"id": str(uuid4()), "employee_id": str(city.ani), "year": YEAR}
    return given | {"results": list(results or [promised()])} | changed


async def test_an_agreement_is_drafted_proposed_and_agreed_and_both_are_told(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    ani, head = await signed(city.ani), await signed(city.clinic_head)
    above = await make_result(pool, await make_agreement(pool, city.clinic_head, YEAR), "Sehat")
    body = draft(city, promised(serves_id=str(above)), promised("Panitia", kind="additional"))
    made = await client.post("/v1/agreements", json=body, headers=ani)
    assert made.status_code == 201, made.text
    first, _ = made.json()["results"]
    assert first["serves"] == {
        "id": str(above),
        "title": "Sehat",
        "employee_name": "Clinic Head",
    }
    address = f"/v1/agreements/{body['id']}"
    proposed = await client.post(f"{address}/proposal", headers=ani)
    assert (proposed.status_code, proposed.json()["state"]) == (200, "proposed")
    own = await client.post(f"{address}/agreement", headers=ani)
    assert (own.status_code, own.json()["code"]) == (403, "not_allowed")
    agreed = await client.post(f"{address}/agreement", headers=head)
    assert (agreed.json()["state"], agreed.json()["agreed_by_name"]) == ("agreed", "Clinic Head")
    twice = await client.post(f"{address}/agreement", headers=head)
    assert (twice.status_code, twice.json()["code"]) == (409, "agreement_not_open")
    notices = await pool.fetch("SELECT recipient_id, kind FROM notice ORDER BY made_at")
    assert [tuple(row) for row in notices] == [
        (city.clinic_head, "agreement_proposed"),
        (city.ani, "agreement_agreed"),
    ]
    assert [row.kind for row in heard.events] == ["notice", "notice"]
    history = (await client.get(f"{address}/changes", headers=ani)).json()
    assert [each["after"]["state"] for each in history] == ["proposed", "agreed"]


async def test_asking_twice_makes_one_and_a_year_has_one(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers, body = await signed(city.ani), draft(city)
    answers = [await client.post("/v1/agreements", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    other = await client.post("/v1/agreements", json=draft(city), headers=headers)
    assert (other.status_code, other.json()["field"]) == (409, "year")


async def test_after_the_agreement_only_the_decider_changes_it_with_a_reason(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    agreement_id = await make_agreement(pool, city.ani, YEAR)
    result_id = await make_result(pool, agreement_id)
    target_id = city.targets[city.ani]
    await pool.execute("UPDATE target SET work_result_id = $2 WHERE id = $1", target_id, result_id)
    address = f"/v1/agreements/{agreement_id}/results"
    body: dict[str, Any] = {"base_version": 1, "results": [promised("Baru")]}
    for who in (city.ani, city.hr):
        refused = await client.put(address, json=body, headers=await signed(who))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    head = await signed(city.clinic_head)
    silent = await client.put(address, json=body, headers=head)
    assert (silent.status_code, silent.json()["code"]) == (422, "reason_required")
    changed = await client.put(address, json=body | {"reason": "tugas baru"}, headers=head)
    assert changed.status_code == 200, changed.text
    shown = {each["title"]: each for each in changed.json()["results"]}
    assert shown["Pelayanan cepat"]["dropped_at"] is not None
    assert [each["id"] for each in shown["Pelayanan cepat"]["indicators"]] == [str(target_id)]
    assert shown["Baru"]["indicators"] == []
    told = await pool.fetchrow("SELECT recipient_id, kind FROM notice")
    assert tuple(told) == (city.ani, "agreement_changed")
    outdated = await client.put(
        address, json=body | {"reason": "lagi", "results": [promised("Lain")]}, headers=head
    )
    assert (outdated.status_code, outdated.json()["details"]) == (409, {"latest": 2})


async def test_what_was_returned_is_a_draft_again_and_says_why(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    agreement_id = await make_agreement(pool, city.ani, YEAR, "proposed")
    await make_result(pool, agreement_id)
    address, head = f"/v1/agreements/{agreement_id}", await signed(city.clinic_head)
    empty = await client.post(f"{address}/return", json={"reason": " "}, headers=head)
    assert empty.status_code == 422
    back = await client.post(f"{address}/return", json={"reason": "belum terukur"}, headers=head)
    assert (back.status_code, back.json()["state"]) == (200, "draft")
    (step,) = (await client.get(f"{address}/changes", headers=await signed(city.ani))).json()
    assert (step["reason"], step["by_name"]) == ("belum terukur", "Clinic Head")
    told = await pool.fetchrow("SELECT recipient_id, kind FROM notice")
    assert tuple(told) == (city.ani, "agreement_returned")


async def test_one_sees_what_one_may_serve_and_serving_sideways_is_refused(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    agreement_id = await make_agreement(pool, city.ani, YEAR, "draft")
    await make_result(pool, await make_agreement(pool, city.health_head, YEAR), "Dinas sehat")
    beside = await make_result(pool, await make_agreement(pool, city.budi, YEAR))
    headers, address = await signed(city.ani), f"/v1/agreements/{agreement_id}"
    seen = (await client.get(f"{address}/superior-results", headers=headers)).json()
    assert [(each["title"], each["employee_name"]) for each in seen] == [
        ("Dinas sehat", "Health Head")
    ]
    body = {"base_version": 1, "results": [promised(serves_id=str(beside))]}
    refused = await client.put(f"{address}/results", json=body, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (422, "serves_id")
    views = await pool.fetch("SELECT employee_id, what FROM data_view")
    assert [tuple(row) for row in views] == [(city.health_head, "agreement")]


async def test_todays_line_sees_the_running_year_and_not_what_was_before_a_transfer(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await pool.execute(
        "UPDATE placement SET unit_id = $2, valid_from = valid_from - interval '800 days',"
        " valid_to = $3 WHERE employee_id = $1",
        city.ani,
        city.pharmacy,
        datetime(YEAR, 1, 2, tzinfo=UTC),
    )
    await pool.execute(
        "INSERT INTO placement (id, employee_id, unit_id, valid_from)"
        " VALUES (gen_random_uuid(), $1, $2, $3)",
        city.ani,
        city.clinic,
        datetime(YEAR, 1, 2, tzinfo=UTC),
    )
    ids = {year: await make_agreement(pool, city.ani, year) for year in (YEAR, YEAR - 1)}

    async def years(who: UUID) -> list[int]:
        address = f"/v1/people/{city.ani}/agreements"
        answer = await client.get(address, headers=await signed(who))
        return [each["year"] for each in answer.json()]

    assert await years(city.clinic_head) == [YEAR]
    assert await years(city.ani) == await years(city.hr) == [YEAR, YEAR - 1]
    of_then = await client.get(
        f"/v1/agreements/{ids[YEAR - 1]}", headers=await signed(city.pharmacy_head)
    )
    assert of_then.status_code == 200
    hidden = await client.get(
        f"/v1/agreements/{ids[YEAR]}", headers=await signed(city.pharmacy_head)
    )
    assert hidden.status_code == 404


async def test_a_head_sees_the_agreements_that_wait_for_them(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    waits = await make_agreement(pool, city.ani, YEAR, "proposed")
    await make_agreement(pool, city.budi, YEAR, "draft")
    of_head = await make_agreement(pool, city.clinic_head, YEAR, "proposed")

    async def waiting(who: UUID) -> list[str]:
        answer = await client.get("/v1/agreements", headers=await signed(who))
        return [each["id"] for each in answer.json()]

    assert await waiting(city.clinic_head) == [str(waits)]
    assert await waiting(city.health_head) == [str(of_head)]
    assert await waiting(city.mayor) == await waiting(city.hr) == await waiting(city.ani) == []
