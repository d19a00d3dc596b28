"""The inbox: always every notice, in the reader's words, and nobody else's."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx

from models.tables.columns import new_id
from tests.api.conftest import Signed
from tests.builders import City


async def told(pool: asyncpg.Pool, city: City, who: UUID, kind: str, minutes_ago: int = 0) -> str:
    notice_id = new_id()
    await pool.execute(
        "INSERT INTO notice (id, key, recipient_id, kind, employee_id, target_id, content, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        notice_id,
        str(notice_id),
        who,
        kind,
        city.ani,
        city.targets[city.ani],
        json.dumps({"indicator": "Kunjungan rumah"}),
        datetime.now(UTC) - timedelta(minutes=minutes_ago),
    )
    return str(notice_id)


async def test_notices_come_newest_first_with_the_count_of_the_unread(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    made = [await told(pool, city, city.ani, "slip", minutes) for minutes in (3, 2, 1)]
    headers = await signed(city.ani)
    first = (await client.get("/v1/inbox", params={"limit": 2}, headers=headers)).json()
    assert [item["id"] for item in first["items"]] == [made[2], made[1]]
    assert first["unread"] == 3
    asked = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await client.get("/v1/inbox", params=asked, headers=headers)).json()
    assert ([item["id"] for item in second["items"]], second["next_cursor"]) == ([made[0]], None)


async def test_the_words_are_in_the_readers_language_and_name_what_it_is_about(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await told(pool, city, city.clinic_head, "staff_slip")
    headers = await signed(city.clinic_head)
    bodies = {}
    for language in ("id", "en"):
        page = await client.get("/v1/inbox", headers=headers | {"accept-language": language})
        bodies[language] = page.json()["items"][0]["text"]["body"]
    assert bodies["id"] != bodies["en"]
    assert all("Kunjungan rumah" in body and "Ani" in body for body in bodies.values())


async def test_a_kind_without_words_still_arrives(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await told(pool, city, city.ani, "from_a_newer_version")
    page = (await client.get("/v1/inbox", headers=await signed(city.ani))).json()
    assert page["items"][0]["text"]["title"] == "from_a_newer_version"


async def test_reading_and_acknowledging_are_each_done_once(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    read, noted = [await told(pool, city, city.ani, "slip") for _ in range(2)]
    headers = await signed(city.ani)
    for _ in range(2):
        assert (await client.post(f"/v1/inbox/{read}/read", headers=headers)).status_code == 204
        address = f"/v1/inbox/{noted}/acknowledge"
        assert (await client.post(address, headers=headers)).status_code == 204
    page = (await client.get("/v1/inbox", headers=headers)).json()
    assert page["unread"] == 0
    by_id = {item["id"]: item for item in page["items"]}
    assert by_id[read]["read_at"] is not None
    assert by_id[read]["acknowledged_at"] is None
    assert by_id[noted]["acknowledged_at"] is not None
    unread = (await client.get("/v1/inbox", params={"unread": True}, headers=headers)).json()
    assert unread["items"] == []


async def test_nobody_reads_or_marks_the_notices_of_another(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    notice_id = await told(pool, city, city.ani, "slip")
    headers = await signed(city.clinic_head)
    assert (await client.get("/v1/inbox", headers=headers)).json()["items"] == []
    for step in ("read", "acknowledge"):
        answer = await client.post(f"/v1/inbox/{notice_id}/{step}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_what_is_wanting_is_said_and_what_is_over_is_marked(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    notice_id = await told(pool, city, city.ani, "at_risk")
    content = {
        "indicator": "Kunjungan rumah",
        "unit_of_measure": "kunjungan",
        "wanting": "more",
        "needed": 5.3,
        "needed_by": "2026-11-27T05:30:00+00:00",
        "zone": "Asia/Jakarta",
    }
    await pool.execute(
        "UPDATE notice SET content = $1::text::jsonb, withdrawn_at = clock_timestamp()"
        " WHERE id = $2",
        json.dumps(content),
        UUID(notice_id),
    )
    headers = await signed(city.ani) | {"accept-language": "en"}
    (item,) = (await client.get("/v1/inbox", headers=headers)).json()["items"]
    assert item["text"]["body"].endswith("6 kunjungan more by Friday noon.")
    assert item["withdrawn_at"] is not None
