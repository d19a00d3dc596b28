"""The course of a target ends where its progress stands, whatever became of its reports."""

from datetime import UTC, datetime

import asyncpg
import pytest

from models.queries.courses import course_of
from models.queries.targets import target_row
from tests.builders import decide, make_city, make_report, submit


async def test_it_ends_where_the_progress_stands(pool: asyncpg.Pool) -> None:
    city, now = await make_city(pool), datetime.now(UTC)
    target_id = city.targets[city.ani]
    for quantity in (2.0, 3.0, 4.0, 5.0):
        await make_report(pool, city.ani, target_id, quantity=quantity)
    ids = await pool.fetch(
        "SELECT id FROM report WHERE target_id = $1 ORDER BY quantity", target_id
    )
    await decide(pool, city.clinic_head, ids[0]["id"])
    await decide(pool, city.clinic_head, ids[1]["id"], "return", "Sebut alamatnya")
    await submit(pool, "withdraw", city.ani, report_id=ids[2]["id"])
    row = await target_row(pool, target_id)
    assert row is not None
    days = await course_of(pool, row, now)
    done = [each.done for each in days if each.done is not None]
    assert done[-1] == row["approved"] + row["pending"] == 7.0
    assert days[-1].expected == pytest.approx(row["quantity"])
    assert days[-1].done is None, "it lies ahead"
