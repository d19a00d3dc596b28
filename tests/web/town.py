"""A small city whose people can sign in on phones."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from api.passwords import Hasher, HasherOptions
from tests.builders import City
from tests.notifications.city import make_city_at_work
from tests.web.phone import PASSWORD

CHEAP = HasherOptions(memory_kib=8, passes=1)


@dataclass(frozen=True)
class Town:
    """The city, and what its database says."""

    pool: asyncpg.Pool
    city: City

    async def nip(self, employee_id: UUID) -> str:
        """What somebody signs in with."""
        return await self.pool.fetchval("SELECT nip FROM employee WHERE id = $1", employee_id)

    async def reports_of(self, employee_id: UUID) -> list[Any]:
        """What the office has received from somebody, oldest first."""
        return await self.pool.fetch(
            "SELECT * FROM report WHERE employee_id = $1 ORDER BY received_at", employee_id
        )

    async def becomes(self, question: str, *facts: Any) -> None:
        """Waits until the database says yes; TimeoutError when it does not."""
        async with asyncio.timeout(30):
            while not await self.pool.fetchval(question, *facts):
                await asyncio.sleep(0.05)

    async def until_reported(self, employee_id: UUID, count: int) -> None:
        """Waits until the office has so many reports of somebody."""
        await self.becomes(
            "SELECT count(*) = $2 FROM report WHERE employee_id = $1", employee_id, count
        )

    async def until_photos(self, count: int) -> None:
        """Waits until so many photos lie whole beside their reports."""
        await self.becomes(
            "SELECT count(*) = $1 FROM attachment a JOIN report_evidence e"
            " ON e.reference = encode(a.sha256, 'hex') WHERE a.state = 'ready'",
            count,
        )

    async def signed_out(self, employee_id: UUID) -> None:
        """The office ends every session of somebody, as for a phone that was lost."""
        await self.pool.execute(
            "UPDATE session SET revoked_at = clock_timestamp(), revoked_reason = 'test'"
            " WHERE employee_id = $1",
            employee_id,
        )
        await self.pool.fetchval("SELECT bump_rights_v1($1)", [employee_id])


async def make_town(pool: asyncpg.Pool) -> Town:
    """Everybody works always, everybody's target is on track, everybody has the same password."""
    city = await make_city_at_work(pool)
    hasher = Hasher(CHEAP)
    try:
        stored = await hasher.hashed(PASSWORD)
    finally:
        hasher.close()
    await pool.execute(
        "INSERT INTO account (employee_id, password_hash, activated_at)"
        " SELECT id, $1, clock_timestamp() FROM employee ON CONFLICT (employee_id) DO UPDATE"
        " SET password_hash = EXCLUDED.password_hash",
        stored,
    )
    return Town(pool, city)
