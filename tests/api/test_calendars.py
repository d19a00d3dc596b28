"""Calendars of many: who sets them, and that exactly the targets they touch are looked at anew."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from models.rules.flags import ReportFlag
from tests.api.conftest import Signed
from tests.api.test_reports import reported
from tests.builders import City

WEEK = [[[450, 960]]] * 5 + [[], []]


async def stale(pool: asyncpg.Pool) -> set[UUID]:
    """Whose targets need a fresh pace; they are fresh afterwards."""
    rows = await pool.fetch(
        "UPDATE target_pace SET stale = false WHERE stale RETURNING employee_id"
    )
    return {row["employee_id"] for row in rows}


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).date().isoformat()


async def test_a_local_holiday_touches_its_unit_and_is_seen_below_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await stale(pool)
    body = {"on_date": tomorrow(), "name": "HUT Puskesmas", "unit_id": str(city.clinic)}
    headers = await signed(city.hr)
    made = await client.post("/v1/holidays", json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert await stale(pool) == {city.ani, city.budi, city.clinic_head}
    year = {"year": tomorrow()[:4]}
    seen = await client.get("/v1/holidays", params=year, headers=await signed(city.ani))
    assert [day["name"] for day in seen.json()] == ["HUT Puskesmas"]
    unseen = await client.get("/v1/holidays", params=year, headers=await signed(city.citra))
    assert unseen.json() == []
    gone = await client.delete(f"/v1/holidays/{made.json()['id']}", headers=headers)
    assert gone.status_code == 204
    assert await stale(pool) == {city.ani, city.budi, city.clinic_head}


async def test_a_year_is_filled_once_and_again_changes_nothing(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.city_hr)
    first = await client.post("/v1/holidays/national", json={"year": 2026}, headers=headers)
    assert "2026-08-17" in first.json()
    await stale(pool)
    again = await client.post("/v1/holidays/national", json={"year": 2026}, headers=headers)
    assert (again.json(), await stale(pool)) == ([], set())


async def test_what_holds_for_everybody_is_set_at_the_top_alone(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/v1/holidays", {"on_date": tomorrow(), "name": "Libur"}),
        ("POST", "/v1/holidays/national", {"year": 2026}),
        ("POST", "/v1/ramadan", {"starts_on": "2027-02-08", "ends_on": "2027-03-09"}),
        ("PUT", "/v1/work-patterns/x", {"name": "X", "week": WEEK, "ramadan_week": WEEK}),
        (
            "POST",
            "/v1/outages",
            {"starts_at": "2026-11-02T00:00:00Z", "ends_at": "2026-11-02T05:00:00Z", "reason": "x"},
        ),
    ]
    for method, address, body in asked:
        for who in (city.hr, city.mayor, city.ani):
            answer = await client.request(method, address, json=body, headers=await signed(who))
            assert answer.status_code == 403, (address, answer.text)
        for who in (city.city_hr, city.administrator):
            answer = await client.request(method, address, json=body, headers=await signed(who))
            assert answer.is_success, (address, answer.text)


async def test_ramadan_has_one_row_for_a_year_and_touches_everybody(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers, today = await signed(city.city_hr), datetime.now(UTC).date()
    await stale(pool)
    fast = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=28)).isoformat()}
    assert (await client.post("/v1/ramadan", json=fast, headers=headers)).status_code == 201
    assert await stale(pool) == set(city.targets)
    longer = fast | {"ends_on": (today + timedelta(days=29)).isoformat()}
    await client.post("/v1/ramadan", json=longer, headers=headers)
    assert (await client.get("/v1/ramadan", headers=headers)).json() == [longer]
    overlap = {"starts_on": tomorrow(), "ends_on": longer["ends_on"]}
    refused = await client.post("/v1/ramadan", json=overlap, headers=headers)
    assert refused.status_code == 409
    backward = {"starts_on": "2027-03-09", "ends_on": "2027-02-08"}
    wrong = await client.post("/v1/ramadan", json=backward, headers=headers)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "ends_on")
    gone = await client.delete(f"/v1/ramadan/{fast['starts_on']}", headers=headers)
    assert gone.status_code == 204


async def test_a_pattern_that_is_in_use_stays_and_one_that_overlaps_is_none(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.city_hr)
    body: dict[str, Any] = {"name": "Sif pagi", "week": WEEK, "ramadan_week": WEEK}
    made = await client.put("/v1/work-patterns/pagi", json=body, headers=headers)
    assert (made.status_code, made.json()["week"]) == (200, WEEK)
    codes = {row["code"] for row in (await client.get("/v1/work-patterns", headers=headers)).json()}
    assert codes == {"five_days", "six_days", "roster", "pagi"}
    crossed = body | {"week": [[[450, 960], [900, 1000]], *WEEK[1:]]}
    wrong = await client.put("/v1/work-patterns/pagi", json=crossed, headers=headers)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "week")
    used = await client.delete("/v1/work-patterns/five_days", headers=headers)
    assert (used.status_code, used.json()["details"]) == (409, {"reason": "in_use"})
    assert (await client.delete("/v1/work-patterns/pagi", headers=headers)).status_code == 204
    assert (await client.delete("/v1/work-patterns/pagi", headers=headers)).status_code == 404


async def test_an_outage_recorded_later_excuses_what_was_captured_in_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    captured, late = datetime.now(UTC) - timedelta(hours=3), await reported(pool, city)
    await pool.execute(
        "UPDATE report SET flags = $2, corrected_at = $3 WHERE id = $1",
        late,
        int(ReportFlag.LATE | ReportFlag.CLOCK_WRONG),
        captured,
    )
    headers = await signed(city.administrator)
    span = {
        "starts_at": (captured - timedelta(hours=1)).isoformat(),
        "ends_at": (captured + timedelta(hours=1)).isoformat(),
    }
    body = span | {"reason": "listrik padam"}
    made = await client.post("/v1/outages", json=body, headers=headers)
    assert made.status_code == 201, made.text
    seen = await client.get(f"/v1/reports/{late}", headers=await signed(city.ani))
    assert seen.json()["flags"] == ["clock_wrong", "outage"]
    listed = await client.get("/v1/outages", headers=await signed(city.ani))
    assert [each["reason"] for each in listed.json()] == ["listrik padam"]
    assert [each["source"] for each in listed.json()] == ["administrator"]
    backward = body | {"ends_at": span["starts_at"]}
    wrong = await client.post("/v1/outages", json=backward, headers=headers)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "ends_at")


@pytest.mark.parametrize("what", ["holidays", "ramadan"])
async def test_what_is_not_there_cannot_be_taken_back(
    client: httpx.AsyncClient, city: City, signed: Signed, what: str
) -> None:
    key = uuid4() if what == "holidays" else date(2027, 2, 8)
    answer = await client.delete(f"/v1/{what}/{key}", headers=await signed(city.city_hr))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_day_at_the_end_of_time_is_refused_by_name(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.city_hr)
    for day in ("0001-01-01", "9999-12-31"):
        body = {"on_date": day, "name": "Libur"}
        answer = await client.post("/v1/holidays", json=body, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "on_date")
