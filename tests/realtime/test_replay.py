"""Catching up: from any cut point without gap or double, or the reason for a snapshot."""

from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobile_contract.cards import TopicState, plain
from mobile_contract.live import Cursor, Events, TopicSnapshot, position_of
from models.queries.feed import FeedRow, NewEvent, appended
from realtime.cursors import cursor_of
from realtime.frames import event_of
from realtime.principals import Principal, PrincipalOptions, Principals
from realtime.replay import Behind, Page, Replay, ReplayOptions
from realtime.scopes import OpenTopic, ScopeOptions, Scopes
from tests.builders import (
    HEALTH_SHARD,
    City,
    decide,
    make_city,
    make_notice,
    make_report,
    make_session,
    move_employee,
    submit,
)


class World:
    """A city with the parts that catch up."""

    def __init__(self, pool, city: City, **options) -> None:
        self.pool = pool
        self.city = city
        self.scopes = Scopes(pool, ScopeOptions())
        self.replay = Replay(pool, self.scopes, ReplayOptions(**options))

    async def principal(self, employee_id: UUID) -> Principal:
        principals = Principals(self.pool, PrincipalOptions(), fresh=lambda: False)
        return await principals.principal(await make_session(self.pool, employee_id))

    async def topic(self, employee_id: UUID, name: str) -> tuple[Principal, OpenTopic]:
        principal = await self.principal(employee_id)
        return principal, await self.scopes.topic(principal, name)

    async def report(self, employee_id: UUID) -> FeedRow:
        return await make_report(self.pool, employee_id, self.city.targets[employee_id])

    async def head(self, shard: int) -> int:
        head = await self.pool.fetchval("SELECT head FROM feed_shard WHERE shard = $1", shard)
        return position_of(shard, head)

    async def epoch(self) -> UUID:
        return await self.pool.fetchval("SELECT epoch FROM feed_epoch")

    async def steps(self, employee_id: UUID, name: str, after: int, upto: int):
        principal, topic = await self.topic(employee_id, name)
        return [step async for step in self.replay.pages(principal, topic, after, upto)]


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


@pytest.fixture
def world(pool, city) -> World:
    return World(pool, city, page_events=3)


def place(seq: int) -> int:
    return position_of(HEALTH_SHARD, seq)


async def test_pages_join_from_every_cut_point_to_every_other(world, city):
    people = [city.ani, city.citra, city.budi, city.ani, city.ani, city.citra, city.budi]
    rows = [await world.report(each) for each in people]
    principal, topic = await world.topic(city.clinic_head, f"unit:{city.clinic}")
    of_clinic = [row for row in rows if row.employee_id != city.citra]
    for after in range(8):
        for upto in range(after, 8):
            pages = [
                step
                async for step in world.replay.pages(principal, topic, place(after), place(upto))
            ]
            assert all(isinstance(page, Page) for page in pages)
            position = place(after)
            for page in pages:
                assert page.prev == position
                position = page.upto
            assert position == place(upto)
            told = [row for page in pages for row in page.rows]
            assert told == [row for row in of_clinic if after < row.seq <= upto]


async def test_a_page_of_hidden_events_still_leads_on(world, city):
    for _ in range(4):
        await make_notice(world.pool, city.ani)
    row = await world.report(city.ani)
    steps = await world.steps(city.clinic_head, f"person:{city.ani}", place(0), place(5))
    assert [(step.prev, step.upto, list(step.rows)) for step in steps] == [
        (place(0), place(3), []),
        (place(3), place(5), [row]),
    ]


async def test_a_position_of_another_shard_has_moved(world, city):
    steps = await world.steps(
        city.ani, f"person:{city.ani}", position_of(HEALTH_SHARD + 1, 5), place(0)
    )
    assert steps == [Behind("moved")]


async def test_a_position_ahead_of_all_that_happened_is_of_another_feed(world, city):
    assert await world.steps(city.ani, f"person:{city.ani}", place(9), place(0)) == [
        Behind("epoch")
    ]


