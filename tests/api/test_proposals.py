"""Proposals over HTTP: asked for by the employee, decided once by whoever decides."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.api.conftest import Heard, Signed
from tests.builders import City, make_assignment
from tests.making.agreements import make_agreement, make_result

START = datetime(2026, 11, 30, 17, tzinfo=UTC)
GOAL = {
    "indicator": "Posyandu",
    "unit_of_measure": "kali",
    "quantity": 4,
    "period_start": START.isoformat(),
    "period_end": (START + timedelta(days=31)).isoformat(),
}


def wish(**changed: Any) -> dict[str, Any]:
    given = {"id": str(uuid4()), "kind": "new", "body": GOAL, "reason": "wilayah bertambah"}
    return given | changed


async def asked(
    client: httpx.AsyncClient, headers: dict[str, str], body: dict[str, Any]
) -> httpx.Response:
    return await client.post("/v1/target-proposals", json=body, headers=headers)


async def test_what_is_proposed_and_agreed_is_a_target_of_that_result(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    result_id = await make_result(pool, await make_agreement(pool, city.ani))
    ani, head = await signed(city.ani), await signed(city.clinic_head)
    body = wish(work_result_id=str(result_id))
    made = await asked(client, ani, body)
    assert (made.status_code, made.json()["state"]) == (201, "open"), made.text
    assert (await asked(client, ani, body)).status_code == 200
    decision = {"decision": "agree", "changes": {"quantity": 6}, "reason": "sesuai beban"}
    address = f"/v1/target-proposals/{body['id']}"
    agreed = await client.post(f"{address}/decision", json=decision, headers=head)
    assert agreed.status_code == 200, agreed.text
    assert (agreed.json()["state"], agreed.json()["decided_by_name"]) == ("agreed", "Clinic Head")
    assert agreed.json()["body"]["quantity"] == 4  # as it was asked
    target_id = agreed.json()["target_id"]
    target = (await client.get(f"/v1/targets/{target_id}", headers=ani)).json()
    assert (target["quantity"], target["indicator"]) == (6, "Posyandu")
    assert target["work_result_id"] == str(result_id)
    notices = await pool.fetch("SELECT recipient_id, kind FROM notice ORDER BY made_at")
    assert [tuple(row) for row in notices] == [
        (city.clinic_head, "target_proposed"),
        (city.ani, "proposal_decided"),
    ]
    assert [row.kind for row in heard.events] == ["notice", "target_changed", "notice"]


async def test_a_change_that_is_agreed_changes_the_target_with_its_reason(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    ani, head = await signed(city.ani), await signed(city.clinic_head)
    target_id = city.targets[city.ani]
    body = wish(kind="change", target_id=str(target_id), body={"quantity": 80}, reason="cuti")
    assert (await asked(client, ani, body)).status_code == 201
    address = f"/v1/target-proposals/{body['id']}/decision"
    done = await client.post(address, json={"decision": "agree"}, headers=head)
    assert done.status_code == 200, done.text
    (change,) = (await client.get(f"/v1/targets/{target_id}/changes", headers=ani)).json()
    assert (change["reason"], change["after"]) == ("cuti", {"quantity": 80.0})
    contents = [json.loads(row.content) for row in heard.events]
    assert [each.get("change") for each in contents] == [None, "changed", None]


async def test_declining_needs_a_reason_and_changes_nothing(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ani, head = await signed(city.ani), await signed(city.clinic_head)
    body = wish()
    await asked(client, ani, body)
    address = f"/v1/target-proposals/{body['id']}/decision"
    silent = await client.post(address, json={"decision": "decline"}, headers=head)
    assert (silent.status_code, silent.json()["field"]) == (422, "reason")
    no = {"decision": "decline", "reason": "belum ada anggaran"}
    done = await client.post(address, json=no, headers=head)
    assert (done.json()["state"], done.json()["target_id"]) == ("declined", None)
    assert await pool.fetchval("SELECT count(*) FROM target WHERE indicator = 'Posyandu'") == 0
    (listed,) = (await client.get(f"/v1/people/{city.ani}/target-proposals", headers=ani)).json()
    assert listed["decision_reason"] == "belum ada anggaran"


async def test_of_many_who_decide_at_once_one_does(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    head, body = await signed(city.clinic_head), wish()
    await asked(client, await signed(city.ani), body)
    address = f"/v1/target-proposals/{body['id']}/decision"
    decisions = [{"decision": "agree"}, {"decision": "decline", "reason": "tidak"}] * 3
    answers = await asyncio.gather(
        *(client.post(address, json=each, headers=head) for each in decisions)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"already_decided"}
    made = await pool.fetchval("SELECT count(*) FROM target WHERE indicator = 'Posyandu'")
    assert made in (0, 1)
    assert await pool.fetchval("SELECT count(*) FROM notice WHERE kind = 'proposal_decided'") == 1


async def test_withdrawn_once_and_then_nobody_decides(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    ani, body = await signed(city.ani), wish()
    await asked(client, ani, body)
    address = f"/v1/target-proposals/{body['id']}"
    back = await client.post(f"{address}/withdrawal", headers=ani)
    assert back.json()["state"] == "withdrawn"
    for answer in (
        await client.post(f"{address}/withdrawal", headers=ani),
        await client.post(
            f"{address}/decision",
            json={"decision": "agree"},
            headers=await signed(city.clinic_head),
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")


async def test_a_change_of_a_closed_target_is_not_agreed_and_stays_open(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ani, target_id = await signed(city.ani), city.targets[city.ani]
    body = wish(kind="change", target_id=str(target_id), body={"quantity": 80})
    await asked(client, ani, body)
    await pool.execute("UPDATE target SET closed_at = now() WHERE id = $1", target_id)
    refused = await client.post(
        f"/v1/target-proposals/{body['id']}/decision",
        json={"decision": "agree"},
        headers=await signed(city.clinic_head),
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    assert await pool.fetchval("SELECT state FROM target_proposal") == "open"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"body": {"quantity": 4}}, "indicator"),
        ({"kind": "change", "body": {"quantity": 4}}, "target_id"),
        ({"target_id": str(uuid4())}, "target_id"),
        ({"body": GOAL | {"direction": "range", "low": 3}}, "low"),
        ({"body": GOAL | {"low": 3, "high": 2}}, "low"),
        ({"body": GOAL | {"period_end": GOAL["period_start"]}}, "period_end"),
        ({"body": GOAL | {"period_end": "2099-01-01T00:00:00Z"}}, "period_end"),
        ({"reason": " "}, "reason"),
        ({"work_result_id": str(uuid4())}, "work_result_id"),
    ],
)
async def test_a_wish_that_cannot_be_meant_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed, changed: dict[str, Any], field: str
) -> None:
    answer = await asked(client, await signed(city.ani), wish(**changed))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_nobody_asks_for_a_change_of_somebody_elses_target(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    body = wish(kind="change", target_id=str(city.targets[city.ani]), body={"quantity": 80})
    for who, status in ((city.budi, 404), (city.clinic_head, 403)):
        assert (await asked(client, await signed(who), body)).status_code == status


async def test_a_change_that_touches_nothing_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    idle = wish(kind="change", target_id=str(city.targets[city.ani]), body={"indicator": "Lain"})
    answer = await asked(client, await signed(city.ani), idle)
    assert (answer.status_code, answer.json()["field"]) == (422, "body")


async def test_a_head_sees_what_waits_for_them_and_not_what_waits_for_a_nearer_one(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    first, second, of_head = wish(), wish(), wish()
    for who, body in ((city.budi, first), (city.ani, second), (city.clinic_head, of_head)):
        await asked(client, await signed(who), body)

    async def waiting(who: UUID) -> list[str]:
        answer = await client.get("/v1/target-proposals", headers=await signed(who))
        return [each["id"] for each in answer.json()]

    assert await waiting(city.clinic_head) == [first["id"], second["id"]]
    assert await waiting(city.health_head) == [of_head["id"]]
    assert await waiting(city.mayor) == await waiting(city.hr) == await waiting(city.ani) == []
    since = datetime.now(UTC) - timedelta(days=1)
    await make_assignment(pool, city.ani, city.dedi, valid_from=since)
    assert await waiting(city.dedi) == [second["id"]]
    assert await waiting(city.clinic_head) == [first["id"]]
