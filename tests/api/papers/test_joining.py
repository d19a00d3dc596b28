"""Joining: the order of the pieces is the order of the pages, and the hash is of the whole."""

import hashlib
from pathlib import Path

from pypdf import PdfReader

from api.papers.joining import joined, pages_of
from api.papers.typesetting import pdf
from tests.api.papers.test_typesetting import poster


def pieces(folder: Path, count: int) -> list[Path]:
    found = []
    for number in range(count):
        file = folder / f"{number}.pdf"
        file.write_bytes(pdf("poster", poster(unit=f"Unit nomor {number}"), tagged=False))
        found.append(file)
    return found


def test_pages_stand_in_the_order_of_their_pieces(tmp_path: Path) -> None:
    target = tmp_path / "whole.pdf"
    bound = joined(pieces(tmp_path, 3), target)

    texts = [page.extract_text() for page in PdfReader(target).pages]
    assert [f"Unit nomor {number}" in text for number, text in enumerate(texts)] == [True] * 3
    assert bound.pages == pages_of(target) == 3
    assert bound.sha256 == hashlib.sha256(target.read_bytes()).digest()
    assert bound.size_bytes == target.stat().st_size


def test_one_piece_is_taken_as_it_is(tmp_path: Path) -> None:
    (piece,) = pieces(tmp_path, 1)
    bound = joined([piece], tmp_path / "whole.pdf")

    assert (tmp_path / "whole.pdf").read_bytes() == piece.read_bytes()
    assert bound.pages == 1


def test_readers_that_forgive_nothing_read_it(tmp_path: Path) -> None:
    target = tmp_path / "whole.pdf"
    joined(pieces(tmp_path, 4), target)

    reader = PdfReader(target, strict=True)
    assert len(reader.pages) == 4
    for page in reader.pages:
        assert page.mediabox.width > 0
        assert page["/Resources"]["/Font"]
        assert page.get_contents() is not None


def test_a_joined_file_can_be_joined_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    joined(pieces(tmp_path, 3), first)
    bound = joined([first, first], second)

    texts = [page.extract_text() for page in PdfReader(second).pages]
    assert bound.pages == len(texts) == 6
    assert texts[:3] == texts[3:]
