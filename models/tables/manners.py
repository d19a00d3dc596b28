"""What people and units asked of notices, and what the ladder still has to do.

`notice_policy` is set by a unit and holds for everything below it; preferences and quiet hours
are a person's own. `escalation` and `nudge` hold one row for each thing that waits, due by index.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, set_by_database


class UnitNoticePolicy(SQLModel, table=True):
    """The settings of a `NoticePolicy` that this unit sets; the rest it inherits."""

    __tablename__ = "notice_policy"

    unit_id: UUID = Field(primary_key=True, foreign_key="unit.id")
    settings: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    set_by: UUID | None = Field(default=None, foreign_key="employee.id")
    set_at: datetime | None = set_by_database()


class NoticePreference(SQLModel, table=True):
    """Whether a person wants a kind of notice on a channel; '*' stands for every one."""

    __tablename__ = "notice_preference"

    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    kind: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    enabled: bool


class PersonalQuietHours(SQLModel, table=True):
    """A person's own quiet hours, in minutes of their unit's local day; they replace the unit's."""

    __tablename__ = "quiet_hours"
    __table_args__ = (
        CheckConstraint("start_minute BETWEEN 0 AND 1439", name="start_in_day"),
        CheckConstraint("end_minute BETWEEN 0 AND 1439", name="end_in_day"),
    )

    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    start_minute: int = Field(sa_type=SmallInteger)
    end_minute: int = Field(sa_type=SmallInteger)


class Escalation(SQLModel, table=True):
    """The next rung of a slip that nobody has taken note of; gone with the slip.

    `due_at` is a safe lower bound at first, then the instant itself.
    """

    __tablename__ = "escalation"
    __table_args__ = (Index("escalation_due", "due_at"),)

    target_id: UUID = Field(primary_key=True, foreign_key="target.id")
    slip_number: int
    rung: int = Field(default=1, sa_type=SmallInteger)
    slipped_at: datetime = instant()
    due_at: datetime = instant()


class Nudge(SQLModel, table=True):
    """When to look whether a person has reported anything on their working day."""

    __tablename__ = "nudge"
    __table_args__ = (Index("nudge_due", "due_at"),)

    employee_id: UUID = Field(primary_key=True, foreign_key="employee.id")
    due_at: datetime = instant()
