"""Issued documents: found by their code however typed, and by nothing else."""

import asyncpg

from models.queries.documents import issued_under
from models.rules.documents import new_code, shown
from tests.builders import make_city
from tests.making.exports import HASH, made, person_wish, unit_wish


async def test_a_code_tells_what_was_issued(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await made(pool, city.hr, person_wish(city.ani), b"x", holder="Ani")
    code = await pool.fetchval("SELECT code FROM issued_document")

    issued = await issued_under(pool, shown(code).lower())
    assert issued is not None
    assert (issued.kind, issued.period, issued.holder) == ("person_recap", "2026-Q3", "Ani")
    assert (issued.of_person, issued.unit_name, issued.sha256) == (True, "Puskesmas", HASH)


async def test_a_unit_holds_its_own_recap(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    await made(pool, city.hr, unit_wish(city.clinic), b"x", holder="Puskesmas")
    code = await pool.fetchval("SELECT code FROM issued_document")

    issued = await issued_under(pool, code)
    assert issued is not None
    assert (issued.of_person, issued.holder, issued.unit_name) == (False, "Puskesmas", "Puskesmas")


async def test_no_other_text_is_the_code_of_anything(pool: asyncpg.Pool) -> None:
    assert await issued_under(pool, new_code()) is None
    assert await issued_under(pool, "") is None
    assert await issued_under(pool, "tidak ada\0") is None
