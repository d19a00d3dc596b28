"""Targets from a file: known by NIP, indicator and period; all of a file or nothing of it."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from models.queries.imports.outcome import ImportResult
from tests.builders import make_city, make_employee, random_nip
from tests.making.agreements import make_agreement, make_result
from tests.models.queries.imports.files import brought_in, codes, csv, whats, workbook

HEADER = "nip;indikator;satuan;aspek;arah;kuantitas;rendah;tinggi;periode;hasil_kerja"


async def nip_of(pool: asyncpg.Pool, employee_id: UUID) -> str:
    return await pool.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)


async def went_in(engine: AsyncEngine, *rows: str, **options: Any) -> ImportResult:
    return await brought_in(engine, "targets", csv(HEADER, *rows), **options)


async def imported_rows(pool: asyncpg.Pool) -> list[asyncpg.Record]:
    return await pool.fetch(
        "SELECT * FROM target WHERE indicator <> 'Kunjungan' ORDER BY indicator, period_start"
    )


async def test_a_file_makes_targets_and_the_same_file_again_changes_nothing(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    ani = await nip_of(pool, city.ani)
    rows = (
        f"{ani};Pasien;orang;;;300;;;2026-11;",
        f"{ani};Waktu tunggu;menit;waktu;turun;60;;;2026-Q4;",
        f"{ani};Kapasitas;%;mutu;rentang;85%;80;90;2026;",
    )
    first = await went_in(engine, *rows)
    assert (codes(first), first.applied) == ([], True)
    assert [what for _, what in whats(first)] == ["added"] * 3
    assert {event.kind for event in first.events} == {"target_changed"}
    capacity, patients, waiting = await imported_rows(pool)
    assert (patients["quantity"], patients["aspect"], patients["direction"]) == (
        *(300, "quantity"),
        "higher",
    )
    assert patients["period_start"] == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert (waiting["aspect"], waiting["direction"]) == ("time", "lower")
    assert (capacity["low"], capacity["high"], capacity["quantity"]) == (80, 90, 85)
    again = await went_in(engine, *rows)
    assert [what for _, what in whats(again)] == ["unchanged"] * 3
    assert again.events == []


async def test_another_quantity_changes_the_target_with_its_history(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    ani = await nip_of(pool, city.ani)
    await went_in(engine, f"{ani};Pasien;orang;;;300;;;2026-11;")
    result = await went_in(engine, f"{ani};PASIEN;orang;;;250;;;2026-11-01;")
    (difference,) = result.differences
    assert (difference.what, difference.before, difference.after) == (
        "changed",
        {"quantity": 300.0},
        {"quantity": 250.0},
    )
    (row,) = await imported_rows(pool)
    assert (row["quantity"], row["version"]) == (250, 2)
    assert await pool.fetchval("SELECT reason FROM target_change") == "impor"
    entries = await pool.fetch("SELECT employee_id, action FROM audit_entry")
    assert [tuple(entry) for entry in entries] == [(city.ani, "target_imported")] * 2


async def test_of_two_with_one_name_the_nip_tells_who_is_meant(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    twin = await make_employee(pool, city.pharmacy, "Ani")
    result = await went_in(engine, f"{await nip_of(pool, twin)};Resep;lembar;;;40;;;2026-11;")
    assert result.applied
    (row,) = await imported_rows(pool)
    assert row["employee_id"] == twin


async def test_a_target_goes_under_the_result_of_its_years_agreement(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    ani = await nip_of(pool, city.ani)
    result_id = await make_result(pool, await make_agreement(pool, city.ani), "Pasien Terlayani")
    row = "{};Pasien;orang;;;300;;;{};pasien terlayani"
    result = await went_in(engine, row.format(ani, "2026-11"))
    assert result.applied
    (made,) = await imported_rows(pool)
    assert made["work_result_id"] == result_id
    other = await went_in(engine, row.format(ani, "2027-01"))
    assert codes(other) == [(2, "result", "unknown_result")]


async def test_every_wrong_row_is_named_and_nothing_is_written(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    ani = await nip_of(pool, city.ani)
    result = await went_in(
        engine,
        f"{ani};Baik;kali;;;1;;;2026-11;",
        f"{random_nip()};x;kali;;;1;;;2026-11;",
        f"{ani};x;kali;warna;;1;;;2026-11;",
        f"{ani};x;kali;;miring;1;;;2026-11;",
        f"{ani};x;kali;;;satu;;;2026-11;",
        f"{ani};x;kali;;;1.234;;;2026-11;",
        f"{ani};x;kali;;;2000000;;;2026-11;",
        f"{ani};x;kali;;rentang;1;;4;2026-11;",
        f"{ani};x;kali;;rentang;1;5;4;2026-11;",
        f"{ani};x;kali;;;1;;;November;",
        f"{ani};baik;kali;;;2;;;2026-11;",
        f"{ani};{'x' * 201};kali;;;1;;;2026-11;",
        f"{ani};;kali;;;1;;;2026-11;",
    )
    assert codes(result) == [
        (3, "nip", "unknown_employee"),
        (4, "aspect", "unknown_word"),
        (5, "direction", "unknown_word"),
        (6, "quantity", "invalid_number"),
        (7, "quantity", "ambiguous_number"),
        (8, "quantity", "number_too_large"),
        (9, "low", "required"),
        (10, "low", "range_turned"),
        (11, "period", "invalid_period"),
        (12, "indicator", "duplicate_row"),
        (13, "indicator", "too_long"),
        (14, "indicator", "required"),
    ]
    assert not result.applied
    assert await imported_rows(pool) == []


async def test_what_a_target_is_stays_and_a_closed_one_is_left_alone(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    ani = await nip_of(pool, city.ani)
    await went_in(engine, f"{ani};Pasien;orang;;;300;;;2026-11;")
    other = await went_in(engine, f"{ani};Pasien;orang;mutu;;300;;;2026-11;")
    assert codes(other) == [(2, "aspect", "goal_is_fixed")]
    await pool.execute("UPDATE target SET closed_at = now() WHERE indicator = 'Pasien'")
    same = await went_in(engine, f"{ani};Pasien;orang;;;300;;;2026-11;")
    assert whats(same)[0][1] == "unchanged"
    late = await went_in(engine, f"{ani};Pasien;orang;;;200;;;2026-11;")
    assert codes(late) == [(2, "quantity", "target_closed")]


async def test_only_where_one_may_and_never_for_oneself(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    result = await went_in(
        engine,
        f"{await nip_of(pool, city.dedi)};Jalan;km;;;4;;;2026-11;",
        f"{await nip_of(pool, city.hr)};Berkas;berkas;;;4;;;2026-11;",
        f"{await nip_of(pool, city.citra)};Resep;lembar;;;4;;;2026-11;",
        actor_id=city.hr,
        units=frozenset({city.health}),
    )
    assert codes(result) == [(2, "nip", "not_allowed"), (3, "nip", "not_allowed")]
    own = await went_in(
        engine,
        f"{await nip_of(pool, city.city_hr)};Berkas;berkas;;;4;;;2026-11;",
        actor_id=city.city_hr,
        units=frozenset({city.city}),
    )
    assert codes(own) == [(2, "nip", "own_target")]


async def test_a_dry_run_says_what_would_be_and_leaves_no_trace(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    row = f"{await nip_of(pool, city.ani)};Pasien;orang;;;300;;;2026-11;"
    result = await went_in(engine, row, dry_run=True)
    assert (result.applied, result.counts()["added"]) == (False, 1)
    assert await imported_rows(pool) == []
    assert await pool.fetchval("SELECT count(*) FROM audit_entry") == 0
    assert await pool.fetchval("SELECT count(*) FROM feed") == 0


async def test_of_fifty_thousand_rows_the_one_that_is_wrong_is_told_and_nothing_applied(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    ani = await nip_of(pool, city.ani)
    rows: list[list[Any]] = [
        [ani, f"Indikator {number}", "kali", "", "", 3, None, None, "2026-11", ""]
        for number in range(50_000)
    ]
    rows[31_337][5] = "=1+1"
    data = workbook(HEADER.split(";"), *rows)
    for dry_run in (True, False):
        result = await brought_in(engine, "targets", data, dry_run=dry_run)
        assert codes(result) == [(31_339, "quantity", "formula")]
        assert not result.applied
    assert await imported_rows(pool) == []


async def test_thousands_of_rows_go_in_at_once_and_come_back_unchanged(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    people = [city.ani, city.budi, city.citra, city.dedi, city.eka]
    rows = [
        f"{await nip_of(pool, people[number % 5])};I {number};kali;;;{number};;;2026-11;"
        for number in range(2_500)
    ]
    first = await went_in(engine, *rows)
    assert (first.applied, len(first.events)) == (True, 2_500)
    more = [row.replace(";kali;", ";jam;") for row in rows]
    second = await went_in(engine, *more)
    assert second.counts()["changed"] == 2_500
    assert await pool.fetchval("SELECT count(*) FROM target_change") == 2_500
    assert {json.loads(event.content)["change"] for event in second.events} == {"changed"}


async def test_one_file_sent_twice_at_once_makes_nothing_twice(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    row = f"{await nip_of(pool, city.ani)};Pasien;orang;;;300;;;2026-11;"
    results = await asyncio.gather(*(went_in(engine, row) for _ in range(4)))
    found = sorted(result.differences[0].what for result in results)
    assert found == ["added", "unchanged", "unchanged", "unchanged"]
    assert all(result.applied for result in results)
    assert len(await imported_rows(pool)) == 1
