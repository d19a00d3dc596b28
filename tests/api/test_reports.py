"""Reading reports, and saying them anew: whose they are, who may look, and what a look leaves."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx

from models.queries.feed import FeedRow
from models.rules.receipts import encode
from tests.api.conftest import Signed
from tests.builders import City, decide, make_feedback, make_report, move_employee


def id_of(row: FeedRow) -> UUID:
    return UUID(json.loads(row.content)["report_id"])


async def reported(pool: asyncpg.Pool, city: City, note: str = "") -> UUID:
    return id_of(await make_report(pool, city.ani, city.targets[city.ani], quantity=2, note=note))


async def test_mine_come_newest_first_in_pages_that_neither_skip_nor_repeat(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    made = [await reported(pool, city) for _ in range(5)]
    headers, seen, cursor = await signed(city.ani), [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/reports", params=asked, headers=headers)).json()
        seen += [UUID(item["id"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_a_report_tells_its_receipt_and_everything_said_to_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    row = await make_report(pool, city.ani, city.targets[city.ani], quantity=2, note="dua")
    report_id = id_of(row)
    await decide(pool, city.clinic_head, report_id, "return", "kurang jelas")
    headers = await signed(city.ani)
    revision = {
        "mutation_id": str(uuid4()),
        "quantity": 3,
        "note": "tiga",
        "activity_at": datetime.now(UTC).isoformat(),
    }
    address = f"/v1/reports/{report_id}"
    first = await client.post(f"{address}/revisions", json=revision, headers=headers)
    again = await client.post(f"{address}/revisions", json=revision, headers=headers)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    body = (await client.get(address, headers=headers)).json()
    assert body["receipt"] == encode(row.shard, row.seq) == first.json()["receipt"]
    assert (body["status"], body["version"], body["quantity"]) == ("revised", 2, 3.0)
    (change,) = body["changes"]
    assert (change["quantity_before"], change["note_before"]) == (2.0, "dua")
    (word,) = body["feedback"]
    assert (word["kind"], word["text"]) == ("correction", "kurang jelas")


async def test_a_withdrawal_is_final_and_an_outdated_base_is_refused(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    report_id, headers = await reported(pool, city), await signed(city.ani)
    address = f"/v1/reports/{report_id}/withdrawal"
    stale = {"mutation_id": str(uuid4()), "reason": "salah", "base_version": 7}
    refused = await client.post(address, json=stale, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "outdated_base")
    taken = {"mutation_id": str(uuid4()), "reason": "salah"}
    assert (await client.post(address, json=taken, headers=headers)).json()["status"] == "withdrawn"
    late = {"mutation_id": str(uuid4()), "reason": "lagi"}
    closed = await client.post(address, json=late, headers=headers)
    assert (closed.status_code, closed.json()["code"]) == (409, "report_not_open")


async def test_nobody_revises_what_is_not_theirs(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    report_id = await reported(pool, city)
    body = {"mutation_id": str(uuid4()), "reason": "bukan saya"}
    for who in (city.budi, city.clinic_head, city.hr):
        answer = await client.post(
            f"/v1/reports/{report_id}/withdrawal", json=body, headers=await signed(who)
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_report")


async def test_the_line_and_hr_read_and_each_look_leaves_a_trace(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    report_id = await reported(pool, city)
    for who in (city.clinic_head, city.health_head, city.mayor, city.hr):
        answer = await client.get(f"/v1/reports/{report_id}", headers=await signed(who))
        assert answer.status_code == 200, answer.text
    for who in (city.budi, city.pharmacy_head, city.works_head, city.administrator):
        headers = await signed(who)
        one = await client.get(f"/v1/reports/{report_id}", headers=headers)
        assert (one.status_code, one.json()["code"]) == (404, "unknown_report")
        many = await client.get(
            "/v1/reports", params={"employee_id": str(city.ani)}, headers=headers
        )
        assert many.status_code == 403
    viewers = await pool.fetch(
        "SELECT viewer_id FROM data_view WHERE employee_id = $1 AND what = 'report'", city.ani
    )
    looked = {city.clinic_head, city.health_head, city.mayor, city.hr}
    assert {row["viewer_id"] for row in viewers} == looked


async def test_after_a_transfer_the_old_head_keeps_what_happened_there(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    before = await reported(pool, city)
    await move_employee(pool, city.ani, city.roads)
    after = await reported(pool, city)
    asked = {"employee_id": str(city.ani)}
    old = await client.get("/v1/reports", params=asked, headers=await signed(city.clinic_head))
    new = await client.get("/v1/reports", params=asked, headers=await signed(city.roads_head))
    assert [item["id"] for item in old.json()["items"]] == [str(before)]
    assert {item["id"] for item in new.json()["items"]} == {str(before), str(after)}


async def test_the_old_head_does_not_read_what_the_new_one_says(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    report_id = await reported(pool, city)
    await make_feedback(pool, city.clinic_head, city.ani, report_id=report_id, text="dulu")
    await move_employee(pool, city.ani, city.roads)
    await make_feedback(pool, city.roads_head, city.ani, report_id=report_id, text="kini")

    async def words(who: UUID) -> list[str]:
        answer = await client.get(f"/v1/reports/{report_id}", headers=await signed(who))
        return [each["text"] for each in answer.json()["feedback"]]

    assert await words(city.clinic_head) == ["dulu"]
    for who in (city.ani, city.roads_head, city.mayor, city.city_hr):
        assert await words(who) == ["dulu", "kini"]


async def test_filters_narrow_by_target_state_and_time(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    approved, waiting = await reported(pool, city), await reported(pool, city)
    await decide(pool, city.clinic_head, approved)
    headers = await signed(city.ani)

    async def ids(**asked: str) -> set[str]:
        page = await client.get("/v1/reports", params=asked, headers=headers)
        return {item["id"] for item in page.json()["items"]}

    assert await ids(status="waiting") == {str(waiting)}
    assert await ids(status="approved") == {str(approved)}
    target = str(city.targets[city.ani])
    assert await ids(target_id=target) == {str(approved), str(waiting)}
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert await ids(**{"from": tomorrow}) == set()
    assert await ids(to=tomorrow) == {str(approved), str(waiting)}


async def test_unreadable_filters_are_named(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.ani)
    wrong = await client.get("/v1/reports", params={"cursor": "x"}, headers=headers)
    assert wrong.json()["code"] == "invalid_cursor"
    naive = await client.get("/v1/reports", params={"from": "2026-11-01T00:00:00"}, headers=headers)
    assert naive.status_code == 422
    others = str(city.targets[city.dedi])
    for target_id in (str(uuid4()), others):  # nobody learns which targets of others exist
        unknown = await client.get("/v1/reports", params={"target_id": target_id}, headers=headers)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


async def test_the_ends_of_time_and_half_characters_are_refused_by_name(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    report_id, headers = await reported(pool, city), await signed(city.ani)
    early = {"from": "0001-01-01T00:00:00+14:00"}
    answer = await client.get("/v1/reports", params=early, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "from")
    half = b'{"mutation_id": "%s", "quantity": 1, "activity_at": "2026-11-02T01:00:00Z",'
    answer = await client.post(
        f"/v1/reports/{report_id}/revisions",
        content=half % str(uuid4()).encode() + b'"note": "\\ud800"}',
        headers=headers | {"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "forbidden_character")
