"""A mentor reports for somebody, marked, while the mentorship lasts; and sees nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Heard, Signed
from tests.builders import City, make_report
from tests.making.support import make_mentorship

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def mentored(pool: asyncpg.Pool, city: City) -> City:
    """Budi mentors Ani since yesterday."""
    await make_mentorship(pool, city.ani, city.budi, valid_from=NOW - DAY)
    return city


def report(city: City, **change: Any) -> dict[str, Any]:
    usual = {
        "id": str(uuid4()),
        "target_id": str(city.targets[city.ani]),
        "quantity": 2,
        "note": "Kunjungan pagi",
        "activity_at": NOW.isoformat(),
        "sent_at": NOW.isoformat(),
    }
    return usual | change


def path(employee_id: UUID, what: str = "reports") -> str:
    return f"/v1/mentees/{employee_id}/{what}"


async def test_a_report_for_somebody_is_theirs_and_says_who_captured_it(
    client: httpx.AsyncClient, heard: Heard, mentored: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    city, body = mentored, report(mentored)
    made = await client.post(path(city.ani), json=body, headers=await signed(city.budi))
    again = await client.post(path(city.ani), json=body, headers=await signed(city.budi))
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    assert "on_behalf" in made.json()["flags"]
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'reported_for'"
    assert await pool.fetchval(audited) == 1
    name = await pool.fetchval("SELECT name FROM employee WHERE id = $1", city.budi)
    for who in (city.ani, city.clinic_head):
        seen = await client.get(f"/v1/reports/{body['id']}", headers=await signed(who))
        assert seen.json()["employee_id"] == str(city.ani)
        assert "on_behalf" in seen.json()["flags"]
        assert (seen.json()["reported_by"], seen.json()["reported_by_name"]) == (
            str(city.budi),
            name,
        )
    (event,) = [each for each in heard.events if each.kind == "report"]
    assert (event.employee_id, event.flags & 128) == (city.ani, 128)
    target = await client.get(
        f"/v1/targets/{city.targets[city.ani]}", headers=await signed(city.ani)
    )
    assert target.json()["pace"]["pending"] == 2


async def test_a_report_of_ones_own_names_nobody(
    client: httpx.AsyncClient, mentored: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    await make_report(pool, mentored.ani, mentored.targets[mentored.ani])
    (seen,) = (await client.get("/v1/reports", headers=await signed(mentored.ani))).json()["items"]
    assert (seen["reported_by"], seen["reported_by_name"]) == (None, None)


async def test_the_id_of_a_report_that_exists_marks_nobody(
    client: httpx.AsyncClient, mentored: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    city = mentored
    await make_report(pool, city.citra, city.targets[city.citra])
    report_id = await pool.fetchval("SELECT id FROM report")
    taken = await client.post(
        path(city.ani), json=report(city, id=str(report_id)), headers=await signed(city.budi)
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "report_conflict")
    seen = await client.get(f"/v1/reports/{report_id}", headers=await signed(city.citra))
    assert seen.json()["reported_by"] is None


async def test_a_mentor_sees_what_to_report_on_and_nothing_of_how_it_stands(
    client: httpx.AsyncClient, mentored: City, signed: Signed
) -> None:
    city, headers = mentored, await signed(mentored.budi)
    (mentee,) = (await client.get("/v1/me/mentees", headers=headers)).json()
    assert mentee["employee_id"] == str(city.ani)
    assert set(mentee) == {"employee_id", "name", "nip_end", "unit_name"}
    (target,) = (await client.get(path(city.ani, "targets"), headers=headers)).json()
    assert set(target) == {"id", "indicator", "unit_of_measure", "aspect"}
    for hidden in (
        f"/v1/targets/{city.targets[city.ani]}",
        f"/v1/people/{city.ani}/targets",
        f"/v1/people/{city.ani}",
        f"/v1/reports?employee_id={city.ani}",
    ):
        assert (await client.get(hidden, headers=headers)).status_code in (403, 404)
    views = await client.get("/v1/me/views", headers=await signed(city.ani))
    assert [view["what"] for view in views.json()["items"]] == ["mentee_targets"]


@pytest.mark.parametrize("who", ["ani", "citra", "clinic_head", "hr"])
async def test_nobody_else_reports_for_somebody(
    client: httpx.AsyncClient, mentored: City, signed: Signed, pool: asyncpg.Pool, who: str
) -> None:
    headers = await signed(mentored.people[who])
    refused = await client.post(path(mentored.ani), json=report(mentored), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert await pool.fetchval("SELECT count(*) FROM report_mentor") == 0


async def test_a_mentors_right_ends_with_the_mentorship(
    client: httpx.AsyncClient, mentored: City, signed: Signed
) -> None:
    city, head, mentor = mentored, await signed(mentored.hr), await signed(mentored.budi)
    (given,) = (await client.get(f"/v1/mentorships?employee_id={city.ani}", headers=head)).json()
    assert (await client.get(path(city.ani, "targets"), headers=mentor)).status_code == 200
    ended = await client.patch(
        f"/v1/mentorships/{given['id']}",
        json={"valid_to": (datetime.now(UTC)).isoformat()},
        headers=head,
    )
    assert ended.status_code == 200, ended.text
    refused = await client.post(path(city.ani), json=report(city), headers=mentor)
    assert refused.status_code == 403
    assert (await client.get("/v1/me/mentees", headers=mentor)).json() == []


async def test_who_gives_a_mentor_and_when_it_overlaps(
    client: httpx.AsyncClient, city: City, signed: Signed, pool: asyncpg.Pool
) -> None:
    body = {
        "id": str(uuid4()),
        "employee_id": str(city.ani),
        "mentor_id": str(city.citra),
        "valid_from": NOW.isoformat(),
        "valid_to": (NOW + 9 * DAY).isoformat(),
    }
    for who in (city.ani, city.budi, city.health_head, city.administrator):
        refused = await client.post("/v1/mentorships", json=body, headers=await signed(who))
        assert refused.status_code == 403
    made = await client.post("/v1/mentorships", json=body, headers=await signed(city.clinic_head))
    again = await client.post("/v1/mentorships", json=body, headers=await signed(city.clinic_head))
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    second = body | {"id": str(uuid4()), "mentor_id": str(city.budi)}
    overlap = await client.post("/v1/mentorships", json=second, headers=await signed(city.hr))
    assert (overlap.status_code, overlap.json()["details"]["existing_id"]) == (409, body["id"])
    for who in (city.ani, city.hr):
        listed = await client.get(
            f"/v1/mentorships?employee_id={city.ani}", headers=await signed(who)
        )
        assert [each["mentor_id"] for each in listed.json()] == [str(city.citra)]
    unseen = await client.get(
        f"/v1/mentorships?employee_id={city.ani}", headers=await signed(city.citra)
    )
    assert unseen.status_code == 403
    missing = await client.patch(
        f"/v1/mentorships/{uuid4()}", json={"valid_to": None}, headers=await signed(city.hr)
    )
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": -1}, "quantity_out_of_range"),
        ({"quantity": 1e9}, "quantity_out_of_range"),
        ({"target_id": str(uuid4())}, "unknown_target"),
        ({"note": "a\x00b"}, "forbidden_character"),
        ({"activity_at": "kemarin"}, "invalid_value"),
    ],
)
async def test_bad_words_of_a_mentor_are_refused_as_anybodys(
    client: httpx.AsyncClient, mentored: City, signed: Signed, change: dict[str, Any], code: str
) -> None:
    refused = await client.post(
        path(mentored.ani), json=report(mentored, **change), headers=await signed(mentored.budi)
    )
    assert refused.status_code == 422
    assert refused.json()["code"] in (code, "malformed")
