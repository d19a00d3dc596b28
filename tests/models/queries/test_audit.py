"""Entries and views: written with their change, read in scope, newest first without gaps."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from models.queries.audit import (
    ABOUT_WORK,
    Change,
    audited,
    entries,
    viewed,
    views_of,
    who_saw,
)
from tests.builders import City, make_city, move_employee


@pytest.fixture
async def city(pool: asyncpg.Pool) -> City:
    return await make_city(pool)


async def test_an_entry_stands_and_falls_with_its_transaction(
    pool: asyncpg.Pool, engine: AsyncEngine, city: City
):
    sessions = async_sessionmaker(engine)
    for action, keep in (("kept", True), ("undone", False)):
        async with sessions() as session:
            await audited(session, city.hr, Change(action, city.ani, details={"n": 1}))
            await (session.commit() if keep else session.rollback())
    async with sessions() as session:
        (entry,) = await entries(session, [city.city], work_in=[], limit=9)
    assert (entry.action, entry.actor_name, entry.details) == ("kept", "Hr", {"n": 1})


async def test_ids_and_instants_in_details_are_written_as_text(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        await audited(connection, None, Change("x", city.ani, details={"id": city.ani}))
        (entry,) = await entries(connection, [city.city], work_in=[], limit=9)
    assert (entry.details, entry.actor_id, entry.actor_name) == ({"id": str(city.ani)}, None, None)


async def test_entries_follow_the_unit_they_name_else_the_persons(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        await audited(connection, None, Change("unit", unit_id=city.clinic))
        await audited(connection, None, Change("person", city.dedi))
        await audited(connection, None, Change("both", city.dedi, unit_id=city.clinic))

        async def seen(unit_id: UUID, **narrow: Any) -> list[str]:
            found = await entries(connection, [unit_id], work_in=[], limit=9, **narrow)
            return [entry.action for entry in found]

        assert await seen(city.health) == ["both", "unit"]
        assert await seen(city.works) == ["person"]
        assert await seen(city.city) == ["both", "person", "unit"]
        assert await seen(city.city, employee_id=city.dedi) == ["both", "person"]
        assert await seen(city.city, actor_id=city.hr) == []


async def test_what_is_about_work_has_no_details_for_those_who_may_not_see_work(
    pool: asyncpg.Pool, city: City
):
    async with pool.acquire() as connection:
        for action in ABOUT_WORK:
            await audited(connection, None, Change(action, city.ani, details={"n": 1}))

        async def details(work_in: list[UUID]) -> set[int | None]:
            found = await entries(connection, [city.city], work_in=work_in, limit=200)
            assert {entry.action for entry in found} == set(ABOUT_WORK)
            return {entry.details.get("n") for entry in found}

        assert await details([]) == await details([city.works]) == {None}
        assert await details([city.clinic]) == await details([city.city]) == {1}


async def test_pages_of_entries_and_views_meet_without_gap_or_double(
    pool: asyncpg.Pool, city: City
):
    async with pool.acquire() as connection, connection.transaction():
        for number in range(7):  # one transaction, instants very close
            await audited(connection, None, Change(str(number), city.ani))
            await viewed(connection, city.hr, str(number), employee_ids=[city.ani])

        async def all_pages(kind: str) -> list[str]:
            found: list[str] = []
            before = None
            while True:
                rows: Any
                if kind == "entries":
                    rows = await entries(
                        connection, [city.city], work_in=[], before=before, limit=2
                    )
                    found += [row.action for row in rows]
                else:
                    rows = await views_of(connection, city.ani, before=before, limit=2)
                    found += [row.what for row in rows]
                if not rows:
                    return found
                before = rows[-1].at, rows[-1].id

        expected = ["6", "5", "4", "3", "2", "1", "0"]
        assert await all_pages("entries") == expected
        assert await all_pages("views") == expected


async def test_looking_at_oneself_is_no_view(pool: asyncpg.Pool, city: City):
    async with pool.acquire() as connection:
        await viewed(connection, city.ani, "person", employee_ids=[city.ani])
        await viewed(connection, city.ani, "board", unit_ids=[city.clinic])
        await viewed(connection, city.ani, "nothing")
        assert await views_of(connection, city.ani, limit=9) == []
        (view,) = await views_of(connection, city.budi, limit=9)
    assert (view.viewer_name, view.what, view.unit_name) == ("Ani", "board", "Puskesmas")


async def test_who_saw_somebody_counts_whole_units_where_they_worked_then(
    pool: asyncpg.Pool, city: City
) -> None:
    await viewed(pool, city.health_head, "board", unit_ids=[city.health])
    await viewed(pool, city.roads_head, "board", unit_ids=[city.roads])
    await viewed(pool, city.hr, "person", employee_ids=[city.ani])
    await viewed(pool, city.ani, "board", unit_ids=[city.clinic])
    await move_employee(pool, city.ani, city.roads)
    await viewed(pool, city.clinic_head, "board", unit_ids=[city.clinic])
    await viewed(pool, city.works_head, "board", unit_ids=[city.works])
    seen = [(look.viewer_name, look.what, look.unit_name) for look in await who_saw(pool, city.ani)]
    assert seen == [
        ("Works Head", "board", "Dinas PU"),
        ("Hr", "person", None),
        ("Health Head", "board", "Dinas Kesehatan"),
    ]
    own = await views_of(pool, city.ani, limit=9)
    assert [(view.viewer_name, view.what, view.unit_name) for view in own] == seen


async def test_a_live_look_counts_for_as_long_as_it_lasted(pool: asyncpg.Pool, city: City) -> None:
    began, ended = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC)
    for until, writer_id in ((ended, uuid4()), (None, uuid4()), (None, None)):
        await pool.execute(
            "INSERT INTO data_view (id, at, until, viewer_id, employee_id, what, writer_id)"
            " VALUES ($1, $2, $3, $4, $5, 'live', $6)",
            *(uuid4(), began, until, city.hr, city.ani, writer_id),
        )

    async def lasting(since: datetime | None, until: datetime | None) -> list[bool]:
        return sorted(look.lasts for look in await who_saw(pool, city.ani, since, until))

    day = timedelta(days=1)
    assert await lasting(None, None) == [False, False, True]
    assert await lasting(began + day, None) == [False, True]  # the single look was before
    assert await lasting(ended + day, None) == [True]
    assert await lasting(None, began) == []
    assert await lasting(began, began + day) == [False, False, True]


async def test_the_person_sees_no_nip_of_who_looked(pool: asyncpg.Pool, city: City) -> None:
    await viewed(pool, city.hr, "person", employee_ids=[city.ani])
    (look,) = await who_saw(pool, city.ani)
    assert len(look.viewer_nip) == 18
    assert look.viewer_nip not in str(look.shown())
