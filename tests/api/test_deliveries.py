"""The ledger as its people read it: where each notice went, and that HR's look leaves a trace."""

from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from models.queries.deliveries import Settlement, claimed_deliveries, settled
from models.tables.columns import new_id
from tests.api.conftest import Signed
from tests.builders import City, make_session


async def queued(pool: asyncpg.Pool, who: UUID, device_id: UUID | None = None) -> UUID:
    """A notice with one delivery; the notice's id."""
    notice_id = new_id()
    await pool.execute(
        "INSERT INTO notice (id, key, recipient_id, kind) VALUES ($1, $2, $3, 'slip')",
        notice_id,
        str(notice_id),
        who,
    )
    await pool.execute(
        "INSERT INTO delivery (id, notice_id, employee_id, device_id, channel)"
        " VALUES ($1, $2, $3, $4, 'fcm')",
        new_id(),
        notice_id,
        who,
        device_id or new_id(),
    )
    return notice_id


async def sent(pool: asyncpg.Pool) -> None:
    lease = uuid4()
    async with pool.acquire() as connection:
        claimed = await claimed_deliveries(connection, "fcm", lease, 60.0, 10)
        retried = [Settlement(each.id, "queued", "503", "retried", 0.0) for each in claimed]
        await settled(connection, lease, retried)
        claimed = await claimed_deliveries(connection, "fcm", lease, 60.0, 10)
        done = [Settlement(each.id, "sent", "projects/p/messages/1", "sent") for each in claimed]
        await settled(connection, lease, done)


async def test_a_person_reads_step_by_step_what_became_of_a_notice(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    notice_id = await queued(pool, city.ani)
    await sent(pool)
    address = f"/v1/notices/{notice_id}/deliveries"
    (view,) = (await client.get(address, headers=await signed(city.ani))).json()
    assert (view["kind"], view["state"], view["attempts"]) == ("slip", "sent", 2)
    assert [(step["what"], step["detail"]) for step in view["steps"]] == [
        ("made", ""),
        ("retried", "503"),
        ("sent", "projects/p/messages/1"),
    ]
    assert view["due_at"] is None


async def test_hr_reads_it_too_and_leaves_a_trace(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    notice_id = await queued(pool, city.ani)
    address = f"/v1/notices/{notice_id}/deliveries"
    answer = await client.get(address, headers=await signed(city.hr))
    assert len(answer.json()) == 1
    assert await pool.fetchval(
        "SELECT count(*) FROM data_view WHERE viewer_id = $1 AND employee_id = $2"
        " AND what = 'deliveries'",
        city.hr,
        city.ani,
    )


@pytest.mark.parametrize("who", ["clinic_head", "budi", "administrator"])
async def test_others_do_not_even_hear_that_there_is_such_a_notice(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, who: str
) -> None:
    notice_id = await queued(pool, city.ani)
    headers = await signed(city.people[who])
    for each in (notice_id, uuid4()):
        answer = await client.get(f"/v1/notices/{each}/deliveries", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_persons_deliveries_come_page_by_page_newest_first(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    made = [await queued(pool, city.ani) for _ in range(3)]
    headers, address = await signed(city.ani), f"/v1/people/{city.ani}/deliveries"
    first = (await client.get(address, params={"limit": 2}, headers=headers)).json()
    asked = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await client.get(address, params=asked, headers=headers)).json()
    pages = [each["notice_id"] for page in (first, second) for each in page["items"]]
    assert pages == [str(each) for each in reversed(made)]
    assert second["next_cursor"] is None


async def test_opening_a_push_is_noted_once_and_reads_the_notice(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City
) -> None:
    token = await make_session(pool, city.ani)
    headers = {"authorization": f"Bearer {token}"}
    device_id = await pool.fetchval(
        "SELECT device_id FROM session WHERE employee_id = $1", city.ani
    )
    notice_id = await queued(pool, city.ani, device_id)
    for _ in range(2):
        answer = await client.post(f"/v1/inbox/{notice_id}/opened", headers=headers)
        assert answer.status_code == 204
    (view,) = (await client.get(f"/v1/notices/{notice_id}/deliveries", headers=headers)).json()
    assert [step["what"] for step in view["steps"]] == ["made", "opened"]
    assert await pool.fetchval("SELECT read_at FROM notice WHERE id = $1", notice_id) is not None


async def test_nobody_opens_the_notice_of_another(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    notice_id = await queued(pool, city.ani)
    answer = await client.post(f"/v1/inbox/{notice_id}/opened", headers=await signed(city.budi))
    assert answer.status_code == 404
    assert await pool.fetchval("SELECT read_at FROM notice WHERE id = $1", notice_id) is None
