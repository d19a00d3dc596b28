"""What an outbox learns of its own topic: where it goes on, and one question for many askers."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from mobile_contract.live import Cursor, Events, place_of, position_of
from models.queries.feed import FeedRow
from models.rules.refusals import InvalidCursor
from realtime.changes import ChangeOptions, Changes
from realtime.cursors import cursor_of, cursor_text
from realtime.principals import Principal, PrincipalOptions, Principals
from tests.builders import (
    HEALTH_SHARD,
    City,
    make_city,
    make_report,
    make_session,
    move_employee,
)


class World:
    """A city, its people's principals, and where its feed stands."""

    def __init__(self, pool: asyncpg.Pool, city: City) -> None:
        self.pool = pool
        self.city = city

    async def principal(self, employee_id: UUID) -> Principal:
        principals = Principals(self.pool, PrincipalOptions(), fresh=lambda: False)
        return await principals.principal(await make_session(self.pool, employee_id))

    async def report(self, employee_id: UUID) -> FeedRow:
        return await make_report(self.pool, employee_id, self.city.targets[employee_id])

    async def head(self, shard: int) -> int:
        head = await self.pool.fetchval("SELECT head FROM feed_shard WHERE shard = $1", shard)
        return position_of(shard, head)

    async def epoch(self) -> UUID:
        return await self.pool.fetchval("SELECT epoch FROM feed_epoch")


@pytest.fixture
async def world(pool: asyncpg.Pool) -> World:
    return World(pool, await make_city(pool))


@pytest.fixture
def changes(pool: asyncpg.Pool) -> Changes:
    return Changes(pool, ChangeOptions())


def place(seq: int) -> int:
    return position_of(HEALTH_SHARD, seq)


def told(frames: list[Events]) -> list[int]:
    """The numbers of the events in these frames."""
    return [place_of(event.position)[1] for frame in frames for event in frame.events]


async def test_an_outbox_learns_what_its_own_topic_did(world: World, changes: Changes) -> None:
    city = world.city
    principal = await world.principal(city.ani)
    nothing = await changes.since(principal, None)
    assert nothing[:2] == ([], [])
    row = await world.report(city.ani)
    await world.report(city.budi)
    frames, resets, cursor = await changes.since(principal, nothing[2])
    (frame,) = frames
    assert told(frames) == [row.seq]
    assert (frame.prev, frame.upto, resets) == (place(0), place(2), [])
    assert (await changes.since(principal, cursor))[:2] == ([], [])


async def test_more_changes_than_the_limit_come_with_the_next_calls(world: World) -> None:
    changes = Changes(world.pool, ChangeOptions(most_events=2))
    principal = await world.principal(world.city.ani)
    _, _, cursor = await changes.since(principal, None)
    rows = [await world.report(world.city.ani) for _ in range(5)]
    seen: list[int] = []
    for _ in range(3):
        frames, _, cursor = await changes.since(principal, cursor)
        seen += told(frames)
    assert seen == [row.seq for row in rows]


async def test_other_topics_of_the_cursor_keep_their_positions(
    world: World, changes: Changes
) -> None:
    city = world.city
    given = Cursor(await world.epoch(), {f"unit:{city.clinic}": place(0)})
    principal = await world.principal(city.clinic_head)
    _, _, cursor = await changes.since(principal, cursor_text(given))
    assert cursor_of(cursor).positions == {
        f"unit:{city.clinic}": place(0),
        f"person:{city.clinic_head}": place(0),
    }


@pytest.mark.parametrize("reason", ["epoch", "moved", "retention", "ahead"])
async def test_a_cursor_that_leads_nowhere_is_a_reset(
    world: World, changes: Changes, reason: str
) -> None:
    city = world.city
    for _ in range(3):
        await world.report(city.ani)
    name, epoch, position = f"person:{city.ani}", await world.epoch(), place(1)
    if reason == "epoch":
        epoch = uuid4()
    elif reason == "moved":
        await move_employee(world.pool, city.ani, city.roads)
    elif reason == "retention":
        await world.pool.execute("UPDATE feed_shard SET floor = 2")
    else:
        position = place(99)
    principal = await world.principal(city.ani)
    given = cursor_text(Cursor(epoch, {name: position}))
    frames, resets, cursor = await changes.since(principal, given)
    assert frames == []
    assert [reset.reason for reset in resets] == ["epoch" if reason == "ahead" else reason]
    assert cursor_of(cursor) == Cursor(
        await world.epoch(), {name: await world.head(principal.shard)}
    )


async def test_what_is_no_cursor_is_refused(world: World, changes: Changes) -> None:
    principal = await world.principal(world.city.ani)
    with pytest.raises(InvalidCursor):
        await changes.since(principal, "nonsense")
    assert changes.questions == 0


async def test_many_askers_share_a_question_and_get_their_own_answers(
    world: World, changes: Changes
) -> None:
    city = world.city
    people = [await world.principal(each) for each in (city.ani, city.dedi, city.citra)]
    begins = [(await changes.since(each, None))[2] for each in people]
    made = [await world.report(each.person.employee_id) for each in people]
    asked = changes.questions
    answers = await asyncio.gather(
        *(changes.since(each, begin) for each, begin in zip(people, begins, strict=True))
    )
    assert [told(frames) for frames, _, _ in answers] == [[row.seq] for row in made]
    assert changes.questions - asked == 1


async def test_an_answer_holds_what_was_committed_before_it_was_asked(
    world: World, changes: Changes
) -> None:
    """A question under way is never the answer to one that came later."""
    principal = await world.principal(world.city.ani)
    _, _, begin = await changes.since(principal, None)
    early = asyncio.create_task(changes.since(principal, begin))
    await asyncio.sleep(0)
    row = await world.report(world.city.ani)
    frames, _, _ = await changes.since(principal, begin)
    assert told(frames) == [row.seq]
    await early


async def test_no_question_grows_without_bound(world: World) -> None:
    changes = Changes(world.pool, ChangeOptions(askers_at_once=4))
    principal = await world.principal(world.city.ani)
    answers = await asyncio.gather(*(changes.since(principal, None) for _ in range(9)))
    assert len(answers) == 9
    assert changes.questions == 3


async def test_an_asker_that_leaves_ends_nobody_elses_question(
    world: World, changes: Changes
) -> None:
    principal = await world.principal(world.city.ani)
    leaves, stays = (asyncio.create_task(changes.since(principal, None)) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    assert (await stays)[0] == []


async def test_what_the_database_says_reaches_every_asker(world: World) -> None:
    principal = await world.principal(world.city.ani)
    changes = Changes(world.pool, ChangeOptions())
    await world.pool.execute("ALTER TABLE feed_epoch RENAME TO gone")
    refused = await asyncio.gather(
        *(changes.since(principal, None) for _ in range(3)), return_exceptions=True
    )
    assert [type(each) for each in refused] == [asyncpg.UndefinedTableError] * 3
    await world.pool.execute("ALTER TABLE gone RENAME TO feed_epoch")
    assert (await changes.since(principal, None))[0] == []
