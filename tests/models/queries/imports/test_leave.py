"""Leave from a file: whole days, once, and the pace of those who are away is looked at anew."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.builders import make_city
from tests.models.queries.imports.files import brought_in, codes, csv, whats

HEADER = "nip;mulai;sampai;jenis;sk;keadaan"
TODAY = date.today()  # noqa: DTZ011 - any day near now will do
SOON, LATER = (str(TODAY + timedelta(days=days)) for days in (2, 6))


async def line(
    pool: asyncpg.Pool, who: UUID, first: str = SOON, last: str = LATER, status: str = ""
) -> str:
    nip = await pool.fetchval("SELECT nip FROM employee WHERE id = $1", who)
    return f"{nip};{first};{last};tahunan;;{status}"


async def test_leave_comes_in_once_and_touches_only_who_is_away(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await pool.execute("UPDATE target_pace SET stale = false")
    data = csv(HEADER, await line(pool, city.ani))
    for what in ("added", "unchanged"):
        result = await brought_in(engine, "leave", data)
        assert ([each for _, each in whats(result)], result.applied) == ([what], True)
    stale = await pool.fetch("SELECT employee_id FROM target_pace WHERE stale")
    assert [row["employee_id"] for row in stale] == [city.ani]


async def test_another_last_day_is_a_change_and_frees_the_days_after_it(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await brought_in(engine, "leave", csv(HEADER, await line(pool, city.ani)))
    next_day = str(TODAY + timedelta(days=3))
    data = csv(
        HEADER,
        await line(pool, city.ani, next_day, LATER),
        await line(pool, city.ani, SOON, SOON),
    )
    result = await brought_in(engine, "leave", data)
    assert sorted(each for _, each in whats(result)) == ["added", "changed"]
    days = await pool.fetch("SELECT starts_on, ends_on FROM leave ORDER BY starts_on")
    assert [(str(row["starts_on"]), str(row["ends_on"])) for row in days] == [
        (SOON, SOON),
        (next_day, LATER),
    ]


async def test_an_overlap_and_unknown_people_are_named_and_nothing_is_done(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    await brought_in(engine, "leave", csv(HEADER, await line(pool, city.ani)))
    data = csv(
        HEADER,
        await line(pool, city.ani, str(TODAY), SOON),
        await line(pool, city.budi),
        f"198001012005011999;{SOON};{LATER};;;",
        await line(pool, city.citra, LATER, SOON),
    )
    result = await brought_in(engine, "leave", data)
    assert codes(result) == [
        (2, "first_day", "overlap"),
        (4, "nip", "unknown_employee"),
        (5, "last_day", "date_order"),
    ]
    assert await pool.fetchval("SELECT count(*) FROM leave") == 1


async def test_leave_is_taken_back_by_its_row_or_by_being_left_out(
    engine: AsyncEngine, pool: asyncpg.Pool
) -> None:
    city = await make_city(pool)
    past = str(TODAY - timedelta(days=40)), str(TODAY - timedelta(days=36))
    rows = [await line(pool, city.ani), await line(pool, city.ani, *past)]
    await brought_in(engine, "leave", csv(HEADER, *rows, await line(pool, city.budi)))
    data = csv(HEADER, await line(pool, city.ani, status="batal"))
    back = await brought_in(engine, "leave", data)
    assert [each for _, each in whats(back)] == ["retired"]
    again = await brought_in(engine, "leave", csv(HEADER, rows[0]))
    assert again.counts()["added"] == 1
    later = str(TODAY + timedelta(days=9))
    only = csv(HEADER, await line(pool, city.ani, later, later))
    result = await brought_in(engine, "leave", only, retire_missing=True)
    assert result.counts() == {"added": 1, "changed": 0, "unchanged": 0, "retired": 1}
    left = await pool.fetch("SELECT employee_id, starts_on FROM leave")
    assert {(row["employee_id"], str(row["starts_on"])) for row in left} == {
        (city.ani, past[0]),  # what is over is history
        (city.ani, later),
        (city.budi, SOON),  # not named in the file
    }
