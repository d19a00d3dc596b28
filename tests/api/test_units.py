"""The tree: what one sees of it, who keeps it, and that paths, shards and rights follow a move."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.api.conftest import Signed
from tests.api.test_reports import id_of
from tests.builders import City, make_report


def agency(city: City, **changed: Any) -> dict[str, Any]:
    return {
        "code": "dinas-sosial",
        "name": "Dinas Sosial",
        "kind": "agency",
        "parent_id": str(city.city),
        "reason": "perda 4/2026",
    } | changed


async def test_one_sees_ones_own_path_and_what_one_keeps(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    async def seen(who: UUID) -> dict[str, int | None]:
        units = (await client.get("/v1/units", headers=await signed(who))).json()
        return {unit["name"]: unit["people"] for unit in units}

    assert await seen(city.ani) == {"Kota": None, "Dinas Kesehatan": None, "Puskesmas": None}
    assert await seen(city.health_head) == {
        "Kota": None,
        "Dinas Kesehatan": 6,
        "Puskesmas": 3,
        "Farmasi": 2,
    }
    assert len(await seen(city.mayor)) == 6


async def test_a_new_agency_gets_the_emptiest_shard_and_its_units_share_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers = await signed(city.administrator)
    version = await pool.fetchval("SELECT version FROM rights_version")
    made = await client.post("/v1/units", json=agency(city), headers=headers)
    assert made.status_code == 201, made.text
    assert await pool.fetchval("SELECT version FROM rights_version") == version + 1
    below = {"code": "rehab", "name": "Rehabilitasi", "parent_id": made.json()["id"]}
    section = await client.post("/v1/units", json=below | {"reason": "baru"}, headers=headers)
    rows = await pool.fetch(
        "SELECT shard, agency_id, path FROM unit WHERE id = ANY ($1::uuid[]) ORDER BY path",
        [UUID(made.json()["id"]), UUID(section.json()["id"])],
    )
    assert {row["shard"] for row in rows} == {1}  # 0, 3 and 5 hold people
    assert {row["agency_id"] for row in rows} == {UUID(made.json()["id"])}
    ancestry = await pool.fetch(
        "SELECT ancestor_id FROM unit_ancestry WHERE unit_id = $1", UUID(section.json()["id"])
    )
    assert {row["ancestor_id"] for row in ancestry} == set(rows[1]["path"])


async def test_a_unit_stands_only_where_its_kind_may(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.city_hr)
    for wrong in (
        {"kind": "unit"},
        {"kind": "agency", "parent_id": str(city.health)},
        {"kind": "city", "parent_id": str(city.clinic)},
    ):
        answer = await client.post("/v1/units", json=agency(city, **wrong), headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "kind")
    await client.post("/v1/units", json=agency(city), headers=headers)
    again = await client.post("/v1/units", json=agency(city), headers=headers)
    assert (again.status_code, again.json()["field"]) == (409, "code")


async def test_a_move_takes_all_below_along_and_history_stays_where_it_was(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    report = await make_report(pool, city.ani, city.targets[city.ani])
    before = await pool.fetchval("SELECT version FROM rights_version")
    body = {"parent_id": str(city.works), "reason": "digabung"}
    moved = await client.patch(
        f"/v1/units/{city.clinic}", json=body, headers=await signed(city.city_hr)
    )
    assert moved.json()["parent_id"] == str(city.works)
    unit = await pool.fetchrow("SELECT path, shard, agency_id FROM unit WHERE id = $1", city.clinic)
    assert list(unit["path"]) == [city.city, city.works, city.clinic]
    works_shard = await pool.fetchval("SELECT shard FROM unit WHERE id = $1", city.works)
    assert (unit["shard"], unit["agency_id"]) == (works_shard, city.works)
    shards = await pool.fetch("SELECT shard FROM target_pace WHERE employee_id = $1", city.ani)
    assert {row["shard"] for row in shards} == {works_shard}
    pairs = await pool.fetch(
        "SELECT ancestor_id, current FROM unit_ancestry WHERE unit_id = $1", city.clinic
    )
    assert {row["ancestor_id"]: row["current"] for row in pairs} == {
        city.city: True,
        city.health: False,
        city.works: True,
        city.clinic: True,
    }
    assert await pool.fetchval("SELECT version FROM rights_version") == before + 1
    address = f"/v1/reports/{id_of(report)}"
    for who in (city.health_head, city.works_head, city.clinic_head):
        assert (await client.get(address, headers=await signed(who))).status_code == 200


async def test_a_unit_never_hangs_below_itself(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = {"parent_id": str(city.clinic), "reason": "salah"}
    answer = await client.patch(
        f"/v1/units/{city.health}", json=body, headers=await signed(city.city_hr)
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "parent_id")


async def test_who_keeps_a_unit_and_who_does_not(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    rename = {"name": "Puskesmas Induk", "reason": "nama baru"}
    expected = {
        city.hr: 200,
        city.city_hr: 200,
        city.administrator: 200,
        city.clinic_head: 403,
        city.mayor: 403,
        city.ani: 403,
    }
    for who, status in expected.items():
        answer = await client.patch(
            f"/v1/units/{city.clinic}", json=rename, headers=await signed(who)
        )
        assert answer.status_code == status, answer.text
    out = {"parent_id": str(city.works), "reason": "bukan hak saya"}
    elsewhere = await client.patch(
        f"/v1/units/{city.clinic}", json=out, headers=await signed(city.hr)
    )
    assert elsewhere.status_code == 403
    top = await client.post(
        "/v1/units", json=agency(city, parent_id=None), headers=await signed(city.administrator)
    )
    assert top.status_code == 403


async def test_a_unit_retires_only_when_it_holds_nobody(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers, retire = await signed(city.city_hr), {"retired": True, "reason": "dihapus"}
    held = await client.patch(f"/v1/units/{city.clinic}", json=retire, headers=headers)
    assert (held.status_code, held.json()["details"]["reason"]) == (409, "unit_in_use")
    made = (await client.post("/v1/units", json=agency(city), headers=headers)).json()
    gone = await client.patch(f"/v1/units/{made['id']}", json=retire, headers=headers)
    assert gone.json()["retired_at"] is not None
    trail = await pool.fetch(
        "SELECT action FROM audit_entry WHERE unit_id = $1 ORDER BY at", UUID(made["id"])
    )
    assert [row["action"] for row in trail] == ["unit_added", "unit_changed"]


async def test_another_pattern_asks_for_a_fresh_pace_of_its_people(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await pool.execute("UPDATE target_pace SET stale = false")
    body = {"work_pattern": "six_days", "reason": "buka sabtu"}
    answer = await client.patch(
        f"/v1/units/{city.clinic}", json=body, headers=await signed(city.hr)
    )
    assert answer.json()["work_pattern"] == "six_days"
    stale = await pool.fetch("SELECT employee_id FROM target_pace WHERE stale")
    assert {row["employee_id"] for row in stale} == {city.ani, city.budi, city.clinic_head}
    unknown = await client.patch(
        f"/v1/units/{city.clinic}",
        json={"work_pattern": "tidak_ada", "reason": "x"},
        headers=await signed(city.hr),
    )
    assert (unknown.status_code, unknown.json()["field"]) == (422, "work_pattern")
