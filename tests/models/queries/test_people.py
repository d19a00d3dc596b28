"""People by id and by scope, in a stable order, and the changes HR makes."""

from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from models.queries.people import (
    NewPerson,
    Search,
    added,
    closed,
    headed_units,
    heads_anything,
    language_set,
    last_contact_of,
    people_by_id,
    people_in,
    renamed,
    reopened,
    those_above,
    unit_places,
)
from tests.builders import (
    City,
    end_head,
    make_assignment,
    make_city,
    make_employee,
    make_head,
    random_nip,
)


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_people_are_found_by_id_and_the_unknown_left_out(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        found = await people_by_id(connection, [city.ani, uuid4()])
    assert set(found) == {city.ani}
    assert (found[city.ani].name, found[city.ani].unit_name) == ("Ani", "Puskesmas")


async def test_pages_meet_among_people_of_one_name(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        twins = {await make_employee(connection, city.clinic, "Siti") for _ in range(7)}
        found: list[UUID] = []
        after = None
        while True:
            rows = await people_in(
                connection, Search([city.clinic], words="siti", after=after, limit=3)
            )
            if not rows:
                break
            found += [row.id for row in rows]
            after = rows[-1].name, rows[-1].id
    assert len(found) == 7
    assert set(found) == twins


async def test_a_scope_is_units_with_all_below_and_single_people(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:

        async def seen(search: Search) -> set[str]:
            return {row.name for row in await people_in(connection, search)}

        assert await seen(Search([])) == set()
        assert await seen(Search([], people=[city.dedi])) == {"Dedi"}
        assert await seen(Search([city.clinic], people=[city.dedi])) == {
            "Ani",
            "Budi",
            "Clinic Head",
            "Dedi",
        }
        assert await seen(Search([city.city], within=city.roads)) == {"Dedi", "Eka", "Roads Head"}
        assert await seen(Search([city.clinic], within=city.roads)) == set()


async def test_a_unit_that_left_its_parent_leaves_the_parents_scope(pool: asyncpg.Pool, city: City):
    await pool.execute(
        "UPDATE unit_ancestry SET current = false WHERE ancestor_id = $1 AND unit_id = $2",
        city.health,
        city.clinic,
    )
    async with pool.acquire() as connection:
        names = {row.name for row in await people_in(connection, Search([city.health]))}
    assert "Ani" not in names
    assert "Citra" in names


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; --"])
async def test_signs_in_a_search_are_only_signs(pool: asyncpg.Pool, city: City, words: str):
    async with pool.acquire() as connection:
        assert await people_in(connection, Search([city.city], words=words)) == []


async def test_a_newcomer_has_an_open_placement(pool: asyncpg.Pool, city: City):
    person = NewPerson(random_nip(), "Fajar", city.clinic, None, "id")
    async with pool.acquire() as connection:
        employee_id = await added(connection, person)
    row = await pool.fetchrow(
        "SELECT unit_id, valid_to FROM placement WHERE employee_id = $1", employee_id
    )
    assert tuple(row) == (city.clinic, None)


async def test_closing_and_reopening_happen_once(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        assert [await closed(connection, city.ani) for _ in range(2)] == [True, False]
        assert await connection.fetchval(
            "SELECT retired_at IS NOT NULL FROM employee WHERE id = $1", city.ani
        )
        assert [await reopened(connection, city.ani) for _ in range(2)] == [True, False]


async def test_only_what_is_given_changes(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        await renamed(connection, city.ani, None, None)
        assert (await people_by_id(connection, [city.ani]))[city.ani].name == "Ani"
        await renamed(connection, city.ani, "Ani Lestari", None)
        await language_set(connection, city.ani, "en")
    row = await pool.fetchrow("SELECT name, language FROM employee WHERE id = $1", city.ani)
    assert tuple(row) == ("Ani Lestari", "en")


async def test_headed_units_are_those_of_now(pool: asyncpg.Pool, city: City):
    now = await pool.fetchval("SELECT now()")
    tomorrow = await pool.fetchval("SELECT now() + interval '1 day'")
    async with pool.acquire() as connection:
        await make_head(connection, city.pharmacy, city.citra, kind="acting", valid_from=tomorrow)
        assert await headed_units(connection, city.citra) == []
        assert await heads_anything(connection, city.citra)  # from tomorrow
        assert [unit.unit_name for unit in await headed_units(connection, city.clinic_head)] == [
            "Puskesmas"
        ]
        await end_head(connection, city.clinic, now)
        assert await headed_units(connection, city.clinic_head) == []
        assert not await heads_anything(connection, city.clinic_head)
        assert not await heads_anything(connection, city.ani)


async def test_those_above_are_heads_role_holders_and_personal_supervisors(
    pool: asyncpg.Pool, city: City
):
    now = await pool.fetchval("SELECT now()")
    day = timedelta(days=1)
    for supervisor, start, end in (
        (city.dedi, -2, -1),
        (city.eka, -1, 1),
        (city.citra, 1, None),
    ):
        await make_assignment(
            pool,
            city.ani,
            supervisor,
            valid_from=now + start * day,
            valid_to=now + end * day if end else None,
        )
    async with pool.acquire() as connection:
        found = await those_above(connection, [city.city, city.health, city.clinic], city.ani)
    assert found == {
        city.eka,
        city.citra,
        city.mayor,
        city.health_head,
        city.clinic_head,
        city.hr,
        city.city_hr,
        city.administrator,
    }


async def test_places_of_units_say_whether_they_are_open(pool: asyncpg.Pool, city: City):
    await pool.execute("UPDATE unit SET retired_at = now() WHERE id = $1", city.pharmacy)
    async with pool.acquire() as connection:
        found = await unit_places(connection, [city.clinic, city.pharmacy, uuid4()])
    assert {unit_id: place.open for unit_id, place in found.items()} == {
        city.clinic: True,
        city.pharmacy: False,
    }
    assert list(found[city.clinic].path) == [city.city, city.health, city.clinic]


async def test_no_contact_is_none(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        assert await last_contact_of(connection, city.ani) is None
        await connection.execute("INSERT INTO last_contact VALUES ($1, now())", city.ani)
        assert await last_contact_of(connection, city.ani) is not None
