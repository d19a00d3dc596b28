"""Evidence beside a report: by its reporter, for its readers; once approved it only grows."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from models.tables.columns import new_id
from tests.api.conftest import Signed
from tests.builders import City, decide, make_report

PHOTO = {"kind": "photo", "reference": "ab" * 32}
LINK = {"kind": "link", "reference": "https://contoh.go.id/berkas?id=7"}


@pytest.fixture
async def report_id(pool: asyncpg.Pool, city: City) -> UUID:
    """A report of Ani."""
    made = new_id()
    await make_report(pool, city.ani, city.targets[city.ani], report_id=made)
    return made


async def test_the_reporter_puts_it_there_and_the_supervisor_sees_it(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, report_id: UUID
) -> None:
    path = f"/v1/reports/{report_id}/evidence"
    body = {"evidence": [PHOTO, LINK]}
    put = await client.put(path, json=body, headers=await signed(city.ani))
    assert put.status_code == 200, put.text
    seen = await client.get(path, headers=await signed(city.clinic_head))
    assert [{"kind": e["kind"], "reference": e["reference"]} for e in seen.json()] == [PHOTO, LINK]
    assert await pool.fetchval("SELECT evidence FROM report") == 2
    assert await pool.fetchval("SELECT employee_id FROM data_view") == city.ani
    written = await pool.fetchval("SELECT details FROM audit_entry WHERE action = 'evidence_set'")
    assert str(report_id) in written
    refused = await client.put(path, json=body, headers=await signed(city.clinic_head))
    assert refused.json()["code"] == "not_allowed"
    unknown = await client.put(path, json=body, headers=await signed(city.citra))
    assert unknown.json()["code"] == "unknown_report"


async def test_an_approved_report_takes_only_the_photos_that_come_late(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, report_id: UUID
) -> None:
    await decide(pool, city.clinic_head, report_id)
    path, headers = f"/v1/reports/{report_id}/evidence", await signed(city.ani)
    answer = await client.put(path, json={"evidence": [LINK]}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "report_not_open")
    late = await client.put(path, json={"evidence": [PHOTO]}, headers=headers)
    assert late.is_success, late.text
    gone = await client.put(path, json={"evidence": []}, headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (409, "report_not_open")


@pytest.mark.parametrize(
    "piece",
    [
        {"kind": "link", "reference": "http://contoh.go.id"},
        {"kind": "link", "reference": "ab" * 32},
        {"kind": "photo", "reference": "AB" * 32},
        {"kind": "document", "reference": "https://a b"},
        {"kind": "link", "reference": "https://a.id/" + "x" * 500},
        {"kind": "video", "reference": "https://a.id"},
        {"kind": "link", "reference": "javascript:alert(1)"},
    ],
)
async def test_what_refers_to_nothing_is_refused(
    client: httpx.AsyncClient, city: City, signed: Signed, report_id: UUID, piece: dict[str, Any]
) -> None:
    answer = await client.put(
        f"/v1/reports/{report_id}/evidence",
        json={"evidence": [piece]},
        headers=await signed(city.ani),
    )
    assert answer.status_code == 422


async def test_ten_pieces_are_enough(
    client: httpx.AsyncClient, city: City, signed: Signed, report_id: UUID
) -> None:
    path, headers = f"/v1/reports/{report_id}/evidence", await signed(city.ani)
    assert (await client.put(path, json={"evidence": [LINK] * 10}, headers=headers)).is_success
    answer = await client.put(path, json={"evidence": [LINK] * 11}, headers=headers)
    assert answer.status_code == 422
