"""Heads from a file: a handover is no overlap, days are whole, and the same file does nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import City, make_city
from tests.models.queries.imports.files import brought_in, codes, csv, whats

HEADER = "kode_unit;nip;jenis;mulai;sampai;sk"


async def line(
    pool: asyncpg.Pool, unit_id: UUID, who: UUID, kind: str, first: str, last: str = ""
) -> str:
    code = await pool.fetchval("SELECT code FROM unit WHERE id = $1", unit_id)
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", who)
    return f"{code};{nip};{kind};{first};{last};SK 1"


async def built(pool: asyncpg.Pool) -> City:
    """The small city, its clinic without a head."""
    city = await make_city(pool)
    await pool.execute("DELETE FROM supervision WHERE unit_id = $1", city.clinic)
    return city


async def test_days_are_whole_and_local(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    city = await built(pool)
    row = await line(pool, city.clinic, city.ani, "Plt", "1/11/2026", "30/11/2026")
    for what in ("added", "unchanged"):
        result = await brought_in(engine, "supervision", csv(HEADER, row))
        assert ([each for _, each in whats(result)], result.applied) == ([what], True)
    head = await pool.fetchrow(
        "SELECT kind, valid_from, valid_to FROM supervision WHERE unit_id = $1", city.clinic
    )
    assert tuple(head) == (
        "acting",
        datetime(2026, 10, 31, 17, tzinfo=UTC),
        datetime(2026, 11, 30, 17, tzinfo=UTC),
    )


async def test_a_handover_within_one_file_is_no_overlap(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await built(pool)
    open_ended = await line(pool, city.clinic, city.ani, "definitif", "2026-01-01")
    await brought_in(engine, "supervision", csv(HEADER, open_ended))
    new = await line(pool, city.clinic, city.budi, "definitif", "2026-07-01")
    alone = await brought_in(engine, "supervision", csv(HEADER, new))
    assert codes(alone) == [(2, "first_day", "overlap")]
    assert alone.errors[0].facts == {"since": "2025-12-31", "until": "…"}
    ended = await line(pool, city.clinic, city.ani, "definitif", "2026-01-01", "2026-06-30")
    version = await pool.fetchval("SELECT version FROM rights_version")
    both = await brought_in(engine, "supervision", csv(HEADER, new, ended))
    assert sorted(each for _, each in whats(both)) == ["added", "changed"]
    assert await pool.fetchval("SELECT version FROM rights_version") == version + 1


async def test_what_the_file_leaves_out_ends_now_or_never_begins(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await built(pool)
    rows = [
        await line(pool, city.clinic, city.ani, "definitif", "2026-01-01"),
        await line(pool, city.clinic, city.budi, "plt", "2020-01-01", "2099-12-31"),
        await line(pool, city.clinic, city.citra, "plh", "2100-01-01"),
    ]
    await brought_in(engine, "supervision", csv(HEADER, *rows))
    result = await brought_in(engine, "supervision", csv(HEADER, rows[0]), retire_missing=True)
    assert result.counts() == {"added": 0, "changed": 0, "unchanged": 1, "retired": 2}
    left = await pool.fetch(
        "SELECT supervisor_id, valid_to FROM supervision WHERE unit_id = $1 AND kind = 'acting'",
        city.clinic,
    )
    assert [row["supervisor_id"] for row in left] == [city.budi]
    assert left[0]["valid_to"] < datetime.now(UTC) + timedelta(minutes=1)
    others = await pool.fetchval("SELECT count(*) FROM supervision WHERE valid_to IS NULL")
    assert others == 6  # five of other units, and Ani


async def test_every_bad_row_is_named(engine: AsyncEngine, pool: asyncpg.Pool) -> None:
    city = await built(pool)
    good = await line(pool, city.clinic, city.ani, "definitif", "2026-01-01")
    backward = await line(pool, city.clinic, city.budi, "plt", "2026-02-01", "2026-01-01")
    code, nip, *rest = good.split(";")
    data = csv(
        HEADER,
        good,
        good,
        backward,
        ";".join(["tidak-ada", nip, *rest]),
        ";".join([code, "198001012005011999", *rest]),
        ";".join([code, nip, "raja", *rest[1:]]),
        ";".join([code, nip, "plt", "kemarin", *rest[2:]]),
    )
    result = await brought_in(engine, "supervision", data)
    assert codes(result) == [
        (3, "unit_code", "duplicate_row"),
        (4, "last_day", "date_order"),
        (5, "unit_code", "unknown_unit"),
        (6, "nip", "unknown_employee"),
        (7, "kind", "unknown_word"),
        (8, "first_day", "invalid_date"),
    ]
    heads = await pool.fetchval("SELECT count(*) FROM supervision WHERE unit_id = $1", city.clinic)
    assert heads == 0
