"""Working time as data: week patterns, holidays, Ramadan, leave, shifts, and recorded outages.

A calendar belongs to a person: their own pattern, else their unit's; holidays by unit path.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class WorkPattern(SQLModel, table=True):
    """A week of working hours, and the same week in Ramadan.

    `week` and `ramadan_week` are seven lists (Monday first) of [start, end] in local minutes.
    `roster`: only rostered shifts count.
    """

    __tablename__ = "work_pattern"

    code: str = Field(primary_key=True)
    name: str
    week: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    ramadan_week: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    roster: bool = False


class Holiday(SQLModel, table=True):
    """A day off for a unit and everything below it; without a unit, for everybody."""

    __tablename__ = "holiday"
    __table_args__ = (
        one_of("kind", "national", "local", "joint_leave"),
        Index(
            "holiday_once", "on_date", "unit_id", unique=True, postgresql_nulls_not_distinct=True
        ),
    )

    id: UUID = primary_id()
    on_date: date
    name: str
    kind: str = "national"
    unit_id: UUID | None = Field(default=None, foreign_key="unit.id")


class Ramadan(SQLModel, table=True):
    """The first and last day of a Ramadan, as the government announced it."""

    __tablename__ = "ramadan"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="forward"),)

    starts_on: date = Field(primary_key=True)
    ends_on: date


class Leave(SQLModel, table=True):
    """Days an employee is away, first and last included; leave stops the clock."""

    __tablename__ = "leave"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="forward"),
        Index("leave_once", "employee_id", "starts_on", unique=True),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    starts_on: date
    ends_on: date
    kind: str = "annual"
    decree: str = ""


class Shift(SQLModel, table=True):
    """One rostered shift; it may run over midnight."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        Index("shift_once", "employee_id", "starts_at", unique=True),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    starts_at: datetime = instant()
    ends_at: datetime = instant()


class Outage(SQLModel, table=True):
    """A time when the service could not be reached: what was captured in it is never late."""

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        one_of("source", "administrator", "heartbeat"),
    )

    id: UUID = primary_id()
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    reason: str
    recorded_by: UUID | None = Field(default=None, foreign_key="employee.id")
    made_at: datetime | None = set_by_database()
    source: str = "administrator"
