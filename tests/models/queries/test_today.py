"""Where a roll-up begins to count."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from models.queries.snapshots import one_moment
from models.queries.today import ChildCounts, counts_today
from tests.builders import HEALTH_SHARD, City, decide, make_city, make_report

ZONE = ZoneInfo("Asia/Jakarta")


@pytest.fixture
async def city(pool) -> City:
    return await make_city(pool)


async def counted(pool, unit_id: UUID) -> dict[UUID, ChildCounts]:
    async with one_moment(pool) as connection:
        found = await counts_today(connection, unit_id, HEALTH_SHARD, ZONE)
    assert found.seq == await pool.fetchval(
        "SELECT head FROM feed_shard WHERE shard = $1", HEALTH_SHARD
    )
    return {row.unit_id: row for row in found.rows}


async def report(pool, city, employee_id) -> UUID:
    row = await make_report(pool, employee_id, city.targets[employee_id])
    return UUID(msgspec.json.decode(row.content)["report_id"])


async def test_each_child_has_its_counts_and_the_units_own_people_theirs(pool, city):
    for employee_id in (city.ani, city.budi, city.citra, city.health_head):
        report_id = await report(pool, city, employee_id)
    await decide(pool, city.mayor, report_id, "return", "kurang")
    await decide(pool, city.clinic_head, await report(pool, city, city.ani))
    found = await counted(pool, city.health)
    assert {
        unit_id: (row.reports, row.approvals, row.returns) for unit_id, row in found.items()
    } == {
        city.clinic: (3, 1, 0),
        city.pharmacy: (1, 0, 0),
        city.health: (1, 0, 1),
    }
    assert set(await counted(pool, city.clinic)) == {city.clinic}


async def test_yesterday_does_not_count(pool, city):
    for _ in range(9):
        await report(pool, city, city.ani)
    await pool.execute("UPDATE feed SET at = at - $1::interval WHERE seq <= 6", timedelta(days=1))
    assert (await counted(pool, city.health))[city.clinic].reports == 3
    await pool.execute("UPDATE feed SET at = at - $1::interval", timedelta(days=1))
    assert await counted(pool, city.health) == {}


async def test_what_retention_dropped_is_not_looked_for(pool, city):
    for _ in range(5):
        await report(pool, city, city.ani)
    await pool.execute("UPDATE feed_shard SET floor = 3 WHERE shard = $1", HEALTH_SHARD)
    await pool.execute("DELETE FROM feed WHERE seq <= 3")
    assert (await counted(pool, city.health))[city.clinic].reports == 2


async def test_an_empty_shard_has_no_rows(pool, city):
    assert await counted(pool, city.health) == {}
