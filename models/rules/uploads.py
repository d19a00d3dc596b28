"""How a file comes in pieces: what is announced, what a piece must be, and where bytes are kept.

Source: issue 5, "Evidence, server side". Invariants: a file is named by the SHA-256 of its bytes
and belongs to its sender; a piece is taken only where the upload stands and as it was sent.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from models.rules.refusals import ChunkDamaged, FileTooLarge, InvalidValue, OffsetMismatch

MOST_CHUNK_BYTES: Final = 262_144  # a second of a good mobile connection
DAY_S: Final = 86_400
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_CONTENT_DIGEST: Final = re.compile(r"sha-256=:([A-Za-z0-9+/=]{44}):")


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much one file and one person may take.

    A phone of ours sends photos of at most 150 KB; other clients may send what a camera makes.
    """

    file_bytes: int = 10_485_760  # what a camera of today makes of a scene full of leaves
    pixels: int = 50_000_000  # decoded they need 300 MB for a moment, in a process of their own
    day_files: int = 60  # of one person within 24 hours; a working day has five reports
    day_bytes: int = 62_914_560  # of one person within 24 hours
    abandoned_days: int = 7  # an upload that nobody goes on with
    unused_days: int = 30  # a photo that no report refers to

    def __post_init__(self) -> None:
        if min(self.file_bytes, self.pixels, self.day_files, self.day_bytes) < 1:
            raise ValueError("a limit of nothing would refuse every photo")
        if min(self.abandoned_days, self.unused_days) < 1:
            raise ValueError("an upload is given a day at least")


def digest_of(text: str) -> bytes:
    """The SHA-256 in an address, of 64 small hex digits. Raises InvalidValue."""
    if not _DIGEST.fullmatch(text):
        raise InvalidValue(field="sha256")
    return bytes.fromhex(text)


def announced(size_bytes: int, limits: UploadLimits) -> int:
    """The size itself, if a file may have it. Raises FileTooLarge, InvalidValue."""
    if size_bytes < 1:
        raise InvalidValue(field="bytes")
    if size_bytes > limits.file_bytes:
        raise FileTooLarge(limit_bytes=limits.file_bytes)
    return size_bytes


def chunk_digest(data: bytes, content_digest: str) -> bytes:
    """The SHA-256 of a piece, if its `Content-Digest` (RFC 9530) says the same.

    Raises InvalidValue for a header of another shape, ChunkDamaged when they differ.
    """
    found = _CONTENT_DIGEST.fullmatch(content_digest.strip())
    if not found:
        raise InvalidValue(field="content-digest")
    try:
        said = base64.b64decode(found[1], validate=True)
    except binascii.Error:
        raise InvalidValue(field="content-digest") from None
    digest = hashlib.sha256(data).digest()
    if digest != said:
        raise ChunkDamaged
    return digest


def next_offset(received_bytes: int, size_bytes: int, begins_at: int, length: int) -> int:
    """Where the upload stands after a piece. Raises OffsetMismatch, InvalidValue for an empty or
    too long one."""
    if begins_at != received_bytes:
        raise OffsetMismatch(offset=received_bytes)
    if not 0 < length <= min(MOST_CHUNK_BYTES, size_bytes - received_bytes):
        raise InvalidValue(field="body")
    return received_bytes + length


def folder_of(attachment_id: UUID) -> str:
    """Below which everything of an attachment is kept; ids of one minute are spread evenly."""
    name = attachment_id.hex
    return f"photos/{name[-2:]}/{name}/"


def chunk_key(attachment_id: UUID, begins_at: int, digest: bytes) -> str:
    """Where a piece waits. Two pieces that were sent for one place never overwrite each other."""
    return f"{chunks_of(attachment_id)}{begins_at}-{digest.hex()}"


def chunks_of(attachment_id: UUID) -> str:
    """Below which the pieces of an upload wait."""
    return f"{folder_of(attachment_id)}chunks/"


def photo_key(attachment_id: UUID, size: str) -> str:
    """Where a finished photo lies; `size` is `full` or `thumb`."""
    return f"{folder_of(attachment_id)}{size}"
