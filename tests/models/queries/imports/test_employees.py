"""Employees from a file: added, renamed, moved with their targets, retired and taken back."""

import json
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import City, make_city, make_session, random_nip
from tests.models.queries.imports.files import brought_in, codes, csv, whats

HEADER = "NIP;Nama;Kode Unit;Jabatan;Keadaan"


async def code_of(pool: asyncpg.Pool, unit_id: UUID) -> str:
    return await pool.fetchval("SELECT code FROM unit WHERE id = $1", unit_id)


async def person(pool: asyncpg.Pool, employee_id: UUID) -> asyncpg.Record:
    row = await pool.fetchrow("SELECT * FROM employee WHERE id = $1", employee_id)
    assert row is not None
    return row


async def listed(pool: asyncpg.Pool, city: City, *people: UUID, unit: UUID | None = None) -> bytes:
    """A file with these people, as they are, or all in another unit."""
    rows = []
    for employee_id in people:
        row = await person(pool, employee_id)
        code = await code_of(pool, unit or row["unit_id"])
        rows.append(f"{row['nip']};{row['name']};{code};;")
    return csv(HEADER, *rows)


async def test_people_come_in_with_a_placement_and_no_account(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    nip, unit = random_nip(), await code_of(pool, city.clinic)
    data = csv(HEADER, f'="{nip}";=cmd|calc;{unit};;')
    for what in ("added", "unchanged"):
        result = await brought_in(engine, "employees", data)
        assert (whats(result), result.applied) == ([(nip, what)], True)
    row = await pool.fetchrow(
        "SELECT e.name, e.unit_id, p.unit_id AS placed, p.valid_to FROM employee e"
        " JOIN placement p ON p.employee_id = e.id WHERE e.nip = $1",
        nip,
    )
    assert tuple(row) == ("=cmd|calc", city.clinic, city.clinic, None)


async def test_a_changed_unit_is_a_transfer_with_targets_and_history(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    data = await listed(pool, city, city.ani, unit=city.roads)
    version = await pool.fetchval("SELECT version FROM rights_version")
    result = await brought_in(engine, "employees", data)
    assert result.counts()["changed"] == 1
    placements = await pool.fetch(
        "SELECT unit_id, valid_to IS NULL AS open FROM placement WHERE employee_id = $1"
        " ORDER BY valid_from",
        city.ani,
    )
    assert [tuple(row) for row in placements] == [(city.clinic, False), (city.roads, True)]
    (event,) = result.events
    assert (event.kind, event.unit_id) == ("target_changed", city.roads)
    assert json.loads(event.content)["change"] == "moved"
    pace = await pool.fetchval("SELECT shard FROM target_pace WHERE employee_id = $1", city.ani)
    assert pace == event.shard
    assert await pool.fetchval("SELECT version FROM rights_version") == version + 1
    again = await brought_in(engine, "employees", data)
    assert (again.counts()["unchanged"], again.events) == (1, [])


async def test_a_dry_run_moves_nobody_and_announces_nothing(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    head = await pool.fetchval("SELECT sum(head) FROM feed_shard")
    data = await listed(pool, city, city.ani, unit=city.roads)
    result = await brought_in(engine, "employees", data, dry_run=True)
    assert (result.applied, result.events, result.counts()["changed"]) == (False, (), 1)
    assert (await person(pool, city.ani))["unit_id"] == city.clinic
    assert await pool.fetchval("SELECT sum(head) FROM feed_shard") == head


async def test_who_retires_is_signed_out_and_can_be_taken_back(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await make_session(pool, city.ani)
    data = await listed(pool, city, city.ani)
    retired = data.replace(b";;", b";;pensiun")
    for what in ("retired", "unchanged"):
        result = await brought_in(engine, "employees", retired)
        assert [each for _, each in whats(result)] == [what]
    assert (await person(pool, city.ani))["active"] is False
    open_sessions = "SELECT count(*) FROM session WHERE employee_id = $1 AND revoked_at IS NULL"
    assert await pool.fetchval(open_sessions, city.ani) == 0
    back = await brought_in(engine, "employees", data)
    assert back.differences[0].after == {"active": True}
    assert (await person(pool, city.ani))["active"] is True


async def test_who_is_left_out_of_a_listed_unit_retires_and_nobody_elsewhere(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    data = await listed(pool, city, city.ani, city.clinic_head)
    kept = await brought_in(engine, "employees", data)
    assert kept.counts()["retired"] == 0
    result = await brought_in(engine, "employees", data, retire_missing=True)
    gone = await pool.fetch("SELECT id FROM employee WHERE NOT active")
    assert [row["id"] for row in gone] == [city.budi]
    assert result.counts()["retired"] == 1


async def test_who_moves_out_of_a_listed_unit_in_the_same_file_is_not_retired(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    stay = await listed(pool, city, city.ani, city.clinic_head)
    move = await listed(pool, city, city.budi, unit=city.roads)
    data = stay + b"\r\n" + move.split(b"\r\n", 1)[1]
    await brought_in(engine, "employees", data, retire_missing=True)
    budi = await person(pool, city.budi)
    assert (budi["active"], budi["unit_id"]) == (True, city.roads)
    retired = await pool.fetch("SELECT id FROM employee WHERE NOT active")
    assert {row["id"] for row in retired} == {city.dedi, city.eka, city.roads_head}


async def test_every_bad_row_is_named_and_the_good_ones_wait(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    unit, nip = await code_of(pool, city.clinic), random_nip()
    data = csv(
        HEADER,
        f"{nip};Sari;{unit};;",
        f"{nip};Sari;{unit};;",
        f"123;Sari;{unit};;",
        f"1,98E+17;Sari;{unit};;",
        f"{random_nip()};Sari;tidak-ada;;",
        f"{random_nip()};Sari;{unit};hantu;",
        f"{random_nip()};Sari;{unit};;mungkin",
        f"{random_nip()};;{unit};;",
    )
    people = await pool.fetchval("SELECT count(*) FROM employee")
    result = await brought_in(engine, "employees", data)
    assert codes(result) == [
        (3, "nip", "duplicate_row"),
        (4, "nip", "invalid_nip"),
        (5, "nip", "nip_rounded"),
        (6, "unit_code", "unknown_unit"),
        (7, "job_title", "unknown_job_title"),
        (8, "status", "unknown_word"),
        (9, "name", "required"),
    ]
    assert await pool.fetchval("SELECT count(*) FROM employee") == people


async def test_what_was_changed_stands_in_the_audit(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    data = (await listed(pool, city, city.ani)).replace(b";Ani;", b";Ani Rahma;")
    await brought_in(engine, "employees", data)
    entry = await pool.fetchrow("SELECT action, details FROM audit_entry")
    assert entry["action"] == "person_imported"
    assert json.loads(entry["details"]) == {
        "before": {"name": "Ani"},
        "after": {"name": "Ani Rahma"},
    }
