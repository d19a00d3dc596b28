"""Makes the file of an export, step by step, saying how far it is.

Used by the round that makes exports in the background and by the command line. Invariants: a
connection is held for one question or one person's recap, never for a whole document; memory
follows a piece and not the document; the file is whole or the maker raises.
"""

import asyncio
import json
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from api.papers.layouts import person_paper, unit_paper
from api.papers.paper import Imprint, Language, Paper, pieces_of
from api.papers.press import opened_press
from api.papers.spreadsheets import workbook, write_csv
from api.papers.weighing import Bound, weighed
from api.papers.wording import words_of
from api.storage.storage import Storage
from denyut.own_photos import packed_photos, told
from models.queries.asking import Row
from models.queries.attachments import my_photos
from models.queries.my_data import everything_about
from models.queries.recaps import (
    national_rows,
    people_within,
    person_recap,
    place_of,
    unit_recap,
)
from models.rules.documents import DocumentFormat, DocumentKind, shown
from models.rules.ratings import ASSUMED, Bands
from models.rules.refusals import NotFound

PEOPLE_A_RUN: Final = 8  # whose recaps are gathered before the press takes them
NATIONAL_COLUMNS: Final = (
    *("nip", "nama", "unit_kode", "periode", "rating_hasil", "rating_perilaku", "predikat"),
    "decided_at",
)

Progress: TypeAlias = Callable[[int, int], Awaitable[None]]
"""`(done, total)`; may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made. `code`: as stored; `public_url`: where it can be checked, if known."""

    kind: DocumentKind
    employee_id: UUID | None
    unit_id: UUID | None
    period: str | None
    format: DocumentFormat
    language: Language
    code: str
    asked_at: datetime
    public_url: str | None = None
    bands: Bands = ASSUMED

    @property
    def person(self) -> UUID:
        """Whom it is about. Raises NotFound for a document of a unit."""
        if self.employee_id is None:
            raise NotFound
        return self.employee_id

    @property
    def unit(self) -> UUID:
        """Which unit it is about. Raises NotFound for a document of a person."""
        if self.unit_id is None:
            raise NotFound
        return self.unit_id

    @property
    def within(self) -> str:
        """The period. Raises NotFound where there is none."""
        if self.period is None:
            raise NotFound
        return self.period


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file; `holder` as printed on it."""

    bound: Bound
    holder: str


async def document_made(
    pool: Any, order: Order, file: Path, progress: Progress, storage: Storage
) -> Made:
    """Writes the file. Raises NotFound for whom or what is gone, PressBroken, StorageAway for one
    with photos, and what `progress` and the driver raise."""
    match order.kind:
        case DocumentKind.PERSON_RECAP:
            async with pool.acquire() as connection:
                recap = await person_recap(connection, order.person, order.within, order.bands)
            paper = person_paper(recap, order.language)
            return Made(await _single(paper, "person", order, file, progress), recap.holder.name)
        case DocumentKind.UNIT_RECAP:
            async with pool.acquire() as connection:
                of_unit = await unit_recap(connection, order.unit, order.within)
            paper = unit_paper(of_unit, order.language)
            return Made(await _single(paper, "unit", order, file, progress), of_unit.place.name)
        case DocumentKind.UNIT_DOCUMENTS:
            return await _of_everybody(pool, order, file, progress)
        case DocumentKind.NATIONAL:
            return await _national(pool, order, file, progress)
        case DocumentKind.MY_DATA:
            return await _my_data(pool, order, file, progress, storage)


def imprint_of(order: Order) -> Imprint:
    """The code, and the address where it is checked."""
    words = words_of(order.language)
    printed = shown(order.code)
    address = f"{order.public_url.rstrip('/')}/verify/{printed}" if order.public_url else ""
    return Imprint(printed, address, words["imprint"], words["page"])


def title_of(kind: DocumentKind, period: str | None, language: Language) -> str:
    """What a notice calls it."""
    words = words_of(language)
    names = {
        DocumentKind.PERSON_RECAP: "person_title",
        DocumentKind.UNIT_RECAP: "unit_title",
        DocumentKind.UNIT_DOCUMENTS: "unit_documents_title",
        DocumentKind.NATIONAL: "national_title",
        DocumentKind.MY_DATA: "my_data_title",
    }
    return " ".join([words[names[kind]], *([period] if period else [])])


async def _single(paper: Paper, form: str, order: Order, file: Path, progress: Progress) -> Bound:
    """One paper as a PDF or a workbook."""
    imprint = imprint_of(order)
    if order.format is DocumentFormat.XLSX:
        await progress(0, 1)
        await asyncio.to_thread(workbook, file, paper, imprint)
        return await asyncio.to_thread(weighed, file)
    pieces = list(pieces_of([paper]))
    async with opened_press(form, imprint, order.language) as press:
        for done, piece in enumerate(pieces):
            await progress(done, len(pieces))
            await press.take(piece, alone=len(pieces) == 1)
        return await press.bind(file)


async def _of_everybody(pool: Any, order: Order, file: Path, progress: Progress) -> Made:
    """The documents of everybody in a unit and below, one after another."""
    async with pool.acquire() as connection:
        place = await place_of(connection, order.unit)
        people = await people_within(connection, order.unit, order.within)
    if not people:
        raise NotFound
    async with opened_press("person", imprint_of(order), order.language) as press:
        for start in range(0, len(people), PEOPLE_A_RUN):
            await progress(start, len(people))
            papers: list[Paper] = []
            for employee_id in people[start : start + PEOPLE_A_RUN]:
                async with pool.acquire() as connection:
                    recap = await person_recap(connection, employee_id, order.within, order.bands)
                papers.append(person_paper(recap, order.language))
            for piece in pieces_of(papers):
                await press.take(piece)
        await progress(len(people), len(people))
        return Made(await press.bind(file), place.name)


async def _national(pool: Any, order: Order, file: Path, progress: Progress) -> Made:
    """Decisions that stand as rows: columns in Indonesian, values in the service's own keys."""
    async with pool.acquire() as connection:
        place = await place_of(connection, order.unit)
        with file.open("w", encoding="utf-8", newline="") as opened:
            done = write_csv(opened, NATIONAL_COLUMNS, [])
            async for rows in national_rows(connection, order.unit, order.within):
                done += write_csv(opened, (), map(_national_row, rows))
                await progress(done, done)
    return Made(await asyncio.to_thread(weighed, file), place.name)


