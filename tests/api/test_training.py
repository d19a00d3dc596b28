"""Trainings: each invited person has a result, finds it, and is marked by their HR alone."""

from typing import Any
from uuid import uuid4

import httpx

from tests.api.conftest import Heard, Signed
from tests.builders import City

ADDRESS = "/v1/trainings"


def latihan(city: City, *people: object) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "unit_id": str(city.health),
        "title": "Latihan pelaporan",
        "place": "Aula",
        "starts_at": "2026-12-01T02:00:00Z",
        "ends_at": "2026-12-01T05:00:00Z",
        "employee_ids": [str(each) for each in people],
    }


async def test_each_person_has_a_result_and_is_told_once(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    nobody = uuid4()
    body, headers = latihan(city, city.ani, city.dedi, nobody), await signed(city.hr)
    first = await client.post(ADDRESS, json=body, headers=headers)
    assert first.status_code == 201, first.text
    outcomes = [
        (each["outcome"], each["problem"] and each["problem"]["code"])
        for each in first.json()["results"]
    ]
    assert outcomes == [("applied", None), ("rejected", "not_allowed"), ("rejected", "not_found")]
    again = await client.post(
        ADDRESS, json=body | {"employee_ids": [str(city.ani), str(city.budi)]}, headers=headers
    )
    assert again.status_code == 200
    assert [each["outcome"] for each in again.json()["results"]] == ["duplicate", "applied"]
    assert [row.employee_id for row in heard.events] == [city.ani, city.budi]
    inbox = (await client.get("/v1/inbox", headers=await signed(city.ani))).json()
    assert [item["kind"] for item in inbox["items"]] == ["training_invited"]
    (mine,) = (await client.get(ADDRESS, headers=await signed(city.ani))).json()
    assert (mine["id"], mine["state"]) == (body["id"], "invited")
    assert (await client.get(ADDRESS, headers=await signed(city.citra))).json() == []


async def test_hr_writes_down_who_came(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body, headers = latihan(city, city.ani), await signed(city.hr)
    await client.post(ADDRESS, json=body, headers=headers)
    marks = {
        "items": [
            {"employee_id": str(city.ani), "state": "absent"},
            {"employee_id": str(city.budi), "state": "attended"},
            {"employee_id": str(city.dedi), "state": "attended"},
        ]
    }
    address = f"{ADDRESS}/{body['id']}"
    done = await client.put(f"{address}/attendance", json=marks, headers=headers)
    outcomes = [each["outcome"] for each in done.json()["results"]]
    assert outcomes == ["applied", "applied", "rejected"]
    again = await client.put(f"{address}/attendance", json=marks, headers=headers)
    assert [each["outcome"] for each in again.json()["results"]][:2] == ["duplicate"] * 2
    listed = (await client.get(address, headers=headers)).json()["attendees"]
    assert [(each["name"], each["state"]) for each in listed] == [
        ("Ani", "absent"),
        ("Budi", "attended"),
    ]
    for who in (city.health_head, city.ani):
        for answer in (
            await client.get(address, headers=await signed(who)),
            await client.put(f"{address}/attendance", json=marks, headers=await signed(who)),
        ):
            assert answer.json()["code"] == "not_allowed"


async def test_a_training_ends_after_it_begins_and_has_a_unit(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    backwards = latihan(city) | {"ends_at": "2026-12-01T02:00:00Z"}
    wrong = (await client.post(ADDRESS, json=backwards, headers=headers)).json()
    assert (wrong["code"], wrong["field"]) == ("invalid_value", "ends_at")
    nowhere = latihan(city) | {"unit_id": str(uuid4())}
    assert (await client.post(ADDRESS, json=nowhere, headers=headers)).status_code == 404
    unit = {"unit": str(city.health)}
    assert (await client.get(ADDRESS, params=unit, headers=headers)).json() == []
    refused = await client.get(ADDRESS, params=unit, headers=await signed(city.ani))
    assert refused.json()["code"] == "not_allowed"
    assert (await client.get(f"{ADDRESS}/{uuid4()}", headers=headers)).status_code == 404
