"""Appraisals: a period (or a part of it) judged by its supervisor, with the evidence frozen.

A rating always has a human author. `appraisal_evidence` and `appraisal_step` only ever grow: one
row a decision, one row a step.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database, unit_path

RATINGS = ("below", "meets", "above")
PREDICATES = ("very_good", "good", "needs_improvement", "poor", "very_poor")


class Appraisal(SQLModel, table=True):
    """One employee's period, or the part of it that was spent in one unit."""

    __tablename__ = "appraisal"
    __table_args__ = (
        one_of("kind", "month", "quarter", "year"),
        one_of(
            "state",
            "open",
            "self_assessed",
            "decided",
            "acknowledged",
            "objected",
            "final",
            "reopened",
        ),
        one_of("self_rating", *RATINGS),
        one_of("result_rating", *RATINGS),
        one_of("behaviour_rating", *RATINGS),
        one_of("predicate", *PREDICATES),
        CheckConstraint("part_end > part_start", name="part_forward"),
        CheckConstraint(
            "predicate IS NULL OR decided_by IS NOT NULL", name="a_rating_has_an_author"
        ),
        Index("appraisal_once", "employee_id", "kind", "period", "part_start", unique=True),
        Index("appraisal_unit", "unit_id", "period"),
        Index("appraisal_path", "unit_path", postgresql_using="gin"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    kind: str
    period: str
    period_start: datetime = instant()
    period_end: datetime = instant()
    part_start: datetime = instant()
    part_end: datetime = instant()
    unit_id: UUID = Field(foreign_key="unit.id")
    unit_path: list[UUID] = unit_path()
    state: str = "open"
    version: int = 1
    opened_at: datetime | None = set_by_database()
    self_text: str = ""
    self_rating: str | None = None
    self_at: datetime | None = instant(optional=True)
    result_rating: str | None = None
    behaviour_rating: str | None = None
    predicate: str | None = None
    reason: str = ""
    decided_by: UUID | None = Field(default=None, foreign_key="employee.id")
    decided_at: datetime | None = instant(optional=True)
    decision_number: int = Field(default=0, sa_type=SmallInteger)
    acknowledged_at: datetime | None = instant(optional=True)


class Behaviour(SQLModel, table=True):
    """How one of the seven values was lived, with the example that shows it."""

    __tablename__ = "behaviour"
    __table_args__ = (
        one_of(
            "value",
            "service_orientation",
            "accountable",
            "competent",
            "harmonious",
            "loyal",
            "adaptive",
            "collaborative",
        ),
        one_of("rating", *RATINGS),
    )

    appraisal_id: UUID = Field(primary_key=True, foreign_key="appraisal.id")
    value: str = Field(primary_key=True)
    rating: str
    example: str


class AppraisalEvidence(SQLModel, table=True):
    """What a decision rested on: canonical JSON, kept as written, and its digest."""

    __tablename__ = "appraisal_evidence"

    appraisal_id: UUID = Field(primary_key=True, foreign_key="appraisal.id")
    decision_number: int = Field(primary_key=True, sa_type=SmallInteger)
    rules: str
    content: str
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime | None = set_by_database()


class AppraisalStep(SQLModel, table=True):
    """One step of an appraisal's course, by whom and when."""

    __tablename__ = "appraisal_step"
    __table_args__ = (
        one_of(
            "what",
            "opened",
            "self_assessed",
            "decided",
            "acknowledged",
            "objected",
            "objection_decided",
            "reopened",
        ),
        Index("appraisal_step_appraisal", "appraisal_id", "at"),
    )

    id: UUID = primary_id()
    appraisal_id: UUID = Field(foreign_key="appraisal.id")
    at: datetime | None = set_by_database()
    by: UUID | None = Field(default=None, foreign_key="employee.id")
    what: str
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))


class Objection(SQLModel, table=True):
    """An employee's objection to one decision, and the word of the supervisor's supervisor."""

    __tablename__ = "objection"
    __table_args__ = (
        one_of("outcome", "upheld", "changed"),
        Index("objection_once", "appraisal_id", "decision_number", unique=True),
    )

    id: UUID = primary_id()
    appraisal_id: UUID = Field(foreign_key="appraisal.id")
    decision_number: int = Field(sa_type=SmallInteger)
    reasons: str
    made_at: datetime | None = set_by_database()
    outcome: str | None = None
    decided_by: UUID | None = Field(default=None, foreign_key="employee.id")
    decided_at: datetime | None = instant(optional=True)
    decision_reason: str = ""


class UnitPredicate(SQLModel, table=True):
    """The organisation's own predicate for a period: what a distribution is compared with."""

    __tablename__ = "unit_predicate"
    __table_args__ = (one_of("predicate", *PREDICATES),)

    unit_id: UUID = Field(primary_key=True, foreign_key="unit.id")
    period: str = Field(primary_key=True)
    predicate: str
    decree: str = ""
    set_by: UUID = Field(foreign_key="employee.id")
    set_at: datetime | None = set_by_database()