async def test_what_retention_dropped_cannot_be_replayed(world, city):
    for _ in range(5):
        await world.report(city.ani)
    await world.pool.execute("UPDATE feed_shard SET floor = 3 WHERE shard = $1", HEALTH_SHARD)
    name = f"person:{city.ani}"
    assert await world.steps(city.ani, name, place(2), place(5)) == [Behind("retention")]
    (page,) = await world.steps(city.ani, name, place(3), place(5))
    assert [row.seq for row in page.rows] == [4, 5]


async def test_retention_between_two_pages_is_noticed(world, city):
    for _ in range(8):
        await world.report(city.ani)
    principal, topic = await world.topic(city.ani, f"person:{city.ani}")
    pages = world.replay.pages(principal, topic, place(0), place(8))
    assert [row.seq for row in (await anext(pages)).rows] == [1, 2, 3]
    await world.pool.execute("UPDATE feed_shard SET floor = 6 WHERE shard = $1", HEALTH_SHARD)
    await world.pool.execute("DELETE FROM feed WHERE seq <= 6")
    assert [step async for step in pages] == [Behind("retention")]


async def test_too_much_is_told_by_a_snapshot(pool, city):
    world = World(pool, city, most_events=4)
    for _ in range(5):
        await world.report(city.ani)
        await world.report(city.citra)
    assert await world.steps(city.health_head, f"unit:{city.health}", place(0), place(10)) == [
        Behind("too_far_behind")
    ]
    (page,) = await world.steps(city.health_head, f"unit:{city.health}", place(6), place(10))
    assert len(page.rows) == 4
    (page,) = await world.steps(city.ani, f"person:{city.ani}", place(2), place(10))
    assert len(page.rows) == 4  # ten numbers behind, but few of them of this topic


# --- snapshots ---------------------------------------------------------------------------------

STEPS = ("report", "revise", "withdraw", "approve", "return", "feedback", "acknowledge")
STEPS += ("notice", "slip", "recovery", "target_changed", "transfer")


