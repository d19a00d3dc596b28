"""An appraisal over HTTP: opened, assessed, decided by the right one, read, and traced."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from models.tables.columns import new_id
from tests.api.conftest import Heard, Signed
from tests.builders import City, make_head, make_leave, move_employee
from tests.making.appraisal import (
    bounds_of,
    make_appraisal,
    make_approved,
    make_past_target,
    month_before,
    running,
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
PERIOD = month_before(NOW)
START, END = bounds_of(PERIOD)
VALUES = (
    *("service_orientation", "accountable", "competent", "harmonious", "loyal", "adaptive"),
    "collaborative",
)


def decision(result: str = "meets", *, version: int = 1, **more: Any) -> dict[str, Any]:
    shown = [{"value": each, "rating": "meets", "example": f"Contoh {each}"} for each in VALUES]
    return {"base_version": version, "result_rating": result, "behaviour": shown, **more}


@pytest.fixture
async def reached(pool: asyncpg.Pool, city: City) -> UUID:
    """An appraisal of Ani that suggests `meets`: 95 of 100 approved."""
    target_id = await make_past_target(pool, city.ani, PERIOD)
    await make_approved(pool, city.clinic_head, city.ani, target_id, 95, START + 9 * DAY)
    return await make_appraisal(pool, city.ani)


async def kinds(pool: asyncpg.Pool, recipient_id: UUID) -> list[str]:
    rows = await pool.fetch(
        "SELECT kind FROM notice WHERE recipient_id = $1 ORDER BY id", recipient_id
    )
    return [row["kind"] for row in rows]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_hr_opens_a_period_once_and_everybody_hears(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    path, hr = f"/v1/units/{city.health}/appraisals", await signed(city.hr)
    answer = await client.post(path, json={"period": PERIOD}, headers=hr)
    assert answer.json() == {"period": PERIOD, "opened": 6, "complete": True}
    assert await kinds(pool, city.ani) == ["appraisal_opened"]
    assert {event.kind for event in heard.events} == {"notice"}
    again = await client.post(path, json={"period": PERIOD}, headers=hr)
    assert again.json()["opened"] == 0
    head = await signed(city.health_head)
    assert code(await client.post(path, json={"period": PERIOD}, headers=head)) == (
        403,
        "not_allowed",
    )
    for period in ("2199", "2026-13"):
        refused = await client.post(path, json={"period": period}, headers=hr)
        assert code(refused) == (422, "invalid_value")


async def test_a_whole_course_from_self_assessment_to_acknowledgement(
    client: httpx.AsyncClient,
    pool: asyncpg.Pool,
    city: City,
    signed: Signed,
    reached: UUID,
    heard: Heard,
) -> None:
    ani, head = await signed(city.ani), await signed(city.clinic_head)
    path = f"/v1/appraisals/{reached}"
    said = await client.post(
        f"{path}/self-assessment", json={"text": "Tercapai", "rating": "meets"}, headers=ani
    )
    assert (said.json()["state"], said.json()["version"]) == ("self_assessed", 2)
    seen = (await client.get(path, headers=head)).json()
    assert seen["self_assessment"]["text"] == "Tercapai"
    assert seen["evidence"]["suggestion"]["result"]["rating"] == "meets"
    (target,) = (each for each in seen["evidence"]["targets"] if each["achievement"] is not None)
    assert (target["achievement"], target["reports"], len(target["report_ids"])) == (95.0, 1, 1)
    assert seen["result_rating"] is None
    assert seen["evidence"]["sha256"] is None

    heard.events.clear()
    decided = await client.post(f"{path}/decision", json=decision(version=2), headers=head)
    assert decided.status_code == 200, decided.text
    body = decided.json()
    assert (body["state"], body["predicate"], body["decided_by"]) == (
        *("decided", "good"),
        str(city.clinic_head),
    )
    assert len(body["behaviours"]) == 7
    assert len(body["evidence"]["sha256"]) == 64
    assert body["evidence"]["decision"]["by"]["name"] == "Clinic Head"
    assert sorted(event.kind for event in heard.events) == ["notice", "target_changed"]
    assert "appraisal_decided" in await kinds(pool, city.ani)

    read = await client.post(f"{path}/acknowledgement", headers=ani)
    assert read.json()["state"] == "acknowledged"
    assert read.json()["objection_until"] is not None
    whole = (await client.get(path, headers=ani)).json()
    steps = [step["what"] for step in whole["steps"]]
    assert steps == ["self_assessed", "decided", "acknowledged"]
    assert whole["distribution_warning"] is None


async def test_departing_from_the_suggestion_needs_a_reason(
    client: httpx.AsyncClient, city: City, signed: Signed, reached: UUID
) -> None:
    head, path = await signed(city.clinic_head), f"/v1/appraisals/{reached}/decision"
    refused = await client.post(path, json=decision("above"), headers=head)
    assert code(refused) == (422, "reason_required")
    assert refused.json()["field"] == "reason"
    reason = decision("above", reason="Dua bulan membantu loket")
    answer = await client.post(path, json=reason, headers=head)
    assert answer.json()["result_rating"] == "above"


@pytest.mark.parametrize("spoilt", [VALUES[:-1], (*VALUES, VALUES[0])])
async def test_each_of_the_seven_values_is_rated_once_with_an_example(
    client: httpx.AsyncClient, city: City, signed: Signed, reached: UUID, spoilt: tuple[str, ...]
) -> None:
    shown = [{"value": each, "rating": "meets", "example": "Contoh"} for each in spoilt]
    answer = await client.post(
        f"/v1/appraisals/{reached}/decision",
        json=decision(behaviour=shown),
        headers=await signed(city.clinic_head),
    )
    assert answer.status_code == 422


async def test_two_who_decide_at_once_make_one_decision(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, reached: UUID
) -> None:
    head, path = await signed(city.clinic_head), f"/v1/appraisals/{reached}/decision"
    answers = await asyncio.gather(
        *(client.post(path, json=decision(), headers=head) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "already_decided"
    assert await pool.fetchval("SELECT count(*) FROM appraisal_evidence") == 1


async def test_a_transfer_in_the_middle_is_judged_by_two_each_their_part(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    middle = START + 10 * DAY
    before = await make_appraisal(pool, city.ani, part=(START, middle))
    await move_employee(pool, city.ani, city.roads)
    after = await make_appraisal(pool, city.ani, part=(middle, END))
    clinic, roads = await signed(city.clinic_head), await signed(city.roads_head)
    body = decision(reason="Belum ada laporan")
    for mine, others in ((before, roads), (after, clinic)):
        path = f"/v1/appraisals/{mine}/decision"
        refused = await client.post(path, json=body, headers=others)
        assert refused.status_code in (403, 404)
    for mine, head in ((before, clinic), (after, roads)):
        answer = await client.post(f"/v1/appraisals/{mine}/decision", json=body, headers=head)
        assert answer.status_code == 200


async def test_who_moved_after_the_opening_is_judged_for_the_part_that_was_worked(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, reached: UUID
) -> None:
    middle = START + 15 * DAY
    await move_employee(pool, city.ani, city.roads)
    for column, past in (("valid_to", "IS NOT NULL"), ("valid_from", "IS NULL")):
        await pool.execute(
            f"UPDATE placement SET {column} = $2 WHERE employee_id = $1 AND valid_to {past}",
            city.ani,
            middle,
        )
    await pool.execute("UPDATE appraisal SET opened_at = period_start")  # while it ran
    answer = await client.post(
        f"/v1/appraisals/{reached}/decision",
        json=decision("above", reason="Setengah bulan, hampir semuanya tercapai"),
        headers=await signed(city.clinic_head),
    )
    assert answer.status_code == 200, answer.text
    assert datetime.fromisoformat(answer.json()["part_end"]) == middle
    (target,) = (each for each in answer.json()["evidence"]["targets"] if each["reports"])
    assert target["part_goal"]["quantity"] < 100
    assert "staff_appraisal_due" in await kinds(pool, city.roads_head)
    listed = await client.get("/v1/appraisals", headers=await signed(city.roads_head))
    states = {item["unit_name"]: item["state"] for item in listed.json()["items"]}
    assert states["Bina Marga"] == "open"


async def test_an_acting_head_decides_and_the_definitive_one_reads(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, reached: UUID
) -> None:
    await make_head(pool, city.clinic, city.citra, kind="acting", valid_from=NOW - DAY)
    path = f"/v1/appraisals/{reached}"
    definitive = await signed(city.clinic_head)
    assert (await client.get(path, headers=definitive)).status_code == 200
    refused = await client.post(f"{path}/decision", json=decision(), headers=definitive)
    assert code(refused) == (403, "not_allowed")
    acting = await signed(city.citra)
    answer = await client.post(f"{path}/decision", json=decision(), headers=acting)
    assert answer.json()["decided_by"] == str(city.citra)


async def test_leave_of_the_whole_period_suggests_nothing_and_says_so(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    target_id = await make_past_target(pool, city.ani, PERIOD)
    await make_leave(pool, city.ani, (START - DAY).date(), (END + DAY).date())
    appraisal_id = await make_appraisal(pool, city.ani)
    seen = await client.get(f"/v1/appraisals/{appraisal_id}", headers=await signed(city.ani))
    evidence = seen.json()["evidence"]
    assert evidence["working_s"] == 0
    result = evidence["suggestion"]["result"]
    assert (result["rating"], result["mean"]) == (None, None)
    assert str(target_id) in result["missing"]


async def test_what_still_runs_is_assessed_and_not_decided(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    appraisal_id = await make_appraisal(pool, city.ani, period=running(NOW, "%Y"))
    path = f"/v1/appraisals/{appraisal_id}"
    said = await client.post(
        f"{path}/self-assessment", json={"text": "Baik"}, headers=await signed(city.ani)
    )
    assert said.json()["self_assessment"]["rating"] is None
    refused = await client.post(
        f"{path}/decision", json=decision(version=2), headers=await signed(city.clinic_head)
    )
    assert code(refused) == (409, "appraisal_not_open")


async def test_hr_reopens_with_a_trace(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, reached: UUID
) -> None:
    path, head = f"/v1/appraisals/{reached}", await signed(city.clinic_head)
    await client.post(f"{path}/decision", json=decision(), headers=head)
    why = {"reason": "Cuti belum tercatat"}
    refused = await client.post(f"{path}/reopening", json=why, headers=head)
    assert code(refused) == (403, "not_allowed")
    answer = await client.post(f"{path}/reopening", json=why, headers=await signed(city.hr))
    assert (answer.json()["state"], answer.json()["predicate"]) == ("reopened", "good")
    assert "appraisal_reopened" in await kinds(pool, city.ani)
    assert "appraisal_reopened" in await kinds(pool, city.clinic_head)
    entry = await pool.fetchrow("SELECT * FROM audit_entry WHERE action = 'appraisal_reopened'")
    assert entry is not None
    assert (entry["actor_id"], entry["employee_id"]) == (city.hr, city.ani)


async def test_lists_show_whom_the_line_shows_and_are_traced(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, reached: UUID
) -> None:
    other = await make_appraisal(pool, city.dedi)

    async def ids(who: UUID, path: str = "/v1/appraisals") -> list[str]:
        answer = (await client.get(path, headers=await signed(who))).json()
        return [item["id"] for item in (answer if isinstance(answer, list) else answer["items"])]

    assert await ids(city.clinic_head) == [str(reached)]
    assert await ids(city.mayor) == [str(other), str(reached)]
    assert await ids(city.mayor, f"/v1/appraisals?unit={city.works}") == [str(other)]
    assert await ids(city.mayor, "/v1/appraisals?state=decided") == []
    assert await ids(city.budi) == []
    assert await ids(city.administrator) == []
    assert await ids(city.ani, "/v1/me/appraisals") == [str(reached)]
    assert await ids(city.clinic_head, f"/v1/people/{city.ani}/appraisals") == [str(reached)]
    views = await pool.fetch(
        "SELECT viewer_id, what FROM data_view WHERE employee_id = $1 ORDER BY id", city.ani
    )
    assert [(view["viewer_id"], view["what"]) for view in views] == [
        (city.clinic_head, "appraisals"),
        (city.mayor, "appraisals"),
        (city.clinic_head, "appraisals"),
    ]
    page = await client.get("/v1/appraisals?limit=1", headers=await signed(city.mayor))
    cursor = page.json()["next_cursor"]
    rest = await ids(city.mayor, f"/v1/appraisals?limit=1&cursor={cursor}")
    assert rest == [str(reached)]


async def test_strangers_do_not_know_of_it(
    client: httpx.AsyncClient, city: City, signed: Signed, reached: UUID
) -> None:
    for who in (city.budi, city.works_head, city.administrator):
        headers = await signed(who)
        answer = await client.get(f"/v1/appraisals/{reached}", headers=headers)
        assert code(answer) == (404, "not_found")
    unknown = await client.get(f"/v1/appraisals/{new_id()}", headers=await signed(city.ani))
    assert code(unknown) == (404, "not_found")
