"""The board in SQL: a person stands where their worst target stands, and pages keep the order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from models.queries.board import (
    PAGE,
    BoardPage,
    BoardScope,
    Place,
    board_page,
    place_of_person,
    running_targets,
)
from tests.builders import City, deactivate, make_city, make_report, make_target

NOW = datetime.now(UTC)


async def page_of(
    pool: asyncpg.Pool, scope: BoardScope, after: Place | None = None, limit: int = 50
) -> BoardPage:
    async with pool.acquire() as connection, connection.transaction():
        return await board_page(connection, scope, NOW, after, limit)


async def names(pool: asyncpg.Pool, city: City, scope: BoardScope, limit: int = 50) -> list[str]:
    seen: list[str] = []
    after = None
    while rows := (await page_of(pool, scope, after, limit)).rows:
        seen += [row["name"] for row in rows]
        after = place_of_person(rows[-1])
    return seen


async def test_the_worst_target_of_a_person_counts_and_each_person_stands_once(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    worse = await make_target(pool, city.budi)
    await pool.execute(
        "UPDATE target_pace SET state = 'slipped', state_since = $2 WHERE target_id = $1",
        worse,
        NOW - timedelta(hours=1),
    )
    await pool.execute(
        "UPDATE target_pace SET state = 'at_risk', slips_at = $2 WHERE employee_id = $1",
        city.ani,
        NOW + timedelta(hours=1),
    )
    scope = BoardScope(city.clinic_head, [city.clinic])
    for limit in (1, 2, 50):
        assert await names(pool, city, scope, limit) == ["Budi", "Ani"]
    page = await page_of(pool, scope)
    assert (page.people, page.slipped, page.at_risk, page.waiting) == (2, 1, 1, 0)
    assert [(row["slipped"], row["at_risk"]) for row in page.rows] == [(1, 0), (0, 1)]
    assert len(await running_targets(pool, [city.budi, city.ani], NOW)) == 3


async def test_the_viewer_and_the_deactivated_are_not_on_it_and_the_assigned_are(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    await deactivate(pool, city.budi)
    scope = BoardScope(city.clinic_head, [city.clinic], [city.dedi, city.ani])
    assert sorted(await names(pool, city, scope)) == ["Ani", "Dedi"]
    assert await names(pool, city, BoardScope(city.ani, [])) == []


async def test_whoever_is_hidden_is_not_even_counted(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    scope = BoardScope(city.clinic_head, [city.clinic], hidden=[city.ani, city.mayor])
    assert await names(pool, city, scope) == ["Budi"]
    assert (await page_of(pool, scope)).people == 1


async def test_reports_on_a_target_that_just_ended_still_wait(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await make_report(pool, city.ani, city.targets[city.ani])
    await pool.execute(
        "UPDATE target_pace SET period_end = $2 WHERE employee_id = $1",
        city.ani,
        NOW - timedelta(days=20),
    )
    page = await page_of(pool, BoardScope(city.clinic_head, [city.clinic]))
    (ani,) = [row for row in page.rows if row["name"] == "Ani"]
    assert (ani["rank"], ani["waiting"], ani["slipped"]) == (4, 1, 0)


def tables_of(plan: dict[str, Any]) -> set[str]:
    own = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set[str]()
    return own.union(*(tables_of(part) for part in plan.get("Plans", [])))


async def test_the_counts_stand_where_the_pages_end_too(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    scope = BoardScope(city.clinic_head, [city.clinic])
    first = await page_of(pool, scope)
    beyond = await page_of(pool, scope, place_of_person(first.rows[-1]))
    assert (beyond.rows, beyond.people) == ([], 2)


async def test_no_plan_of_a_small_scope_reads_all_reports_or_paces(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await pool.execute(
        "INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, quantity,"
        " activity_at, captured_at, corrected_at, received_at, body_hash)"
        " SELECT gen_random_uuid(), e.id, e.id, e.unit_id, 3, g, 1, now(), now(), now(), now(), ''"
        " FROM employee e, generate_series(1, 400) g"
    )
    made = [await make_target(pool, who) for who in city.targets for _ in range(30)]
    assert len(made) > 400
    await pool.execute("ANALYZE")
    answer = await pool.fetchval(
        f"EXPLAIN (FORMAT JSON) {PAGE}",
        *([city.clinic], [], NOW, city.clinic_head, None, None, None, 30, []),
    )
    plan = json.loads(answer)[0]["Plan"]
    assert not tables_of(plan) & {"report", "target_pace", "target", "feed"}


def rows_read(plan: dict[str, Any]) -> int:
    """Rows that the leaves of a plan read, with those that they left out."""
    below = plan.get("Plans", [])
    if below:
        return sum(rows_read(part) for part in below)
    each = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return round(plan["Actual Loops"] * each)


async def test_a_board_reads_the_same_rows_however_much_was_reported(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    read = []
    for first, last in ((1, 70), (71, 1_400)):  # 14 people: about 1,000 reports, then 20,000
        await pool.execute(
            "INSERT INTO report (id, employee_id, target_id, unit_id, shard, seq, quantity,"
            " activity_at, captured_at, corrected_at, received_at, body_hash)"
            " SELECT gen_random_uuid(), p.employee_id, p.target_id, e.unit_id, 3, g, 1, d.at,"
            " d.at, d.at, d.at, '' FROM target_pace p JOIN employee e ON e.id = p.employee_id,"
            " generate_series($1::int, $2::int) g, LATERAL (SELECT $3::timestamptz"
            " - make_interval(mins => g) AS at) d",
            *(first, last, NOW),
        )
        await pool.execute("ANALYZE")
        answer = await pool.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {PAGE}",
            *([city.city], [], NOW, city.mayor, None, None, None, 30, []),
        )
        read.append(rows_read(json.loads(answer)[0]["Plan"]))
    assert await pool.fetchval("SELECT count(*) FROM report") >= 19_000
    assert read[0] == read[1]
    assert read[0] < 500
