"""A socket's topics over real sockets: resume at every cut point, filters, slow readers, views."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from mobile_contract import live
from mobile_contract.live import position_of
from realtime.following import pieces
from realtime.gaps import GapOptions
from realtime.hub import HubOptions
from realtime.prepared import PreparedProtocol
from realtime.replay import Page, ReplayOptions
from realtime.ring import RingLimits
from realtime.scopes import ScopeOptions
from tests.builders import HEALTH_SHARD, WORKS_SHARD, make_head, make_notice
from tests.realtime.live_world import LiveWorld, WorldOptions, live_world

DAY = timedelta(days=1)


@pytest.fixture(params=[PreparedProtocol, "websockets-sansio"], ids=["prepared", "plain"])
def ws(request) -> Any:
    """Both ways for bytes to leave."""
    return request.param


@pytest.fixture
async def world(pool, ws):
    async with live_world(pool, ws) as running:
        yield running


def place(row) -> int:
    return position_of(row.shard, row.seq)


@pytest.mark.parametrize("reach", ["ring", "database"])
async def test_resume_at_every_cut_point(pool, reach):
    limits = RingLimits() if reach == "ring" else RingLimits(max_frames=1)
    options = WorldOptions(hub=HubOptions(tick_s=0.0, ring=limits), replay=ReplayOptions(3))
    async with live_world(pool, PreparedProtocol, options) as world:
        city, topic = world.city, f"unit:{world.city.health}"
        async with world.follower(city.health_head) as phone:
            cursors = [phone.cursor()]
            for employee_id in (city.ani, city.citra, city.budi, city.ani, city.citra) * 2:
                await phone.until(topic, place(await world.report(employee_id)))
                cursors.append(phone.cursor())
            told = phone.seqs(topic)
        assert told == list(range(1, 11))
        for cut, cursor in enumerate(cursors):
            async with world.follower(city.health_head, cursor) as again:
                last = await world.report(city.ani)
                await again.until(topic, place(last))
                assert again.seqs(topic) == list(range(cut + 1, last.seq + 1))
                assert again.resets == []


async def test_resume_under_load_has_no_gap_and_no_double(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    async with world.follower(city.clinic_head) as first:
        cursor = first.cursor()

    async def reporting() -> int:
        for number in range(60):
            row = await world.report((city.ani, city.budi)[number % 2], announced=number % 5 != 0)
        return place(row)

    load = asyncio.create_task(reporting())
    told: list[int] = []
    while not load.done():
        async with world.follower(city.clinic_head, cursor) as phone:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):  # the last one may have nothing to hear
                    await phone.hear(live.Events)
            told += phone.seqs(topic)
            cursor = phone.cursor()
    async with world.follower(city.clinic_head, cursor) as rest:
        await rest.until(topic, await load)
        told += rest.seqs(topic)
    assert told == list(range(1, 61))


async def test_without_a_cursor_the_feed_starts_now(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    await world.report(city.ani)
    await world.settled()
    async with world.follower(city.clinic_head) as phone:
        row = await world.report(city.ani)
        await phone.until(topic, place(row))
        assert phone.seqs(topic) == [row.seq]


async def test_two_topics_in_two_shards_of_one_socket(world: LiveWorld):
    city = world.city
    async with world.follower(city.mayor) as phone:
        cursor = phone.cursor()
        health, works = await world.report(city.ani), await world.report(city.dedi)
        assert (health.shard, works.shard) == (HEALTH_SHARD, WORKS_SHARD)
        await phone.until(f"unit:{city.health}", place(health))
        await phone.until(f"unit:{city.works}", place(works))
    async with world.follower(city.mayor, cursor) as again:
        await again.until(f"unit:{city.health}", place(health))
        await again.until(f"unit:{city.works}", place(works))
        assert again.seqs(f"unit:{city.works}") == [works.seq]


@pytest.mark.parametrize("reason", ["epoch", "moved", "retention", "too_far_behind", "ahead"])
async def test_a_cursor_that_leads_nowhere_is_a_reset(pool, ws, reason):
    hub = HubOptions(tick_s=0.0, gaps=GapOptions(patience_s=0.0))
    options = WorldOptions(hub=hub, replay=ReplayOptions(most_events=3))
    async with live_world(pool, ws, options) as world:
        city, topic = world.city, f"person:{world.city.ani}"
        for _ in range(5):
            await world.report(city.ani, announced=False)
        position, epoch = (
            position_of(HEALTH_SHARD, 1),
            await pool.fetchval("SELECT epoch FROM feed_epoch"),
        )
        if reason == "epoch":
            epoch = uuid4()
        elif reason == "moved":
            position = position_of(HEALTH_SHARD + 1, 1)
        elif reason == "retention":
            await pool.execute("UPDATE feed_shard SET floor = 2")
        elif reason == "ahead":
            position = position_of(HEALTH_SHARD, 999)
        await world.settled()
        async with world.follower(city.ani, live.Cursor(epoch, {topic: position})) as phone:
            reset = await phone.hear(live.Reset)
            assert reset.reason == ("epoch" if reason == "ahead" else reason)
            row = await world.report(city.ani)
            await phone.until(topic, place(row))
            assert phone.seqs(topic)[-1] == row.seq


async def test_a_big_replay_comes_in_frames_of_a_bounded_size(world: LiveWorld):
    city, topic = world.city, f"person:{world.city.ani}"
    epoch = await world.pool.fetchval("SELECT epoch FROM feed_epoch")
    cursor = live.Cursor(epoch, {topic: position_of(HEALTH_SHARD, 0)})
    fat = '{"note":"' + "x" * 20_000 + '"}'
    for _ in range(12):
        await world.report(city.ani, announced=False)
    await world.pool.execute("UPDATE feed SET content = $1", fat)
    await world.settled()
    async with world.follower(city.ani, cursor) as again:
        sizes: list[int] = []
        while not again.positions[topic] >= position_of(HEALTH_SHARD, 12):
            message = await again.next()
            if isinstance(message, live.Events):
                sizes.append(len(message.events))
        assert sum(sizes) == 12
        assert max(sizes) <= 3  # of 20 KB each
        assert again.seqs(topic) == list(range(1, 13))


async def test_a_big_scope_is_rolled_up(pool, ws):
    options = WorldOptions(
        scopes=ScopeOptions(rollup_above_people=5), hub=HubOptions(rollup_every_s=0.02)
    )
    async with live_world(pool, ws, options) as world:
        city = world.city
        await world.report(city.ani)
        async with world.follower(city.health_head) as phone:
            assert phone.welcome.topics[f"unit:{city.health}"].mode == "rollup"
            first = await phone.hear(live.Rollup)
            assert {row.unit_id: row.reports for row in first.rows} == {city.clinic: 1}
            row = await world.report(city.ani)
            second = await phone.hear(live.Rollup)
            assert {row.unit_id: row.reports for row in second.rows} == {city.clinic: 2}
            assert [event.position for event in second.sample] == [place(row)]
            assert phone.events == {}
            await phone.say(live.Subscribe(f"unit:{city.clinic}"))
            await phone.hear(live.Subscribed)
            await phone.until(f"unit:{city.clinic}", place(await world.report(city.budi)))


async def test_one_head_never_sees_what_the_other_head_reports(world: LiveWorld):
    city, topic = world.city, f"unit:{world.city.clinic}"
    await make_head(
        world.pool, city.clinic, city.budi, kind="acting", valid_from=datetime.now(UTC) - DAY
    )
    async with world.follower(city.budi) as acting, world.follower(city.health_head) as above:
        cursor = acting.cursor()
        own = await world.report(city.clinic_head)
        last = await world.report(city.ani)
        await acting.until(topic, place(last))
        assert acting.seqs(topic) == [last.seq]
        await above.until(f"unit:{city.health}", place(last))
        assert above.seqs(f"unit:{city.health}") == [own.seq, last.seq]
    async with world.follower(city.budi, cursor) as again:
        await again.until(topic, place(last))
        assert again.seqs(topic) == [last.seq]


async def test_a_persons_notices_are_not_for_their_head(world: LiveWorld):
    city, topic = world.city, f"person:{world.city.ani}"
    async with world.follower(city.clinic_head) as head, world.follower(city.ani) as ani:
        await head.say(live.Subscribe(topic))
        await head.hear(live.Subscribed)
        async with world.pool.acquire() as connection, connection.transaction():
            notice = await make_notice(connection, city.ani)
        world.announce(notice)
        row = await world.report(city.ani)
        await head.until(topic, place(row))
        await ani.until(topic, place(row))
        assert ani.seqs(topic) == [notice.seq, row.seq]
        assert head.seqs(topic) == [row.seq]


async def test_events_wait_while_rights_are_not_known(pool, ws):
    async with live_world(pool, ws) as world:
        city, topic = world.city, f"unit:{world.city.clinic}"
        async with world.follower(city.clinic_head) as phone:
            world.hub.hold(True)
            row = await world.report(city.ani)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await phone.until(topic, place(row))
            world.hub.hold(False)
            await phone.until(topic, place(row))
            assert phone.seqs(topic) == [row.seq]


async def test_each_subscription_to_others_is_one_view_with_its_interval(world: LiveWorld):
    city = world.city
    async with world.follower(city.clinic_head) as phone:
        await phone.say(live.Subscribe(f"person:{city.ani}"))
        await phone.hear(live.Subscribed)
        for _ in range(3):
            await world.report(city.ani)
        await phone.say(live.Unsubscribe(f"person:{city.ani}"))
        await phone.hear(live.Unsubscribed)
        await world.views.flush()
        views = await world.pool.fetch("SELECT * FROM data_view ORDER BY at")
        assert [(view["unit_id"], view["employee_id"]) for view in views] == [
            (city.clinic, None),
            (None, city.ani),
        ]
        assert [view["until"] is None for view in views] == [True, False]


# --- pieces ------------------------------------------------------------------------------------


async def test_pieces_join_and_hold_every_event_once(world: LiveWorld):
    row = await world.report(world.city.ani)
    rows = [
        replace(row, seq=seq, content='{"note":"' + "x" * 30_000 + '"}') for seq in (3, 4, 7, 9)
    ]
    page = Page(position_of(3, 1), position_of(3, 12), rows)
    cut = pieces(page, 3)
    assert [(prev // 16, upto // 16, len(events)) for prev, upto, events in cut] == [
        (1, 4, 2),
        (4, 12, 2),
    ]
    assert pieces(Page(19, 35, []), 3) == [(19, 35, [])]
