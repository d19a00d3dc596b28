"""Who changed what, and who viewed whose data: answerable for years."""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, primary_id, set_by_database


class AuditEntry(SQLModel, table=True):
    """A change: by whom, to whom or what, and its details."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("audit_entry_employee", "employee_id", "at"),
        Index("audit_entry_actor", "actor_id", "at"),
    )

    id: UUID = primary_id()
    at: datetime | None = set_by_database()
    actor_id: UUID | None = None
    action: str
    employee_id: UUID | None = None
    unit_id: UUID | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))


class DataView(SQLModel, table=True):
    """A view of another person's data; a live subscription is one row with its interval.

    `writer_id`: the process that will write its end, while it lives.
    """

    __tablename__ = "data_view"
    __table_args__ = (
        Index("data_view_employee", "employee_id", "at"),
        Index("data_view_unit", "unit_id", "at"),
        Index("data_view_open", "writer_id", postgresql_where=text("until IS NULL")),
    )

    id: UUID = primary_id()
    at: datetime | None = set_by_database()
    until: datetime | None = instant(optional=True)
    viewer_id: UUID
    employee_id: UUID | None = None
    unit_id: UUID | None = None
    what: str
    writer_id: UUID | None = None


class ViewWriter(SQLModel, table=True):
    """A process that keeps live views, and when it was last heard of."""

    __tablename__ = "view_writer"

    id: UUID = primary_id()
    seen_at: datetime | None = set_by_database()
