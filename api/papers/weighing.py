"""The size and the hash of a finished file: what an issued document is known by."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

READ_BYTES: Final = 262_144  # at a time


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished file: its size, its hash, and how many pages it has (0: it has none)."""

    size_bytes: int
    sha256: bytes
    pages: int = 0


def weighed(file: Path, pages: int = 0) -> Bound:
    """The size and the hash of a file, read bit by bit."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as opened:
        while data := opened.read(READ_BYTES):
            digest.update(data)
            size += len(data)
    return Bound(size, digest.digest(), pages)
