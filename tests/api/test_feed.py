"""`GET /v1/feed` over HTTP."""

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from api.feed import MOST_EVENTS
from mobile_contract.live import FeedPage, FeedSnapshot, place_of
from tests.api.conftest import client_of
from tests.builders import City, make_city, make_report, make_session


@pytest.fixture
async def home(pool) -> City:
    return await make_city(pool)


async def asked(parts, pool, employee_id, **params):
    token = await make_session(pool, employee_id)
    async with client_of(parts, registry=CollectorRegistry()) as client:
        return await client.get(
            "/v1/feed", params=params, headers={"authorization": f"Bearer {token}"}
        )


async def test_snapshot_then_pages(parts, pool, home):
    first = await asked(parts, pool, home.clinic_head)
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "no-store"
    snapshot = msgspec.json.decode(first.content, type=FeedSnapshot)
    rows = [await make_report(pool, home.ani, home.targets[home.ani]) for _ in range(3)]
    told: list[int] = []
    cursor, more = snapshot.cursor, True
    while more:
        answer = await asked(parts, pool, home.clinic_head, cursor=cursor, limit=2)
        page = msgspec.json.decode(answer.content, type=FeedPage)
        told += [place_of(event.position)[1] for frame in page.frames for event in frame.events]
        cursor, more = page.cursor, page.more
    assert told == [row.seq for row in rows]


async def test_the_json_of_a_cursor_is_taken_too(parts, pool, home):
    epoch = await pool.fetchval("SELECT epoch FROM feed_epoch")
    written = f'{{"epoch":"{epoch}","positions":{{}}}}'
    answer = await asked(parts, pool, home.ani, cursor=written)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"cursor": "nonsense"}, 400, "invalid_cursor"),
        ({"cursor": "A" * 50_000}, 400, "invalid_cursor"),
        ({"limit": 0}, 422, "invalid_value"),
        ({"limit": MOST_EVENTS + 1}, 422, "invalid_value"),
        ({"topic": "unit:x"}, 403, "topic_not_allowed"),
    ],
)
async def test_what_cannot_be_answered_is_a_problem(parts, pool, home, params, status, code):
    answer = await asked(parts, pool, home.ani, **params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_stranger_is_not_signed_in(parts):
    async with client_of(parts, registry=CollectorRegistry()) as client:
        assert (await client.get("/v1/feed")).status_code == 401
