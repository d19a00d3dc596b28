"""The tree in SQL: paths and ancestry always agree, whatever is added and moved."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from models.queries.organisation import (
    NewUnit,
    unit_by_code,
    unit_changed,
    unit_made,
    unit_moved,
    unit_retired,
    unit_row,
    units_in_scope,
)
from models.queries.transfers import transferred
from models.rules.refusals import Busy, Conflict, InvalidValue, NotFound
from models.tables.columns import new_id
from tests.builders import make_city
from tests.invariants import broken_laws


async def check_tree(pool: asyncpg.Pool) -> None:
    """What must hold of any tree, at any time."""
    wrong_paths = await pool.fetch(
        "SELECT u.code FROM unit u LEFT JOIN unit p ON p.id = u.parent_id"
        " WHERE u.path <> coalesce(p.path, '{}') || u.id"
    )
    wrong_agencies = await pool.fetch(
        "SELECT u.code FROM unit u JOIN unit a ON a.id = u.agency_id"
        " WHERE u.shard <> a.shard OR NOT a.id = ANY (u.path)"
        " OR (u.kind = 'unit') = (a.id = u.id)"
    )
    wrong_pairs = await pool.fetch(
        "(SELECT unit_id, ancestor_id FROM unit_ancestry WHERE current EXCEPT"
        " SELECT u.id, a FROM unit u, unnest(u.path) a) UNION ALL"
        " (SELECT u.id, a FROM unit u, unnest(u.path) a EXCEPT"
        " SELECT unit_id, ancestor_id FROM unit_ancestry WHERE current)"
    )
    wrong_shards = await pool.fetch(
        "SELECT p.target_id FROM target_pace p JOIN employee e ON e.id = p.employee_id"
        " JOIN unit u ON u.id = e.unit_id WHERE u.shard <> p.shard"
    )
    assert (wrong_paths, wrong_agencies, wrong_pairs, wrong_shards) == ([], [], [], [])


async def test_the_tree_holds_through_additions_and_moves(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    agency, section, part = new_id(), new_id(), new_id()
    await unit_made(pool, NewUnit(agency, "sosial", "Dinas Sosial", "agency", city.city))
    await unit_made(pool, NewUnit(section, "rehab", "Rehabilitasi", "unit", agency))
    await unit_made(pool, NewUnit(part, "panti", "Panti", "unit", section))
    await check_tree(pool)
    await unit_moved(pool, city.clinic, part)
    await check_tree(pool)
    await unit_moved(pool, section, city.works)
    await check_tree(pool)
    row = await unit_row(pool, city.clinic)
    assert row is not None
    assert list(row["path"]) == [city.city, city.works, section, part, city.clinic]
    await unit_moved(pool, city.clinic, city.health)
    await unit_moved(pool, city.clinic, city.health)
    await check_tree(pool)
    ever = await pool.fetchval(
        "SELECT count(*) FROM unit_ancestry WHERE unit_id = $1 AND NOT current", city.clinic
    )
    assert ever == 4  # sosial, rehab, panti, works


async def test_an_agency_that_moves_keeps_its_shard(pool: asyncpg.Pool) -> None:
    city, region = await make_city(pool), new_id()
    await unit_made(pool, NewUnit(region, "wilayah", "Wilayah", "city", city.city))
    await unit_moved(pool, city.health, region)
    await check_tree(pool)
    row = await unit_row(pool, city.clinic)
    assert row is not None
    assert (row["shard"], row["agency_id"]) == (3, city.health)


async def test_new_agencies_spread_over_the_emptiest_shards(pool: asyncpg.Pool) -> None:
    city, shards = await make_city(pool), []
    for number in range(13):
        agency = new_id()
        await unit_made(pool, NewUnit(agency, f"d-{number}", "Dinas", "agency", city.city))
        row = await unit_row(pool, agency)
        assert row is not None
        shards.append(row["shard"])
    assert set(shards) == set(range(16)) - {0, 3, 5}


async def test_what_cannot_stand_is_refused(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    for unit in (
        NewUnit(new_id(), "a", "A", "unit", city.city),
        NewUnit(new_id(), "a", "A", "unit", None),
        NewUnit(new_id(), "a", "A", "agency", city.clinic),
        NewUnit(new_id(), "a", "A", "unit", new_id()),
    ):
        with pytest.raises(InvalidValue):
            await unit_made(pool, unit)
    with pytest.raises(InvalidValue):
        await unit_moved(pool, city.health, city.clinic)
    with pytest.raises(InvalidValue):
        await unit_moved(pool, city.clinic, city.city)
    with pytest.raises(NotFound):
        await unit_moved(pool, new_id(), city.clinic)
    with pytest.raises(InvalidValue):
        await unit_changed(pool, city.clinic, "x", "Asia/Jakarta", "tidak_ada")
    assert await unit_by_code(pool, "a") is None
    await check_tree(pool)


async def test_a_retired_unit_takes_nobody_below_it(pool: asyncpg.Pool) -> None:
    city, agency = await make_city(pool), new_id()
    await unit_made(pool, NewUnit(agency, "sosial", "Dinas Sosial", "agency", city.city))
    await unit_retired(pool, agency)
    with pytest.raises(InvalidValue):
        await unit_made(pool, NewUnit(new_id(), "x", "X", "unit", agency))
    with pytest.raises(InvalidValue):
        await unit_moved(pool, city.clinic, agency)
    with pytest.raises(Conflict):
        await unit_retired(pool, city.clinic)


async def test_units_made_while_their_parents_move_end_up_below_them(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)

    async def make(place: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            code = f"NEW-{place}"
            await unit_made(connection, NewUnit(new_id(), code, code, "unit", city.clinic))

    async def move(parent_id: UUID) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await unit_moved(connection, city.clinic, parent_id)

    for turn in range(4):
        aim = city.works if turn % 2 == 0 else city.health
        await asyncio.gather(make(4 * turn), move(aim), make(4 * turn + 1), make(4 * turn + 2))
    await check_tree(pool)


async def test_nobody_comes_to_a_unit_that_closes(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)

    async def close(unit_id: UUID) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await unit_retired(connection, unit_id)

    async def come(unit_id: UUID) -> None:
        async with pool.acquire() as connection, connection.transaction():
            await transferred(connection, {city.ani: unit_id})

    async def make_below(unit_id: UUID) -> None:
        async with pool.acquire() as connection, connection.transaction():
            code = f"BELOW-{unit_id}"
            await unit_made(connection, NewUnit(new_id(), code, code, "unit", unit_id))

    for turn in range(6):
        unit_id, code = new_id(), f"BRIEF-{turn}"
        await unit_made(pool, NewUnit(unit_id, code, code, "unit", city.works))
        other = come if turn % 2 else make_below
        done = await asyncio.gather(close(unit_id), other(unit_id), return_exceptions=True)
        refused = [one for one in done if one is not None]
        assert {type(one) for one in refused} <= {Conflict, InvalidValue, Busy}
        assert refused
    assert await broken_laws(pool) == {}


async def test_a_scope_is_what_is_below_now_and_what_is_named(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await unit_moved(pool, city.clinic, city.works)
    units = await units_in_scope(pool, [city.health], [city.city])
    assert [row["id"] for row in units] == [city.city, city.health, city.pharmacy]
