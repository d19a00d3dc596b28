"""Decisions: each report has its own result, and what is called approved is committed."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.api.conftest import Heard, Signed
from tests.api.test_reports import id_of
from tests.builders import City, make_assignment, make_report


async def some(pool: asyncpg.Pool, city: City, who: UUID, count: int = 1) -> list[str]:
    made = [await make_report(pool, who, city.targets[who], quantity=2) for _ in range(count)]
    return [str(id_of(row)) for row in made]


async def test_many_at_once_each_with_its_result_in_order(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    mine = await some(pool, city, city.ani, 2)
    foreign = await some(pool, city, city.dedi)
    ids = [mine[0], foreign[0], str(uuid4()), mine[1], mine[0]]
    headers = await signed(city.clinic_head)
    answer = await client.post("/v1/approvals", json={"report_ids": ids}, headers=headers)
    results = answer.json()["results"]
    assert [result["report_id"] for result in results] == ids
    outcomes = [result["outcome"] for result in results]
    assert outcomes == ["applied", "rejected", "rejected", "applied", "duplicate"]
    assert {results[1]["problem"]["code"], results[2]["problem"]["code"]} == {"unknown_report"}
    assert [row.kind for row in heard.events] == ["approval", "approval"]
    pace = await pool.fetchrow(
        "SELECT approved, pending, waiting FROM target_pace WHERE target_id = $1",
        city.targets[city.ani],
    )
    assert tuple(pace) == (4.0, 0.0, 0)


async def test_the_same_again_says_duplicate_and_tells_nobody_twice(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    ids, headers = await some(pool, city, city.ani), await signed(city.clinic_head)
    for outcome in ("applied", "duplicate"):
        answer = await client.post("/v1/approvals", json={"report_ids": ids}, headers=headers)
        assert answer.json()["results"][0]["outcome"] == outcome
    assert len(heard.events) == 1


async def test_a_reader_who_does_not_decide_is_told_so(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ids = await some(pool, city, city.ani)
    for who in (city.health_head, city.hr):
        answer = await client.post(
            "/v1/approvals", json={"report_ids": ids}, headers=await signed(who)
        )
        assert answer.json()["results"][0]["problem"]["code"] == "not_allowed"


async def test_nobody_approves_their_own_reports(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ids = await some(pool, city, city.clinic_head)
    own = await client.post(
        "/v1/approvals", json={"report_ids": ids}, headers=await signed(city.clinic_head)
    )
    assert own.json()["results"][0]["problem"]["code"] == "not_allowed"
    above = await client.post(
        "/v1/approvals", json={"report_ids": ids}, headers=await signed(city.health_head)
    )
    assert above.json()["results"][0]["outcome"] == "applied"


async def test_a_personal_supervisor_decides_instead_of_the_head(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ids = await some(pool, city, city.ani)
    now = datetime.now(UTC)
    await make_assignment(pool, city.ani, city.works_head, valid_from=now - timedelta(days=1))
    head = await client.post(
        "/v1/approvals", json={"report_ids": ids}, headers=await signed(city.clinic_head)
    )
    assert head.json()["results"][0]["problem"]["code"] == "not_allowed"
    assigned = await client.post(
        "/v1/approvals", json={"report_ids": ids}, headers=await signed(city.works_head)
    )
    assert assigned.json()["results"][0]["outcome"] == "applied"


async def test_a_return_needs_a_reason_and_leaves_it_as_feedback(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    (report_id,) = await some(pool, city, city.ani)
    headers = await signed(city.clinic_head)
    body = {"report_ids": [report_id], "decision": "return"}
    refused = await client.post("/v1/approvals", json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
    address = f"/v1/reports/{report_id}/return"
    assert (await client.post(address, json={"reason": " "}, headers=headers)).status_code == 422
    done = await client.post(address, json={"reason": "foto kurang"}, headers=headers)
    assert done.json() == {
        "report_id": report_id,
        "outcome": "applied",
        "status": "returned",
        "problem": None,
    }
    words = await pool.fetch(
        "SELECT kind, text FROM feedback WHERE report_id = $1", UUID(report_id)
    )
    assert [tuple(word) for word in words] == [("correction", "foto kurang")]
    assert [row.kind for row in heard.events] == ["return"]


async def test_a_return_after_the_approval_is_too_late(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ids, headers = await some(pool, city, city.ani), await signed(city.clinic_head)
    await client.post("/v1/approvals", json={"report_ids": ids}, headers=headers)
    late = await client.post(
        f"/v1/reports/{ids[0]}/return", json={"reason": "tunggu"}, headers=headers
    )
    assert (late.status_code, late.json()["code"]) == (409, "already_decided")


async def test_more_than_a_screen_holds_is_refused_whole(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    ids = [str(uuid4()) for _ in range(101)]
    answer = await client.post(
        "/v1/approvals", json={"report_ids": ids}, headers=await signed(city.clinic_head)
    )
    assert answer.status_code == 422


async def test_two_heads_who_decide_at_once_apply_it_once(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    ids, headers = await some(pool, city, city.ani, 5), await signed(city.clinic_head)
    orders = [ids, ids[::-1], ids[2:] + ids[:2]]
    answers = await asyncio.gather(
        *(
            client.post("/v1/approvals", json={"report_ids": order}, headers=headers)
            for order in orders
        )
    )
    outcomes = [each["outcome"] for answer in answers for each in answer.json()["results"]]
    assert sorted(outcomes) == ["applied"] * 5 + ["duplicate"] * 10
    assert len(heard.events) == 5


async def test_a_screenful_has_mixed_results_and_every_one_of_them(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    mine = await some(pool, city, city.ani, 60)
    foreign = await some(pool, city, city.dedi, 20)
    approved = await some(pool, city, city.budi, 10)
    headers = await signed(city.clinic_head)
    await client.post("/v1/approvals", json={"report_ids": approved}, headers=headers)
    heard.events.clear()
    unknown = [str(uuid4()) for _ in range(10)]
    ids = [
        each
        for four in zip(mine[:10], foreign[:10], approved, unknown, strict=True)
        for each in four
    ]
    ids += [*mine[10:], *foreign[10:]]
    answer = await client.post("/v1/approvals", json={"report_ids": ids}, headers=headers)
    results = answer.json()["results"]
    assert [result["report_id"] for result in results] == ids
    assert len(ids) == 100
    expected = dict.fromkeys(mine, "applied") | dict.fromkeys(approved, "duplicate")
    assert [result["outcome"] for result in results] == [
        expected.get(each, "rejected") for each in ids
    ]
    assert len(heard.events) == 60
    stored = await pool.fetchval("SELECT count(*) FROM report WHERE status = 'approved'")
    assert stored == 70
