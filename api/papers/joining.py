"""Joins the pieces of a long PDF into one file, read from and written to files.

Invariant: the order of the pieces is the order of the pages, and what is held in memory is what
the joiner knows of the pages, not the pieces themselves (2,000 pages: some 70 MB).
"""

from collections.abc import Sequence
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from api.papers.weighing import Bound, weighed


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
