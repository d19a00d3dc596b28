"""Who changed what and who looked at whom, within the units of one's role."""

import asyncpg
import httpx
import pytest

from models.queries.audit import Change, audited, viewed
from tests.api.conftest import Signed
from tests.builders import City


@pytest.fixture
async def written(pool: asyncpg.Pool, city: City) -> None:
    """Changes to people and units of both agencies."""
    async with pool.acquire() as connection:
        for change in (
            Change("person_changed", city.ani),
            Change("head_named", unit_id=city.clinic),
            Change("person_changed", city.dedi, details={"name": "Dedi"}),
            Change("calendar_changed", unit_id=city.city),
        ):
            await audited(connection, city.city_hr, change)


@pytest.mark.usefixtures("written")
async def test_each_role_reads_the_changes_of_its_units(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    async def actions(headers: dict[str, str]) -> list[str]:
        answer = await client.get("/v1/audit", headers=headers)
        assert answer.status_code == 200, answer.text
        return [entry["action"] for entry in answer.json()["items"]]

    everything = ["calendar_changed", "person_changed", "head_named", "person_changed"]
    assert await actions(await signed(city.administrator)) == everything
    assert await actions(await signed(city.city_hr)) == everything
    assert await actions(await signed(city.hr)) == ["head_named", "person_changed"]


@pytest.mark.usefixtures("written")
async def test_changes_are_found_by_person_and_by_actor(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.administrator)
    params = {"employee": str(city.dedi)}
    (entry,) = (await client.get("/v1/audit", params=params, headers=headers)).json()["items"]
    assert (entry["actor_name"], entry["details"]) == ("City Hr", {"name": "Dedi"})
    params = {"actor": str(city.hr)}
    assert (await client.get("/v1/audit", params=params, headers=headers)).json()["items"] == []


async def test_an_administrator_reads_that_work_was_changed_and_not_what_it_says(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    change = Change("target_changed", city.ani, details={"reason": "sakit"})
    async with pool.acquire() as connection:
        await audited(connection, city.clinic_head, change)

    async def entry(headers: dict[str, str]) -> tuple[str, str, object]:
        (item,) = (await client.get("/v1/audit", headers=headers)).json()["items"]
        return item["action"], item["actor_name"], item["details"]

    for who in (city.hr, city.city_hr):
        assert await entry(await signed(who)) == (
            "target_changed",
            "Clinic Head",
            {"reason": "sakit"},
        )
    assert await entry(await signed(city.administrator)) == ("target_changed", "Clinic Head", {})


@pytest.mark.usefixtures("written")
async def test_changes_are_paged_newest_first(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.administrator)
    seen: list[str] = []
    params: dict[str, str] = {"limit": "3"}
    while True:
        page = (await client.get("/v1/audit", params=params, headers=headers)).json()
        seen += [entry["id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize("who", ["ani", "clinic_head", "mayor"])
async def test_without_a_role_there_is_no_audit(
    client: httpx.AsyncClient, city: City, signed: Signed, who: str
):
    answer = await client.get("/v1/audit", headers=await signed(getattr(city, who)))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_reading_the_audit_is_a_view_too(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.hr)
    await client.get("/v1/audit", headers=headers)
    await client.get("/v1/audit", params={"employee": str(city.ani)}, headers=headers)
    rows = await pool.fetch("SELECT employee_id, unit_id, what FROM data_view ORDER BY at")
    assert [tuple(row) for row in rows] == [
        (None, city.health, "audit"),
        (city.ani, None, "audit"),
    ]


async def test_hr_answers_who_saw_what(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    async with pool.acquire() as connection:
        await viewed(connection, city.works_head, "person", employee_ids=[city.ani])
    path = f"/v1/people/{city.ani}/views"
    (view,) = (await client.get(path, headers=await signed(city.hr))).json()["items"]
    assert (view["viewer_name"], view["what"]) == ("Works Head", "person")
    mine = (await client.get(path, headers=await signed(city.ani))).json()["items"]
    assert [view["what"] for view in mine] == ["views", "person"]  # HR's look is there as well
    for who in (city.clinic_head, city.administrator, city.budi):
        assert (await client.get(path, headers=await signed(who))).status_code == 403
