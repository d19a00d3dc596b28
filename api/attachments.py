"""Photos: announced by digest, sent in pieces, made harmless, and shown to those who may look.

Invariants: a digest opens nothing: people find what they sent themselves, and what lies beside a
report that they may read; no connection to the database is held while a store or a picture is
worked on; what is confirmed is on disk; a photo whose file has vanished is said to be lost, and is
taken again from whoever sent it, but nothing is concluded from a look at it: a disk that is not
mounted looks just the same.
"""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from api.dependencies import Caller, TheParts
from api.finishing import finish
from api.images.press import refusal_of_image
from api.parts import Parts
from api.rights import require_report
from mobile_contract.attachments import AttachmentView, NewAttachment, PhotoSize
from models.queries.asking import Row
from models.queries.attachments import (
    attachment_begun,
    attachment_beside,
    chunk_taken,
    lost,
    my_attachment,
)
from models.queries.audit import viewed
from models.rules.access import Action, Person
from models.rules.refusals import BodyTooLarge, Busy, Conflict, NotFound, OffsetMismatch, PhotoLost
from models.rules.uploads import (
    MOST_CHUNK_BYTES,
    announced,
    chunk_digest,
    chunk_key,
    digest_of,
    next_offset,
    photo_key,
)

BUSY_RETRY_S = 2

router = APIRouter(tags=["attachments"])


@router.put("/v1/attachments/{sha256}")
async def announce(
    sha256: str, body: NewAttachment, caller: Caller, parts: TheParts
) -> AttachmentView:
    """Begins an upload of mine, or tells how far it is. Asking again changes nothing."""
    digest, limits = digest_of(sha256), parts.uploads
    size_bytes = announced(body.bytes, limits)
    me = caller.person.employee_id
    async with parts.database.begin() as session:
        row = await attachment_begun(session, me, digest, size_bytes, limits)
    _require_usable(row, parts)
    if row["size_bytes"] != size_bytes:
        raise Conflict  # one digest is one file
    if row["state"] == "ready" and await parts.storage.get(photo_key(row["id"], "full")) is None:
        row = await _lost(parts, row)
    if row["state"] == "uploading" and row["received_bytes"] == size_bytes:
        row = await finish(parts, row)  # all is there, and somebody was interrupted at the end
    return attachment_view(row)


@router.patch("/v1/attachments/{sha256}")
async def take(
    sha256: str,
    request: Request,
    caller: Caller,
    parts: TheParts,
    upload_offset: Annotated[int, Header(ge=0, le=2**31 - 1)],
    content_digest: Annotated[str, Header(max_length=100)],
) -> AttachmentView:
    """Takes the next piece of an upload of mine, of at most 256 KiB, with its digest (RFC 9530).

    The last piece makes the photo ready. After `offset_mismatch` go on from its `offset`.
    """
    digest, me = digest_of(sha256), caller.person.employee_id
    data = await _body(request)
    async with parts.database.begin() as session:
        row = await my_attachment(session, me, digest)
    if row is None:
        raise NotFound
    _require_usable(row, parts)
    if row["state"] == "ready":  # the answer to the last piece was lost on its way
        return attachment_view(row)
    next_offset(row["received_bytes"], row["size_bytes"], upload_offset, len(data))
    checked = chunk_digest(data, content_digest)
    await parts.storage.put(chunk_key(row["id"], upload_offset, checked), data)
    async with parts.database.begin() as session:
        taken = await chunk_taken(session, row["id"], upload_offset, len(data), checked)
        row = await my_attachment(session, me, digest)
    if row is None:
        raise NotFound
    if not taken:
        raise OffsetMismatch(offset=row["received_bytes"])
    if row["received_bytes"] == row["size_bytes"]:
        row = await finish(parts, row)
    return attachment_view(row)


@router.get("/v1/attachments/{sha256}", response_class=Response)
async def photo(
    sha256: str,
    caller: Caller,
    parts: TheParts,
    report: UUID | None = None,
    size: Annotated[PhotoSize, Query()] = "full",
) -> Response:
    """A photo that I sent, or, with the report that it lies beside, one that I may see."""
    row = await _readable(parts, caller.person, digest_of(sha256), report)
    data = await parts.storage.get(photo_key(row["id"], size))
    if data is None:
        log = structlog.stdlib.get_logger("api.attachments")
        log.error("photo_lost", attachment=str(row["id"]), size=size)
        raise PhotoLost
    return Response(
        data,
        media_type=row["media_type"],
        headers={
            "cache-control": "no-store",  # a shared computer keeps nobody's photos
            "content-disposition": "inline",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )


def attachment_view(row: Row) -> AttachmentView:
    """An attachment's row as its sender sees it."""
    ready = row["state"] == "ready"
    return AttachmentView(
        sha256=bytes(row["sha256"]).hex(),
        state=row["state"],
        bytes=row["size_bytes"],
        offset=row["received_bytes"],
        media_type=row["media_type"] if ready else None,
        width=row["width"] if ready else None,
        height=row["height"] if ready else None,
    )


def _require_usable(row: Row, parts: Parts) -> None:
    """Says again why it was refused. What is just being swept can be sent anew in a moment."""
    if row["state"] == "refused":
        raise refusal_of_image(row["problem"], parts.uploads.pixels)
    if row["state"] == "abandoned":
        raise Busy(retry_after_s=BUSY_RETRY_S)


async def _lost(parts: Parts, row: Row) -> Row:
    """Lets the sender of a photo whose file has vanished send it anew; its row then."""
    async with parts.database.begin() as session:
        await lost(session, row["id"])
        now = await my_attachment(session, row["employee_id"], bytes(row["sha256"]))
    if now is None:
        raise NotFound
    return now


async def _body(request: Request) -> bytes:
    """The piece, read as it comes and no further than it may be long. Raises BodyTooLarge."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MOST_CHUNK_BYTES:
            raise BodyTooLarge(limit_bytes=MOST_CHUNK_BYTES)
    return bytes(data)


async def _readable(parts: Parts, person: Person, digest: bytes, report_id: UUID | None) -> Row:
    """A finished photo that this person may look at; others' are written down as seen."""
    async with parts.database.begin() as session:
        if report_id is None:
            row = await my_attachment(session, person.employee_id, digest)
        else:
            subject = await require_report(session, person, Action.READ_REPORT, report_id)
            row = await attachment_beside(session, report_id, digest)
            await viewed(session, person.employee_id, "report", employee_ids=[subject.employee_id])
        if row is None or row["state"] != "ready":
            raise NotFound
        return row
