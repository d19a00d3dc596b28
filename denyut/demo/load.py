"""Writes a demo city into an empty database: COPY, table by table, in one transaction.

Invariant: all of it or nothing, and the last row copied says what was made (`city_of`). Rows are
those that the service itself would have written; roll-ups are counted from them at the end.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from denyut.demo.appraisals import appraised
from denyut.demo.city import CityOptions, DemoCity, made_city
from denyut.demo.support import helped
from denyut.demo.tables import MADE, tables_of
from models.queries.recount import refilled

WEEKS = "SELECT code, week::text, ramadan_week::text, roster FROM work_pattern"
CITY_OF = f"SELECT details::text FROM audit_entry WHERE action = '{MADE}' ORDER BY at DESC LIMIT 1"
HEADS = """
    UPDATE feed_shard f SET head = n.head
      FROM unnest($1::smallint[], $2::bigint[]) AS n(shard, head) WHERE f.shard = n.shard
"""


@dataclass(frozen=True, slots=True)
class MadeCity:
    """What the database says of the city in it: when and how it was made, and who plays whom."""

    made_on: date
    options: CityOptions
    cast: dict[str, UUID]


async def city_of(connection: Any) -> MadeCity | None:
    """The demo city of this database, if there is one."""
    found = await connection.fetchval(CITY_OF)
    if found is None:
        return None
    details = json.loads(found)
    return MadeCity(
        date.fromisoformat(details["made_on"]),
        CityOptions(details["seed"], details["scale"]),
        {name: UUID(text) for name, text in details["cast"].items()},
    )


async def load_city(
    connection: Any, options: CityOptions, now: datetime, password_hash: str
) -> DemoCity:
    """Makes the city at `now` and writes it; everybody gets the same password.

    `connection`: a raw asyncpg connection to a migrated database that holds nothing yet.
    """
    weeks = await connection.fetch(WEEKS)
    city = await asyncio.to_thread(made_city, options, now, weeks)  # seconds of arithmetic
    await write_city(connection, city, password_hash)
    return city


async def write_city(connection: Any, city: DemoCity, password_hash: str) -> None:
    """Writes a city that was made; after an error the database is as empty as before."""
    async with connection.transaction():
        for name, columns, rows in tables_of(city, password_hash):
            await connection.copy_records_to_table(name, columns=columns, records=rows)
        shards = list(city.events)
        await connection.execute(HEADS, shards, [len(city.events[shard]) for shard in shards])
        await connection.execute("ANALYZE")
        await helped(connection, city)
        await refilled(connection)
        await appraised(connection, city)
    await connection.execute("ANALYZE")
