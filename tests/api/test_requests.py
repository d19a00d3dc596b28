"""Feedback that is asked for, from the question to the word; and supervisors' response times."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.api.conftest import Heard, Signed
from tests.api.test_reports import reported
from tests.builders import City, decide, end_head, make_head

ASKING = "/v1/feedback-requests"


def question(**about: object) -> dict[str, Any]:
    return {"id": str(uuid4()), "question": "Apa yang saya dahulukan?"} | about


async def asked_of(client: httpx.AsyncClient, headers: dict[str, str]) -> list[str]:
    return [each["id"] for each in (await client.get(ASKING, headers=headers)).json()]


async def test_a_question_reaches_whoever_decides_and_a_word_closes_it(
    client: httpx.AsyncClient, city: City, signed: Signed, heard: Heard
) -> None:
    target_id = city.targets[city.ani]
    body = question(target_id=str(target_id))
    headers, head = await signed(city.ani), await signed(city.clinic_head)
    first = await client.post(ASKING, json=body, headers=headers)
    again = await client.post(ASKING, json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["asked_id"] == str(city.clinic_head)
    (notice,) = heard.events
    assert (notice.kind, notice.employee_id) == ("notice", city.clinic_head)
    assert await asked_of(client, head) == [body["id"]]
    assert await asked_of(client, await signed(city.health_head)) == []
    word = {"id": str(uuid4()), "kind": "comment", "text": "Posyandu", "request_id": body["id"]}
    said = await client.post(f"/v1/targets/{target_id}/feedback", json=word, headers=head)
    assert said.json()["request_id"] == body["id"]
    assert await asked_of(client, head) == []
    (mine,) = (await client.get("/v1/me/feedback-requests", headers=headers)).json()
    assert (mine["id"], mine["answered_at"] is not None) == (body["id"], True)


async def test_a_question_is_about_one_thing_of_ones_own(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    headers, report_id = await signed(city.ani), await reported(pool, city)
    own, foreign = str(city.targets[city.ani]), str(city.targets[city.budi])
    for about, code in (
        ({"report_id": str(report_id)}, None),
        ({"period": "2026-11"}, None),
        ({}, "invalid_value"),
        ({"target_id": own, "period": "2026-11"}, "invalid_value"),
        ({"period": "2026-13"}, "invalid_value"),
        ({"target_id": foreign}, "not_found"),
        ({"report_id": str(uuid4())}, "unknown_report"),
    ):
        answer = await client.post(ASKING, json=question(**about), headers=headers)
        assert answer.json().get("code") == code, answer.text
    head = await client.post(
        ASKING, json=question(target_id=own), headers=await signed(city.clinic_head)
    )
    assert head.json()["code"] == "not_allowed"
    mayor = await client.post(
        ASKING, json=question(period="2026-11"), headers=await signed(city.mayor)
    )
    assert mayor.json()["code"] == "not_allowed"


async def test_a_question_passes_on_to_whoever_decides_since(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    body = question(period="2026-11")
    await client.post(ASKING, json=body, headers=await signed(city.ani))
    now = datetime.now(UTC)
    await end_head(pool, city.clinic, now)
    await make_head(pool, city.clinic, city.citra, valid_from=now)
    assert await asked_of(client, await signed(city.clinic_head)) == []
    assert await asked_of(client, await signed(city.citra)) == [body["id"]]


async def test_a_question_can_be_taken_back_until_it_is_answered(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    body, headers = question(period="2026-11"), await signed(city.ani)
    await client.post(ASKING, json=body, headers=headers)
    address = f"{ASKING}/{body['id']}/withdrawal"
    foreign = await client.post(address, headers=await signed(city.budi))
    assert foreign.status_code == 404
    for _ in range(2):
        assert (await client.post(address, headers=headers)).status_code == 204
    assert await asked_of(client, await signed(city.clinic_head)) == []
    await pool.execute("UPDATE feedback_request SET withdrawn_at = NULL, answered_at = now()")
    late = await client.post(address, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


async def test_response_times_are_for_those_above_and_never_below(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await decide(pool, city.clinic_head, await reported(pool, city))
    await reported(pool, city)
    period = f"{datetime.now(UTC):%Y}"

    async def shown(who: UUID, period: str = period) -> httpx.Response:
        address = f"/v1/people/{city.clinic_head}/response-times"
        return await client.get(address, params={"period": period}, headers=await signed(who))

    for who in (city.health_head, city.hr, city.clinic_head):
        answer = (await shown(who)).json()
        assert (answer["decided"], answer["waiting"], answer["requests_open"]) == (1, 1, 0)
        assert answer["median_working_hours"] is not None
    empty = (await shown(city.health_head, "2020-01")).json()
    assert (empty["decided"], empty["median_working_hours"]) == (0, None)
    for who in (city.ani, city.roads_head, city.administrator):
        assert (await shown(who)).json()["code"] == "not_allowed"
    assert (await shown(city.health_head, "2026-Q5")).json()["code"] == "invalid_value"
