"""Objections over HTTP: by the employee, in time, to the one above, and final."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from models.tables.columns import new_id
from tests.api.conftest import Signed
from tests.api.test_appraisals import code, decision, kinds
from tests.builders import City
from tests.making.appraisal import make_appraisal

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def decided(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> UUID:
    """Ani's appraisal, decided as below by the head of the clinic."""
    appraisal_id = await make_appraisal(pool, city.ani)
    answer = await client.post(
        f"/v1/appraisals/{appraisal_id}/decision",
        json=decision("below", reason="Tidak ada laporan"),
        headers=await signed(city.clinic_head),
    )
    assert answer.status_code == 200, answer.text
    return appraisal_id


def objection() -> dict[str, Any]:
    return {"id": str(new_id()), "reasons": "Laporan selama gangguan belum dihitung"}


async def test_the_one_above_decides_for_good_and_both_hear(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, decided: UUID
) -> None:
    body, ani = objection(), await signed(city.ani)
    path = f"/v1/appraisals/{decided}/objection"
    made = await client.post(path, json=body, headers=ani)
    assert (made.status_code, made.json()["outcome"]) == (201, None)
    assert (await client.post(path, json=body, headers=ani)).status_code == 200
    assert "objection_made" in await kinds(pool, city.health_head)

    answer_path = f"/v1/objections/{body['id']}/decision"
    answer = {"outcome": "changed", "result_rating": "meets", "reason": "Gangguan tercatat"}
    for who in (city.ani, city.clinic_head, city.mayor, city.hr):
        refused = await client.post(answer_path, json=answer, headers=await signed(who))
        assert code(refused) == (403, "not_allowed")
    above = await signed(city.health_head)
    done = await client.post(answer_path, json=answer, headers=above)
    assert (done.json()["outcome"], done.json()["decided_by"]) == (
        "changed",
        str(city.health_head),
    )
    assert "objection_decided" in await kinds(pool, city.ani)
    assert "objection_decided" in await kinds(pool, city.clinic_head)

    seen = (await client.get(f"/v1/appraisals/{decided}", headers=ani)).json()
    assert (seen["state"], seen["predicate"], seen["decision_number"]) == ("final", "good", 2)
    assert seen["decided_by"] == str(city.health_head)
    assert seen["evidence"]["number"] == 2
    again = await client.post(path, json=objection(), headers=ani)
    assert code(again) == (409, "appraisal_not_open")


async def test_it_is_decided_once(
    client: httpx.AsyncClient, city: City, signed: Signed, decided: UUID
) -> None:
    body = objection()
    await client.post(
        f"/v1/appraisals/{decided}/objection", json=body, headers=await signed(city.ani)
    )
    path, above = f"/v1/objections/{body['id']}/decision", await signed(city.health_head)
    answer = {"outcome": "upheld", "reason": "Sudah dihitung"}
    assert (await client.post(path, json=answer, headers=above)).status_code == 200
    assert code(await client.post(path, json=answer, headers=above)) == (409, "already_decided")


@pytest.mark.parametrize(("days", "answer"), [(14, 201), (15, 409)])
async def test_day_14_is_in_time_and_day_15_too_late(
    client: httpx.AsyncClient,
    pool: asyncpg.Pool,
    city: City,
    signed: Signed,
    decided: UUID,
    days: int,
    answer: int,
) -> None:
    await pool.execute("UPDATE appraisal SET decided_at = $1", NOW - days * DAY)
    made = await client.post(
        f"/v1/appraisals/{decided}/objection", json=objection(), headers=await signed(city.ani)
    )
    assert made.status_code == answer
    if answer == 409:
        assert made.json()["code"] == "objection_too_late"
        assert made.json()["details"]["last_day"]


async def test_only_the_employee_objects_and_only_to_a_decision(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed, decided: UUID
) -> None:
    path = f"/v1/appraisals/{decided}/objection"
    head = await signed(city.clinic_head)
    assert code(await client.post(path, json=objection(), headers=head)) == (403, "not_allowed")
    ani, open_one = await signed(city.ani), await make_appraisal(pool, city.ani, period="2025")
    refused = await client.post(
        f"/v1/appraisals/{open_one}/objection", json=objection(), headers=ani
    )
    assert code(refused) == (409, "appraisal_not_open")
    unknown = await client.post(
        f"/v1/objections/{new_id()}/decision",
        json={"outcome": "upheld", "reason": "Tidak ada"},
        headers=head,
    )
    assert code(unknown) == (404, "not_found")


async def test_where_nobody_stands_above_there_is_nobody_to_object_to(
    client: httpx.AsyncClient, pool: asyncpg.Pool, city: City, signed: Signed
) -> None:
    appraisal_id = await make_appraisal(pool, city.health_head)
    decided = await client.post(
        f"/v1/appraisals/{appraisal_id}/decision",
        json=decision(reason="Tidak ada laporan"),
        headers=await signed(city.mayor),
    )
    assert decided.status_code == 200
    refused = await client.post(
        f"/v1/appraisals/{appraisal_id}/objection",
        json=objection(),
        headers=await signed(city.health_head),
    )
    assert code(refused) == (403, "not_allowed")
