"""Whoever holds a paper asks whether it is ours, without signing in and without learning a name."""

import hashlib
from dataclasses import replace

import asyncpg
import httpx
import pytest

from api.parts import Parts
from api.survey_limits import SurveyLimits, SurveyOptions
from api.verification import page
from models.queries.documents import document_issued, issued_under
from models.queries.exports_made import export_claimed
from models.rules.documents import new_code, shown
from tests.api.conftest import client_of
from tests.builders import City
from tests.making.exports import ask, document_of, made, person_wish, unit_wish


async def issued(pool: asyncpg.Pool, city: City) -> str:
    """The printed code of Ani's document."""
    await made(pool, city.hr, person_wish(city.ani), b"paper", holder="Ani Lestari")
    return shown(await pool.fetchval("SELECT code FROM issued_document"))


async def test_a_code_is_answered_without_a_whole_name(
    client: httpx.AsyncClient, city: City, pool: asyncpg.Pool
) -> None:
    code = await issued(pool, city)
    answer = await client.get(f"/v1/verify/{code.lower()}")

    assert answer.status_code == 200
    said = answer.json()
    assert (said["valid"], said["kind"], said["period"]) == (True, "person_recap", "2026-Q3")
    assert (said["holder"], said["unit"], said["code"]) == ("A••• L•••", "Puskesmas", code)
    assert "Ani" not in answer.text


async def test_a_unit_is_named(client: httpx.AsyncClient, city: City, pool: asyncpg.Pool) -> None:
    await made(pool, city.hr, unit_wish(city.clinic), b"x", holder="Puskesmas")
    code = await pool.fetchval("SELECT code FROM issued_document")

    assert (await client.get(f"/v1/verify/{code}")).json()["holder"] == "Puskesmas"


async def test_a_file_that_was_changed_has_another_hash(
    client: httpx.AsyncClient, city: City, pool: asyncpg.Pool
) -> None:
    await ask(pool, city.hr, person_wish(city.ani))
    claimed = await export_claimed(pool, 60.0)
    assert claimed is not None
    paper = b"%PDF Ani: Baik"
    document = replace(document_of(claimed), sha256=hashlib.sha256(paper).digest())
    await document_issued(pool, document)

    told = (await client.get(f"/v1/verify/{document.code}")).json()["sha256"]
    assert told == hashlib.sha256(paper).hexdigest()
    assert told != hashlib.sha256(paper.replace(b"Baik", b"Sangat Baik")).hexdigest()


@pytest.mark.parametrize("code", ["", "7K2M-9QXA-3D4EF", "x", "tidak%20ada"])
async def test_what_nobody_issued_is_not_found(client: httpx.AsyncClient, code: str) -> None:
    code = code or new_code()  # a sound one; drawn here, so that every worker names it alike
    answer = await client.get(f"/v1/verify/{code}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_looks_are_counted_by_address(parts: Parts) -> None:
    few = SurveyLimits(SurveyOptions(look_minute=3))
    async with client_of(parts, survey=few) as client:
        answers = [await client.get(f"/v1/verify/{new_code()}") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_page_says_the_same_in_both_languages(
    client: httpx.AsyncClient, city: City, pool: asyncpg.Pool
) -> None:
    code = await issued(pool, city)
    indonesian = await client.get(f"/verify/{code}")
    english = await client.get(f"/verify/{code}", params={"lang": "en"})
    nothing = await client.get(f"/verify/{new_code()}")

    assert "Dokumen kinerja" in indonesian.text
    assert "Performance document" in english.text
    assert code in english.text
    assert "Ani" not in english.text
    assert "<script" not in english.text
    assert "default-src 'none'" in english.headers["content-security-policy"]
    assert nothing.status_code == 404
    assert "Tidak ada dokumen" in nothing.text


async def test_what_people_called_a_unit_is_text_on_the_page(
    city: City, pool: asyncpg.Pool
) -> None:
    await pool.execute("UPDATE unit SET name = '<b>Pus</b>' WHERE id = $1", city.clinic)
    await made(pool, city.hr, unit_wish(city.clinic), b"x", holder="<b>Pus</b>")
    found = await issued_under(pool, await pool.fetchval("SELECT code FROM issued_document"))

    assert "<b>" not in page(found, "id")
    assert "&lt;b&gt;Pus&lt;/b&gt;" in page(found, "id")
