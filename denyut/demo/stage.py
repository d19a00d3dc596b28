"""Prepares the demo: a private database with today's city in it, and who signs in as whom.

Invariants: a database that holds anything but a demo city is never touched; a city of the same day
is used again, an older one is made anew; every start has a password of its own, whose one hash all
accounts share and which is written down nowhere.
"""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from api.passwords import Hasher, HasherOptions
from api.storage.opening import opened_storage
from denyut.demo.city import CityOptions
from denyut.demo.load import MadeCity, city_of, load_city
from denyut.demo.months import local
from denyut.demo.photos import photographed, photos_forgotten
from denyut.postgres import ensure_database
from denyut.settings import Settings
from denyut.wiring import opened_database
from models.migrations.run import upgrade

CONSONANTS, VOWELS = "bdgklmnrst", "aiu"
PARTS: Final = ("employee", "supervisor", "outsider", "hr", "administrator")
Said = Callable[[str], None]
"""Is told by a name what is being done; whoever shows the demo has the words."""

PEOPLE = """
    SELECT e.id, e.nip, e.name, e.unit_id, u.name AS unit_name, j.name AS job_title,
           ARRAY(SELECT t.id FROM target t
                  WHERE t.employee_id = e.id AND t.period_start <= $2 AND t.period_end > $2
                    AND t.closed_at IS NULL
                  ORDER BY t.aspect <> 'quantity', t.period_end, t.id) AS target_ids
      FROM employee e JOIN unit u ON u.id = e.unit_id
      LEFT JOIN job_title j ON j.id = e.job_title_id
     WHERE e.id = ANY ($1::uuid[])
"""
# Who may be lent out: staff at work, the supervisor's own unit and agency first.
STAFF = """
    SELECT e.id FROM employee e JOIN unit u ON u.id = e.unit_id,
           (SELECT u.id AS unit_id, u.agency_id FROM employee e JOIN unit u ON u.id = e.unit_id
             WHERE e.id = $1) near
     WHERE e.active
       AND NOT EXISTS (SELECT FROM supervision s WHERE s.supervisor_id = e.id)
       AND NOT EXISTS (SELECT FROM leave l WHERE l.employee_id = e.id
                        AND $2::date BETWEEN l.starts_on AND l.ends_on)
       AND NOT EXISTS (SELECT FROM role_grant g WHERE g.employee_id = e.id)
       AND EXISTS (SELECT FROM target t WHERE t.employee_id = e.id)
     ORDER BY u.id <> near.unit_id, u.agency_id <> near.agency_id, e.id
"""


class NotADemo(Exception):
    """The database holds something that is no demo city; the text says what to do."""


class TooFewPeople(Exception):
    """More people were asked for than the city has."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody to sign in as, with the targets that run today, quantities first."""

    id: UUID
    nip: str
    name: str
    unit_id: UUID
    unit_name: str
    job_title: str
    target_ids: Sequence[UUID]

    def introduced(self, password: str) -> dict[str, Any]:
        """As the first line of `denyut demo --json` has it."""
        return {
            "nip": self.nip,
            "password": password,
            "employee_id": str(self.id),
            "name": self.name,
            "unit_id": str(self.unit_id),
            "unit_name": self.unit_name,
            "job_title": self.job_title,
            "target_ids": [str(target_id) for target_id in self.target_ids],
        }


@dataclass(frozen=True, slots=True)
class Stage:
    """A database ready to be served, and the people in it. Nobody plays two parts."""

    settings: Settings
    password: str
    cast: dict[str, Player]
    phones: Sequence[Player]
    identities: Sequence[Player]

    def introduced(self, url: str) -> dict[str, Any]:
        """Everything a script needs."""
        cast = {part: self.cast[part].introduced(self.password) for part in PARTS}
        others = [player.introduced(self.password) for player in self.identities]
        return {"url": url, **cast, "identities": others}


