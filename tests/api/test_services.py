"""Services and points over HTTP: kept by those who may, and shown with the address of a poster."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import CollectorRegistry

from api.parts import ApiOptions, Parts
from tests.api.conftest import Signed, client_of
from tests.builders import City
from tests.making.survey import make_point, make_service


async def made(
    client: httpx.AsyncClient, by: dict[str, str], unit_id: UUID, **body: object
) -> dict:
    answer = await client.post(f"/v1/units/{unit_id}/services", json=body, headers=by)
    assert answer.status_code in (200, 201), answer.text
    return answer.json() | {"status": answer.status_code}


async def test_a_service_is_added_changed_and_retired(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    hr, service_id = await signed(city.hr), str(uuid4())
    for status in (201, 200):
        service = await made(
            client, hr, city.clinic, id=service_id, name="Rawat jalan", yearly_users=9_000
        )
        assert (service["status"], service["id"], service["points"]) == (status, service_id, [])
    again = {"id": service_id, "name": "Lain"}
    answer = await client.post(f"/v1/units/{city.clinic}/services", json=again, headers=hr)
    assert answer.json()["code"] == "conflict"
    path = f"/v1/services/{service_id}"
    answer = await client.patch(path, json={"name": "Poli umum"}, headers=hr)
    assert (answer.json()["name"], answer.json()["yearly_users"]) == ("Poli umum", 9_000)
    answer = await client.patch(path, json={"yearly_users": None, "retired": True}, headers=hr)
    assert answer.json()["yearly_users"] is None
    assert answer.json()["retired_at"] is not None
    listed = await client.get(f"/v1/units/{city.health}/services", headers=hr)
    assert listed.json() == []
    listed = await client.get(f"/v1/units/{city.health}/services?retired=true", headers=hr)
    assert [each["name"] for each in listed.json()] == ["Poli umum"]
    answer = await client.patch(path, json={"retired": False}, headers=hr)
    assert answer.json()["retired_at"] is None


async def test_two_services_of_a_unit_have_two_names(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    hr = await signed(city.hr)
    await made(client, hr, city.clinic, name="Poli")
    answer = await client.post(
        f"/v1/units/{city.clinic}/services", json={"name": "Poli"}, headers=hr
    )
    assert answer.json()["code"] == "conflict"


async def test_a_point_has_a_code_and_the_address_that_its_poster_shows(
    parts: Parts, client: httpx.AsyncClient, city: City, signed: Signed, pool: Any
):
    hr = await signed(city.hr)
    service_id = await make_service(pool, city.clinic)
    answer = await client.post(
        f"/v1/services/{service_id}/points", json={"name": "Loket 1"}, headers=hr
    )
    point = answer.json()
    assert answer.status_code == 201
    assert point["address"] == f"http://denyut.test/s/{point['code']}"
    options = ApiOptions(public_url="https://kinerja.example.go.id/")
    async with client_of(parts, options=options, registry=CollectorRegistry()) as other:
        answer = await other.patch(
            f"/v1/service-points/{point['id']}", json={"asks_visit_code": True}, headers=hr
        )
    assert answer.json()["address"] == f"https://kinerja.example.go.id/s/{point['code']}"
    assert answer.json()["asks_visit_code"] is True
    assert answer.json()["name"] == "Loket 1"


async def test_visit_codes_are_shown_once_and_bounded(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: Any
):
    hr = await signed(city.hr)
    point_id = await make_point(pool, await make_service(pool, city.clinic))
    path = f"/v1/service-points/{point_id}/visit-codes"
    answer = await client.post(path, json={"count": 1, "days": 30}, headers=hr)
    (code,) = answer.json()["codes"]
    answer = await client.post(path, json={"count": 501, "days": 30}, headers=hr)
    assert answer.json()["code"] == "invalid_value"
    entries = await pool.fetch("SELECT details::text FROM audit_entry")
    assert ['"count": 1' in entry["details"] for entry in entries] == [True]
    assert code not in entries[0]["details"]


@pytest.mark.parametrize("method", ["service", "point", "codes"])
async def test_what_is_not_there_is_not_found(
    client: httpx.AsyncClient, city: City, signed: Signed, method: str
):
    hr, nothing = await signed(city.hr), uuid4()
    path = {
        "service": f"/v1/services/{nothing}/points",
        "point": f"/v1/units/{nothing}/services",
        "codes": f"/v1/service-points/{nothing}/visit-codes",
    }[method]
    answer = await client.post(path, json={"name": "x", "count": 1}, headers=hr)
    assert answer.json()["code"] == "not_found"
