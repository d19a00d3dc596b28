"""Joins the pieces of a long PDF into one file, read from and written to files.

A piece is read, its objects are given numbers behind those of the pieces before it, and they are
written at once: only their places in the file are kept. pypdf's own writer holds every object until
the end (1,000 pages: over 100 MB). Invariants: the order of the pieces is the order of the pages;
memory follows the largest piece and twenty bytes an object, never the document.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from api.papers.weighing import Bound, weighed

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
CATALOG, PAGES = 1, 2  # the numbers of the whole document's own objects


def joined(pieces: Sequence[Path], target: Path) -> Bound:
    """Writes `target` with the pages of all pieces. One piece alone is taken as it is."""
    if len(pieces) == 1:
        target.write_bytes(pieces[0].read_bytes())
        return weighed(target, pages_of(target))
    with target.open("wb") as opened:
        pages = _Binding(opened).bound(pieces)
    return weighed(target, pages)


def pages_of(piece: Path) -> int:
    """How many pages a PDF has."""
    with piece.open("rb") as opened:
        return len(PdfReader(opened).pages)


class _Binding:
    """One file being written: where each object stands, and the roots of the pieces' pages."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = opened
        self._places: dict[int, int] = {}
        self._roots: list[IndirectObject] = []
        self._last = PAGES
        self._pages = 0

    def bound(self, pieces: Sequence[Path]) -> int:
        """Writes everything; how many pages there are."""
        self._opened.write(HEADER)
        for piece in pieces:
            with piece.open("rb") as opened:
                self._take(PdfReader(opened))
        self._end()
        return self._pages

    def _take(self, reader: PdfReader) -> None:
        """The objects of one piece but its catalog; the root of its pages hangs below ours."""
        before = self._last
        root = reader.root_object.raw_get("/Pages")
        assert isinstance(root, IndirectObject)
        catalog = reader.trailer.raw_get("/Root")
        assert isinstance(catalog, IndirectObject)
        size = _number(reader.trailer["/Size"])
        for number in range(1, size):
            if number == catalog.idnum:
                continue
            found = reader.get_object(number)
            if found is None:
                continue
            _renumber(found, before)
            if number == root.idnum:
                assert isinstance(found, DictionaryObject)
                found[NameObject("/Parent")] = _reference(PAGES)
                self._pages += _number(found["/Count"])
            self._write(before + number, found)
        self._roots.append(_reference(before + root.idnum))
        self._last = before + size - 1

    def _end(self) -> None:
        """Our own two objects, the table of places, and where to begin reading."""
        pages = DictionaryObject()
        pages[NameObject("/Type")] = NameObject("/Pages")
        pages[NameObject("/Kids")] = ArrayObject(self._roots)
        pages[NameObject("/Count")] = NumberObject(self._pages)
        catalog = DictionaryObject()
        catalog[NameObject("/Type")] = NameObject("/Catalog")
        catalog[NameObject("/Pages")] = _reference(PAGES)
        self._write(PAGES, pages)
        self._write(CATALOG, catalog)
        begins, size = self._opened.tell(), self._last + 1
        self._opened.write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for number in range(1, size):
            place = self._places.get(number)
            entry = "0000000000 65535 f \n" if place is None else f"{place:010} 00000 n \n"
            self._opened.write(entry.encode())
        self._opened.write(
            f"trailer\n<< /Size {size} /Root {CATALOG} 0 R >>\n"
            f"startxref\n{begins}\n%%EOF\n".encode()
        )

    def _write(self, number: int, found: PdfObject) -> None:
        self._places[number] = self._opened.tell()
        self._opened.write(f"{number} 0 obj\n".encode())
        found.write_to_stream(self._opened)
        self._opened.write(b"\nendobj\n")


def _number(found: Any) -> int:
    return int(found)


def _reference(number: int) -> IndirectObject:
    return IndirectObject(number, 0, None)


def _renumber(found: PdfObject, by: int) -> None:
    """Moves every reference within an object; what is referred to moves by itself."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            places = list(dict.items(each))
        elif isinstance(each, ArrayObject):
            places = list(enumerate(list.__iter__(each)))
        else:
            continue
        for place, value in places:
            if isinstance(value, IndirectObject):
                moved = _reference(value.idnum + by)
                if isinstance(each, DictionaryObject):
                    dict.__setitem__(each, place, moved)
                else:
                    list.__setitem__(each, place, moved)
            elif isinstance(value, DictionaryObject | ArrayObject | StreamObject):
                waiting.append(value)
