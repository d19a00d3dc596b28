"""What is old is forgotten, batch by batch, and the figures say how much."""

import asyncio
from typing import Any

import asyncpg
import pytest

from notifications.retention import Retention, RetentionOptions
from tests.builders import City
from tests.models.queries.test_retention import left, make_notice

SMALL = RetentionOptions(batch=2, between_s=0.0)


async def test_a_backlog_goes_in_batches_down_to_the_last(
    pool: asyncpg.Pool, connection: Any, city: City
) -> None:
    for days in (551, 560, 570, 580, 590):
        await make_notice(connection, city.ani, days, letter=True)
    await make_notice(connection, city.ani, 450, letter=True)
    await make_notice(connection, city.ani, 100, letter=True)
    await make_notice(connection, city.ani, 1, letter=True)
    retention = Retention(pool, SMALL)
    assert await retention.settle() == SMALL.every_s
    assert await left(connection) == {
        "notice": 3,
        "delivery": 2,
        "delivery_event": 2,
        "dead_letter": 1,
    }
    assert retention.forgotten == {"letters": 7, "deliveries": 6, "notices": 5}


async def test_two_processes_forget_each_thing_once(
    pool: asyncpg.Pool, connection: Any, city: City
) -> None:
    for days in range(600, 620):
        await make_notice(connection, city.ani, days)
    first, second = Retention(pool, SMALL), Retention(pool, SMALL)
    await first.settle()
    await second.settle()
    assert (await left(connection))["notice"] == 0
    assert first.forgotten["notices"] + second.forgotten["notices"] == 20


async def test_it_works_while_its_block_runs(
    pool: asyncpg.Pool, connection: Any, city: City
) -> None:
    await make_notice(connection, city.ani, 600)
    async with Retention(pool, SMALL).running() as retention:
        while not retention.forgotten["notices"]:
            await asyncio.sleep(0.01)
    assert retention.failures == 0


@pytest.mark.parametrize("wrong", [(300, 200, 100), (100, 400, 90), (0, 400, 550)])
def test_nothing_may_outlive_what_it_hangs_on(wrong: tuple[int, int, int]) -> None:
    letters, deliveries, notices = wrong
    with pytest.raises(ValueError, match="before"):
        RetentionOptions(
            notices_days=notices, deliveries_days=deliveries, dead_letters_days=letters
        )