def _national_row(row: Row) -> tuple[str, ...]:
    return (
        row["nip"],
        row["name"],
        row["unit_code"],
        row["period"],
        row["result_rating"],
        row["behaviour_rating"],
        row["predicate"],
        row["decided_at"].isoformat(),
    )


async def _my_data(
    pool: Any, order: Order, file: Path, progress: Progress, storage: Storage
) -> Made:
    """Everything about a person: JSON files in a ZIP, their photos, and an index of both."""
    index: list[dict[str, Any]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        async with pool.acquire() as connection:
            name = await connection.fetchval(
                "SELECT name FROM employee WHERE id = $1", order.person
            )
            if name is None:
                raise NotFound
            async for part, rows in everything_about(connection, order.person):
                await asyncio.to_thread(opened.writestr, part, _json([dict(row) for row in rows]))
                index.append({"file": part, "rows": len(rows)})
                await progress(len(index), len(index))
            photos = await my_photos(connection, order.person)
        packed = await packed_photos(opened, storage, photos, progress)
        about = {
            "employee_id": order.person,
            "asked_at": order.asked_at,
            "code": shown(order.code),
            "files": index,
            "photos": told(packed),
        }
        await asyncio.to_thread(opened.writestr, "index.json", _json(about))
    return Made(await asyncio.to_thread(weighed, file), name)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    """Instants, ids and days as text; bytes as hexadecimal digits."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
