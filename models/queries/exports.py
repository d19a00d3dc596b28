"""Exports as their asker sees them: asked for, how far they are, their file, and gone after days.

Invariants: an id asked for twice is one export; a person has few open at a time; nobody but the
asker finds one. Making them is `exports_made.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from models.queries.asking import Row, asked, asked_one
from models.rules.documents import FORMATS, DocumentFormat, DocumentKind
from models.rules.periods import parse_period
from models.rules.refusals import Conflict, InvalidValue, TooManyItems

MOST_OPEN: Final = 3  # exports that one person may have waiting or being made
PIECES_AN_ATTEMPT: Final = 1_000_000  # numbers of pieces; 256 GB, beyond any file

COLUMNS: Final = """
    x.id, x.asked_by, x.kind, x.employee_id, x.unit_id, x.period, x.format, x.language, x.state,
    x.done, x.total, x.bytes, x.code, x.attempts, x.made_at, x.finished_at, x.expires_at, x.problem
"""

# One at a time for each asker, so that two requests at once do not pass the bound together.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('export ' || $1::text, 0))"

OPEN = """
    SELECT count(*)::int AS open FROM export x
     WHERE x.asked_by = $1 AND x.state IN ('queued', 'running')
"""

ASK = """
    INSERT INTO export (id, asked_by, kind, employee_id, unit_id, period, format, language)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

ONE = f"SELECT {COLUMNS} FROM export x WHERE x.id = $1 AND x.asked_by = $2"

ANY = f"SELECT {COLUMNS} FROM export x WHERE x.id = $1"

ALL = f"""
    SELECT {COLUMNS} FROM export x WHERE x.asked_by = $1 ORDER BY x.made_at DESC, x.id DESC LIMIT $2
"""

PIECE = """
    SELECT p.data FROM export_piece p JOIN export x ON x.id = p.export_id
     WHERE x.id = $1 AND x.state = 'done' AND p.number = x.attempts * $3::int + $2
"""

REMOVE_PIECES = "DELETE FROM export_piece WHERE export_id = $1"
REMOVE = "DELETE FROM export WHERE id = $1 AND asked_by = $2"
LOCK = "SELECT id FROM export WHERE id = $1 AND asked_by = $2 FOR UPDATE"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. The id is the asker's own, so that asking twice makes one."""

    id: UUID
    kind: DocumentKind
    employee_id: UUID | None = None
    unit_id: UUID | None = None
    period: str | None = None
    format: DocumentFormat = DocumentFormat.PDF
    language: str = "id"


def checked(wish: Wish) -> Wish:
    """The wish itself, if there is such a document. Raises InvalidValue for the field at fault."""
    kind = DocumentKind(wish.kind)
    of_person = kind in (DocumentKind.PERSON_RECAP, DocumentKind.MY_DATA)
    if (wish.employee_id is not None) != of_person:
        raise InvalidValue(field="employee_id")
    if (wish.unit_id is None) != of_person:
        raise InvalidValue(field="unit_id")
    if (wish.period is None) != (kind is DocumentKind.MY_DATA):
        raise InvalidValue(field="period")
    if wish.period is not None:
        parse_period(wish.period)
    if wish.format not in FORMATS[kind]:
        raise InvalidValue(field="format")
    return wish


async def export_asked(connection: Any, asked_by: UUID, wish: Wish) -> UUID:
    """Writes a wish down, to be made soon; the answer is its id. In a transaction.

    Whoever calls has asked the rules whether `asked_by` may. Raises InvalidValue, TooManyItems
    with too many open ones, and Conflict when the id is another wish's.
    """
    checked(wish)
    await asked(connection, ONE_AT_A_TIME, str(asked_by))
    body = (
        DocumentKind(wish.kind).value,
        wish.employee_id,
        wish.unit_id,
        wish.period,
        DocumentFormat(wish.format).value,
        wish.language,
    )
    known = await asked_one(connection, ANY, wish.id)
    if known is not None:
        names = ("kind", "employee_id", "unit_id", "period", "format", "language")
        if known["asked_by"] != asked_by or tuple(known[name] for name in names) != body:
            raise Conflict
        return wish.id
    open_ones = await asked_one(connection, OPEN, asked_by)
    if open_ones is not None and open_ones["open"] >= MOST_OPEN:
        raise TooManyItems(limit=MOST_OPEN)
    await asked(connection, ASK, wish.id, asked_by, *body)
    return wish.id


async def export_row(connection: Any, export_id: UUID, asked_by: UUID) -> Row | None:
    """One export of somebody's own; None: none of theirs has this id."""
    return await asked_one(connection, ONE, export_id, asked_by)


async def exports_of(connection: Any, asked_by: UUID, limit: int) -> Sequence[Row]:
    """Somebody's own exports, newest first."""
    return await asked(connection, ALL, asked_by, limit)


async def file_piece(connection: Any, export_id: UUID, number: int) -> bytes | None:
    """A piece of a finished file, counted from 0; None: there is none, or no more."""
    row = await asked_one(connection, PIECE, export_id, number, PIECES_AN_ATTEMPT)
    return None if row is None else bytes(row["data"])


async def export_removed(connection: Any, export_id: UUID, asked_by: UUID) -> bool:
    """Takes an export and its file away; whether there was one. What was issued stays checkable."""
    if await asked_one(connection, LOCK, export_id, asked_by) is None:
        return False
    await asked(connection, REMOVE_PIECES, export_id)
    await asked(connection, REMOVE, export_id, asked_by)
    return True
