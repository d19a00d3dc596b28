"""People: scoped lists, views written down, and HR's changes with all that hangs on them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Heard, Signed
from tests.builders import City, make_assignment, make_job_title, make_report, random_nip


async def names(client: httpx.AsyncClient, headers: dict[str, str], **params: Any) -> list[str]:
    """Every name of every page."""
    found: list[str] = []
    while True:
        answer = await client.get("/v1/people", params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [person["name"] for person in page["items"]]
        if page["next_cursor"] is None:
            return found
        params["cursor"] = page["next_cursor"]


CLINIC = ["Ani", "Budi", "Clinic Head"]
HEALTH = sorted([*CLINIC, "Citra", "Health Head", "Pharmacy Head"])
WORKS = ["Dedi", "Eka", "Roads Head", "Works Head"]
HALL = ["Administrator", "City Hr", "Hr", "Mayor"]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ani", ["Ani"]),
        ("clinic_head", CLINIC),
        ("health_head", HEALTH),
        ("hr", sorted([*HEALTH, "Hr"])),
        ("mayor", sorted(HEALTH + WORKS + HALL)),
        ("city_hr", sorted(HEALTH + WORKS + HALL)),
        ("administrator", sorted(HEALTH + WORKS + HALL)),
    ],
)
@pytest.mark.parametrize("limit", [2, 200])
async def test_everybody_lists_their_scope(
    client: httpx.AsyncClient, city: City, signed: Signed, who: str, seen: list[str], limit: int
):
    headers = await signed(getattr(city, who))
    assert await names(client, headers, limit=limit) == seen


async def test_a_personal_supervisor_lists_their_person_too(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    since = await pool.fetchval("SELECT now() - interval '1 hour'")
    await make_assignment(pool, city.dedi, city.clinic_head, valid_from=since)
    assert await names(client, await signed(city.clinic_head)) == [*CLINIC, "Dedi"]


async def test_a_list_is_narrowed_by_unit_words_and_nip(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.city_hr)
    assert await names(client, headers, unit=str(city.clinic)) == CLINIC
    assert await names(client, headers, q="HEAD", unit=str(city.works)) == [
        "Roads Head",
        "Works Head",
    ]
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", city.eka)
    assert await names(client, headers, q=nip) == ["Eka"]
    assert await names(client, headers, q="100%_") == []
    assert await names(client, await signed(city.clinic_head), unit=str(city.roads)) == []


async def test_the_deactivated_are_listed_only_when_asked_for(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await pool.execute("UPDATE employee SET active = false WHERE id = $1", city.budi)
    headers = await signed(city.hr)
    assert "Budi" not in await names(client, headers)
    assert "Budi" in await names(client, headers, inactive=True)


async def test_listing_is_written_down_once_for_all_its_pages(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await names(client, await signed(city.hr), limit=1)
    rows = await pool.fetch("SELECT viewer_id, unit_id, what FROM data_view")
    assert [tuple(row) for row in rows] == [(city.hr, city.health, "people")]


async def test_a_personal_supervisor_who_lists_people_looked_at_those_assigned(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    since = datetime.now(UTC) - timedelta(days=1)
    await make_assignment(pool, city.ani, city.eka, valid_from=since)
    assert await names(client, await signed(city.eka)) == ["Ani", "Eka"]
    rows = await pool.fetch("SELECT viewer_id, employee_id, what FROM data_view")
    assert [tuple(row) for row in rows] == [(city.eka, city.ani, "people")]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"q": "a\0b"}, "forbidden_character"),
        ({"q": "x" * 500}, "note_too_long"),
        ({"limit": 0}, "invalid_value"),
        ({"limit": 100_000}, "invalid_value"),
        ({"cursor": "made up"}, "invalid_cursor"),
        ({"cursor": "x" * 5_000}, "note_too_long"),
        ({"unit": "no id"}, "invalid_value"),
    ],
)
async def test_bad_questions_are_refused_by_name(
    client: httpx.AsyncClient, city: City, signed: Signed, params: Any, code: str
):
    answer = await client.get("/v1/people", params=params, headers=await signed(city.hr))
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code


# --- one person -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ani", 200),
        ("clinic_head", 200),
        ("health_head", 200),
        ("mayor", 200),
        ("hr", 200),
        ("administrator", 200),
        ("budi", 403),
        ("pharmacy_head", 403),
        ("works_head", 403),
    ],
)
async def test_the_line_hr_and_administrators_see_a_person(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed, who: str, status: int
):
    answer = await client.get(f"/v1/people/{city.ani}", headers=await signed(getattr(city, who)))
    assert answer.status_code == status
    viewers = [row["viewer_id"] for row in await pool.fetch("SELECT viewer_id FROM data_view")]
    expected = [getattr(city, who)] if status == 200 and who != "ani" else []
    assert viewers == expected


async def test_nobody_is_found_under_an_unknown_id(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    answer = await client.get(f"/v1/people/{uuid4()}", headers=await signed(city.hr))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_last_contact_is_for_the_line_and_hr(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    path = f"/v1/people/{city.ani}/contact"
    head = await signed(city.clinic_head)
    assert (await client.get(path, headers=head)).json()["last_contact_at"] is None
    await pool.execute("INSERT INTO last_contact VALUES ($1, now())", city.ani)
    assert (await client.get(path, headers=head)).json()["last_contact_at"] is not None
    assert (await client.get(path, headers=await signed(city.administrator))).status_code == 403


# --- adding -----------------------------------------------------------------------------------


def newcomer(unit_id: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "nip": random_nip(),
        "name": "Fajar",
        "unit_id": str(unit_id),
        "reason": "SK pengangkatan",
    } | changes


async def test_hr_adds_somebody_with_a_placement_and_an_entry(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    body = newcomer(city.clinic)
    answer = await client.post("/v1/people", json=body, headers=await signed(city.hr))
    assert answer.status_code == 201, answer.text
    person = answer.json()
    assert (person["name"], person["unit_name"]) == ("Fajar", "Puskesmas")
    placement = await pool.fetchrow(
        "SELECT unit_id, valid_to FROM placement WHERE employee_id = $1", UUID(person["id"])
    )
    assert tuple(placement) == (city.clinic, None)
    entry = await pool.fetchrow("SELECT actor_id, action, employee_id, details FROM audit_entry")
    assert tuple(entry)[:3] == (city.hr, "person_added", UUID(person["id"]))
    assert json.loads(entry["details"])["reason"] == "SK pengangkatan"
    again = await client.post("/v1/people", json=body, headers=await signed(city.hr))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("who", "unit", "changes", "status", "code"),
    [
        ("hr", "roads", {}, 403, "not_allowed"),
        ("clinic_head", "clinic", {}, 403, "not_allowed"),
        ("administrator", "clinic", {}, 403, "not_allowed"),
        ("hr", "clinic", {"nip": "123"}, 422, "invalid_nip"),
        ("hr", "clinic", {"name": "F\0"}, 422, "forbidden_character"),
        ("hr", "clinic", {"name": "F" * 1_000}, 422, "note_too_long"),
        ("hr", "clinic", {"reason": "  "}, 422, "invalid_value"),
        ("hr", "clinic", {"unit_id": str(UUID(int=9))}, 422, "invalid_value"),
        ("hr", "clinic", {"job_title_id": str(UUID(int=9))}, 422, "invalid_value"),
    ],
)
async def test_what_cannot_be_added(
    pool: asyncpg.Pool,
    client: httpx.AsyncClient,
    city: City,
    signed: Signed,
    who: str,
    unit: str,
    changes: Any,
    status: int,
    code: str,
):
    before = await pool.fetchval("SELECT count(*) FROM employee")
    body = newcomer(getattr(city, unit)) | changes
    headers = await signed(getattr(city, who))
    answer = await client.post("/v1/people", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await pool.fetchval("SELECT count(*) FROM employee") == before


# --- changing ---------------------------------------------------------------------------------


async def changed(
    client: httpx.AsyncClient, headers: dict[str, str], employee_id: UUID, **changes: Any
) -> httpx.Response:
    body = {"reason": "SK mutasi"} | changes
    return await client.patch(f"/v1/people/{employee_id}", json=body, headers=headers)


async def test_a_transfer_moves_person_paces_and_open_targets(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
):
    before = await pool.fetchval("SELECT version FROM rights_version")
    answer = await changed(client, await signed(city.city_hr), city.ani, unit_id=str(city.roads))
    assert answer.status_code == 200, answer.text
    assert answer.json()["unit_name"] == "Bina Marga"
    placements = await pool.fetch(
        "SELECT unit_id, valid_to IS NULL AS open FROM placement"
        " WHERE employee_id = $1 ORDER BY valid_from",
        city.ani,
    )
    assert [tuple(row) for row in placements] == [(city.clinic, False), (city.roads, True)]
    works_shard = await pool.fetchval("SELECT shard FROM unit WHERE id = $1", city.works)
    pace = await pool.fetchrow(
        "SELECT shard, stale FROM target_pace WHERE employee_id = $1", city.ani
    )
    assert tuple(pace) == (works_shard, True)
    (event,) = heard.events
    assert (event.kind, event.shard, event.unit_id) == ("target_changed", works_shard, city.roads)
    content = json.loads(event.content)
    assert (content["change"], content["reason"]) == ("moved", "SK mutasi")
    stored = await pool.fetchrow("SELECT shard, seq FROM feed WHERE kind = 'target_changed'")
    assert tuple(stored) == (event.shard, event.seq)
    assert await pool.fetchval("SELECT version FROM rights_version") == before + 1
    told = await pool.fetchval(
        "SELECT employee_ids FROM rights_change ORDER BY version DESC LIMIT 1"
    )
    assert {city.ani, city.clinic_head, city.roads_head, city.health_head, city.hr} <= set(told)


async def test_after_a_transfer_the_new_head_sees_the_person_and_the_old_one_does_not(
    client: httpx.AsyncClient, city: City, signed: Signed
):
    old, new = await signed(city.clinic_head), await signed(city.roads_head)
    await changed(client, await signed(city.city_hr), city.ani, unit_id=str(city.roads))
    assert (await client.get(f"/v1/people/{city.ani}", headers=old)).status_code == 403
    assert (await client.get(f"/v1/people/{city.ani}", headers=new)).status_code == 200


async def test_transfers_and_reports_at_once_lose_and_double_nothing(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    hr = await signed(city.city_hr)
    target_id = city.targets[city.ani]

    async def report() -> bool:
        async with pool.acquire() as connection:
            try:
                await make_report(connection, city.ani, target_id)
            except AssertionError:  # moved in this very moment: the phone sends it again
                return False
            return True

    async def move(unit_id: UUID) -> int:
        return (await changed(client, hr, city.ani, unit_id=str(unit_id))).status_code

    units = [city.roads, city.clinic] * 4
    outcomes = await asyncio.gather(*(report() for _ in range(20)), *(move(u) for u in units))
    assert set(outcomes[20:]) <= {200, 503}
    pending = await pool.fetchval("SELECT pending FROM target_pace WHERE target_id = $1", target_id)
    assert pending == sum(1 for outcome in outcomes[:20] if outcome is True)
    where = await pool.fetchrow(
        "SELECT u.shard AS unit_shard, p.shard AS pace_shard, l.unit_id = e.unit_id AS same"
        " FROM employee e JOIN unit u ON u.id = e.unit_id"
        " JOIN target_pace p ON p.employee_id = e.id"
        " JOIN placement l ON l.employee_id = e.id AND l.valid_to IS NULL WHERE e.id = $1",
        city.ani,
    )
    assert where["unit_shard"] == where["pace_shard"]
    assert where["same"]
    for row in await pool.fetch(
        "SELECT f.shard, f.head, count(e.seq) AS events FROM feed_shard f"
        " LEFT JOIN feed e ON e.shard = f.shard GROUP BY f.shard, f.head"
    ):
        assert row["head"] == row["events"]


async def test_a_deactivated_person_is_signed_out_everywhere(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    hers = await signed(city.ani)
    hr = await signed(city.hr)
    answer = await changed(client, hr, city.ani, active=False)
    assert answer.json()["active"] is False
    assert (await client.get("/v1/me", headers=hers)).json()["code"] == "session_revoked"
    row = await pool.fetchrow(
        "SELECT revoked_at, revoked_reason FROM session WHERE employee_id = $1", city.ani
    )
    assert row["revoked_at"] is not None
    assert row["revoked_reason"] == "deactivated"
    told = await pool.fetchval(
        "SELECT employee_ids FROM rights_change ORDER BY version DESC LIMIT 1"
    )
    assert told == [city.ani]
    back = await changed(client, hr, city.ani, active=True)
    assert back.json()["active"] is True
    assert (await client.get("/v1/me", headers=hers)).status_code == 401  # sessions stay ended


async def test_when_a_head_goes_everybodys_rights_are_read_anew(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await changed(client, await signed(city.hr), city.clinic_head, active=False)
    told = await pool.fetchval(
        "SELECT employee_ids FROM rights_change ORDER BY version DESC LIMIT 1"
    )
    assert told is None


async def test_a_name_and_a_job_change_with_an_entry_that_keeps_the_old_ones(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    job_title_id = await make_job_title(pool, asks_location=True)
    headers = await signed(city.hr)
    answer = await changed(
        client, headers, city.ani, name="Ani Lestari", job_title_id=str(job_title_id)
    )
    assert (answer.json()["name"], answer.json()["job_title"]) == ("Ani Lestari", "Jabatan")
    details = json.loads(await pool.fetchval("SELECT details FROM audit_entry"))
    assert (details["name"], details["before"]["name"]) == ("Ani Lestari", "Ani")
    me = (await client.get("/v1/me", headers=await signed(city.ani))).json()
    assert me["asks_location"] is True


@pytest.mark.parametrize(
    ("who", "subject", "changes", "status"),
    [
        ("hr", "dedi", {"name": "X"}, 403),
        ("hr", "ani", {"unit_id": "roads"}, 403),  # HR of one agency sends nobody to another
        ("hr", "hr", {"active": True}, 403),  # nobody manages themselves
        ("clinic_head", "ani", {"name": "X"}, 403),
        ("administrator", "ani", {"active": False}, 403),
        ("ani", "ani", {"name": "X"}, 403),
    ],
)
async def test_only_hr_of_both_places_changes_people(
    pool: asyncpg.Pool,
    client: httpx.AsyncClient,
    city: City,
    signed: Signed,
    who: str,
    subject: str,
    changes: dict[str, Any],
    status: int,
):
    if "unit_id" in changes:
        changes = changes | {"unit_id": str(getattr(city, changes["unit_id"]))}
    headers = await signed(getattr(city, who))
    answer = await changed(client, headers, getattr(city, subject), **changes)
    assert answer.status_code == status
    assert await pool.fetchval("SELECT count(*) FROM audit_entry") == 0


async def test_nobody_is_moved_into_a_retired_unit(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    await pool.execute("UPDATE unit SET retired_at = now() WHERE id = $1", city.pharmacy)
    answer = await changed(client, await signed(city.hr), city.ani, unit_id=str(city.pharmacy))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    placed = await pool.fetchval("SELECT unit_id FROM employee WHERE id = $1", city.ani)
    assert placed == city.clinic


async def test_nobody_comes_back_to_a_retired_unit_but_elsewhere(
    pool: asyncpg.Pool, client: httpx.AsyncClient, city: City, signed: Signed
):
    headers = await signed(city.hr)
    await changed(client, headers, city.ani, active=False)
    await pool.execute("UPDATE unit SET retired_at = now() WHERE id = $1", city.clinic)
    refused = await changed(client, headers, city.ani, active=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert refused.json()["details"]["reason"] == "unit_retired"
    moved = await changed(client, headers, city.ani, active=True, unit_id=str(city.pharmacy))
    assert (moved.status_code, moved.json()["active"]) == (200, True)
