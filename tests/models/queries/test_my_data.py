"""My data: every table that points to people is in it, or says why not; and it is really mine."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models.queries.asking import Row
from models.queries.audit import Change, audited, viewed
from models.queries.my_data import EXEMPT, VIEWS, everything_about
from models.queries.my_data_files import FILES
from models.tables.every import METADATA
from tests.builders import City as SmallCity
from tests.builders import (
    make_city,
    make_feedback,
    make_inbox_notice,
    make_leave,
    make_report,
    make_session,
)

PEOPLE = ("employee_id", "recipient_id", "viewer_id", "actor_id", "mentor_id", "supervisor_id")
"""Columns that point to a person even where no foreign key says so."""

NOT_OF_ANYBODY = {"rights_change.employee_ids"}


def pointing_to_people() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name in PEOPLE
        or any(key.column.table.name == "employee" for key in column.foreign_keys)
    }


def test_every_column_that_points_to_a_person_is_in_a_file_or_left_out_with_a_reason() -> None:
    filled = {column for file in FILES for column in file.columns} | {"data_view.employee_id"}
    assert filled & EXEMPT.keys() == set()
    assert pointing_to_people() == filled | EXEMPT.keys()
    assert all(EXEMPT.values())


async def everything(connection: Any, employee_id: UUID) -> dict[str, Sequence[Row]]:
    return {name: rows async for name, rows in everything_about(connection, employee_id)}


async def lived(pool: asyncpg.Pool, city: SmallCity) -> None:
    """A little of a life for ani and for budi."""
    for who in (city.ani, city.budi):
        target_id = city.targets[who]
        await make_report(pool, who, target_id, note=f"catatan {who}")
        await make_feedback(pool, city.clinic_head, who, target_id=target_id, text=f"kata {who}")
        await make_inbox_notice(pool, who, target_id, f"kabar {who}")
        await make_leave(pool, who, *[await pool.fetchval("SELECT current_date")] * 2)
        await make_session(pool, who, device_name=f"ponsel {who}")
        await audited(pool, city.hr, Change("person_changed", who, details={"reason": f"{who}"}))


async def test_the_files_hold_what_is_mine_and_nothing_of_a_colleague(
    pool: asyncpg.Pool, engine: AsyncEngine
) -> None:
    city = await make_city(pool)
    await lived(pool, city)
    async with AsyncSession(engine) as session:
        mine = await everything(session, city.ani)
    for name in ("reports", "feedback", "notices", "leave", "sessions", "changes", "events"):
        assert len(mine[f"{name}.json"]) == 1, name
    text = json.dumps(mine, default=str)
    assert f"catatan {city.ani}" in text
    assert str(city.budi) not in text
    assert mine["profile.json"][0]["name"] == "Ani"
    assert mine["feedback.json"][0]["author"] == "Clinic Head"
    assert mine["changes.json"][0]["details"] == {"reason": str(city.ani)}
    assert mine["notices.json"][0]["content"] == {"indicator": f"kabar {city.ani}"}


async def test_over_either_driver_it_is_the_same(pool: asyncpg.Pool, engine: AsyncEngine) -> None:
    city = await make_city(pool)
    await lived(pool, city)
    async with AsyncSession(engine) as session:
        assert json.dumps(await everything(session, city.ani), default=str) == json.dumps(
            await everything(pool, city.ani), default=str
        )


async def test_it_says_who_looked_and_no_secret(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    token = await make_session(pool, city.ani)
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash) VALUES ($1, 'argon2-geheim')", city.ani
    )
    await viewed(pool, city.health_head, "board", unit_ids=[city.health])
    await viewed(pool, city.hr, "person", employee_ids=[city.ani])
    mine = await everything(pool, city.ani)
    looks = mine[VIEWS]
    assert [(look["viewer_name"], look["what"]) for look in looks] == [
        ("Hr", "person"),
        ("Health Head", "board"),
    ]
    text = json.dumps(mine, default=str)
    assert "argon2-geheim" not in text
    assert token not in text
    hr = await everything(pool, city.hr)
    assert str(city.ani) not in json.dumps(hr, default=str)


async def test_somebody_new_has_every_file_and_little_in_it(pool: asyncpg.Pool) -> None:
    city = await make_city(pool)
    mine = await everything(pool, city.citra)
    assert set(mine) == {*(file.name for file in FILES), VIEWS}
    assert {name for name, rows in mine.items() if rows} == {
        "profile.json",
        "placements.json",
        "targets.json",
    }
