"""The wiring: two services side by side, and no more connections than the server allows."""

import asyncio

import asyncpg
import pytest

from denyut.settings import PoolOptions, Settings
from denyut.wiring import TooFewConnections, check_connections, opened_pool, running_service
from tests.builders import make_city, make_report


async def test_two_services_run_in_one_process_and_hear_of_each_others_commits(
    database: str, pool: asyncpg.Pool
) -> None:
    """Without Redis the second learns from the database: nothing is lost, it is only later."""
    city = await make_city(pool)
    settings = Settings(database_url=database)
    async with running_service(settings) as one, running_service(settings) as other:
        assert one.app is not other.app
        row = await make_report(one.pool, city.ani, city.targets[city.ani])
        assert row.seq >= 1
        assert await other.pool.fetchval("SELECT head FROM feed_shard WHERE shard = 3") >= 1


async def test_a_running_service_beats_and_counts_what_is_reported(
    database: str, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    async with running_service(Settings(database_url=database)):
        await make_report(pool, city.ani, city.targets[city.ani])
        while not await pool.fetchval(
            "SELECT EXISTS (SELECT FROM unit_month WHERE unit_id = $1)"
            " AND EXISTS (SELECT FROM service_beat)",
            city.city,
        ):
            await asyncio.sleep(0.05)
    assert await pool.fetchval("SELECT count(*) FROM outage") == 0


async def test_pools_that_can_outgrow_the_server_are_refused_at_start(pool: asyncpg.Pool) -> None:
    await check_connections(pool, PoolOptions())
    with pytest.raises(TooFewConnections, match="max_connections"):
        await check_connections(pool, PoolOptions(resource_connections=10_000))


async def test_a_stopped_service_leaves_no_connection(database: str, pool: asyncpg.Pool) -> None:
    async with running_service(Settings(database_url=database)):
        pass
    left = await pool.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'denyut%'"
    )
    assert left == 0


async def test_a_question_that_broke_off_in_a_transaction_leaves_the_connection_clean(
    database: str,
) -> None:
    """Connections are not reset after each question; an open transaction ends all the same."""
    async with opened_pool(database, PoolOptions(fast_connections=2)) as fast:

        async def broken() -> None:
            async with fast.acquire() as connection, connection.transaction(readonly=True):
                await connection.execute("SET LOCAL enable_sort = off")
                await connection.fetchval("SELECT 1 / 0")

        for _ in range(4):
            with pytest.raises(asyncpg.DivisionByZeroError):
                await broken()
        for _ in range(4):
            assert await fast.fetchval("SHOW transaction_read_only") == "off"
            assert await fast.fetchval("SHOW enable_sort") == "on"
