"""Targets: who sets them, what a change leaves behind, and what the wire says of their pace."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Heard, Signed
from tests.builders import City, make_report, move_employee, submit
from tests.making.agreements import make_agreement, make_result


def goal(employee_id: UUID, **changed: Any) -> dict[str, Any]:
    start = datetime.now(UTC) - timedelta(days=2)
    return {
        "id": str(uuid4()),
        "employee_id": str(employee_id),
        "indicator": "Kunjungan rumah",
        "unit_of_measure": "kunjungan",
        "quantity": 8,
        "period_start": start.isoformat(),
        "period_end": (start + timedelta(days=30)).isoformat(),
    } | changed


async def test_the_deciding_head_agrees_a_target_and_the_employee_sees_it_at_once(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    body = goal(city.ani)
    made = await client.post("/v1/targets", json=body, headers=await signed(city.clinic_head))
    assert made.status_code == 201, made.text
    (row,) = heard.events
    content = json.loads(row.content)
    assert (row.kind, row.employee_id, row.goal) == ("target_changed", city.ani, 8.0)
    assert (content["change"], content["employee_name"]) == ("made", "Ani")
    mine = (await client.get("/v1/me/targets", headers=await signed(city.ani))).json()
    assert body["id"] in {target["id"] for target in mine}


async def test_asking_twice_makes_one_and_another_goal_under_its_id_is_a_conflict(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    body, headers = goal(city.ani), await signed(city.clinic_head)
    first = await client.post("/v1/targets", json=body, headers=headers)
    again = await client.post("/v1/targets", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    other = await client.post("/v1/targets", json=body | {"quantity": 9}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert len(heard.events) == 1


async def test_asking_many_times_at_once_makes_one_and_writes_it_down_once(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    body, headers = goal(city.ani), await signed(city.clinic_head)
    wanted = [body] * 6 + [body | {"quantity": 9}] * 6
    answers = await asyncio.gather(
        *(client.post("/v1/targets", json=each, headers=headers) for each in wanted)
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201] + [409] * 6
    assert len(heard.events) == 1
    assert await pool.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'target_made'") == 1


async def test_only_the_decider_and_hr_set_targets_and_nobody_their_own(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    expected = {
        city.hr: 201,
        city.ani: 403,
        city.budi: 403,
        city.health_head: 403,
        city.works_head: 403,
        city.administrator: 403,
    }
    for who, status in expected.items():
        answer = await client.post("/v1/targets", json=goal(city.ani), headers=await signed(who))
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quantity": -1}, "quantity"),
        ({"quantity": 1e9}, "quantity"),
        ({"indicator": "   "}, "indicator"),
        ({"period_end": "2126-01-01T00:00:00Z"}, "period_end"),
        ({"template_id": str(uuid4())}, "template_id"),
    ],
)
async def test_absurd_goals_are_refused_by_name(
    client: httpx.AsyncClient, city: City, signed: Signed, wrong: dict[str, Any], field: str
) -> None:
    answer = await client.post(
        "/v1/targets", json=goal(city.ani, **wrong), headers=await signed(city.clinic_head)
    )
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_change_gives_its_reason_keeps_what_was_and_asks_for_a_fresh_pace(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    target_id, headers = city.targets[city.ani], await signed(city.clinic_head)
    await pool.execute("UPDATE target_pace SET stale = false WHERE target_id = $1", target_id)
    address = f"/v1/targets/{target_id}"
    silent = await client.patch(address, json={"quantity": 80}, headers=headers)
    assert (silent.status_code, silent.json()["field"]) == (422, "reason")
    body = {"quantity": 80, "base_version": 1, "reason": "cuti melahirkan"}
    changed = await client.patch(address, json=body, headers=headers)
    assert (changed.json()["quantity"], changed.json()["version"]) == (80.0, 2)
    (row,) = heard.events
    assert json.loads(row.content)["reason"] == "cuti melahirkan"
    assert await pool.fetchval("SELECT stale FROM target_pace WHERE target_id = $1", target_id)
    (change,) = (await client.get(f"{address}/changes", headers=await signed(city.ani))).json()
    assert (change["before"], change["after"]) == ({"quantity": 100.0}, {"quantity": 80.0})
    assert change["by_name"] == "Clinic Head"
    outdated = await client.patch(address, json=body | {"quantity": 70}, headers=headers)
    assert (outdated.status_code, outdated.json()["details"]) == (409, {"latest": 2})


async def test_a_change_that_would_turn_a_range_around_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.clinic_head)
    body = goal(city.ani, direction="range", low=2, high=4)
    await client.post("/v1/targets", json=body, headers=headers)
    wrong = {"low": 5, "reason": "x"}
    answer = await client.patch(f"/v1/targets/{body['id']}", json=wrong, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "low")


async def test_a_closed_target_takes_no_change_and_closing_twice_is_once(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    headers, address = await signed(city.hr), f"/v1/targets/{city.targets[city.ani]}"
    for _ in range(2):
        closed = await client.post(
            f"{address}/closing", json={"reason": "dinilai"}, headers=headers
        )
        assert closed.json()["closed_at"] is not None
    assert [json.loads(row.content)["change"] for row in heard.events] == ["closed"]
    late = await client.patch(address, json={"quantity": 1, "reason": "x"}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "period_closed")


async def test_pace_tells_approved_from_pending_and_counts_working_days(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    target_id = city.targets[city.ani]
    await make_report(pool, city.ani, target_id, quantity=30)
    answer = await client.get(f"/v1/targets/{target_id}", headers=await signed(city.ani))
    pace = answer.json()["pace"]
    assert (pace["approved"], pace["pending"], pace["observations"]) == (0.0, 30.0, 1)
    assert (pace["waiting"], pace["state"]) == (1, "on_track")
    assert 0 < pace["expected"] < 100
    assert 0 < pace["working_days_left"] <= 20
    assert pace["slips_at"] is not None


async def test_who_may_read_a_target_and_what_the_others_learn(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    target = f"/v1/targets/{city.targets[city.ani]}"
    theirs = f"/v1/people/{city.ani}/targets"
    for who in (city.ani, city.clinic_head, city.health_head, city.mayor, city.hr):
        headers = await signed(who)
        assert (await client.get(target, headers=headers)).status_code == 200
        assert len((await client.get(theirs, headers=headers)).json()) == 1
    for who in (city.budi, city.pharmacy_head, city.works_head, city.administrator):
        headers = await signed(who)
        assert (await client.get(target, headers=headers)).status_code == 404
        assert (await client.get(theirs, headers=headers)).status_code == 403
    looked = await pool.fetchval(
        "SELECT count(*) FROM data_view WHERE employee_id = $1 AND what = 'target'", city.ani
    )
    assert looked == 4


async def test_a_new_head_sets_what_a_former_one_may_not(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await move_employee(pool, city.ani, city.roads)
    former = await client.post(
        "/v1/targets", json=goal(city.ani), headers=await signed(city.clinic_head)
    )
    new = await client.post(
        "/v1/targets", json=goal(city.ani), headers=await signed(city.roads_head)
    )
    assert (former.status_code, new.status_code) == (403, 201)


async def test_a_target_that_just_ended_is_still_there_for_late_reports(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    ended = datetime.now(UTC) - timedelta(days=3)
    body = goal(
        city.ani,
        period_start=(ended - timedelta(days=30)).isoformat(),
        period_end=ended.isoformat(),
    )
    await client.post("/v1/targets", json=body, headers=await signed(city.clinic_head))
    headers = await signed(city.ani)

    async def mine(days: int) -> set[str]:
        asked = {"ended_within_days": days}
        targets = await client.get("/v1/me/targets", params=asked, headers=headers)
        return {target["id"] for target in targets.json()}

    assert body["id"] in await mine(7)
    assert body["id"] not in await mine(1)


async def test_a_report_on_a_new_target_counts_at_once(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    body = goal(city.ani)
    await client.post("/v1/targets", json=body, headers=await signed(city.clinic_head))
    await submit(
        pool, "create", city.ani, report_id=uuid4(), target_id=UUID(body["id"]), quantity=3
    )
    answer = await client.get(f"/v1/targets/{body['id']}", headers=await signed(city.ani))
    assert answer.json()["pace"]["pending"] == 3.0


async def test_a_target_of_zero_expects_nothing_and_never_slips(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = goal(city.ani, quantity=0)
    made = await client.post("/v1/targets", json=body, headers=await signed(city.clinic_head))
    pace = made.json()["pace"]
    assert (made.json()["stage"], pace["state"], pace["slips_at"]) == ("running", "on_track", None)


async def test_a_range_may_change_on_its_last_day_and_the_pace_is_looked_at_anew(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    end = datetime.now(UTC) + timedelta(hours=2)
    body = goal(
        city.ani,
        direction="range",
        low=2,
        high=4,
        period_start=(end - timedelta(days=30)).isoformat(),
        period_end=end.isoformat(),
    )
    headers = await signed(city.clinic_head)
    await client.post("/v1/targets", json=body, headers=headers)
    address = f"/v1/targets/{body['id']}"
    await pool.execute("UPDATE target_pace SET stale = false")
    changed = await client.patch(address, json={"low": 1, "reason": "sakit"}, headers=headers)
    assert (changed.status_code, changed.json()["low"]) == (200, 1)
    stale = "SELECT stale FROM target_pace WHERE target_id = $1"
    assert await pool.fetchval(stale, UUID(body["id"]))
    (kept,) = (await client.get(f"{address}/changes", headers=headers)).json()
    assert (kept["before"], kept["after"]) == ({"low": 2.0}, {"low": 1.0})


async def test_a_target_is_put_under_a_result_and_taken_away_again(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    result_id = await make_result(pool, await make_agreement(pool, city.ani))
    foreign = await make_result(pool, await make_agreement(pool, city.budi))
    headers, address = await signed(city.clinic_head), f"/v1/targets/{city.targets[city.ani]}"
    for link, expected in ((result_id, 200), (foreign, 422), (None, 200)):
        body = {"work_result_id": link and str(link), "reason": "SKP"}
        answer = await client.patch(address, json=body, headers=headers)
        assert answer.status_code == expected
        if expected == 200:
            assert answer.json()["work_result_id"] == body["work_result_id"]
        else:
            assert answer.json()["field"] == "work_result_id"
    assert [json.loads(row.content)["change"] for row in heard.events] == ["assigned"] * 2
    made = goal(city.ani, work_result_id=str(result_id))
    answer = await client.post("/v1/targets", json=made, headers=headers)
    assert answer.json()["work_result_id"] == str(result_id)


async def test_a_target_that_names_a_service_shows_its_index_and_nothing_before_anybody_spoke(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    service_id = uuid4()
    await pool.execute(
        "INSERT INTO public_service (id, unit_id, name) VALUES ($1, $2, 'Loket')",
        service_id,
        city.clinic,
    )
    headers = await signed(city.clinic_head)
    named = {"service_id": str(service_id), "aspect": "quality", "unit_of_measure": "IKM"}
    body = goal(city.ani, quantity=88.31, **named)
    made = await client.post("/v1/targets", json=body, headers=headers)
    assert (made.status_code, made.json()["measured"]) == (201, None)
    await pool.execute(
        "INSERT INTO verdict_day (service_id, on_day, unit_id, responses, low, requirements,"
        " procedure, time, cost, product, competence, behaviour, complaints, facilities)"
        " VALUES ($1, $2, $3, 2, 0, 8, 8, 8, 8, 6, 6, 6, 6, 4)",
        service_id,
        datetime.now(UTC).date(),
        city.clinic,
    )
    shown = await client.get(f"/v1/targets/{body['id']}", headers=headers)
    assert shown.json()["measured"] == 83.33
    wrong = goal(city.ani, service_id=str(service_id))
    refused = await client.post("/v1/targets", json=wrong, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (422, "service_id")
    other = await client.patch(
        f"/v1/targets/{city.targets[city.ani]}",
        json={"service_id": str(service_id), "reason": "x"},
        headers=headers,
    )
    assert (other.status_code, other.json()["field"]) == (422, "service_id")


async def test_what_lapsed_is_rolled_over_once_and_both_say_so(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    target_id, headers = city.targets[city.ani], await signed(city.clinic_head)
    address = f"/v1/targets/{target_id}/rollover"
    body = {"period": f"{datetime.now(UTC).year + 1}-06", "reason": "banjir"}
    running = await client.post(address, json=body, headers=headers)
    assert (running.status_code, running.json()["code"]) == (409, "conflict")
    ended = datetime.now(UTC) - timedelta(days=1)
    await pool.execute("UPDATE target SET period_end = $2 WHERE id = $1", target_id, ended)
    await pool.execute("UPDATE target_pace SET state = 'lapsed', approved = 60, observations = 4")
    lapsed = await client.get(f"/v1/targets/{target_id}", headers=headers)
    assert lapsed.json()["stage"] == "lapsed"
    first = await client.post(address, json=body, headers=headers)
    again = await client.post(address, json=body, headers=headers)
    assert first.status_code == 200, first.text
    assert first.json() == again.json() | {"pace": first.json()["pace"]}
    assert (first.json()["quantity"], first.json()["rolled_from_id"]) == (40, str(target_id))
    words = [json.loads(row.content)["change"] for row in heard.events]
    assert words == ["rolled_over", "made"]
    old = await client.get(f"/v1/targets/{target_id}", headers=headers)
    assert old.json()["stage"] == "rolled_over"
    for who, status in ((city.ani, 403), (city.budi, 404)):
        answer = await client.post(address, json=body, headers=await signed(who))
        assert answer.status_code == status


async def test_the_course_of_a_target_ends_where_it_stands(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    target_id = city.targets[city.ani]
    await make_report(pool, city.ani, target_id, quantity=4)
    headers = await signed(city.clinic_head)
    answer = await client.get(f"/v1/targets/{target_id}/course", headers=headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    done = [day["done"] for day in told["days"] if day["done"] is not None]
    assert (told["target_id"], done[0], done[-1]) == (str(target_id), 0.0, 4.0)
    assert told["days"][-1]["expected"] == pytest.approx(100)
    strange = await client.get(
        f"/v1/targets/{target_id}/course", headers=await signed(city.roads_head)
    )
    assert strange.status_code == 404
