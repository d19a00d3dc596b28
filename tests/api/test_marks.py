"""Marks of an outbox: committed, announced, theirs alone."""

from uuid import uuid4

import asyncpg
import pytest

from api.marks import Marks
from models.queries.feed import FeedRow
from models.rules.refusals import DatabaseAway, NotFound
from models.tables.columns import new_id
from realtime.principals import Principal, PrincipalOptions, Principals
from tests.builders import City, decide, make_report, make_session


async def principal_of(pool: asyncpg.Pool, employee_id: object) -> Principal:
    """Somebody, signed in."""
    token = await make_session(pool, employee_id)  # type: ignore[arg-type]
    return await Principals(pool, PrincipalOptions(), fresh=lambda: True).principal(token)


async def test_an_acknowledgement_is_news_once_and_only_from_whom_it_was_for(
    pool: asyncpg.Pool, city: City
) -> None:
    announced: list[FeedRow] = []
    marks = Marks(pool, announced.extend)
    report_id = new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=report_id)
    await decide(pool, city.clinic_head, report_id, "return", "mana buktinya?")
    feedback_id = await pool.fetchval("SELECT id FROM feedback")
    ani, budi = await principal_of(pool, city.ani), await principal_of(pool, city.budi)

    with pytest.raises(NotFound):
        await marks.acknowledge(budi, feedback_id)
    assert await marks.acknowledge(ani, feedback_id) == "applied"
    assert await marks.acknowledge(ani, feedback_id) == "duplicate"
    assert [(row.kind, row.employee_id) for row in announced] == [("feedback", city.ani)]
    assert await pool.fetchval("SELECT acknowledged_at IS NOT NULL FROM feedback")


async def test_a_notice_is_read_once_and_only_by_its_person(pool: asyncpg.Pool, city: City) -> None:
    marks = Marks(pool, lambda _: None)
    notice_id = uuid4()
    await pool.execute(
        "INSERT INTO notice (id, key, recipient_id, kind) VALUES ($1, 'k', $2, 'slip')",
        notice_id,
        city.ani,
    )
    ani, budi = await principal_of(pool, city.ani), await principal_of(pool, city.budi)
    with pytest.raises(NotFound):
        await marks.read(budi, notice_id)
    assert await marks.read(ani, notice_id) == "applied"
    assert await marks.read(ani, notice_id) == "duplicate"


async def test_a_database_that_is_away_is_said_so_that_the_phone_tries_again(
    pool: asyncpg.Pool, city: City
) -> None:
    class Away:
        def acquire(self) -> object:
            raise ConnectionRefusedError

    ani = await principal_of(pool, city.ani)
    with pytest.raises(DatabaseAway):
        await Marks(Away(), lambda _: None).read(ani, uuid4())
