"""The first week's list, and practice that nobody but its maker ever sees."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from models.queries.practice import MOST_PRACTICE
from tests.api.conftest import Heard, Signed
from tests.builders import City
from tests.making.support import activated

NOW = datetime.now(UTC)


def practice(**change: Any) -> dict[str, Any]:
    usual = {"id": str(uuid4()), "quantity": 2, "note": "Coba", "activity_at": NOW.isoformat()}
    return usual | change


async def test_the_list_begins_empty_and_sees_what_is_done(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)

    async def done() -> tuple[list[str], bool]:
        answer = (await client.get("/v1/me/checklist", headers=headers)).json()
        assert len(answer["steps"]) == 7
        steps = [each["step"] for each in answer["steps"] if each["done_at"]]
        return steps, answer["week_over"]

    assert await done() == (["phone_reached"], False)
    await client.post("/v1/me/practice-reports", json=practice(), headers=headers)
    ticked = await client.post("/v1/me/checklist/profile_checked", headers=headers)
    assert ticked.status_code == 204
    assert await done() == (["phone_reached", "first_practice", "profile_checked"], False)
    await activated(pool, city.ani, NOW - timedelta(days=20))
    assert (await done())[1]


async def test_only_the_profile_is_ticked_by_hand(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    by_itself = await client.post("/v1/me/checklist/first_report", headers=headers)
    assert (by_itself.status_code, by_itself.json()["field"]) == (422, "step")
    unknown = await client.post("/v1/me/checklist/holiday", headers=headers)
    assert unknown.status_code == 422


async def test_practice_is_marked_kept_once_and_announced_to_nobody(
    client: httpx.AsyncClient, heard: Heard, city: City, signed: Signed
) -> None:
    headers, body = await signed(city.ani), practice(target_id=str(city.targets[city.ani]))
    made = await client.post("/v1/me/practice-reports", json=body, headers=headers)
    again = await client.post("/v1/me/practice-reports", json=body, headers=headers)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    assert (made.json()["practice"], made.json()["receipt"]) == (True, "LATIHAN")
    assert made.json()["indicator"] == "Kunjungan"
    other = await client.post(
        "/v1/me/practice-reports", json=body | {"quantity": 9}, headers=headers
    )
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert heard.events == []
    target = await client.get(f"/v1/targets/{city.targets[city.ani]}", headers=headers)
    assert target.json()["pace"]["pending"] == 0


async def test_nobody_practises_on_anothers_target_or_id(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    ani, budi = await signed(city.ani), await signed(city.budi)
    foreign = practice(target_id=str(city.targets[city.budi]))
    refused = await client.post("/v1/me/practice-reports", json=foreign, headers=ani)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_target")
    mine = practice()
    await client.post("/v1/me/practice-reports", json=mine, headers=ani)
    taken = await client.post("/v1/me/practice-reports", json=mine, headers=budi)
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict")
    assert (await client.get("/v1/me/practice-reports", headers=budi)).json() == []


async def test_practice_is_bounded_and_can_be_deleted(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    await pool.execute(
        "INSERT INTO practice_report (id, employee_id, quantity, activity_at)"
        " SELECT gen_random_uuid(), $1, 1, now() FROM generate_series(1, $2)",
        city.ani,
        MOST_PRACTICE,
    )
    full = await client.post("/v1/me/practice-reports", json=practice(), headers=headers)
    assert (full.status_code, full.json()["details"]) == (422, {"limit": MOST_PRACTICE})
    gone = await client.delete("/v1/me/practice-reports", headers=headers)
    assert gone.status_code == 204
    assert (await client.get("/v1/me/practice-reports", headers=headers)).json() == []
    made = await client.post("/v1/me/practice-reports", json=practice(), headers=headers)
    assert made.status_code == 201
