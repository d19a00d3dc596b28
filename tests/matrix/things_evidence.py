"""Photos of a subject: one that is kept and lies beside their report, and one that is on its way.

The bytes that are kept carry a mark, so that a matrix can see them in an answer.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from api.storage.folder import FolderStorage
from models.rules.uploads import photo_key
from models.tables.columns import new_id

WHOLE = b"eight by"  # what is sent; nobody comes to its end


class Marked(Protocol):
    """Whom things are made for; whatever is written carries their mark."""

    @property
    def employee_id(self) -> UUID: ...
    @property
    def mark(self) -> str: ...


def kept_photo(mark: str) -> str:
    """The name of the photo that is kept."""
    return hashlib.sha256(f"kept {mark}".encode()).hexdigest()


def sent_photo(mark: str) -> str:
    """The name of the photo that is on its way."""
    return hashlib.sha256(f"sent {mark}".encode()).hexdigest()


def content_digest(data: bytes) -> str:
    """What a piece is sent with."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


async def things(connection: Any, draft: Marked, photos: Path) -> dict[str, UUID]:
    """Nothing that a row asks for by a name of its own: photos are named by their digests."""
    kept_id = new_id()
    await connection.executemany(
        "INSERT INTO attachment (id, employee_id, sha256, size_bytes, state, media_type)"
        " VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6)",
        [
            (kept_id, draft.employee_id, kept_photo(draft.mark), len(WHOLE), "ready", "image/jpeg"),
            (new_id(), draft.employee_id, sent_photo(draft.mark), len(WHOLE), "uploading", ""),
        ],
    )
    await connection.execute(
        "INSERT INTO report_evidence (report_id, number, kind, reference)"
        " SELECT id, 2, 'photo', $2 FROM report WHERE employee_id = $1",
        draft.employee_id,
        kept_photo(draft.mark),
    )
    picture = f"word-{draft.mark}".encode()
    await FolderStorage(photos).put(photo_key(kept_id, "full"), picture)
    return {}
