"""Making exports: one maker at a time, a dead one is replaced, a slow one changes nothing."""

import asyncio

import asyncpg
import pytest

from models.queries.exports import export_row, file_piece
from models.queries.exports_made import (
    MOST_ATTEMPTS,
    Claimed,
    Lost,
    export_claimed,
    export_given_up,
    export_put_back,
    export_renewed,
    exports_abandoned,
    exports_swept,
    piece_written,
)
from tests.builders import City, make_city
from tests.making.exports import ask, finish, made, person_wish

LEASE_S = 60.0


async def claim(pool: asyncpg.Pool) -> Claimed:
    claimed = await export_claimed(pool, LEASE_S)
    assert claimed is not None
    return claimed


async def lease_passes(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE export SET lease_until = clock_timestamp() - interval '1 second'")


async def waiting(pool: asyncpg.Pool) -> City:
    city = await make_city(pool)
    await ask(pool, city.ani, person_wish(city.ani))
    return city


async def test_of_two_makers_one_gets_it(pool: asyncpg.Pool) -> None:
    await waiting(pool)
    found = await asyncio.gather(*(export_claimed(pool, LEASE_S) for _ in range(4)))

    assert len([each for each in found if each]) == 1


async def test_how_far_it_is_can_be_seen(pool: asyncpg.Pool) -> None:
    city = await waiting(pool)
    claimed = await claim(pool)
    await export_renewed(pool, claimed, 3, 10, LEASE_S)

    row = await export_row(pool, claimed.id, city.ani)
    assert row is not None
    assert (row["state"], row["done"], row["total"]) == ("running", 3, 10)


async def test_a_dead_maker_is_replaced_and_its_pieces_are_not_read(pool: asyncpg.Pool) -> None:
    city = await waiting(pool)
    first = await claim(pool)
    await piece_written(pool, first, 0, b"half")
    assert await export_claimed(pool, LEASE_S) is None
    await lease_passes(pool)
    second = await claim(pool)
    assert (second.id, second.attempt) == (first.id, first.attempt + 1)

    events = await finish(pool, second, b"whole")
    await piece_written(pool, first, 1, b"late")
    with pytest.raises(Lost):
        await finish(pool, first)
    with pytest.raises(Lost):
        await export_renewed(pool, first, 1, 1, LEASE_S)

    assert [await file_piece(pool, first.id, n) for n in range(2)] == [b"whole", None]
    assert [event.kind for event in events] == ["notice"]
    assert await pool.fetchval("SELECT count(*) FROM issued_document") == 1
    notices = await pool.fetch("SELECT kind, recipient_id FROM notice")
    assert [tuple(row) for row in notices] == [("export_ready", city.ani)]


async def test_what_is_put_back_is_tried_again_until_it_is_enough(pool: asyncpg.Pool) -> None:
    city = await waiting(pool)
    for _ in range(MOST_ATTEMPTS - 1):
        assert await export_put_back(pool, await claim(pool), "broken")
    last = await claim(pool)
    assert not await export_put_back(pool, last, "broken")
    async with pool.acquire() as connection, connection.transaction():
        events = await export_given_up(connection, last, "broken", frozenset())

    row = await export_row(pool, last.id, city.ani)
    assert row is not None
    assert (row["state"], row["problem"]) == ("failed", "broken")
    assert len(events) == 1
    assert await pool.fetchval("SELECT kind FROM notice") == "export_failed"
    assert await export_claimed(pool, LEASE_S) is None


async def test_one_whose_last_maker_died_is_found(pool: asyncpg.Pool) -> None:
    await waiting(pool)
    for _ in range(MOST_ATTEMPTS):
        claimed = await claim(pool)
        await lease_passes(pool)

    assert await export_claimed(pool, LEASE_S) is None
    assert await exports_abandoned(pool) == [claimed]


async def test_giving_up_what_somebody_else_finished_says_nothing(pool: asyncpg.Pool) -> None:
    await waiting(pool)
    claimed = await claim(pool)
    await finish(pool, claimed, b"x")
    async with pool.acquire() as connection, connection.transaction():
        assert await export_given_up(connection, claimed, "broken", frozenset()) == []


async def test_files_are_swept_after_their_days_and_codes_stay_good(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    old = await made(pool, city.ani, person_wish(city.ani), b"old")
    new = await made(pool, city.ani, person_wish(city.ani), b"new")
    await pool.execute(
        "UPDATE export SET expires_at = clock_timestamp() - interval '1 s' WHERE id = $1", old
    )
    async with pool.acquire() as connection, connection.transaction():
        assert await exports_swept(connection, 10) == 1

    assert await file_piece(pool, old, 0) is None
    assert await file_piece(pool, new, 0) == b"new"
    assert await pool.fetchval("SELECT state FROM export WHERE id = $1", old) == "expired"
    assert await pool.fetchval("SELECT count(*) FROM issued_document") == 2
