"""Exports and issued documents, for tests of whatever reads them."""

from typing import Any
from uuid import UUID

from models.queries.documents import NewDocument
from models.queries.exports import Wish, export_asked
from models.queries.exports_made import (
    Claimed,
    Finished,
    export_claimed,
    export_finished,
    piece_written,
)
from models.queries.feed import FeedRow
from models.rules.documents import DocumentFormat, DocumentKind, new_code
from models.tables.columns import new_id

PERIOD = "2026-Q3"
HASH = bytes(range(32))


def person_wish(employee_id: UUID, **changed: Any) -> Wish:
    """Somebody's performance document of PERIOD."""
    wanted = {"period": PERIOD, "format": DocumentFormat.PDF} | changed
    return Wish(new_id(), DocumentKind.PERSON_RECAP, employee_id, **wanted)


def unit_wish(unit_id: UUID, **changed: Any) -> Wish:
    """The recap of a unit."""
    wanted = {"period": PERIOD, "format": DocumentFormat.PDF} | changed
    return Wish(new_id(), DocumentKind.UNIT_RECAP, unit_id=unit_id, **wanted)


async def ask(pool: Any, asked_by: UUID, wish: Wish) -> UUID:
    """Asks for it."""
    async with pool.acquire() as connection, connection.transaction():
        return await export_asked(connection, asked_by, wish)


def document_of(claimed: Claimed, holder: str = "Ani") -> NewDocument:
    """What would be issued for it."""
    return NewDocument(
        new_code(),
        claimed.kind,
        claimed.employee_id,
        claimed.unit_id,
        claimed.period,
        holder,
        HASH,
        claimed.asked_by,
    )


async def finish(
    pool: Any, claimed: Claimed, *pieces: bytes, holder: str = "Ani", keep_days: int = 7
) -> list[FeedRow]:
    """Writes these pieces and finishes it."""
    for number, data in enumerate(pieces):
        await piece_written(pool, claimed, number, data)
    size = sum(len(data) for data in pieces)
    done = Finished(size, document_of(claimed, holder), keep_days, PERIOD)
    async with pool.acquire() as connection, connection.transaction():
        return await export_finished(connection, claimed, done, frozenset())


async def made(pool: Any, asked_by: UUID, wish: Wish, *pieces: bytes, holder: str = "Ani") -> UUID:
    """A finished export; nothing else may be waiting."""
    await ask(pool, asked_by, wish)
    claimed = await export_claimed(pool, 60.0)
    assert claimed is not None
    assert claimed.id == wish.id
    await finish(pool, claimed, *pieces, holder=holder)
    return wish.id
