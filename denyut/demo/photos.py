"""Puts pictures behind the newest photos that the demo's supervisor can find.

The city refers to tens of thousands of photos, which nobody will open; those below the supervisor
and of the employee get one, so that evidence is seen as in real life. Invariant: what is there
already stays, so that every start of a city may ask for it.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from api.storage.storage import Storage
from denyut.demo.pictures import Picture, drawn
from models.rules.uploads import folder_of, photo_key
from models.tables.columns import new_id

DRAWINGS: Final = 12  # different ones; three of each scene
MOST: Final = 48  # photos; the feed's first page has about fifteen
OWN: Final = 8  # of them the employee's, who has reported for two months
AT_ONCE: Final = 8  # writes; a disk confirms several in the time of one

# Reports of one person ($2), or of the units that one ($1) heads and below; newest first.
WANTED = """
    SELECT r.employee_id, decode(e.reference, 'hex') AS sha256, r.received_at
      FROM report r JOIN report_evidence e ON e.report_id = r.id AND e.kind = 'photo'
      JOIN unit u ON u.id = r.unit_id
     WHERE (r.employee_id = $2
            OR EXISTS (SELECT FROM supervision s
                        WHERE s.supervisor_id = $1 AND s.unit_id = ANY (u.path)))
       AND NOT EXISTS (SELECT FROM attachment a
                        WHERE a.employee_id = r.employee_id
                          AND a.sha256 = decode(e.reference, 'hex'))
     ORDER BY r.received_at DESC LIMIT $3
"""
HAD = "SELECT count(*)::int FROM attachment"
KEEP = """
    INSERT INTO attachment (id, employee_id, sha256, size_bytes, received_bytes, state, media_type,
                            width, height, made_at, touched_at)
    VALUES ($1, $2, $3, $4, $4, 'ready', 'image/jpeg', $5, $6, $7, $7)
    ON CONFLICT DO NOTHING
"""
EVERY = "SELECT id FROM attachment"


async def photographed(
    connection: Any, storage: Storage, supervisor_id: UUID, employee_id: UUID, most: int = MOST
) -> int:
    """Keeps a picture for each of these photos, as if a phone had sent it; how many are new."""
    room = max(0, most - await connection.fetchval(HAD))
    own = await connection.fetch(WANTED, None, employee_id, min(OWN, room))
    below = await connection.fetch(WANTED, supervisor_id, None, room - len(own))
    wanted = list(dict.fromkeys((*own, *below)))
    if not wanted:
        return 0
    pictures = await asyncio.to_thread(_all_drawn)
    rows = [(new_id(), row, pictures[place % DRAWINGS]) for place, row in enumerate(wanted)]
    limit = asyncio.Semaphore(AT_ONCE)

    async def kept(key: str, data: bytes) -> None:
        async with limit:
            await storage.put(key, data)

    await asyncio.gather(
        *(
            kept(photo_key(photo_id, size), data)
            for photo_id, _, picture in rows
            for size, data in (("full", picture.full), ("thumb", picture.thumb))
        )
    )
    await connection.executemany(
        KEEP,
        [
            (
                *(photo_id, row["employee_id"], row["sha256"], len(picture.full)),
                *(picture.width, picture.height, row["received_at"]),
            )
            for photo_id, row, picture in rows
        ],
    )
    return len(rows)


async def photos_forgotten(connection: Any, storage: Storage) -> None:
    """Takes away the photos of a city that is to be made anew, and nobody else's."""
    for row in await connection.fetch(EVERY):
        await storage.forget(folder_of(row["id"]))


def _all_drawn() -> Sequence[Picture]:
    return [drawn(number) for number in range(DRAWINGS)]
