"""Rolling over in SQL: once, by whomever, into what is missing."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.queries.feed import FeedRow
from models.queries.rollover import Rollover, ending_of, rolled_over
from models.queries.targets import target_row
from models.rules.periods import parse_period
from models.rules.refusals import Conflict, InvalidValue, NotFound, PeriodClosed
from models.rules.rollover import Stage, stage
from models.tables.columns import new_id
from tests.builders import City, make_city
from tests.making.agreements import make_agreement, make_result

NOW = datetime(2026, 11, 24, tzinfo=UTC)
_, DECEMBER = parse_period("2026-12")


async def lapsed(pool: asyncpg.Pool, city: City, **changed: Any) -> UUID:
    """Ani's target of 100, of which 30 are done, lapsed at the end of October."""
    target_id = city.targets[city.ani]
    end = datetime(2026, 10, 31, 17, tzinfo=UTC)
    await pool.execute(
        "UPDATE target SET period_start = $2, period_end = $3 WHERE id = $1",
        target_id,
        end - timedelta(days=31),
        end,
    )
    await pool.execute(
        "UPDATE target_pace SET state = 'lapsed', approved = 20, pending = 10, observations = 3,"
        " period_end = $2 WHERE target_id = $1",
        target_id,
        end,
    )
    for name, value in changed.items():
        await pool.execute(f"UPDATE target SET {name} = $2 WHERE id = $1", target_id, value)
    return target_id


async def rolled(
    pool: asyncpg.Pool, city: City, target_id: UUID, **changed: Any
) -> tuple[UUID, list[FeedRow]]:
    wanted = {"days": DECEMBER, "quantity": None, "reason": "dilanjutkan"} | changed
    async with pool.acquire() as connection, connection.transaction():
        return await rolled_over(connection, Rollover(target_id, **wanted), city.clinic_head, NOW)


async def test_the_next_target_asks_for_what_is_missing_and_both_are_told(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    target_id = await lapsed(pool, city)
    next_id, events = await rolled(pool, city, target_id)
    assert [json.loads(event.content)["change"] for event in events] == ["rolled_over", "made"]
    old, new = await target_row(pool, target_id), await target_row(pool, next_id)
    assert old is not None
    assert new is not None
    assert stage(ending_of(old)) is Stage.ROLLED_OVER
    assert (new["quantity"], new["rolled_from_id"]) == (70, target_id)
    assert new["period_start"] == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert (old["approved"], new["approved"], new["state"]) == (20, 0, "on_track")


async def test_asking_twice_answers_the_same_and_another_period_is_a_conflict(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    target_id = await lapsed(pool, city)
    outcomes = await asyncio.gather(*(rolled(pool, city, target_id) for _ in range(4)))
    assert len({next_id for next_id, _ in outcomes}) == 1
    assert sorted(len(events) for _, events in outcomes) == [0, 0, 0, 2]
    with pytest.raises(Conflict):
        await rolled(pool, city, target_id, days=parse_period("2027-01")[1])
    assert (
        await pool.fetchval("SELECT count(*) FROM target WHERE rolled_from_id = $1", target_id) == 1
    )


async def test_a_quantity_that_is_given_is_asked_for(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    next_id, _ = await rolled(pool, city, await lapsed(pool, city), quantity=40.0)
    row = await target_row(pool, next_id)
    assert row is not None
    assert row["quantity"] == 40


async def test_the_result_goes_along_within_its_year_only(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    result_id = await make_result(pool, await make_agreement(pool, city.ani, 2026))
    target_id = await lapsed(pool, city, work_result_id=result_id)
    next_id, _ = await rolled(pool, city, target_id)
    within = await target_row(pool, next_id)
    await pool.execute("UPDATE target_pace SET state = 'lapsed' WHERE target_id = $1", next_id)
    async with pool.acquire() as connection, connection.transaction():
        beyond_id, _ = await rolled_over(
            connection,
            Rollover(next_id, parse_period("2027-01")[1], None, "lanjut"),
            city.clinic_head,
            datetime(2027, 1, 2, tzinfo=UTC),
        )
    beyond = await target_row(pool, beyond_id)
    assert within is not None
    assert beyond is not None
    assert (within["work_result_id"], beyond["work_result_id"]) == (result_id, None)


async def test_what_cannot_be_rolled_over_is_refused_by_name(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    with pytest.raises(NotFound):
        await rolled(pool, city, new_id())
    with pytest.raises(Conflict):
        await rolled(pool, city, city.targets[city.budi])
    target_id = await lapsed(pool, city)
    with pytest.raises(InvalidValue):
        await rolled(pool, city, target_id, days=parse_period("2026-09")[1])
    await pool.execute("UPDATE target SET closed_at = now() WHERE id = $1", target_id)
    with pytest.raises(PeriodClosed):
        await rolled(pool, city, target_id)