@dataclass(frozen=True, slots=True)
class StageOptions:
    """Which city, and how many people beside the cast. `fresh`: make the city anew anyway."""

    city: CityOptions = field(default_factory=CityOptions)
    phones: int = 12
    identities: int = 0
    fresh: bool = False


@asynccontextmanager
async def set_stage(settings: Settings, options: StageOptions, said: Said) -> AsyncGenerator[Stage]:
    """A private PostgreSQL with the city in it, for as long as the block runs.

    Raises NotADemo, TooFewPeople, PostgresProblem.
    """
    said("starting_postgres")
    async with opened_database(settings) as dsn:
        now = datetime.now(UTC)
        password = spoken_password()
        password_hash = await hashed(password, settings.hasher)
        async with connected(dsn) as connection:
            made = await found_city(connection)
        wanted = MadeCity(local(now).date(), options.city, {})
        stale = made is None or (made.made_on, made.options) != (wanted.made_on, wanted.options)
        storage = opened_storage(settings.storage, settings.data_dir)
        if made is not None and (stale or options.fresh):
            async with connected(dsn) as connection:
                await photos_forgotten(connection, storage)
            await recreate(dsn, settings.postgres.database)
            made = None
        async with connected(dsn) as connection:
            if made is None:
                said("making_city")
                await load_city(connection, options.city, now, password_hash)
                made = await city_of(connection)
                assert made is not None
            else:
                said("using_city")
                await connection.execute("UPDATE account SET password_hash = $1", password_hash)
            await photographed(connection, storage, made.cast["supervisor"], made.cast["employee"])
            cast, others = await introduced(connection, made, now, options)
        yield Stage(
            settings.model_copy(update={"database_url": dsn}),
            password,
            cast,
            others[: options.phones],
            others[options.phones :],
        )


async def found_city(connection: Any) -> MadeCity | None:
    """The city in this database, None for an empty one. Raises NotADemo for anything else."""
    made = await city_of(connection)
    if made is None and await connection.fetchval("SELECT EXISTS (SELECT FROM employee)"):
        raise NotADemo(
            "This data folder holds a real installation, and the demo would fill it with invented "
            "people. Name another folder in DENYUT_DATA_DIR."
        )
    return made


async def recreate(dsn: str, database: str) -> None:
    """Drops the database and makes it anew, migrated and empty."""
    connection = await asyncpg.connect(dsn, database="postgres")
    try:
        await connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
    finally:
        await connection.close()
    maintenance = dsn.replace(f"/{database}?", "/postgres?", 1)
    await ensure_database(maintenance, database)
    await asyncio.to_thread(upgrade, dsn)


async def introduced(
    connection: Any, made: MadeCity, now: datetime, options: StageOptions
) -> tuple[dict[str, Player], list[Player]]:
    """The cast by their parts, and as many others as phones and identities ask for."""
    cast_ids = set(made.cast.values())
    staff = [
        row["id"]
        for row in await connection.fetch(STAFF, made.cast["supervisor"], local(now).date())
        if row["id"] not in cast_ids
    ]
    wanted = options.phones + options.identities
    if wanted > len(staff):
        raise TooFewPeople(
            f"{wanted} more people were asked for, and the city has {len(staff)} to lend. "
            "Ask for fewer with --phones and --identities."
        )
    rows = await connection.fetch(PEOPLE, [*cast_ids, *staff[:wanted]], now)
    players = {row["id"]: Player(**row) for row in rows}
    cast = {name: players[employee_id] for name, employee_id in made.cast.items()}
    return cast, [players[employee_id] for employee_id in staff[:wanted]]


def spoken_password() -> str:
    """A password that can be read out and typed on a phone: 47 bits of chance."""
    word = "".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(5))
    return f"{word}-{secrets.randbelow(10**7):07}"


async def hashed(password: str, options: HasherOptions) -> str:
    """The one hash of this start."""
    hasher = Hasher(options)
    try:
        return await hasher.hashed(password)
    finally:
        hasher.close()


@asynccontextmanager
async def connected(dsn: str) -> AsyncGenerator[Any]:
    """One raw connection."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()
