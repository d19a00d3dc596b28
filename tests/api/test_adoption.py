"""Adoption and impact by unit: who may see them, and that a difference never stands alone."""

from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Signed
from tests.builders import City
from tests.making.support import activated

NOW = datetime.now(UTC)


async def test_a_head_sees_how_far_each_child_unit_has_come(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await activated(pool, city.ani, NOW)
    answer = await client.get(
        f"/v1/units/{city.health}/adoption?days=10", headers=await signed(city.health_head)
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["days"] == 10
    units = {each["unit_id"]: each for each in answer.json()["units"]}
    assert set(units) == {str(city.clinic), str(city.pharmacy), str(city.health)}
    clinic = units[str(city.clinic)]
    assert (clinic["people"], clinic["activated"], clinic["signed_in_week"]) == (3, 1, 1)
    assert [each["own"] for each in answer.json()["units"]] == [False, False, True]


async def test_the_mayor_sees_before_and_after_with_what_must_be_said(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    for month, reports in ((date(2026, 5, 1), 10), (date(2026, 9, 1), 25)):
        await pool.execute(
            "INSERT INTO unit_month (unit_id, month, indicator, unit_of_measure, reports,"
            " approved_reports, first_time, returned_reports, late, excused, with_evidence,"
            " measured, approved, pending)"
            " SELECT unnest($1::uuid[]), $2, 'Kunjungan', 'kali', $3, 5, 5, 0, 0, 0, 0, 0, 1, 0",
            [city.city, city.health],
            month,
            reports,
        )
    path, headers = f"/v1/units/{city.city}/impact", await signed(city.mayor)
    answer = (await client.get(path, params={"since": "2026-08"}, headers=headers)).json()
    assert (answer["before"], answer["after"]) == (["2026-05", "2026-07"], ["2026-08", "2026-10"])
    assert answer["units"][0]["unit_id"] == str(city.city)
    units = {each["unit_id"]: each for each in answer["units"]}
    health = units[str(city.health)]
    assert health["before"] == {
        "quantity_reports": 10,
        "approved_share": 0.5,
        "on_time_share": 1.0,
        "satisfaction_index": None,
        "responses": 0,
    }
    assert health["after"]["quantity_reports"] == 25
    for unit in answer["units"]:
        codes = {caveat["code"] for caveat in unit["caveats"]}
        assert "not_a_cause" in codes
        assert ("before_has_no_data" in codes) is (unit["before"]["quantity_reports"] == 0)
        assert all(caveat["text"] for caveat in unit["caveats"])
    english = await client.get(
        path, params={"since": "2026-08"}, headers=headers | {"accept-language": "en"}
    )
    assert "not proved" in english.json()["units"][0]["caveats"][-1]["text"]


@pytest.mark.parametrize(
    "params",
    [
        {"since": "2026-Q3"},
        {"since": "2026"},
        {"since": "August"},
        {"since": "2026-08", "months": 0},
        {"since": "2026-08", "months": 13},
        {},
    ],
)
async def test_a_turning_point_is_a_month(
    client: httpx.AsyncClient, city: City, signed: Signed, params: dict[str, str | int]
) -> None:
    answer = await client.get(
        f"/v1/units/{city.city}/impact", params=params, headers=await signed(city.mayor)
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("what", ["adoption", "impact"])
async def test_who_sees_a_unit(
    client: httpx.AsyncClient, city: City, signed: Signed, what: str
) -> None:
    def path(unit_id: object) -> str:
        return f"/v1/units/{unit_id}/{what}?since=2026-08"

    allowed = {
        city.clinic_head: 200,
        city.health_head: 200,
        city.mayor: 200,
        city.hr: 200,
        city.ani: 403,
        city.works_head: 403,
        city.administrator: 403,
    }
    for who, status in allowed.items():
        answer = await client.get(path(city.clinic), headers=await signed(who))
        assert answer.status_code == status
    unknown = await client.get(path(uuid4()), headers=await signed(city.mayor))
    assert unknown.status_code == 404
