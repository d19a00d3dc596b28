"""Guidance: feedback that is asked for, announcements and lessons with their readers, trainings."""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class FeedbackRequest(SQLModel, table=True):
    """An employee's question to whoever decides for them; a feedback closes it."""

    __tablename__ = "feedback_request"
    __table_args__ = (
        Index("feedback_request_employee", "employee_id", "made_at"),
        Index("feedback_request_asked", "asked_id", "made_at"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    asked_id: UUID = Field(foreign_key="employee.id")
    report_id: UUID | None = Field(default=None, foreign_key="report.id")
    target_id: UUID | None = Field(default=None, foreign_key="target.id")
    period: str | None = None
    question: str
    made_at: datetime | None = set_by_database()
    answered_at: datetime | None = instant(optional=True)
    withdrawn_at: datetime | None = instant(optional=True)


class Announcement(SQLModel, table=True):
    """A word or a short lesson (`minutes` to read) for a unit and everything below it."""

    __tablename__ = "announcement"
    __table_args__ = (
        one_of("kind", "announcement", "lesson"),
        Index("announcement_unit", "unit_id", "made_at"),
    )

    id: UUID = primary_id()
    kind: str = "announcement"
    unit_id: UUID = Field(foreign_key="unit.id")
    title: str
    body: str
    minutes: int = Field(default=0, sa_type=SmallInteger)
    made_by: UUID = Field(foreign_key="employee.id")
    made_at: datetime | None = set_by_database()
    withdrawn_at: datetime | None = instant(optional=True)


class AnnouncementReading(SQLModel, table=True):
    """That a person read an announcement; the first time counts."""

    __tablename__ = "announcement_reading"

    announcement_id: UUID = Field(primary_key=True, foreign_key="announcement.id")
    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    at: datetime | None = set_by_database()


class Training(SQLModel, table=True):
    """A training that a unit holds."""

    __tablename__ = "training"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        Index("training_unit", "unit_id", "starts_at"),
    )

    id: UUID = primary_id()
    unit_id: UUID = Field(foreign_key="unit.id")
    title: str
    place: str = ""
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    made_by: UUID = Field(foreign_key="employee.id")
    made_at: datetime | None = set_by_database()


class Attendance(SQLModel, table=True):
    """Who is invited to a training, and whether they came."""

    __tablename__ = "attendance"
    __table_args__ = (
        one_of("state", "invited", "attended", "absent"),
        Index("attendance_employee", "employee_id"),
    )

    training_id: UUID = Field(primary_key=True, foreign_key="training.id")
    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    state: str = "invited"
    marked_by: UUID | None = Field(default=None, foreign_key="employee.id")
    marked_at: datetime | None = instant(optional=True)
