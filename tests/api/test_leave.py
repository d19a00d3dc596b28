"""Leave and shifts: HR writes them, nobody their own, and they move one person's pace."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.api.conftest import Signed
from tests.api.test_calendars import stale
from tests.builders import City


def day(offset: int) -> str:
    return (datetime.now(UTC) + timedelta(days=offset)).date().isoformat()


def annual(employee_id: UUID, first: int = 1, last: int = 5) -> dict[str, Any]:
    return {"employee_id": str(employee_id), "starts_on": day(first), "ends_on": day(last)}


async def test_leave_moves_the_expectation_of_one_person_and_can_be_taken_back(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers, target = await signed(city.hr), f"/v1/targets/{city.targets[city.ani]}"

    async def days_left() -> int:
        answer = await client.get(target, headers=await signed(city.ani))
        return answer.json()["pace"]["working_days_left"]

    before = await days_left()
    await stale(pool)
    made = await client.post("/v1/leave", json=annual(city.ani, 1, 7), headers=headers)
    assert made.status_code == 201, made.text
    assert await stale(pool) == {city.ani}
    assert await days_left() == before - 5
    gone = await client.delete(f"/v1/leave/{made.json()['id']}", headers=headers)
    assert gone.status_code == 204
    assert (await days_left(), await stale(pool)) == (before, {city.ani})


async def test_the_same_leave_twice_is_one_and_an_overlap_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    first = await client.post("/v1/leave", json=annual(city.ani), headers=headers)
    again = await client.post("/v1/leave", json=annual(city.ani), headers=headers)
    assert first.json()["id"] == again.json()["id"]
    crossed = await client.post("/v1/leave", json=annual(city.ani, 4, 9), headers=headers)
    assert (crossed.status_code, crossed.json()["details"]["existing_from"]) == (409, day(1))
    backward = await client.post("/v1/leave", json=annual(city.ani, 20, 15), headers=headers)
    assert (backward.status_code, backward.json()["field"]) == (422, "ends_on")
    listed = await client.get(
        "/v1/leave", params={"employee_id": str(city.ani)}, headers=await signed(city.clinic_head)
    )
    assert len(listed.json()) == 1


async def test_leave_granted_many_times_at_once_is_one_and_never_overlaps(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    wanted = [annual(city.ani)] * 4 + [annual(city.ani, 3, 9)] * 4
    answers = await asyncio.gather(
        *(client.post("/v1/leave", json=each, headers=headers) for each in wanted)
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 4


async def test_a_roster_set_many_times_at_once_stands_once(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers, start = await signed(city.hr), datetime(2026, 12, 1, tzinfo=UTC)
    shift = {
        "employee_id": str(city.ani),
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=8)).isoformat(),
    }
    body = {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(days=7)).isoformat(),
        "shifts": [shift],
    }
    answers = await asyncio.gather(
        *(client.post("/v1/shifts", json=body, headers=headers) for _ in range(6))
    )
    assert [answer.status_code for answer in answers] == [201] * 6
    assert await pool.fetchval("SELECT count(*) FROM shift") == 1


async def test_who_grants_leave_and_who_sees_it(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    for who, status in {city.ani: 403, city.clinic_head: 403, city.administrator: 403}.items():
        answer = await client.post("/v1/leave", json=annual(city.ani), headers=await signed(who))
        assert answer.status_code == status
    oneself = await client.post("/v1/leave", json=annual(city.hr), headers=await signed(city.hr))
    assert oneself.status_code == 403
    asked = {"employee_id": str(city.ani)}
    for who, status in {city.ani: 200, city.budi: 403, city.administrator: 403}.items():
        answer = await client.get("/v1/leave", params=asked, headers=await signed(who))
        assert answer.status_code == status
    unknown = await client.delete(f"/v1/leave/{uuid4()}", headers=await signed(city.hr))
    assert unknown.status_code == 404


async def test_a_roster_replaces_what_its_people_had_and_leaves_the_rest(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    start = datetime.now(UTC).replace(microsecond=0)

    def shift(employee_id: UUID, hours: int) -> dict[str, str]:
        begins = start + timedelta(hours=hours)
        return {
            "employee_id": str(employee_id),
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(hours=8)).isoformat(),
        }

    span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(days=7)).isoformat()}
    headers = await signed(city.hr)
    first = span | {"shifts": [shift(city.ani, 1), shift(city.budi, 1)]}
    assert (await client.post("/v1/shifts", json=first, headers=headers)).status_code == 201
    await stale(pool)
    second = span | {"shifts": [shift(city.ani, 20)]}
    await client.post("/v1/shifts", json=second, headers=headers)
    assert await stale(pool) == {city.ani}

    async def begins(employee_id: UUID) -> list[str]:
        asked = {"employee_id": str(employee_id)} | {
            "from": span["starts_at"],
            "to": span["ends_at"],
        }
        rows = await client.get("/v1/shifts", params=asked, headers=headers)
        return [row["starts_at"] for row in rows.json()]

    twenty = (start + timedelta(hours=20)).isoformat().replace("+00:00", "Z")
    assert await begins(city.ani) == [twenty]
    assert len(await begins(city.budi)) == 1


async def test_a_shift_outside_its_roster_or_longer_than_a_day_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    start, headers = datetime.now(UTC), await signed(city.hr)

    def roster(begins: datetime, ends: datetime, who: UUID = city.ani) -> dict[str, Any]:
        shift = {
            "employee_id": str(who),
            "starts_at": begins.isoformat(),
            "ends_at": ends.isoformat(),
        }
        end = start + timedelta(days=2)
        return {"starts_at": start.isoformat(), "ends_at": end.isoformat(), "shifts": [shift]}

    hour = timedelta(hours=1)
    for body in (
        roster(start - hour, start + hour),
        roster(start + hour, start + 40 * hour),
        roster(start + hour, start),
    ):
        answer = await client.post("/v1/shifts", json=body, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "shifts")
    foreign = roster(start, start + hour, city.dedi)
    assert (await client.post("/v1/shifts", json=foreign, headers=headers)).status_code == 403
    unknown = roster(start, start + hour, uuid4())
    assert (await client.post("/v1/shifts", json=unknown, headers=headers)).status_code == 404
