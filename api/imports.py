"""Targets from a file over HTTP: the same import as on the command line, for HR of a unit.

Invariants: a file is applied whole or not at all; each row's person works where the sender holds
HR; a dry run does everything and undoes it. The body is the file itself, CSV or XLSX.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.dependencies import Caller, Locale, TheParts
from mobile_contract.imports import ImportAnswer, ImportDifference, ImportProblem
from mobile_contract.problems import Language
from models.queries.imports.outcome import ImportOptions, ImportResult
from models.queries.imports.run import imported
from models.queries.imports.texts import message
from models.rules.access import Role
from models.rules.refusals import NotAllowed

router = APIRouter(tags=["imports"])

MOST_SHOWN = 200  # errors, and differences, in one answer; all of them are counted
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself. Its columns stand in docs/guide/imports.md.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "nip;indikator;satuan;kuantitas;periode\n"
                "198502022010012002;Pasien rawat jalan;pasien;300;2026-12\n",
            },
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post("/v1/imports/targets", openapi_extra=FILE)
async def targets(
    request: Request,
    caller: Caller,
    parts: TheParts,
    locale: Locale,
    dry_run: bool = True,
    language: Annotated[Language | None, Query()] = None,
) -> ImportAnswer:
    """Makes targets of a file, or changes their goals. Without `dry_run=false` it only shows."""
    person = caller.person
    units = frozenset(grant.unit_id for grant in person.grants if grant.role is Role.HR)
    if not units:
        raise NotAllowed
    options = ImportOptions(dry_run=dry_run, actor_id=person.employee_id, units=units)
    result = await imported(parts.database, "targets", await request.body(), options)
    if result.applied and result.events:
        parts.announce(result.events)
    return _answer(result, language or locale)


def _answer(result: ImportResult, language: Language) -> ImportAnswer:
    changes = [each for each in result.differences if each.what != "unchanged"]
    return ImportAnswer(
        applied=result.applied,
        counts=result.counts(),
        errors=[
            ImportProblem(
                line=error.line,
                column=error.column,
                code=error.code,
                message=message(error, language),
            )
            for error in result.errors[:MOST_SHOWN]
        ],
        total_errors=len(result.errors),
        differences=[
            ImportDifference(
                line=each.line,
                what=each.what,
                key=each.key,
                before=dict(each.before),
                after=dict(each.after),
            )
            for each in changes[:MOST_SHOWN]
        ],
        total_differences=len(changes),
    )
