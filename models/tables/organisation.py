"""The organisation: units in a tree, who heads them when, job titles and their target templates.

Invariants the database keeps: a unit has at most one head of a kind at any instant; an employee
has at most one personal supervisor at any instant. A unit's `path` runs from the city to itself,
its `agency_id` names the unit whose feed shard it shares (itself, above the agencies).
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlmodel import Field, SQLModel

from models.tables.columns import (
    instant,
    no_overlap,
    one_of,
    primary_id,
    set_by_database,
    unit_path,
)


class Unit(SQLModel, table=True):
    """A node of the tree: city → agency → division, school, health centre → section."""

    __tablename__ = "unit"
    __table_args__ = (
        one_of("kind", "city", "agency", "unit"),
        CheckConstraint("shard BETWEEN 0 AND 15", name="shard_range"),
        CheckConstraint("path[cardinality(path)] = id", name="path_ends_here"),
        Index("unit_parent", "parent_id"),
    )

    id: UUID = primary_id()
    code: str = Field(unique=True)
    name: str
    kind: str = "unit"
    parent_id: UUID | None = Field(default=None, foreign_key="unit.id")
    agency_id: UUID = Field(foreign_key="unit.id")
    shard: int = Field(sa_type=SmallInteger)
    path: list[UUID] = unit_path()
    zone: str = "Asia/Jakarta"
    work_pattern: str = Field(default="five_days", foreign_key="work_pattern.code")
    retired_at: datetime | None = instant(optional=True)


class UnitAncestry(SQLModel, table=True):
    """Every pair of a unit and a unit above it (or itself) that ever stood; never deleted.

    Replay of a small scope reads the feed by these unit ids and then filters by the path of the
    event's own time, so a unit that moved is found under its old and its new parents.
    """

    __tablename__ = "unit_ancestry"
    __table_args__ = (Index("unit_ancestry_unit", "unit_id"),)

    ancestor_id: UUID = Field(primary_key=True, foreign_key="unit.id")
    unit_id: UUID = Field(primary_key=True, foreign_key="unit.id")
    current: bool = True


class Supervision(SQLModel, table=True):
    """Who heads a unit from when to when, by which decree; acting heads decide while valid."""

    __tablename__ = "supervision"
    __table_args__ = (
        one_of("kind", "definitive", "acting"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_forward"),
        no_overlap("unit_id", "kind", name="one_head_of_a_kind"),
        Index("supervision_supervisor", "supervisor_id"),
    )

    id: UUID = primary_id()
    unit_id: UUID = Field(foreign_key="unit.id")
    supervisor_id: UUID = Field(foreign_key="employee.id")
    kind: str = "definitive"
    valid_from: datetime = instant()
    valid_to: datetime | None = instant(optional=True)
    decree: str = ""


class PersonalAssignment(SQLModel, table=True):
    """A dated personal supervisor for one employee; overrides the head of the unit."""

    __tablename__ = "personal_assignment"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_forward"),
        CheckConstraint("employee_id <> supervisor_id", name="not_oneself"),
        no_overlap("employee_id", name="one_personal_supervisor"),
        Index("personal_assignment_supervisor", "supervisor_id"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    supervisor_id: UUID = Field(foreign_key="employee.id")
    valid_from: datetime = instant()
    valid_to: datetime | None = instant(optional=True)
    decree: str = ""


class JobTitle(SQLModel, table=True):
    """A job; its policy says whether a report may carry a location."""

    __tablename__ = "job_title"

    id: UUID = primary_id()
    code: str = Field(unique=True)
    name: str
    asks_location: bool = False


class TargetTemplate(SQLModel, table=True):
    """A target that people with a job title usually get each period."""

    __tablename__ = "target_template"
    __table_args__ = (
        one_of("aspect", "quantity", "quality", "time", "cost"),
        one_of("direction", "higher", "lower", "range"),
        one_of("period", "month", "quarter", "year"),
        Index("target_template_job_title", "job_title_id"),
    )

    id: UUID = primary_id()
    job_title_id: UUID = Field(foreign_key="job_title.id")
    indicator: str
    unit_of_measure: str
    aspect: str = "quantity"
    direction: str = "higher"
    quantity: float
    low: float | None = None
    high: float | None = None
    max_quantity: float | None = None
    period: str = "month"
    made_at: datetime | None = set_by_database()
