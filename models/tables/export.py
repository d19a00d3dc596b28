"""Exports made in the background, their pieces, and the documents that a code vouches for.

Pieces go with the export's expiry; an issued document's row is kept for ever.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, text
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class Export(SQLModel, table=True):
    """One wish for a document, how far it is, and until when the file is kept."""

    __tablename__ = "export"
    __table_args__ = (
        one_of("kind", "person_recap", "unit_recap", "unit_documents", "national", "my_data"),
        one_of("format", "pdf", "xlsx", "csv", "zip"),
        one_of("language", "id", "en"),
        one_of("state", "queued", "running", "done", "failed", "expired"),
        Index("export_asked", "asked_by", "made_at"),
        Index("export_open", "made_at", postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: UUID = primary_id()
    asked_by: UUID = Field(foreign_key="employee.id")
    kind: str
    employee_id: UUID | None = Field(default=None, foreign_key="employee.id")
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id")
    period: str | None = None
    format: str
    language: str = "id"
    state: str = "queued"
    done: int = 0
    total: int = 0
    bytes: int = Field(default=0, sa_type=BigInteger)
    code: str | None = None
    lease_until: datetime | None = instant(optional=True)
    attempts: int = Field(default=0, sa_type=SmallInteger)
    made_at: datetime | None = set_by_database()
    finished_at: datetime | None = instant(optional=True)
    expires_at: datetime | None = instant(optional=True)
    problem: str = ""


class ExportPiece(SQLModel, table=True):
    """At most 256 KiB of a finished file."""

    __tablename__ = "export_piece"

    export_id: UUID = Field(primary_key=True, foreign_key="export.id")
    number: int = Field(primary_key=True)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class IssuedDocument(SQLModel, table=True):
    """What a verification code vouches for; `holder` is the name as printed."""

    __tablename__ = "issued_document"

    code: str = Field(primary_key=True)
    kind: str
    employee_id: UUID | None = Field(default=None, foreign_key="employee.id")
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id")
    period: str | None = None
    holder: str
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_by: UUID = Field(foreign_key="employee.id")
    issued_at: datetime | None = set_by_database()
