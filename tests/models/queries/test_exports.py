"""Exports in SQL: one an id, few at a time, nobody else's, whole or not at all."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from models.queries.exports import (
    MOST_OPEN,
    Wish,
    checked,
    export_removed,
    export_row,
    exports_of,
    file_piece,
)
from models.rules.documents import DocumentFormat, DocumentKind
from models.rules.refusals import Conflict, InvalidValue, TooManyItems
from tests.builders import make_city
from tests.making.exports import ask, made, person_wish, unit_wish


async def test_an_id_asked_for_twice_is_one_export(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    wish = person_wish(city.ani)

    assert await ask(pool, city.clinic_head, wish) == await ask(pool, city.clinic_head, wish)
    (row,) = await exports_of(pool, city.clinic_head, 10)
    assert (row["state"], row["kind"], row["period"]) == ("queued", "person_recap", "2026-Q3")


async def test_an_id_of_another_wish_is_a_conflict(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    wish = person_wish(city.ani)
    await ask(pool, city.clinic_head, wish)

    with pytest.raises(Conflict):
        await ask(pool, city.clinic_head, replace(wish, language="en"))
    with pytest.raises(Conflict):
        await ask(pool, city.hr, wish)


async def test_a_person_has_few_open_even_when_all_are_asked_for_at_once(
    pool: asyncpg.Pool,
) -> None:
    city = await make_city(pool)
    wishes = [person_wish(city.ani) for _ in range(MOST_OPEN + 3)]
    outcomes = await asyncio.gather(
        *(ask(pool, city.clinic_head, wish) for wish in wishes), return_exceptions=True
    )

    refused = [each for each in outcomes if isinstance(each, TooManyItems)]
    assert len(refused) == 3
    assert len(await exports_of(pool, city.clinic_head, 10)) == MOST_OPEN
    await ask(pool, city.hr, person_wish(city.ani))  # others have their own


async def test_nobody_finds_an_export_of_somebody_else(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    export_id = await ask(pool, city.clinic_head, person_wish(city.ani))

    assert await export_row(pool, export_id, city.ani) is None
    assert await exports_of(pool, city.ani, 10) == []
    async with pool.acquire() as connection, connection.transaction():
        assert not await export_removed(connection, export_id, city.ani)
    assert await export_row(pool, export_id, city.clinic_head) is not None


async def test_a_file_is_read_piece_by_piece_and_goes_with_its_export(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    export_id = await made(pool, city.hr, unit_wish(city.clinic), b"one", b"two")

    pieces = [await file_piece(pool, export_id, number) for number in range(3)]
    assert pieces == [b"one", b"two", None]
    async with pool.acquire() as connection, connection.transaction():
        assert await export_removed(connection, export_id, city.hr)
    assert await file_piece(pool, export_id, 0) is None
    assert await pool.fetchval("SELECT count(*) FROM export_piece") == 0
    assert await pool.fetchval("SELECT count(*) FROM issued_document") == 1


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(uuid4(), DocumentKind.PERSON_RECAP, period="2026"), "employee_id"),
        (Wish(uuid4(), DocumentKind.PERSON_RECAP, uuid4(), uuid4(), "2026"), "unit_id"),
        (Wish(uuid4(), DocumentKind.UNIT_RECAP, period="2026"), "unit_id"),
        (Wish(uuid4(), DocumentKind.UNIT_RECAP, unit_id=uuid4()), "period"),
        (Wish(uuid4(), DocumentKind.UNIT_RECAP, None, uuid4(), "2026-13"), "period"),
        (Wish(uuid4(), DocumentKind.NATIONAL, None, uuid4(), "2026"), "format"),
        (Wish(uuid4(), DocumentKind.MY_DATA, uuid4(), None, "2026"), "period"),
        (Wish(uuid4(), DocumentKind.MY_DATA, uuid4(), format=DocumentFormat.CSV), "format"),
    ],
)
def test_what_there_is_no_document_for_is_refused_by_its_field(wish: Wish, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        checked(wish)

    assert refused.value.details == {"field": field}
