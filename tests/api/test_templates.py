"""Templates: kept by those who keep the whole tree, shown before applied, and safe to repeat."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.api.conftest import Heard, Signed
from tests.builders import City

NURSE = {"code": "perawat", "name": "Perawat", "asks_location": False}
PATIENTS = {"indicator": "Pasien", "unit_of_measure": "orang", "quantity": 300}


async def nurses(
    client: httpx.AsyncClient, pool: asyncpg.Pool, keeper: dict[str, str], *people: UUID
) -> str:
    made = await client.post("/v1/job-titles", json=NURSE, headers=keeper)
    job_title_id = made.json()["id"]
    await client.post(f"/v1/job-titles/{job_title_id}/templates", json=PATIENTS, headers=keeper)
    await pool.execute(
        "UPDATE employee SET job_title_id = $1 WHERE id = ANY ($2::uuid[])",
        UUID(job_title_id),
        list(people),
    )
    return job_title_id


def application(job_title_id: str, unit_id: UUID, **changed: Any) -> dict[str, Any]:
    return {
        "job_title_id": job_title_id,
        "unit_id": str(unit_id),
        "period": "2026-11",
        "preview": False,
    } | changed


async def test_a_preview_shows_what_applying_then_makes_and_makes_nothing(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    people = city.ani, city.budi, city.dedi
    job_title_id = await nurses(client, pool, await signed(city.city_hr), *people)
    headers = await signed(city.hr)
    body = application(job_title_id, city.health, preview=True)
    seen = (await client.post("/v1/targets/from-templates", json=body, headers=headers)).json()
    assert (seen["preview"], seen["made"], heard.events) == (True, 2, [])
    assert {each["employee_id"] for each in seen["targets"]} == {str(city.ani), str(city.budi)}
    done = await client.post(
        "/v1/targets/from-templates", json=body | {"preview": False}, headers=headers
    )
    assert [each["outcome"] for each in done.json()["targets"]] == ["made", "made"]
    assert [row.kind for row in heard.events] == ["target_changed", "target_changed"]
    starts = {each["period_start"] for each in done.json()["targets"]}
    assert starts == {"2026-10-31T17:00:00Z"}  # midnight in Jakarta


async def test_applying_again_makes_nothing_twice(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    job_title_id = await nurses(client, pool, await signed(city.city_hr), city.ani)
    headers, body = await signed(city.hr), application(job_title_id, city.health)
    outcomes = []
    for _ in range(2):
        answer = await client.post("/v1/targets/from-templates", json=body, headers=headers)
        outcomes += [each["outcome"] for each in answer.json()["targets"]]
    assert outcomes == ["made", "exists"]
    quarter = await client.post(
        "/v1/targets/from-templates", json=body | {"period": "2026-Q4"}, headers=headers
    )
    assert quarter.json()["targets"] == []  # the template is for months


async def test_nobody_gives_a_target_to_themselves(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    keeper = await signed(city.city_hr)
    job_title_id = await nurses(client, pool, keeper, city.city_hr, city.ani)
    body = application(job_title_id, city.city)
    answer = await client.post("/v1/targets/from-templates", json=body, headers=keeper)
    outcomes = {each["employee_id"]: each["outcome"] for each in answer.json()["targets"]}
    assert outcomes == {str(city.city_hr): "oneself", str(city.ani): "made"}


async def test_who_may_apply_and_who_keeps_the_catalogue(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    job_title_id = await nurses(client, pool, await signed(city.city_hr), city.ani)
    for who in (city.ani, city.clinic_head, city.mayor, city.administrator):
        answer = await client.post(
            "/v1/targets/from-templates",
            json=application(job_title_id, city.health),
            headers=await signed(who),
        )
        assert answer.status_code == 403
    for who in (city.ani, city.mayor, city.hr):
        answer = await client.post(
            "/v1/job-titles", json=NURSE | {"code": "lain"}, headers=await signed(who)
        )
        assert answer.status_code == 403
    foreign = await client.post(
        "/v1/targets/from-templates",
        json=application(job_title_id, city.works),
        headers=await signed(city.hr),
    )
    assert foreign.status_code == 403


async def test_a_policy_that_changes_forgets_what_was_cached_of_its_people(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    keeper = await signed(city.city_hr)
    job_title_id = await nurses(client, pool, keeper, city.ani)
    before = await pool.fetchval("SELECT version FROM rights_version")
    address = f"/v1/job-titles/{job_title_id}"
    renamed = await client.patch(address, json={"name": "Perawat Ahli"}, headers=keeper)
    assert (renamed.json()["name"], renamed.json()["asks_location"]) == ("Perawat Ahli", False)
    asked = await client.patch(address, json={"asks_location": True}, headers=keeper)
    assert asked.json()["asks_location"] is True
    changes = await pool.fetch("SELECT employee_ids FROM rights_change WHERE version > $1", before)
    assert [row["employee_ids"] for row in changes] == [[city.ani]]


async def test_what_is_in_use_is_not_deleted(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    keeper = await signed(city.city_hr)
    job_title_id = await nurses(client, pool, keeper, city.ani)
    address = f"/v1/job-titles/{job_title_id}"
    (template,) = (await client.get(f"{address}/templates", headers=keeper)).json()
    held = await client.delete(address, headers=keeper)
    assert (held.status_code, held.json()["details"]) == (409, {"reason": "in_use"})
    await client.post(
        "/v1/targets/from-templates", json=application(job_title_id, city.health), headers=keeper
    )
    used = await client.delete(f"/v1/templates/{template['id']}", headers=keeper)
    assert used.status_code == 409
    changed = await client.put(
        f"/v1/templates/{template['id']}", json=PATIENTS | {"quantity": 250}, headers=keeper
    )
    assert changed.json()["quantity"] == 250
    goals = await pool.fetch("SELECT quantity FROM target WHERE template_id IS NOT NULL")
    assert [row["quantity"] for row in goals] == [300]


async def test_an_unused_job_goes_with_its_templates_and_a_code_is_unique(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    keeper = await signed(city.city_hr)
    job_title_id = await nurses(client, pool, keeper)
    again = await client.post("/v1/job-titles", json=NURSE, headers=keeper)
    assert (again.status_code, again.json()["field"]) == (409, "code")
    gone = await client.delete(f"/v1/job-titles/{job_title_id}", headers=keeper)
    assert gone.status_code == 204
    assert (await client.get("/v1/job-titles", headers=keeper)).json() == []
    unknown = await client.get(f"/v1/job-titles/{uuid4()}/templates", headers=keeper)
    assert unknown.status_code == 404


async def test_a_period_that_is_none_is_named(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    keeper = await signed(city.city_hr)
    job_title_id = await nurses(client, pool, keeper, city.ani)
    body = application(job_title_id, city.health, period="2026-13")
    answer = await client.post("/v1/targets/from-templates", json=body, headers=keeper)
    assert (answer.status_code, answer.json()["field"]) == (422, "period")


async def test_people_differ_and_the_preview_shows_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    job_title_id = await nurses(client, pool, await signed(city.city_hr), city.ani, city.budi)
    headers = await signed(city.hr)
    address = f"/v1/job-titles/{job_title_id}/templates"
    (template,) = (await client.get(address, headers=headers)).json()
    body = application(
        job_title_id,
        city.health,
        preview=True,
        differences=[
            {"employee_id": str(city.ani), "template_id": template["id"], "quantity": 120},
            {"employee_id": str(city.budi), "template_id": template["id"], "leave_out": True},
        ],
    )
    for preview in (True, False):
        answer = await client.post(
            "/v1/targets/from-templates", json=body | {"preview": preview}, headers=headers
        )
        ani, budi = answer.json()["targets"]
        assert (ani["outcome"], ani["quantity"], ani["differs"]) == ("made", 120, True)
        assert (budi["outcome"], answer.json()["made"]) == ("left_out", 1)
    twice = body | {"differences": body["differences"][:1] * 2}
    refused = await client.post("/v1/targets/from-templates", json=twice, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (422, "differences")
    some = application(job_title_id, city.health, preview=True, employee_ids=[str(city.budi)])
    answer = await client.post("/v1/targets/from-templates", json=some, headers=headers)
    assert [each["employee_name"] for each in answer.json()["targets"]] == ["Budi"]
