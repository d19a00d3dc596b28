"""The feed as it is from the first day: sixteen shards, one epoch, known kinds."""

import asyncpg
import pytest

from tests.builders import make_city, make_report


async def test_sixteen_shards_stand_at_zero_in_one_epoch(pool: asyncpg.Pool) -> None:
    shards = await pool.fetch("SELECT shard, head, floor FROM feed_shard ORDER BY shard")
    assert [tuple(row) for row in shards] == [(shard, 0, 0) for shard in range(16)]
    assert await pool.fetchval("SELECT count(*) FROM feed_epoch") == 1
    with pytest.raises(asyncpg.CheckViolationError, match="one_row"):
        await pool.execute("INSERT INTO feed_epoch VALUES (2, gen_random_uuid(), now())")


async def test_a_number_is_given_once_in_its_shard(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute("INSERT INTO feed SELECT * FROM feed")
    with pytest.raises(asyncpg.CheckViolationError, match="kind_known"):
        await pool.execute("UPDATE feed SET kind = 'rumour'")
