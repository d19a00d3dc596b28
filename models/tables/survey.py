"""The public's verdict: services, the points where they are given, answers, and daily sums.

A verdict names no person and keeps no address. `verdict_day` is written in the same transaction.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, SmallInteger
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, primary_id, set_by_database

ELEMENTS = (
    "requirements",
    "procedure",
    "time",
    "cost",
    "product",
    "competence",
    "behaviour",
    "complaints",
    "facilities",
)


class PublicService(SQLModel, table=True):
    """A service that a unit gives the public; `yearly_users` is its population, if known."""

    __tablename__ = "public_service"
    __table_args__ = (
        CheckConstraint("yearly_users > 0", name="users_positive"),
        Index("public_service_once", "unit_id", "name", unique=True),
    )

    id: UUID = primary_id()
    unit_id: UUID = Field(foreign_key="unit.id")
    name: str
    yearly_users: int | None = None
    retired_at: datetime | None = instant(optional=True)


class ServicePoint(SQLModel, table=True):
    """A counter or desk with its own QR code."""

    __tablename__ = "service_point"
    __table_args__ = (Index("service_point_service", "service_id"),)

    id: UUID = primary_id()
    service_id: UUID = Field(foreign_key="public_service.id")
    code: str = Field(unique=True)
    name: str
    asks_visit_code: bool = False
    retired_at: datetime | None = instant(optional=True)


class VisitCode(SQLModel, table=True):
    """The digest of a code that one visitor may use once."""

    __tablename__ = "visit_code"
    __table_args__ = (Index("visit_code_expiry", "expires_at"),)

    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    point_id: UUID = Field(foreign_key="service_point.id")
    expires_at: datetime = instant()
    used_at: datetime | None = instant(optional=True)


class Verdict(SQLModel, table=True):
    """One visitor's nine answers (1-4), perhaps a comment, and perhaps the unit's reply."""

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint(
            f"least({', '.join(ELEMENTS)}) >= 1 AND greatest({', '.join(ELEMENTS)}) <= 4",
            name="answers_one_to_four",
        ),
        Index("verdict_service", "service_id", "at"),
        Index("verdict_unit", "unit_id", "at"),
    )

    id: UUID = primary_id()
    point_id: UUID = Field(foreign_key="service_point.id")
    service_id: UUID = Field(foreign_key="public_service.id")
    unit_id: UUID = Field(foreign_key="unit.id")
    at: datetime | None = set_by_database()
    on_day: date
    requirements: int = Field(sa_type=SmallInteger)
    procedure: int = Field(sa_type=SmallInteger)
    time: int = Field(sa_type=SmallInteger)
    cost: int = Field(sa_type=SmallInteger)
    product: int = Field(sa_type=SmallInteger)
    competence: int = Field(sa_type=SmallInteger)
    behaviour: int = Field(sa_type=SmallInteger)
    complaints: int = Field(sa_type=SmallInteger)
    facilities: int = Field(sa_type=SmallInteger)
    comment: str = ""
    low: bool = False
    reply: str = ""
    replied_by: UUID | None = Field(default=None, foreign_key="employee.id")
    replied_at: datetime | None = instant(optional=True)
    hidden_at: datetime | None = instant(optional=True)


class VerdictDay(SQLModel, table=True):
    """Sums of the answers of a service on a local day."""

    __tablename__ = "verdict_day"
    __table_args__ = (Index("verdict_day_unit", "unit_id", "on_day"),)

    service_id: UUID = Field(primary_key=True, foreign_key="public_service.id")
    on_day: date = Field(primary_key=True)
    unit_id: UUID
    responses: int
    low: int
    requirements: int
    procedure: int
    time: int
    cost: int
    product: int
    competence: int
    behaviour: int
    complaints: int
    facilities: int
