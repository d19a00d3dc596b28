"""Targets, their pace, and the history of their changes.

`target` is what was agreed and changes seldom; `target_pace` is narrow and changes with every
report, under the lock of its shard.
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


class Target(SQLModel, table=True):
    """A measurable goal of one employee in one period."""

    __tablename__ = "target"
    __table_args__ = (
        one_of("aspect", "quantity", "quality", "time", "cost"),
        one_of("direction", "higher", "lower", "range"),
        CheckConstraint("period_end > period_start", name="period_forward"),
        CheckConstraint("tolerance >= 0 AND tolerance < 1", name="tolerance_share"),
        CheckConstraint("grace >= 0 AND grace <= 1", name="grace_share"),
        CheckConstraint("quantity >= 0", name="quantity_positive"),
        Index("target_employee_period", "employee_id", "period_end"),
        Index(
            "target_work_result",
            "work_result_id",
            postgresql_where=text("work_result_id IS NOT NULL"),
        ),
    )

    id: UUID = primary_id()
    employee_id: UUID = Field(foreign_key="employee.id")
    template_id: UUID | None = Field(default=None, foreign_key="target_template.id")
    indicator: str
    unit_of_measure: str
    aspect: str = "quantity"
    direction: str = "higher"
    quantity: float
    low: float | None = None
    high: float | None = None
    tolerance: float = 0.15
    grace: float = 0.10
    minimum_observations: int = 10
    max_quantity: float | None = None
    period_start: datetime = instant()
    period_end: datetime = instant()
    closed_at: datetime | None = instant(optional=True)
    version: int = 1
    made_by: UUID | None = Field(default=None, foreign_key="employee.id")
    made_at: datetime | None = set_by_database()
    work_result_id: UUID | None = Field(default=None, foreign_key="work_result.id")
    service_id: UUID | None = Field(default=None, foreign_key="public_service.id")
    rolled_from_id: UUID | None = Field(default=None, foreign_key="target.id")
    rolled_over_at: datetime | None = instant(optional=True)


class TargetPace(SQLModel, table=True):
    """Where a target stands. `slips_at` is a safe lower bound; `stale` asks for a fresh one.

    `approved` and `pending` are sums of quantities; `observations` counts the reports in them.
    For quality and time indicators the measured value is (approved + pending) / observations.
    `paced_at` is the instant for which the slip engine last worked out state and instants. Whoever
    makes a row stale writes it even if it is stale already: the engine sees by the row's version
    that its answer is out of date.
    `waiting` counts the reports that wait for the supervisor's word, after the closing too.
    """

    __tablename__ = "target_pace"
    __table_args__ = (
        one_of("state", "on_track", "at_risk", "slipped", "achieved", "lapsed"),
        Index(
            "target_pace_due",
            "shard",
            "slips_at",
            postgresql_where=text("state IN ('on_track', 'at_risk') AND slips_at IS NOT NULL"),
        ),
        Index(
            "target_pace_at_risk",
            "shard",
            "at_risk_at",
            postgresql_where=text("state = 'on_track' AND at_risk_at IS NOT NULL"),
        ),
        Index("target_pace_stale", "shard", postgresql_where=text("stale")),
        Index(
            "target_pace_ends",
            "shard",
            "period_end",
            postgresql_where=text(
                "state IN ('on_track', 'at_risk', 'slipped')"
                " AND (paced_at IS NULL OR paced_at < period_end)"
            ),
        ),
        Index("target_pace_employee", "employee_id", "period_end"),
    )

    target_id: UUID = Field(primary_key=True, foreign_key="target.id")
    employee_id: UUID = Field(foreign_key="employee.id")
    shard: int = Field(sa_type=SmallInteger)
    period_end: datetime = instant()
    approved: float = 0.0
    pending: float = 0.0
    observations: int = 0
    waiting: int = 0
    state: str = "on_track"
    slips_at: datetime | None = instant(optional=True)
    at_risk_at: datetime | None = instant(optional=True)
    stale: bool = True
    slip_number: int = 0
    state_since: datetime | None = instant(optional=True)
    paced_at: datetime | None = instant(optional=True)


class TargetChange(SQLModel, table=True):
    """What a target was before and after a change, by whom and why."""

    __tablename__ = "target_change"
    __table_args__ = (Index("target_change_target", "target_id"),)

    id: UUID = primary_id()
    target_id: UUID = Field(foreign_key="target.id")
    by: UUID | None = Field(default=None, foreign_key="employee.id")
    at: datetime | None = set_by_database()
    reason: str = ""
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
