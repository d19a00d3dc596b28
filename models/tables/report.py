"""Activity reports with their states and revisions, and the supervisors' feedback on them.

States: received → approved | returned → revised → approved …; withdrawn. The receipt of a report
is the place of its first feed event, (shard, seq), and never changes.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class Report(SQLModel, table=True):
    """What an employee did, when, how much, toward which target. The id is made on the phone."""

    __tablename__ = "report"
    __table_args__ = (
        one_of("status", "received", "approved", "returned", "revised", "withdrawn"),
        Index("report_employee", "employee_id", "activity_at"),
        Index(
            "report_decided",
            "decided_by",
            "decided_at",
            postgresql_where=text("decided_by IS NOT NULL"),
        ),
    )

    # No foreign keys to employee, target and unit: submit_batch_v1, the only writer, reads those
    # rows in the same transaction, they are never deleted, and each check would cost the hot path.
    id: UUID = Field(primary_key=True)
    employee_id: UUID
    target_id: UUID
    unit_id: UUID
    shard: int = Field(sa_type=SmallInteger)
    seq: int = Field(sa_type=BigInteger)
    status: str = "received"
    version: int = 1
    quantity: float
    note: str = ""
    activity_at: datetime = instant()
    captured_at: datetime = instant()
    corrected_at: datetime = instant()
    received_at: datetime = instant()
    flags: int = 0
    body_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    device_id: UUID | None = None
    location: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    decided_by: UUID | None = Field(default=None, foreign_key="employee.id")
    decided_at: datetime | None = instant(optional=True)
    returns: int = Field(default=0, sa_type=SmallInteger)
    evidence: int = Field(default=0, sa_type=SmallInteger)


class ReportChange(SQLModel, table=True):
    """A revision or a withdrawal by the reporter; its mutation id makes it idempotent.

    A revision keeps what the report said before it.
    """

    __tablename__ = "report_change"
    __table_args__ = (
        one_of("kind", "revision", "withdrawal"),
        Index("report_change_version", "report_id", "version", unique=True),
    )

    mutation_id: UUID = Field(primary_key=True)
    report_id: UUID = Field(foreign_key="report.id")
    employee_id: UUID = Field(foreign_key="employee.id")
    kind: str
    version: int
    body_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    quantity_before: float
    note_before: str
    activity_before: datetime = instant()
    reason: str = ""
    made_at: datetime | None = set_by_database()


class Feedback(SQLModel, table=True):
    """The supervisor's constructive word on a report or a target."""

    __tablename__ = "feedback"
    __table_args__ = (
        one_of("kind", "praise", "suggestion", "question", "correction", "comment"),
        Index("feedback_report", "report_id"),
        Index("feedback_employee", "employee_id", "made_at"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    author_id: UUID = Field(foreign_key="employee.id")
    report_id: UUID | None = Field(default=None, foreign_key="report.id")
    target_id: UUID | None = Field(default=None, foreign_key="target.id")
    kind: str
    text: str
    next_step: str = ""
    made_at: datetime | None = set_by_database()
    acknowledged_at: datetime | None = instant(optional=True)
    period: str | None = None
    about: str = ""
    answer: str = ""
    answered_at: datetime | None = instant(optional=True)
    request_id: UUID | None = Field(default=None, foreign_key="feedback_request.id")
