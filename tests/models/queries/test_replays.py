"""Events of a topic between two places: the right ones, in order, at a cost that follows them."""

from uuid import uuid4

import pytest

from models.queries import replays
from models.queries.replays import (
    Since,
    TopicPlace,
    events_between,
    gap,
    more_than,
    newest_between,
    own_changes,
    shard_state,
)
from tests.builders import (
    HEALTH_SHARD,
    WORKS_SHARD,
    City,
    make_city,
    make_notice,
    make_report,
    move_employee,
)


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


@pytest.fixture
async def rows(pool, city):
    """Reports of four people in two agencies, and a notice."""
    people = [city.ani, city.citra, city.dedi, city.ani, city.budi, city.citra]
    made = [await make_report(pool, each, city.targets[each]) for each in people]
    return [*made, await make_notice(pool, city.ani)]


def seqs(rows) -> list[int]:
    return [row.seq for row in rows]


async def test_a_unit_gathers_what_happens_below_it(pool, city, rows):
    clinic = TopicPlace("unit", city.clinic, HEALTH_SHARD)
    health = TopicPlace("unit", city.health, HEALTH_SHARD)
    assert clinic.name == f"unit:{city.clinic}"
    assert seqs(await events_between(pool, clinic, 0, 100, 50)) == [1, 3, 4]
    found = await events_between(pool, health, 0, 100, 50)
    assert found == [row for row in rows[:6] if row.shard == HEALTH_SHARD]


async def test_a_person_has_their_own_events_and_notices(pool, city, rows):
    ani = TopicPlace("person", city.ani, HEALTH_SHARD)
    assert await events_between(pool, ani, 0, 100, 50) == [rows[0], rows[3], rows[6]]


@pytest.mark.parametrize("walk", [0, 64], ids=["walking the shard", "unit by unit"])
async def test_a_page_is_what_lies_between_and_no_more(pool, city, rows, monkeypatch, walk):
    monkeypatch.setattr(replays, "WALK_THE_SHARD", walk)
    health = TopicPlace("unit", city.health, HEALTH_SHARD)
    assert seqs(await events_between(pool, health, 1, 4, 50)) == [2, 3, 4]
    assert seqs(await events_between(pool, health, 0, 100, 2)) == [1, 2]
    assert seqs(await newest_between(pool, health, 0, 100, 2)) == [4, 5]
    assert seqs(await newest_between(pool, health, 0, 4, 2)) == [3, 4]
    assert await events_between(pool, health, 5, 100, 50) == []
    assert await more_than(pool, health, 0, 100, 4)
    assert not await more_than(pool, health, 0, 100, 5)


async def test_an_event_stays_where_it_happened_when_its_unit_moves(pool, city, rows):
    await pool.execute(
        "UPDATE unit SET parent_id = $2, path = $3 WHERE id = $1",
        city.clinic,
        city.pharmacy,
        [city.city, city.health, city.pharmacy, city.clinic],
    )
    await pool.execute(
        "INSERT INTO unit_ancestry (ancestor_id, unit_id) VALUES ($1, $2)",
        city.pharmacy,
        city.clinic,
    )
    late = await make_report(pool, city.ani, city.targets[city.ani])
    pharmacy = TopicPlace("unit", city.pharmacy, HEALTH_SHARD)
    clinic = TopicPlace("unit", city.clinic, HEALTH_SHARD)
    assert seqs(await events_between(pool, pharmacy, 0, 100, 50)) == [2, 5, late.seq]
    assert seqs(await events_between(pool, clinic, 0, 100, 50)) == [1, 3, 4, late.seq]


async def test_after_a_transfer_a_person_goes_on_in_the_new_shard(pool, city, rows):
    await move_employee(pool, city.ani, city.roads)
    late = await make_report(pool, city.ani, city.targets[city.ani])
    before = TopicPlace("person", city.ani, HEALTH_SHARD)
    now = TopicPlace("person", city.ani, late.shard)
    assert await events_between(pool, before, 0, 100, 50) == [rows[0], rows[3], rows[6]]
    assert await events_between(pool, now, 0, 100, 50) == [late]


async def test_a_gap_is_every_event_of_the_shard(pool, city, rows):
    of_shard = [row for row in rows if row.shard == HEALTH_SHARD]
    assert await gap(pool, HEALTH_SHARD, 0, 100) == of_shard
    assert await gap(pool, HEALTH_SHARD, 1, 3) == of_shard[1:3]
    assert await gap(pool, HEALTH_SHARD, 1, 100, limit=1) == of_shard[1:2]


async def test_own_changes_come_with_where_the_shard_stands(pool, city, rows):
    ((state, found),) = await own_changes(pool, [Since(city.ani, HEALTH_SHARD, 1)], 50)
    assert found == [rows[3], rows[6]]
    assert state == await shard_state(pool, HEALTH_SHARD)
    assert (state.head, state.floor) == (6, 0)
    askers = [
        Since(city.ani, HEALTH_SHARD, 0),
        Since(city.ani, HEALTH_SHARD, 6),
        Since(city.dedi, WORKS_SHARD, 0),
        Since(city.ani, HEALTH_SHARD, None),
        Since(city.budi, HEALTH_SHARD, 0),
    ]
    works = await shard_state(pool, WORKS_SHARD)
    assert await own_changes(pool, askers, 1) == [
        (state, [rows[0]]),
        (state, []),
        (works, [rows[2]]),
        (state, []),
        (state, [rows[4]]),
    ]


FILL = """
INSERT INTO feed (shard, seq, at, kind, employee_id, unit_id, unit_path, agency_id, content)
SELECT $1, g, now(), 'report', e.id, u.id, u.path, u.agency_id, '{}'
  FROM generate_series(100, 30000) g
  JOIN LATERAL (SELECT * FROM employee WHERE id = ($2::uuid[])[1 + g % cardinality($2::uuid[])]) e
       ON true
  JOIN unit u ON u.id = e.unit_id
"""


@pytest.mark.parametrize(("kind", "index"), [("unit", "feed_unit"), ("person", "feed_employee")])
async def test_a_small_scope_never_walks_the_shard(pool, city, rows, kind, index):
    await pool.execute(
        FILL, HEALTH_SHARD, [city.citra] * 200 + [city.health_head] * 100 + [city.ani]
    )
    await pool.execute("ANALYZE feed")
    place = TopicPlace(kind, city.clinic if kind == "unit" else city.ani, HEALTH_SHARD)
    async with pool.acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        statement, arguments = await replays._asked(connection, place, 0, 30_000, 500)
        plan = await connection.fetch(
            "EXPLAIN " + statement.replace("ORDER LIMIT", "LIMIT"), *arguments
        )
    text = "\n".join(line[0] for line in plan)
    assert f"using {index}" in text
    assert "Seq Scan on feed" not in text


async def test_an_unknown_topic_is_empty(pool, city):
    for kind in ("unit", "person"):
        assert await events_between(pool, TopicPlace(kind, uuid4(), 0), 0, 100, 50) == []
