"""Help for people who struggle: practice, the first week's list, mentors, offers of help.

A practice report counts nowhere. An offer is never a sanction and never a ranking.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, String
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, no_overlap, one_of, primary_id, set_by_database


class PracticeReport(SQLModel, table=True):
    """A report made to learn how reports are made. It touches no report, feed or pace."""

    __tablename__ = "practice_report"
    __table_args__ = (Index("practice_report_employee", "employee_id", "made_at"),)

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    target_id: UUID | None = Field(default=None, foreign_key="target.id")
    quantity: float
    note: str = ""
    activity_at: datetime = instant()
    made_at: datetime | None = set_by_database()


class ChecklistMark(SQLModel, table=True):
    """A step of the first week's list that a person ticked by hand."""

    __tablename__ = "checklist_mark"

    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    step: str = Field(primary_key=True)
    at: datetime | None = set_by_database()


class Mentorship(SQLModel, table=True):
    """Who may capture reports for whom, in [valid_from, valid_to)."""

    __tablename__ = "mentorship"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_forward"),
        CheckConstraint("employee_id <> mentor_id", name="not_oneself"),
        no_overlap("employee_id", name="one_mentor_at_a_time"),
        Index("mentorship_mentor", "mentor_id"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    mentor_id: UUID = Field(foreign_key="employee.id")
    valid_from: datetime = instant()
    valid_to: datetime | None = instant(optional=True)
    made_by: UUID = Field(foreign_key="employee.id")


class ReportMentor(SQLModel, table=True):
    """Who captured a report for somebody else. Written before the report goes in."""

    __tablename__ = "report_mentor"

    report_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(foreign_key="employee.id")
    made_at: datetime | None = set_by_database()


class HelpOffer(SQLModel, table=True):
    """An offer of help, the signals that led to it, and the employee's answer."""

    __tablename__ = "help_offer"
    __table_args__ = (
        one_of("state", "open", "accepted", "declined", "done"),
        Index("help_offer_employee", "employee_id", "made_at"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    signals: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    text: str
    offered_by: UUID = Field(foreign_key="employee.id")
    made_at: datetime | None = set_by_database()
    state: str = "open"
    closed_at: datetime | None = instant(optional=True)
