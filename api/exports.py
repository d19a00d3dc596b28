"""Exports: asked for here, made in the background, fetched by their asker.

Invariants: rights are asked when it is asked for and again when it is fetched, so what was taken
away in between is not handed out; a past year in another unit is closed to today's line; nobody
finds an export of somebody else; a file is streamed piece by piece and never held whole.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from api.dependencies import Caller, Database, TheParts
from api.pages import MOST_ROWS
from api.parts import Parts
from api.rights import require_person
from mobile_contract.exports import ExportView, NewExport
from models.queries.asking import Row
from models.queries.audit import viewed
from models.queries.exports import (
    Wish,
    export_asked,
    export_removed,
    export_row,
    exports_of,
    file_piece,
)
from models.queries.organisation import unit_row
from models.queries.recaps import subjects_within
from models.rules.access import Action, Person, may, may_in_unit
from models.rules.documents import MEDIA_TYPES, DocumentFormat, DocumentKind, file_name, shown
from models.rules.refusals import ExportExpired, ExportNotReady, NotAllowed, NotFound

router = APIRouter(tags=["exports"])

_TYPES: Final = {media_type: {} for media_type in MEDIA_TYPES.values()}
Few = Annotated[int, Query(ge=1, le=MOST_ROWS)]


@router.post("/v1/exports", status_code=202)
async def ask(body: NewExport, caller: Caller, database: Database) -> ExportView:
    """Asks for a document of somebody or of a unit. Its making is told by a notice."""
    kind, unit_id = DocumentKind(body.kind), body.unit_id
    if kind is DocumentKind.NATIONAL and unit_id is None:
        unit_id = caller.unit_path[0]
    wish = Wish(body.id, kind, body.employee_id, unit_id, body.period, body.format, body.language)
    await _require(database, caller.person, wish)
    me = caller.person.employee_id
    await export_asked(database, me, wish)
    await viewed(
        database,
        me,
        "export",
        employee_ids=[wish.employee_id] if wish.employee_id else [],
        unit_ids=[wish.unit_id] if wish.unit_id else [],
    )
    row = await export_row(database, wish.id, me)
    if row is None:
        raise NotFound
    return export_view(row)


@router.get("/v1/exports")
async def mine(caller: Caller, database: Database, limit: Few = 50) -> list[ExportView]:
    """What I asked for, newest first."""
    rows = await exports_of(database, caller.person.employee_id, limit)
    return [export_view(row) for row in rows]


@router.get("/v1/exports/{export_id}")
async def one(export_id: UUID, caller: Caller, database: Database) -> ExportView:
    """How far an export of mine is."""
    return export_view(await _own(database, caller.person, export_id))


@router.get(
    "/v1/exports/{export_id}/file",
    response_class=Response,
    responses={200: {"description": "The file.", "content": _TYPES}},
)
async def file(export_id: UUID, caller: Caller, database: Database, parts: TheParts) -> Response:
    """The file of an export of mine, for as long as it is kept and I may have it."""
    row = await _own(database, caller.person, export_id)
    if row["state"] == "expired":
        raise ExportExpired
    if row["state"] != "done":
        raise ExportNotReady(state=row["state"])
    kind, made = DocumentKind(row["kind"]), DocumentFormat(row["format"])
    wish = Wish(
        row["id"], kind, row["employee_id"], row["unit_id"], row["period"], made, row["language"]
    )
    await _require(database, caller.person, wish)
    return StreamingResponse(
        _pieces(parts, export_id),
        media_type=MEDIA_TYPES[made],
        headers={
            "content-length": str(row["bytes"]),
            "content-disposition": f'attachment; filename="{file_name(kind, row["period"], made)}"',
            "cache-control": "no-store",
        },
    )


@router.delete("/v1/exports/{export_id}", status_code=204)
async def remove(export_id: UUID, caller: Caller, database: Database) -> None:
    """Takes an export of mine and its file away. A document that was issued stays checkable."""
    if not await export_removed(database, export_id, caller.person.employee_id):
        raise NotFound


def export_view(row: Row) -> ExportView:
    """An export's row as its asker sees it."""
    return ExportView.model_validate(
        {**row, "code": shown(row["code"]) if row["code"] is not None else None}
    )


async def _own(database: Database, person: Person, export_id: UUID) -> Row:
    row = await export_row(database, export_id, person.employee_id)
    if row is None:
        raise NotFound
    return row


async def _require(database: Database, person: Person, wish: Wish) -> None:
    """Whether they may have such a document now. What is missing is refused by `checked` later."""
    if wish.employee_id is not None and wish.kind is DocumentKind.MY_DATA:
        await require_person(database, person, Action.EXPORT_OWN, wish.employee_id)
    elif wish.employee_id is not None:
        await require_person(database, person, Action.EXPORT_PERSON, wish.employee_id)
        if wish.period is not None:
            then = await subjects_within(database, wish.employee_id, wish.period)
            if not all(may(person, Action.EXPORT_PERSON, subject) for subject in then):
                raise NotAllowed
    if wish.unit_id is not None:
        row = await unit_row(database, wish.unit_id)
        if row is None:
            raise NotFound
        national = wish.kind is DocumentKind.NATIONAL
        action = Action.EXPORT_NATIONAL if national else Action.EXPORT_UNIT
        if not may_in_unit(person, action, tuple(row["path"])):
            raise NotAllowed


async def _pieces(parts: Parts, export_id: UUID) -> AsyncIterator[bytes]:
    """The file, each piece by a short question of its own: a slow phone holds no connection."""
    number = 0
    while True:
        async with parts.database() as session:
            data = await file_piece(session, export_id, number)
        if data is None:
            return
        yield data
        number += 1
