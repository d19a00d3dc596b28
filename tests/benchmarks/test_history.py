"""A history: contiguous numbers in the order of time, and a newest day that never differs."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import history
from benchmarks.history import History, days_for
from benchmarks.rig import Rig
from benchmarks.town import Town
from models.queries.rolling import is_behind
from models.rules import receipts

SMALL = Town(agencies=2, sections=2, people=3, targets=2)
DAYS = 50
NOW = datetime.now(UTC)


@given(st.integers(1, 5_000_000))
def test_so_many_days_come_nearest(reports):
    town = Town()
    days = days_for(reports, town)
    made = History(town, days, NOW).reports
    assert abs(made - reports) <= max(town.all_targets / 2, town.all_targets - reports)


def test_the_sizes_of_the_contract():
    assert History(Town(), days_for(10_000, Town()), NOW).reports == 10_080
    assert History(Town(), days_for(3_000_000, Town()), NOW).reports == 3_003_840


@pytest.fixture
async def rig(database: str, tmp_path) -> Rig:
    """A town with 50 days behind it."""
    made = Rig(database, tmp_path, SMALL)
    await made.settle_town()
    await history.written(made, History(SMALL, DAYS, NOW))
    return made


async def test_every_report_has_its_event_and_numbers_follow_time(rig):
    async with rig.connected() as connection:
        assert await connection.fetchval("SELECT count(*) FROM report") == DAYS * SMALL.all_targets
        matched = await connection.fetchval(
            "SELECT count(*) FROM report r JOIN feed f USING (shard, seq)"
            " WHERE f.target_id = r.target_id AND f.employee_id = r.employee_id"
            " AND f.at = r.received_at AND f.content::json ->> 'report_id' = r.id::text"
        )
        assert matched == DAYS * SMALL.all_targets
        backwards = await connection.fetchval(
            "SELECT count(*) FROM (SELECT at < lag(at) OVER (PARTITION BY shard ORDER BY seq) AS b"
            " FROM feed) s WHERE b"
        )
        assert backwards == 0
        heads = dict(await connection.fetch("SELECT shard, head FROM feed_shard WHERE head > 0"))
        counts = dict(await connection.fetch("SELECT shard, count(*) FROM feed GROUP BY shard"))
        assert heads == counts
        assert receipts.encode(1, heads[1])


async def test_each_report_lies_in_its_targets_period(rig):
    async with rig.connected() as connection:
        outside = await connection.fetchval(
            "SELECT count(*) FROM report r LEFT JOIN target t ON t.id = r.target_id"
            " AND t.employee_id = r.employee_id"
            " AND r.activity_at BETWEEN t.period_start - interval '1 day' AND t.period_end"
            " WHERE t.id IS NULL"
        )
        assert outside == 0


async def test_past_months_ask_nothing_of_the_slip_engine(rig):
    async with rig.connected() as connection:
        due = await connection.fetchval(
            "SELECT count(*) FROM target_pace WHERE stale OR slips_at < now()"
            " OR (state <> 'achieved' AND period_end < now())"
        )
        assert due == 0
        assert await connection.fetchval("SELECT count(*) FROM target_pace") == 24 * 3


async def test_all_indexes_are_there_again(rig):
    async with rig.connected() as connection:
        names = await connection.fetch(
            "SELECT indexname FROM pg_indexes WHERE tablename IN ('report', 'feed') ORDER BY 1"
        )
    found = {row["indexname"] for row in names}
    assert {"feed_unit", "feed_employee", "report_employee", "report_pkey", "feed_pkey"} <= found


async def test_no_service_begins_to_count_months_of_it(rig):
    async with rig.connected() as connection:
        assert not await is_behind(connection)
