"""A paper as facts and tables, before it is set in type or written to a workbook.

Invariant: cells keep their values (numbers stay numbers, None is missing) until the last moment, so
PDF and workbook say the same, each in its own way.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

Cell: TypeAlias = str | int | float | None
Language = Literal["id", "en"]

LINES_A_PAGE: Final = 26  # careful: at least so many rows of one line stand on a page
LINES_A_PIECE: Final = 8 * LINES_A_PAGE  # so that a piece has at most typesetting.MOST_PAGES
_CHARACTERS_A_LINE: Final = 80  # of a table as wide as a page


@dataclass(frozen=True, slots=True)
class Column:
    """`share` of the width; numbers stand to the right."""

    label: str
    share: int = 1
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A heading with rows below it, or with a `note` where there is nothing to show."""

    heading: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody who answers for the paper, or a line to write on."""

    role: str
    name: str = ""
    nip: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `city` is whose it is; `missing`: what is written where a cell is None."""

    title: str
    subtitle: str
    city: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    missing: str
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands at the foot of every page: the code, where it is checked, and a word on it."""

    code: str
    address: str
    note: str
    page_word: str


def number(value: int | float, language: Language) -> str:
    """At most two decimals, thousands in groups, as the language writes them."""
    shown = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return shown.translate(str.maketrans(",.", ".,")) if language == "id" else shown


def printed(
    papers: Iterable[Paper], imprint: Imprint, language: Language, first_page: int = 1
) -> dict[str, Any]:
    """What a form is given: every cell as the text that will stand there."""
    return {
        "language": language,
        "first_page": first_page,
        "imprint": {
            "code": imprint.code,
            "address": imprint.address,
            "note": imprint.note,
            "page": imprint.page_word,
        },
        "papers": [_printed(paper, language) for paper in papers],
    }


def pieces_of(papers: Iterable[Paper]) -> Iterator[list[Paper]]:
    """Papers in runs that are short enough for one turn of the press, in their order.

    A paper that is longer by itself goes on in several, its title repeated.
    """
    piece: list[Paper] = []
    lines = 0
    for paper in papers:
        for part in _parts(paper):
            size = _whole_pages(_lines(part))
            if piece and lines + size > LINES_A_PIECE:
                yield piece
                piece, lines = [], 0
            piece.append(part)
            lines += size
    if piece:
        yield piece


def _whole_pages(lines: int) -> int:
    return math.ceil(lines / LINES_A_PAGE) * LINES_A_PAGE


def _parts(paper: Paper) -> Iterator[Paper]:
    """The paper itself, or what it is cut into: facts with the first, signatures with the last."""
    if _lines(paper) <= LINES_A_PIECE:
        yield paper
        return
    room = LINES_A_PIECE - _lines(replace(paper, tables=()))
    kept: list[Table] = []
    used, first = 0, True
    for table in paper.tables:
        for cut in _cuts(table, room):
            size = _table_lines(cut)
            if kept and used + size > room:
                yield _part(paper, kept, first, last=False)
                kept, used, first = [], 0, False
            kept.append(cut)
            used += size
    yield _part(paper, kept, first, last=True)


def _part(paper: Paper, tables: list[Table], first: bool, last: bool) -> Paper:
    return replace(
        paper,
        tables=tuple(tables),
        facts=paper.facts if first else (),
        signatures=paper.signatures if last else (),
    )


def _cuts(table: Table, room: int) -> Iterator[Table]:
    rows: list[tuple[Cell, ...]] = []
    used = 3
    for row in table.rows:
        size = _row_lines(row, table.columns)
        if rows and used + size > room:
            yield replace(table, rows=tuple(rows))
            rows, used = [], 3
        rows.append(row)
        used += size
    yield replace(table, rows=tuple(rows))


def _lines(paper: Paper) -> int:
    facts = sum(1 + len(value) // _CHARACTERS_A_LINE for _, value in paper.facts)
    return 5 + facts + (10 if paper.signatures else 0) + sum(map(_table_lines, paper.tables))


def _table_lines(table: Table) -> int:
    note = math.ceil(len(table.note) / _CHARACTERS_A_LINE)
    return 3 + note + sum(_row_lines(row, table.columns) for row in table.rows)


def _row_lines(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> int:
    whole = sum(column.share for column in columns) or 1
    return max(
        (
            math.ceil(len(str(cell)) * whole / (column.share * _CHARACTERS_A_LINE))
            for cell, column in zip(row, columns, strict=True)
        ),
        default=1,
    )


def _printed(paper: Paper, language: Language) -> Mapping[str, Any]:
    def shown(cell: Cell) -> str:
        if cell is None:
            return paper.missing
        return cell if isinstance(cell, str) else number(cell, language)

    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "city": paper.city,
        "facts": [list(fact) for fact in paper.facts],
        "tables": [
            {
                "heading": table.heading,
                "note": table.note,
                "columns": [
                    {"label": column.label, "share": column.share, "right": column.right}
                    for column in table.columns
                ],
                "rows": [[shown(cell) for cell in row] for row in table.rows],
            }
            for table in paper.tables
        ],
        "signatures": [
            {"role": each.role, "name": each.name, "nip": each.nip} for each in paper.signatures
        ],
    }
