"""Joins the pieces of a long PDF into one file, read from and written to files.

Invariant: the order of the pieces is the order of the pages, and what is held in memory is what
the joiner knows of the pages, not the pieces themselves.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pypdf import PdfReader, PdfWriter

READ_BYTES: Final = 262_144  # at a time


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished file: its size, its hash, and how many pages it has (0: it has none)."""

    size_bytes: int
    sha256: bytes
    pages: int = 0


def joined(pieces: Sequence[Path], target: Path, title: str = "") -> Bound:
    """Writes `target` with the pages of all pieces. One piece alone is taken as it is."""
    if len(pieces) == 1 and not title:
        target.write_bytes(pieces[0].read_bytes())
        return weighed(target, pages_of(target))
    writer = PdfWriter()
    for piece in pieces:
        writer.append(str(piece), import_outline=False)
    if title:
        writer.add_metadata({"/Title": title})
    pages = len(writer.pages)
    with target.open("wb") as opened:
        writer.write(opened)
    writer.close()
    return weighed(target, pages)


def pages_of(piece: Path) -> int:
    """How many pages a PDF has."""
    with piece.open("rb") as opened:
        return len(PdfReader(opened).pages)


def weighed(file: Path, pages: int = 0) -> Bound:
    """The size and the hash of a file, read bit by bit."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as opened:
        while data := opened.read(READ_BYTES):
            digest.update(data)
            size += len(data)
    return Bound(size, digest.digest(), pages)
