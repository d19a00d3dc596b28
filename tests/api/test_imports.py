"""Importing over HTTP: who may, for whom, and that what is shown first is what is then done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.api.conftest import Heard, Signed
from tests.builders import City, make_grant
from tests.models.queries.imports.files import csv, workbook

ADDRESS = "/v1/imports/targets"
HEADER = ("nip", "indikator", "satuan", "kuantitas", "periode")


async def nip_of(pool: asyncpg.Pool, employee_id: UUID) -> str:
    return await pool.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)


def text(*rows: Sequence[Any]) -> bytes:
    return csv(";".join(HEADER), *(";".join(map(str, row)) for row in rows))


async def test_what_a_dry_run_shows_is_what_is_then_done_and_announced(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, heard: Heard
) -> None:
    headers = await signed(city.hr)
    rows = [
        (await nip_of(pool, person), "Pasien", "orang", 300, "2026-12")
        for person in (city.ani, city.citra)
    ]
    for data in (text(*rows), workbook(HEADER, *rows)):
        seen = await client.post(ADDRESS, content=data, headers=headers)
        assert seen.status_code == 200, seen.text
        assert (seen.json()["applied"], seen.json()["counts"]["added"]) == (False, 2)
        assert heard.events == []
    done = await client.post(
        ADDRESS, content=workbook(HEADER, *rows), params={"dry_run": False}, headers=headers
    )
    assert (done.json()["applied"], done.json()["total_differences"]) == (True, 2)
    assert done.json()["differences"] == seen.json()["differences"]
    assert {row.employee_id for row in heard.events} == {city.ani, city.citra}
    again = await client.post(ADDRESS, content=text(*rows), headers=headers)
    assert again.json()["counts"]["unchanged"] == 2


async def test_rows_of_people_elsewhere_are_refused_one_by_one_in_either_language(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    data = text(
        (await nip_of(pool, city.ani), "Pasien", "orang", 300, "2026-12"),
        (await nip_of(pool, city.dedi), "Jalan", "km", 4, "2026-12"),
    )
    headers = await signed(city.hr)
    for language, word in (("id", "kepegawaian"), ("en", "HR office")):
        answer = await client.post(
            ADDRESS,
            content=data,
            params={"language": language, "dry_run": False},
            headers=headers,
        )
        (error,) = answer.json()["errors"]
        assert (error["line"], error["column"], error["code"]) == (3, "nip", "not_allowed")
        assert word in error["message"]
        assert not answer.json()["applied"]
    assert await pool.fetchval("SELECT count(*) FROM target WHERE indicator = 'Pasien'") == 0


async def test_whoever_holds_no_hr_office_imports_nothing(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    for who in (city.ani, city.clinic_head, city.mayor, city.administrator):
        answer = await client.post(ADDRESS, content=b"nip", headers=await signed(who))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_a_wrong_header_and_what_is_no_file_are_said_as_errors(
    client: httpx.AsyncClient, city: City, signed: Signed
) -> None:
    headers = await signed(city.hr)
    wrong = await client.post(ADDRESS, content=b"nama;target\nAni;3", headers=headers)
    missing = {error["column"] for error in wrong.json()["errors"]}
    assert missing == {"nip", "indicator", "unit_of_measure", "quantity", "period"}
    for data, code in ((b"PK\x03\x04??", "unreadable_file"), (b"", "empty_file")):
        answer = await client.post(ADDRESS, content=data, headers=headers)
        assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_many_errors_are_counted_and_the_first_are_shown(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    ani = await nip_of(pool, city.ani)
    rows = [(ani, f"I {number}", "kali", "banyak", "2026-12") for number in range(300)]
    answer = await client.post(ADDRESS, content=text(*rows), headers=await signed(city.hr))
    assert (len(answer.json()["errors"]), answer.json()["total_errors"]) == (200, 300)


async def test_nobody_imports_a_target_of_their_own(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    await make_grant(pool, city.ani, "hr", city.health)
    data = text((await nip_of(pool, city.ani), "Pasien", "orang", 1, "2026-12"))
    answer = await client.post(ADDRESS, content=data, headers=await signed(city.ani))
    assert [error["code"] for error in answer.json()["errors"]] == ["own_target"]
