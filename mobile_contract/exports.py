"""Exports and the check of documents on the wire.

An export is made in the background: it is asked for, looked at, and fetched when it is `done`. Its
verification code stands on the paper; whoever holds the paper compares both without signing in.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.words import Wire
from models.rules.documents import DocumentFormat, DocumentKind

MAX_PERIOD_CHARACTERS = 16
MAX_DOCUMENT_CODE_CHARACTERS = 40  # with whatever blanks and dashes somebody types

Period = Annotated[str, Field(max_length=MAX_PERIOD_CHARACTERS, examples=["2026-Q3"])]
AskedKind = Literal["person_recap", "unit_recap", "unit_documents", "national"]


class NewExport(Wire):
    """`POST /v1/exports`. The same id again with the same body is the same export.

    `person_recap` needs `employee_id`; `unit_recap` and `unit_documents` need `unit_id`; `national`
    is of a unit, by default of the whole tree. Formats: of a person and a unit pdf or xlsx, of the
    documents of a unit pdf, national csv. Everything about yourself: `POST /v1/me/data-exports`.
    """

    id: UUID
    kind: Annotated[AskedKind, Field(examples=["person_recap"])]
    employee_id: UUID | None = None
    unit_id: UUID | None = None
    period: Period
    format: DocumentFormat = DocumentFormat.PDF
    language: Literal["id", "en"] = "id"


class ExportView(Wire):
    """How far an export is. `done` of `total` steps; `bytes` and `code` once it is done.

    `state`: queued, running, done, failed (`problem` says why), expired (ask anew). `expires_at`:
    until when the file is kept; the code stays good.
    """

    id: UUID
    kind: DocumentKind = Field(examples=["person_recap"])
    employee_id: UUID | None
    unit_id: UUID | None
    period: str | None = Field(examples=["2026-Q3"])
    format: DocumentFormat = Field(examples=["pdf"])
    language: str = Field(examples=["id"])
    state: Literal["queued", "running", "done", "failed", "expired"] = Field(examples=["done"])
    done: int = Field(examples=[12])
    total: int = Field(examples=[12])
    bytes: int = Field(examples=[48_213])
    code: str | None = Field(examples=["7K2M-9QXA-3D4EF"])
    problem: str = Field(default="", examples=[""])
    made_at: datetime
    finished_at: datetime | None = None
    expires_at: datetime | None = None


class VerifiedDocument(Wire):
    """`GET /v1/verify/{code}`: the service issued such a document.

    `holder` is shortened where it is a person. `sha256`: of the file as it was issued; a file with
    another hash was changed since.
    """

    valid: Literal[True] = True
    code: str = Field(examples=["7K2M-9QXA-3D4EF"])
    kind: DocumentKind = Field(examples=["person_recap"])
    period: str | None = Field(examples=["2026-Q3"])
    holder: str = Field(examples=["S••• A•••"])
    unit: str = Field(examples=["Puskesmas Melati"])
    issued_at: datetime
    sha256: str = Field(
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )
