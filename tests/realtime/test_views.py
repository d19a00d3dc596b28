"""Views of other people's data: one row each, with their interval, whatever the database does."""

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
    assert len(await written(pool)) == 1
