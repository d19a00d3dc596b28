"""Snapshots and pages for whoever asks: the same topics, rights and filters as on a socket."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from mobile_contract.live import Cursor, position_of
from models.rules.refusals import DatabaseAway, InvalidCursor, TopicNotAllowed
from realtime.cursors import cursor_of, cursor_text
from realtime.feed import Feed, FeedOptions
from realtime.principals import Principal, PrincipalOptions, Principals
from realtime.replay import Replay, ReplayOptions
from realtime.scopes import ScopeOptions, Scopes
from realtime.views import ViewOptions, Views
from tests.builders import (
    HEALTH_SHARD,
    City,
    make_city,
    make_head,
    make_notice,
    make_report,
    make_session,
)


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


@pytest.fixture
def views(pool) -> Views:
    return Views(pool, ViewOptions())


@pytest.fixture
def feed(pool, views) -> Feed:
    scopes = Scopes(pool, ScopeOptions())
    return Feed(scopes, Replay(pool, scopes, ReplayOptions()), views, FeedOptions(most_cards=3))


async def principal(pool, employee_id) -> Principal:
    principals = Principals(pool, PrincipalOptions(), fresh=lambda: False)
    return await principals.principal(await make_session(pool, employee_id))


async def report(pool, city, employee_id):
    return await make_report(pool, employee_id, city.targets[employee_id])


async def test_a_snapshot_shows_each_topic_and_its_cursor_leads_on(pool, city, feed):
    head = await principal(pool, city.clinic_head)
    rows = [await report(pool, city, city.ani) for _ in range(5)]
    snapshot = await feed.snapshot(head, None, 50)
    assert {topic.topic: len(topic.cards) for topic in snapshot.topics} == {
        f"person:{city.clinic_head}": 0,
        f"unit:{city.clinic}": 3,
    }
    assert snapshot.topics[1].cards[-1].position == position_of(HEALTH_SHARD, rows[-1].seq)
    late = await report(pool, city, city.budi)
    page = await feed.page(head, None, snapshot.cursor, 50)
    told = [event.position for frame in page.frames for event in frame.events]
    assert told == [position_of(HEALTH_SHARD, late.seq)]
    assert (page.resets, page.more) == ([], False)


async def test_one_topic_alone_where_it_is_allowed(pool, city, feed):
    head = await principal(pool, city.health_head)
    await report(pool, city, city.ani)
    name = f"person:{city.ani}"
    snapshot = await feed.snapshot(head, name, 50)
    assert [topic.topic for topic in snapshot.topics] == [name]
    await report(pool, city, city.ani)
    page = await feed.page(head, name, snapshot.cursor, 50)
    assert [frame.topic for frame in page.frames] == [name]
    for refused in (f"unit:{city.roads}", "nonsense"):
        with pytest.raises(TopicNotAllowed):
            await feed.snapshot(head, refused, 50)
        with pytest.raises(TopicNotAllowed):
            await feed.page(head, refused, snapshot.cursor, 50)


async def test_topics_of_the_cursor_go_on_where_they_are_allowed(pool, city, feed):
    head = await principal(pool, city.health_head)
    start = position_of(HEALTH_SHARD, 0)
    drilled, lost = f"unit:{city.clinic}", f"unit:{city.roads}"
    epoch = await pool.fetchval("SELECT epoch FROM feed_epoch")
    own = {f"person:{city.health_head}": start, f"unit:{city.health}": start}
    cursor = cursor_text(Cursor(epoch, {**own, drilled: start, lost: start}))
    await report(pool, city, city.ani)
    page = await feed.page(head, None, cursor, 50)
    assert {frame.topic for frame in page.frames if frame.events} == {
        f"unit:{city.health}",
        drilled,
    }
    assert [(reset.reason, reset.topic) for reset in page.resets] == [("not_allowed", lost)]
    assert cursor_of(page.cursor).positions.keys() == {*own, drilled}


async def test_what_a_socket_hides_is_hidden_here_too(pool, city, feed):
    await make_head(
        pool,
        city.clinic,
        city.budi,
        kind="acting",
        valid_from=datetime.now(UTC) - timedelta(days=1),
    )
    acting = await principal(pool, city.budi)
    cursor = (await feed.snapshot(acting, None, 50)).cursor
    await report(pool, city, city.clinic_head)
    await make_notice(pool, city.ani)
    shown = await feed.snapshot(acting, None, 50)
    assert [topic.cards for topic in shown.topics] == [[], []]
    person = await feed.snapshot(acting, f"person:{city.ani}", 50)
    assert person.topics[0].cards == []
    page = await feed.page(acting, None, cursor, 50)
    assert [event for frame in page.frames for event in frame.events] == []


async def test_a_look_at_others_is_recorded_and_one_at_oneself_is_not(pool, city, feed, views):
    head = await principal(pool, city.clinic_head)
    await feed.snapshot(head, None, 50)
    await feed.snapshot(await principal(pool, city.ani), None, 50)
    await views.flush()
    (view,) = await pool.fetch("SELECT * FROM data_view")
    assert (view["viewer_id"], view["unit_id"], view["what"]) == (
        city.clinic_head,
        city.clinic,
        "feed",
    )


async def test_bad_cursors_are_refused(pool, city, feed):
    ani = await principal(pool, city.ani)
    epoch = await pool.fetchval("SELECT epoch FROM feed_epoch")
    crowd = cursor_text(Cursor(epoch, {f"unit:{uuid4()}": 0 for _ in range(65)}))
    for cursor in ("nonsense", crowd):
        with pytest.raises(InvalidCursor):
            await feed.page(ani, None, cursor, 50)


async def test_an_absent_database_is_a_refusal(pool, city, feed):
    class Away:
        def acquire(self):
            raise ConnectionRefusedError

    ani = await principal(pool, city.ani)
    feed._replay._pool = Away()
    with pytest.raises(DatabaseAway):
        await feed.snapshot(ani, None, 50)
