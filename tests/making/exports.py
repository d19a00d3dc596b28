"""Exports and issued documents, for tests of whatever reads them."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.storage.storage import Storage
from models.queries.appraisal_decisions import appraisal_decided, author_of
from models.queries.appraisal_evidence import evidence_of
from models.queries.appraisals import appraisal_row
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
from models.queries.locks import locked_units_of
from models.rules.documents import DocumentFormat, DocumentKind, new_code
from models.rules.ratings import ASSUMED
from models.rules.uploads import photo_key
from models.tables.columns import new_id
from tests.making.appraisal import (
    bounds_of,
    decision,
    make_appraisal,
    make_approved,
    make_past_target,
)

PERIOD = "2026-Q3"
HASH = bytes(range(32))


async def kept_photo(pool: Any, storage: Storage, employee_id: UUID, data: bytes | None) -> str:
    """A finished photo of somebody, its digest in hex; without `data` the store has lost it."""
    attachment_id = new_id()
    sha256 = hashlib.sha256(attachment_id.bytes).digest()
    await pool.execute(
        "INSERT INTO attachment (id, employee_id, sha256, size_bytes, received_bytes, state,"
        " media_type) VALUES ($1, $2, $3, 9, 9, 'ready', 'image/jpeg')",
        *(attachment_id, employee_id, sha256),
    )
    if data is not None:
        await storage.put(photo_key(attachment_id, "full"), data)
    return sha256.hex()


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


async def make_decided(
    pool: Any, employee_id: UUID, decider_id: UUID, period: str, *, indicator: str = "Kunjungan"
) -> UUID:
    """A decided appraisal of somebody who reached 95 of 100 in a period that is over."""
    target_id = await make_past_target(pool, employee_id, period, indicator=indicator)
    start, _ = bounds_of(period)
    day = start + timedelta(days=9)
    await make_approved(pool, decider_id, employee_id, target_id, 95, day)
    appraisal_id = await make_appraisal(pool, employee_id, period=period)
    async with pool.acquire() as connection, connection.transaction():
        row = await appraisal_row(connection, appraisal_id)
        assert row is not None
        await locked_units_of(connection, [employee_id])
        evidence = await evidence_of(connection, row, ASSUMED)
        author = await author_of(connection, decider_id)
        now = datetime.now(UTC)
        await appraisal_decided(connection, row, evidence, decision(), author, now)
    return appraisal_id
