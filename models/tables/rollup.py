"""What has been reported, counted by person and day, by unit and day, and by unit and month.

The roller alone writes the counters, from the feed and from `rollup_due`, in one transaction with
its place in `rollup_shard`: an event is counted once, and a recount from `report` gives the same.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Index, SmallInteger, Uuid
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of, set_by_database


class ReportEvidence(SQLModel, table=True):
    """A piece of evidence beside a report: a link, or the digest of a photo or document."""

    __tablename__ = "report_evidence"
    __table_args__ = (
        one_of("kind", "photo", "document", "link"),
        Index("report_evidence_reference", "reference"),
    )

    report_id: UUID = Field(primary_key=True, foreign_key="report.id")
    number: int = Field(primary_key=True, sa_type=SmallInteger)
    kind: str
    reference: str
    made_at: datetime | None = set_by_database()


class ServiceBeat(SQLModel, table=True):
    """When the service was last alive; one row that all its processes share."""

    __tablename__ = "service_beat"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    at: datetime = instant()


class RollupShard(SQLModel, table=True):
    """Up to where a shard's feed is counted."""

    __tablename__ = "rollup_shard"

    shard: int = Field(primary_key=True, sa_type=SmallInteger)
    seq: int = Field(default=0, sa_type=BigInteger)


class RollupDue(SQLModel, table=True):
    """A person's day that must be counted anew though no event says so."""

    __tablename__ = "rollup_due"

    employee_id: UUID = Field(primary_key=True)
    on_day: date = Field(primary_key=True)


# No foreign keys to people, units and targets below: the roller reads those rows, they are never
# deleted, and it writes thousands of counters at once.
class PersonDay(SQLModel, table=True):
    """What a person reported of a target on a local day, by the unit of the reports."""

    __tablename__ = "person_day"

    employee_id: UUID = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    target_id: UUID = Field(primary_key=True)
    unit_id: UUID = Field(primary_key=True)
    unit_path: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    indicator: str
    unit_of_measure: str
    reports: int
    approved_reports: int
    first_time: int
    returned_reports: int
    late: int
    excused: int
    with_evidence: int
    measured: int
    approved: float
    pending: float


class UnitDay(SQLModel, table=True):
    """What a unit and everything below it reported of an indicator on a local day."""

    __tablename__ = "unit_day"

    unit_id: UUID = Field(primary_key=True)
    on_day: date = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    unit_of_measure: str = Field(primary_key=True)
    reports: int
    approved_reports: int
    first_time: int
    returned_reports: int
    late: int
    excused: int
    with_evidence: int
    measured: int
    approved: float
    pending: float


class UnitMonth(SQLModel, table=True):
    """The same by month; `month` is its first day."""

    __tablename__ = "unit_month"

    unit_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    unit_of_measure: str = Field(primary_key=True)
    reports: int
    approved_reports: int
    first_time: int
    returned_reports: int
    late: int
    excused: int
    with_evidence: int
    measured: int
    approved: float
    pending: float
