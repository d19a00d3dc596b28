"""Views of other people's data: one row each, with their interval, whatever the database does."""

import asyncio
from uuid import uuid4

import pytest

from models.queries.replays import TopicPlace
from realtime.views import ViewOptions, Views

VIEWER, EMPLOYEE, UNIT = uuid4(), uuid4(), uuid4()
PERSON_TOPIC = TopicPlace("person", EMPLOYEE, 3)
UNIT_TOPIC = TopicPlace("unit", UNIT, 3)


async def written(pool):
    return await pool.fetch("SELECT * FROM data_view ORDER BY at, id")


async def test_a_view_is_a_row_with_its_interval(pool):
    views = Views(pool, ViewOptions())
    one, other = views.begin(VIEWER, PERSON_TOPIC), views.begin(VIEWER, UNIT_TOPIC)
    await views.flush()
    person, unit = await written(pool)
    assert (person["id"], person["viewer_id"], person["employee_id"]) == (one, VIEWER, EMPLOYEE)
    assert (unit["id"], unit["unit_id"], unit["employee_id"]) == (other, UNIT, None)
    assert (person["until"], person["what"]) == (None, "live")
    views.end(one)
    await views.flush()
    person, unit = await written(pool)
    assert person["until"] >= person["at"]
    assert unit["until"] is None


async def test_a_view_that_ended_before_it_was_written_is_one_row(pool):
    views = Views(pool, ViewOptions())
    views.glance(VIEWER, PERSON_TOPIC)
    await views.flush()
    (row,) = await written(pool)
    assert row["until"] >= row["at"]
    assert row["what"] == "feed"


class Away:
    """A pool without a database behind it; something happens while it is asked."""

    def __init__(self, meanwhile) -> None:
        self._meanwhile = meanwhile

    def acquire(self):
        self._meanwhile()
        raise OSError("away")


async def test_what_could_not_be_written_is_written_later(pool):
    views = Views(pool, ViewOptions())
    first = views.begin(VIEWER, PERSON_TOPIC)
    second = views.begin(VIEWER, UNIT_TOPIC)
    views._pool = Away(lambda: views.end(first))
    with pytest.raises(OSError, match="away"):
        await views.flush()
    views.end(second)
    views._pool = pool
    await views.flush()
    assert [row["until"] is not None for row in await written(pool)] == [True, True]


async def test_the_end_of_the_service_writes(pool):
    async with Views(pool, ViewOptions()).running() as views:
        views.begin(VIEWER, UNIT_TOPIC)
    (row,) = await written(pool)
    assert row["until"] >= row["at"]
    assert await pool.fetch("SELECT * FROM view_writer") == []


# --- a process that was killed ----------------------------------------------------------------


async def silent_for(pool, seconds):
    await pool.execute(
        "UPDATE view_writer SET seen_at = clock_timestamp() - make_interval(secs => $1)", seconds
    )


async def test_the_views_of_a_killed_process_end_when_it_was_last_heard_of(pool):
    killed = Views(pool, ViewOptions())
    killed.begin(VIEWER, PERSON_TOPIC)
    killed.glance(VIEWER, UNIT_TOPIC)
    await killed.flush()
    await pool.execute("UPDATE data_view SET at = at - interval '1 hour' WHERE what = 'live'")
    before = {row["id"]: row["until"] for row in await written(pool)}
    await silent_for(pool, 120.0)
    heard_at = await pool.fetchval("SELECT seen_at FROM view_writer")
    following = Views(pool, ViewOptions())
    await following.beat()
    live, glance = await written(pool)
    assert live["until"] == heard_at
    assert glance["until"] == before[glance["id"]]
    assert await pool.fetchval("SELECT count(*) FROM view_writer") == 1


async def test_a_view_younger_than_the_last_word_ends_where_it_began(pool):
    killed = Views(pool, ViewOptions())
    killed.begin(VIEWER, PERSON_TOPIC)
    await killed.flush()
    await silent_for(pool, 120.0)
    await Views(pool, ViewOptions()).beat()
    (row,) = await written(pool)
    assert row["until"] == row["at"]


async def test_the_views_of_a_living_process_stay_open(pool):
    living, other = Views(pool, ViewOptions()), Views(pool, ViewOptions())
    living.begin(VIEWER, PERSON_TOPIC)
    await living.flush()
    await silent_for(pool, 50.0)
    await other.beat()
    assert [row["until"] for row in await written(pool)] == [None]
    await silent_for(pool, 120.0)
    await living.beat()
    await other.beat()
    assert [row["until"] for row in await written(pool)] == [None]


async def test_who_was_thought_lost_corrects_the_end(pool):
    frozen = Views(pool, ViewOptions())
    view_id = frozen.begin(VIEWER, PERSON_TOPIC)
    await frozen.flush()
    await silent_for(pool, 120.0)
    await Views(pool, ViewOptions()).beat()
    (early,) = await written(pool)
    frozen.end(view_id)
    await frozen.flush()
    (row,) = await written(pool)
    assert row["until"] > early["until"]


async def test_a_running_process_ends_what_the_one_before_left_open(pool):
    killed = Views(pool, ViewOptions())
    killed.begin(VIEWER, PERSON_TOPIC)
    await killed.flush()
    await silent_for(pool, 120.0)
    async with Views(pool, ViewOptions()).running():
        while (await written(pool))[0]["until"] is None:
            await asyncio.sleep(0.01)


def test_a_process_must_be_heard_of_before_it_counts_as_lost():
    with pytest.raises(ValueError, match="heard of"):
        ViewOptions(beat_every_s=60.0)
