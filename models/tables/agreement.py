"""Performance agreements: a year's results, their changes, and targets that are proposed.

What was agreed changes only with a row in `agreement_change`; a dropped result stays for its
targets' sake.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, primary_id, set_by_database


class Agreement(SQLModel, table=True):
    """The performance agreement of one employee for one year."""

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", "draft", "proposed", "agreed"),
        Index("agreement_once", "employee_id", "year", unique=True),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    year: int = Field(sa_type=SmallInteger)
    state: str = "draft"
    version: int = 1
    made_by: UUID = Field(foreign_key="employee.id")
    made_at: datetime | None = set_by_database()
    proposed_at: datetime | None = instant(optional=True)
    agreed_at: datetime | None = instant(optional=True)
    agreed_by: UUID | None = Field(default=None, foreign_key="employee.id")


class AgreementChange(SQLModel, table=True):
    """What an agreement was before and after a change, by whom and why."""

    __tablename__ = "agreement_change"
    __table_args__ = (Index("agreement_change_agreement", "agreement_id", "at"),)

    id: UUID = primary_id()
    agreement_id: UUID = Field(foreign_key="agreement.id")
    by: UUID | None = Field(default=None, foreign_key="employee.id")
    at: datetime | None = set_by_database()
    reason: str = ""
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))


class WorkResult(SQLModel, table=True):
    """One result that an agreement promises; `serves_id` is the superior's result it serves."""

    __tablename__ = "work_result"
    __table_args__ = (
        one_of("kind", "main", "additional"),
        CheckConstraint("serves_id <> id", name="not_itself"),
        Index("work_result_agreement", "agreement_id", "place"),
        Index("work_result_serves", "serves_id", postgresql_where=text("serves_id IS NOT NULL")),
    )

    id: UUID = primary_id()
    agreement_id: UUID = Field(foreign_key="agreement.id")
    kind: str = "main"
    title: str
    serves_id: UUID | None = Field(default=None, foreign_key="work_result.id")
    place: int = Field(default=0, sa_type=SmallInteger)
    dropped_at: datetime | None = instant(optional=True)


class TargetProposal(SQLModel, table=True):
    """A target, or a change of one, that an employee proposes; the decider answers once."""

    __tablename__ = "target_proposal"
    __table_args__ = (
        one_of("kind", "new", "change"),
        one_of("state", "open", "agreed", "declined", "withdrawn"),
        CheckConstraint(
            "(kind = 'change') = (target_id IS NOT NULL) OR state = 'agreed'",
            name="change_names_its_target",
        ),
        Index("target_proposal_employee", "employee_id", "made_at"),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    kind: str
    target_id: UUID | None = Field(default=None, foreign_key="target.id")
    body: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    reason: str
    state: str = "open"
    made_at: datetime | None = set_by_database()
    decided_by: UUID | None = Field(default=None, foreign_key="employee.id")
    decided_at: datetime | None = instant(optional=True)
    decision_reason: str = ""
