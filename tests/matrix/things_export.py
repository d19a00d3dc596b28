"""Exports that the subject asked for, made and waiting, and a document that a code vouches for."""

from typing import Any, Protocol
from uuid import UUID

from models.rules.receipts import with_check
from models.tables.columns import new_id


class Marked(Protocol):
    """Whom things are made for."""

    @property
    def employee_id(self) -> UUID: ...

    @property
    def mark(self) -> str: ...


MAKE = """
    INSERT INTO export (id, asked_by, kind, employee_id, period, format, state, bytes, attempts)
    VALUES ($1, $2, 'person_recap', $2, '2026-Q3', 'pdf', $3, 1, 1)
"""

ISSUE = """
    INSERT INTO issued_document (code, kind, employee_id, period, holder, sha256, issued_by)
    VALUES ($1, 'person_recap', $2, '2026-Q3', $3, '\\x00', $2)
"""


async def things(connection: Any, draft: Marked, unit_id: UUID, author_id: UUID) -> dict[str, UUID]:
    """Their ids, by the names that rows use. The code is `code_of` the mark (rows_export.py)."""
    # One caller plays many parts; what they asked for about others must not fill their measure.
    await connection.execute("UPDATE export SET state = 'expired' WHERE state = 'queued'")
    ids = {"export": new_id(), "unwanted_export": new_id()}
    for export_id in ids.values():
        await connection.execute(MAKE, export_id, draft.employee_id, "done")
        await connection.execute("INSERT INTO export_piece VALUES ($1, 1000000, 'x')", export_id)
    await connection.execute(ISSUE, code_of(draft.mark), draft.employee_id, f"name-{draft.mark}")
    return ids


def code_of(mark: str) -> str:
    """A verification code made of a mark, which has twelve hexadecimal digits."""
    return with_check(mark.upper())
