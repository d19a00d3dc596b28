"""The last step of an upload: pieces become a file, its digest is proven, and it becomes a photo.

Invariants: one caller at a time finishes an upload, and one that took too long and was replaced
changes nothing; whatever fails in between can be tried again, since pieces are forgotten only after
the photo is kept; what is wrong with this machine is never blamed on the photo; the file is never
held in memory.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from api.images.press import Photo, gathered
from api.parts import Parts
from api.storage.storage import AWAY_RETRY_S
from models.queries.asking import Row
from models.queries.attachments import (
    Kept,
    begun_anew,
    chunks_forgotten,
    chunks_in_order,
    finished,
    finishing_claimed,
    let_go,
    my_attachment,
    refused,
)
from models.rules.refusals import (
    Busy,
    DigestMismatch,
    ImageTooLarge,
    ImageUnreadable,
    NotFound,
    Refusal,
    StorageAway,
)
from models.rules.uploads import chunk_key, chunks_of, photo_key

BUSY_RETRY_S: Final = 2


async def finish(parts: Parts, row: Row) -> Row:
    """The attachment's row, ready now. `row`: one whose bytes are all there.

    Raises Busy while another request finishes it, DigestMismatch when the file is another one,
    ImageUnreadable or ImageTooLarge when it is no photo that we take, and StorageAway.
    """
    attachment_id = row["id"]
    async with parts.database.begin() as session:
        claimed = await finishing_claimed(session, attachment_id)
        chunks = await chunks_in_order(session, attachment_id)
    if claimed is None:
        return await _finished_by_another(parts, row)
    try:
        is_ours = await _finish(parts, claimed, chunks)
    except Refusal as refusal:
        if await _end(parts, claimed, refusal):
            raise
        is_ours = False
    except BaseException as error:
        async with parts.database.begin() as session:
            await let_go(session, claimed)
        if isinstance(error, OSError):  # no room for the file, or no process
            raise StorageAway(retry_after_s=AWAY_RETRY_S) from error
        raise
    if not is_ours:
        return await _finished_by_another(parts, row)
    await _forget_chunks(parts, attachment_id)
    return await _row(parts, row)


async def _finish(parts: Parts, row: Row, chunks: Sequence[Row]) -> bool:
    async with gathered(_bytes_of(parts, row, chunks)) as file:
        if _digest(file) != bytes(row["sha256"]):
            raise DigestMismatch
        photo = await parts.images.pressed(file, parts.uploads.pixels)
    return await _keep(parts, row, photo)


async def _keep(parts: Parts, row: Row, photo: Photo) -> bool:
    await parts.storage.put(photo_key(row["id"], "full"), photo.full)
    await parts.storage.put(photo_key(row["id"], "thumb"), photo.thumb)
    async with parts.database.begin() as session:
        kept = Kept(photo.media_type, photo.width, photo.height)
        return await finished(session, row, kept)


async def _end(parts: Parts, claimed: Row, refusal: Refusal) -> bool:
    """What becomes of an upload that could not be finished, by what was wrong with it; False: it is
    no longer ours to end."""
    if isinstance(refusal, DigestMismatch):
        with suppress(StorageAway):  # before anybody may send its first piece again
            await parts.storage.forget(chunks_of(claimed["id"]))
    async with parts.database.begin() as session:
        if isinstance(refusal, DigestMismatch):
            return await begun_anew(session, claimed)
        if not isinstance(refusal, ImageTooLarge | ImageUnreadable):  # not now: the pieces stay
            await let_go(session, claimed)
            return True
        is_ours = await refused(session, claimed, refusal.code)
    if is_ours:
        await _forget_chunks(parts, claimed["id"])
    return is_ours


async def _forget_chunks(parts: Parts, attachment_id: UUID) -> None:
    """Those of an upload that is over, one way or the other; the sweep takes what is left."""
    with suppress(StorageAway):
        await parts.storage.forget(chunks_of(attachment_id))
        async with parts.database.begin() as session:
            await chunks_forgotten(session, attachment_id)


async def _finished_by_another(parts: Parts, row: Row) -> Row:
    now = await _row(parts, row)
    if now["state"] != "ready":
        raise Busy(retry_after_s=BUSY_RETRY_S)
    return now


async def _row(parts: Parts, row: Row) -> Row:
    async with parts.database.begin() as session:
        now = await my_attachment(session, row["employee_id"], bytes(row["sha256"]))
    if now is None:
        raise NotFound
    return now


async def _bytes_of(parts: Parts, row: Row, chunks: Sequence[Row]) -> AsyncIterator[bytes]:
    """The file, piece by piece. A piece that the store has lost makes it another file."""
    for chunk in chunks:
        key = chunk_key(row["id"], chunk["begins_at"], bytes(chunk["sha256"]))
        yield await parts.storage.get(key) or b""


def _digest(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()
