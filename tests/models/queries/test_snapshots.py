"""The newest events back to the n-th newest card, as of one moment."""

from uuid import UUID

import msgspec
import pytest

from models.queries.replays import TopicPlace
from models.queries.snapshots import newest_events, one_moment
from tests.builders import HEALTH_SHARD, City, decide, make_city, make_report

CARDS = frozenset({"report"})


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def everything(_, rows):
    return list(rows)


async def newest(pool, topic, cards, seen=everything):
    async with one_moment(pool) as connection:
        return await newest_events(connection, topic, CARDS, cards, seen)


async def test_answers_after_the_oldest_card_are_kept_and_earlier_ones_are_not(pool, city):
    clinic = TopicPlace("unit", city.clinic, HEALTH_SHARD)
    first = await make_report(pool, city.ani, city.targets[city.ani])
    second = await make_report(pool, city.budi, city.targets[city.budi])
    for row in (first, second):
        report_id = UUID(msgspec.json.decode(row.content)["report_id"])
        await decide(pool, city.clinic_head, report_id)
    await make_report(pool, city.ani, city.targets[city.ani])
    found = await newest(pool, clinic, 2)
    assert [row.seq for row in found.events] == [2, 3, 4, 5]
    assert found.state.head == 5
    assert [row.seq for row in (await newest(pool, clinic, 50)).events] == [1, 2, 3, 4, 5]


async def test_pages_grow_until_the_cards_are_found(pool, city):
    topic = TopicPlace("person", city.ani, HEALTH_SHARD)
    reports = [await make_report(pool, city.ani, city.targets[city.ani]) for _ in range(60)]
    for row in reports:
        report_id = UUID(msgspec.json.decode(row.content)["report_id"])
        await decide(pool, city.clinic_head, report_id)
    found = await newest(pool, topic, 5)
    assert found.events[0] == reports[-5]
    assert [row.seq for row in found.events] == list(range(56, 121))


async def test_what_the_viewer_may_not_see_counts_for_nothing(pool, city):
    async def without_budi(_, rows):
        return [row for row in rows if row.employee_id != city.budi]

    clinic = TopicPlace("unit", city.clinic, HEALTH_SHARD)
    ani = await make_report(pool, city.ani, city.targets[city.ani])
    for _ in range(25):
        await make_report(pool, city.budi, city.targets[city.budi])
    assert (await newest(pool, clinic, 1, without_budi)).events == [ani]


async def test_one_moment_does_not_see_what_is_committed_later(pool, city):
    clinic = TopicPlace("unit", city.clinic, HEALTH_SHARD)
    async with one_moment(pool) as connection:
        assert (await newest_events(connection, clinic, CARDS, 5, everything)).events == []
        await make_report(pool, city.ani, city.targets[city.ani])
        again = await newest_events(connection, clinic, CARDS, 5, everything)
    assert (again.events, again.state.head) == ([], 0)
