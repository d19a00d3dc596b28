"""The feed: every event, numbered without gaps in commit order within its shard.

Rows are written by `append_feed_v1` alone. `unit_path` is the path of the event's own time;
topics are the units of that path from the agency down, and the person.
"""

# SQLModel takes a plain string here; its type says otherwise.
# pyright: reportAssignmentType=false

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Index, SmallInteger, Uuid
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, one_of


class FeedShard(SQLModel, table=True):
    """The head (newest number) and floor (newest number that retention dropped) of a shard."""

    __tablename__ = "feed_shard"

    shard: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    head: int = Field(default=0, sa_type=BigInteger)
    floor: int = Field(default=0, sa_type=BigInteger)


class FeedEpoch(SQLModel, table=True):
    """One row; a new epoch after a restore makes every older cursor invalid."""

    __tablename__ = "feed_epoch"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(default=1, primary_key=True)
    epoch: UUID
    since: datetime = instant()


class FeedEvent(SQLModel, table=True):
    """One event as everybody who may see it sees it; `content` is JSON text, kept as written."""

    __tablename__ = "feed"
    __table_args__ = (
        one_of(
            "kind",
            "report",
            "revision",
            "withdrawal",
            "approval",
            "return",
            "feedback",
            "slip",
            "recovery",
            "notice",
            "target_changed",
        ),
        Index("feed_unit", "shard", "unit_id", "seq"),
        Index("feed_employee", "employee_id", "seq"),
    )

    shard: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    at: datetime = instant()
    kind: str
    employee_id: UUID
    unit_id: UUID | None = None
    unit_path: list[UUID] = Field(sa_column=Column(ARRAY(Uuid()), nullable=False))
    agency_id: UUID | None = None
    flags: int = 0
    target_id: UUID | None = None
    goal: float | None = None
    approved: float | None = None
    pending: float | None = None
    state: str | None = None
    content: str
