"""Photos that people upload: how far each has come, and what became of it.

The bytes lie in the storage (`api/storage`), below the attachment's id. Invariants: an attachment
belongs to whoever uploaded it, so the digest that another person knows is another attachment;
`received_bytes` grows only together with the chunk that says so.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class Attachment(SQLModel, table=True):
    """One photo of somebody, named by the SHA-256 of the file as they sent it.

    `problem`: the code of the refusal, once refused. `claimed_until`: somebody is finishing it.
    `media_type`, `width` and `height` are of the photo as it is kept.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("employee_id", "sha256", name="attachment_once"),
        one_of("state", "uploading", "ready", "refused", "abandoned"),
        Index("attachment_quota", "employee_id", "made_at"),
        Index("attachment_touched", "touched_at"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "uploading"
    size_bytes: int
    received_bytes: int = 0
    media_type: str = ""
    width: int = 0
    height: int = 0
    problem: str = ""
    made_at: datetime | None = set_by_database()
    touched_at: datetime | None = set_by_database()
    claimed_until: datetime | None = instant(optional=True)


class AttachmentChunk(SQLModel, table=True):
    """A part of an upload that lies in the storage, under its place and digest."""

    __tablename__ = "attachment_chunk"

    attachment_id: UUID = Field(primary_key=True, foreign_key="attachment.id")
    begins_at: int = Field(primary_key=True)
    size_bytes: int
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