class Storyteller:
    """Lets things happen in the clinic as a list of steps says; what cannot happen does not."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._reports: list[tuple[UUID, UUID]] = []
        self._feedback: list[tuple[UUID, UUID, UUID]] = []

    async def tell(self, step: str, choice: int) -> None:
        world, city = self._world, self._world.city
        employee_id = (city.ani, city.budi)[choice % 2]
        if step == "report":
            row = await world.report(employee_id)
            report_id = UUID(msgspec.json.decode(row.content)["report_id"])
            self._reports.append((employee_id, report_id))
        elif step == "notice":
            await make_notice(world.pool, employee_id)
        elif step == "transfer":
            await move_employee(
                world.pool, employee_id, (city.clinic, city.pharmacy)[choice // 2 % 2]
            )
        elif step in ("slip", "recovery", "target_changed"):
            await self._append(step, employee_id, {"target_id": city.targets[employee_id]})
        elif step == "acknowledge" and self._feedback:
            employee_id, report_id, feedback_id = self._feedback[choice % len(self._feedback)]
            content = {"feedback_id": feedback_id, "report_id": report_id}
            content["acknowledged_at"] = "2026-01-02T03:04:05Z"
            await self._append("feedback", employee_id, content)
        elif self._reports:
            await self._answer(step, *self._reports[choice % len(self._reports)])

    async def _answer(self, step: str, employee_id: UUID, report_id: UUID) -> None:
        world = self._world
        status = await world.pool.fetchval("SELECT status FROM report WHERE id = $1", report_id)
        is_open = status in ("received", "revised")
        if step == "feedback":
            feedback_id = uuid4()
            self._feedback.append((employee_id, report_id, feedback_id))
            content = {"feedback_id": feedback_id, "report_id": report_id, "text": "bagus"}
            await self._append("feedback", employee_id, content)
        elif step in ("revise", "withdraw") and (is_open or status == "returned"):
            await submit(world.pool, step, employee_id, report_id=report_id, quantity=2.0)
        elif step in ("approve", "return") and is_open:
            await decide(world.pool, world.city.clinic_head, report_id, step, "lengkapi")

    async def _append(self, kind: str, employee_id: UUID, content: dict) -> None:
        unit_id = await self._world.pool.fetchval(
            "SELECT unit_id FROM employee WHERE id = $1", employee_id
        )
        written = msgspec.json.encode(content).decode()
        event = NewEvent(kind, employee_id, unit_id, written, self._world.city.targets[employee_id])
        async with self._world.pool.acquire() as connection, connection.transaction():
            await appended(connection, [event])


stories = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), min_size=1, max_size=25)


@given(story=stories, cards=st.integers(1, 4))
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_snapshot_and_the_events_after_it_are_a_fresh_snapshot(pool, story, cards):
    world = World(pool, await make_city(pool), page_events=2)
    city = world.city
    viewers = [
        (city.clinic_head, f"unit:{city.clinic}"),
        (city.health_head, f"unit:{city.health}"),
        (city.ani, f"person:{city.ani}"),
    ]
    watched = [await world.topic(*viewer) for viewer in viewers]
    teller = Storyteller(world)
    taken: list[tuple[int, TopicSnapshot]] = []
    for step, choice in [("report", 0), *story]:
        for number, (principal, topic) in enumerate(watched):
            feed = await world.replay.snapshot(principal, [topic], cards)
            taken.append((number, feed.topics[0]))
        await teller.tell(step, choice)
    for number, snapshot in taken:
        principal, topic = watched[number]
        fresh = (await world.replay.snapshot(principal, [topic], cards)).topics[0]
        state = TopicState.from_snapshot(snapshot, cards)
        async for page in world.replay.pages(principal, topic, snapshot.upto, fresh.upto):
            assert isinstance(page, Page)
            events = [event_of(row) for row in page.rows]
            state = state.apply(Events(topic.name, page.prev, page.upto, events))
            assert isinstance(state, TopicState)
        assert plain(state.as_snapshot()) == plain(fresh)


async def test_a_snapshot_is_of_one_moment_and_its_cursor_leads_on(world, city):
    await world.report(city.ani)
    principal = await world.principal(city.mayor)
    topics = await world.scopes.own_topics(principal)
    feed = await world.replay.snapshot(principal, topics, 5)
    cursor = cursor_of(feed.cursor)
    assert cursor.epoch == feed.epoch == await world.epoch()
    assert cursor.positions == {topic.topic: topic.upto for topic in feed.topics}
    assert [len(topic.cards) for topic in feed.topics if topic.topic == f"unit:{city.health}"] == [
        1
    ]


# --- pages of the feed -------------------------------------------------------------------------


async def test_a_feed_page_by_page_is_the_whole_feed(world, city):
    principal = await world.principal(city.mayor)
    topics = await world.scopes.own_topics(principal)
    feed = await world.replay.snapshot(principal, topics, 5)
    for employee_id in (city.ani, city.dedi, city.citra, city.ani, city.eka, city.health_head):
        await world.report(employee_id)
    cursor, told, frames, pages = cursor_of(feed.cursor), [], [], 0
    more = True
    while more:
        page = await world.replay.page(principal, topics, cursor, 2)
        assert page.resets == []
        assert sum(len(frame.events) for frame in page.frames) <= 2
        frames += page.frames
        told += [event.position for frame in page.frames for event in frame.events]
        cursor, more, pages = cursor_of(page.cursor), page.more, pages + 1
    assert sorted(told) == sorted(
        await world.pool.fetchval("SELECT array_agg(seq * 16 + shard) FROM feed")
    )
    assert pages >= 3
    for topic in topics:
        position = cursor_of(feed.cursor).positions[topic.name]
        for frame in frames:
            if frame.topic == topic.name:
                assert frame.prev == position
                position = frame.upto
        assert position == await world.head(topic.place.shard)


async def test_an_old_epoch_or_an_unknown_topic_is_a_reset(world, city):
    principal = await world.principal(city.ani)
    topics = await world.scopes.own_topics(principal)
    name = f"person:{city.ani}"
    old = await world.replay.page(principal, topics, Cursor(uuid4(), {name: place(0)}), 10)
    assert [(reset.reason, reset.topic) for reset in old.resets] == [("epoch", name)]
    assert cursor_of(old.cursor).epoch == await world.epoch()
    new = await world.replay.page(principal, topics, Cursor(await world.epoch(), {}), 10)
    assert [(reset.reason, reset.topic) for reset in new.resets] == [("too_far_behind", name)]
    assert cursor_of(new.cursor).positions == {name: await world.head(HEALTH_SHARD)}


# --- changes for an outbox ---------------------------------------------------------------------
