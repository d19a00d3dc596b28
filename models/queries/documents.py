"""Issued documents: what a verification code vouches for, kept for ever.

Invariant: a code is written in the transaction that finishes its file, and the hash is that of the
whole file, so a paper that says anything else is told apart.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.queries.asking import asked, asked_one
from models.rules.documents import read_code

ISSUE = """
    INSERT INTO issued_document (code, kind, employee_id, unit_id, period, holder, sha256,
                                 issued_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

ISSUED = """
    SELECT d.code, d.kind, d.period, d.holder, d.employee_id IS NOT NULL AS of_person,
           coalesce(u.name, '') AS unit_name, d.sha256, d.issued_at
      FROM issued_document d
      LEFT JOIN employee e ON e.id = d.employee_id
      LEFT JOIN unit u ON u.id = coalesce(d.unit_id, e.unit_id)
     WHERE d.code = $1
"""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is issued. `holder`: the name as it is printed, of a person or a unit."""

    code: str
    kind: str
    employee_id: UUID | None
    unit_id: UUID | None
    period: str | None
    holder: str
    sha256: bytes
    issued_by: UUID


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued under a code. `of_person`: the holder is one, not a unit."""

    code: str
    kind: str
    period: str | None
    holder: str
    of_person: bool
    unit_name: str
    sha256: bytes
    issued_at: datetime


async def document_issued(connection: Any, document: NewDocument) -> None:
    """Vouches for a document from now on."""
    await asked(
        connection,
        ISSUE,
        document.code,
        document.kind,
        document.employee_id,
        document.unit_id,
        document.period,
        document.holder,
        document.sha256,
        document.issued_by,
    )


async def issued_under(connection: Any, typed: str) -> Issued | None:
    """What was issued under a code as somebody typed it; None: nothing.

    A code that cannot be is looked up as well: no answer comes sooner than another.
    """
    row = await asked_one(connection, ISSUED, read_code(typed) or "")
    return None if row is None else Issued(**{**row, "sha256": bytes(row["sha256"])})
